"""Engines for SQLite and PostgreSQL: who may write when, and how long one waits.

SQLite has one writer: a writing transaction says so at once (`BEGIN IMMEDIATE`),
since a reader that turns writer half-way loses updates. PostgreSQL locks rows.
"""

import sqlite3
import time
from typing import cast

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from adapters.database import inline
from adapters.database.in_turn import (
    BEGIN,
    EVERY_S,
    PATIENCE_S,
    began,
    never_waiting,
)

WRITING = {"tocsin_writing": True}  # execution options of a writing connection
BUSY_TIMEOUT_MS = 5_000  # of what is not the write lock, which is asked for in turn
PAGES_KEPT = 4_000  # 16 MB in the log before they move: one opening writes hundreds
_PRAGMAS = (
    "PRAGMA busy_timeout = {busy_timeout}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = {synchronous}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA wal_autocheckpoint = {pages_kept}",
)


def sync_engine(url: str, *, synchronous: str = "FULL", waits: bool = True) -> Engine:
    """Give an engine for threads: migrations and the writer of deliveries.

    Args:
        url: Of the database.
        synchronous: What SQLite makes sure of at a commit.
        waits: False for SQLite in an event loop: refused if another writes, and
            never moving its log.
    """
    parsed = _drivered(url, "pysqlite")
    # made in the loop, closed anywhere; never used by two at once
    options = {} if waits else {"check_same_thread": False}
    engine = create_engine(parsed, json_deserializer=from_json, connect_args=options)
    _prepare(engine, parsed, synchronous, waits=waits)
    return engine


def async_engine(url: str) -> AsyncEngine:
    """Give an engine for acts and pages."""
    parsed = _drivered(url, "aiosqlite")
    if _is_sqlite(parsed):
        creator = {"async_creator_fn": inline.connect}
        engine = create_async_engine(
            parsed, connect_args=creator, json_deserializer=from_json
        )
    else:
        engine = create_async_engine(
            parsed,
            pool_size=10,
            max_overflow=10,
            json_deserializer=from_json,
            pool_pre_ping=True,  # a server that was restarted costs nobody their order
        )
    _prepare(engine.sync_engine, parsed, "FULL", waits=True)
    return engine


def one_writer(url: str) -> bool:
    """Say if this database has one writer at a time."""
    return _is_sqlite(make_url(url))


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _drivered(url: str, sqlite_driver: str) -> URL:
    parsed = make_url(url)
    driver = f"sqlite+{sqlite_driver}" if _is_sqlite(parsed) else "postgresql+psycopg"
    return parsed.set(drivername=driver)


def _prepare(engine: Engine, url: URL, synchronous: str, *, waits: bool) -> None:
    if not _is_sqlite(url):
        return
    told = {
        "synchronous": synchronous,
        "busy_timeout": BUSY_TIMEOUT_MS if waits else 0,
        "pages_kept": PAGES_KEPT if waits else 0,
    }

    @event.listens_for(engine, "connect")
    def connected(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma.format(**told))
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        if not connection.get_execution_options().get("tocsin_writing"):
            connection.exec_driver_sql("BEGIN")
        elif waits and not engine.dialect.is_async:
            _begin_in_turn(connection)
        else:
            connection.exec_driver_sql(BEGIN)


def _begin_in_turn(connection: Connection) -> None:
    """Begin to write, in a thread; in a loop, `inline` waits."""
    until = time.monotonic() + PATIENCE_S
    raw = cast("sqlite3.Connection", connection.connection.dbapi_connection)
    with never_waiting(raw):
        while not began(raw) and time.monotonic() < until:
            time.sleep(EVERY_S)
        if not raw.in_transaction:
            connection.exec_driver_sql(BEGIN)  # refused in SQLAlchemy's words
