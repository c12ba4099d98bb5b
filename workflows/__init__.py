"""When, and in what order. Nothing is imported here: every sandbox would again."""
