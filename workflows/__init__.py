"""When, and in what order. Nothing is imported here: each sandbox would again."""
