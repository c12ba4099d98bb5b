"""When, and in what order. Nothing is imported here: every sandbox of the replay would again."""
