"""Waiting for SQLite's one writer: asked again each millisecond, not ever more rarely.

SQLite's own waiting sleeps 1, 2, 5 … 100 ms between two looks. Whoever commits and
begins again is back before a sleeper wakes: a worker had one commit for each crisis
that another process opened, and their first mails left seconds late.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

BEGIN = "BEGIN IMMEDIATE"
EVERY_S = 0.001
PATIENCE_S = 5.0  # then it is refused: « database is locked »


@contextmanager
def never_waiting(connection: sqlite3.Connection) -> Iterator[None]:
    """Have it refused at once if another writes; readers wait as before after it."""
    ((usual_ms,),) = connection.execute("PRAGMA busy_timeout")
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA busy_timeout = {usual_ms}")


def began(connection: sqlite3.Connection) -> bool:
    """Begin to write; False: another does."""
    try:
        connection.execute(BEGIN)
    except sqlite3.OperationalError as error:
        if not is_busy(error):
            raise
        return False
    return True


def is_busy(error: sqlite3.OperationalError) -> bool:
    """Say if another connection has what this one asked for."""
    return error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY  # extended or not
