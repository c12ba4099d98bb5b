"""The rules of a crisis: frozen models and pure functions; no clock, no I/O."""
