"""The command line, one file a noun: parse, call an act, print."""
