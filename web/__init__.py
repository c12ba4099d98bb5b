"""Pages: parse, authorise, call an act, render."""
