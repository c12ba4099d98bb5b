"""The schema and its history, for SQLite and PostgreSQL alike."""
