"""Engines for SQLite and PostgreSQL: who may write when, and how long one waits.

SQLite has one writer: a writing transaction says so at once (`BEGIN IMMEDIATE`),
since a reader that turns writer half-way loses updates. PostgreSQL locks rows.
"""

from pydantic_core import from_json
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from adapters.database import inline

WRITING = {"tocsin_writing": True}  # execution options of a writing connection
BUSY_TIMEOUT_MS = 5_000
PAGES_KEPT = 4_000  # 16 MB in the log before they move: one opening writes hundreds
_PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = {synchronous}",
    "PRAGMA foreign_keys = ON",
    f"PRAGMA wal_autocheckpoint = {PAGES_KEPT}",
)


def sync_engine(url: str, *, synchronous: str = "FULL") -> Engine:
    """Give an engine for threads: migrations and the writer of deliveries."""
    parsed = _drivered(url, "pysqlite")
    engine = create_engine(parsed, json_deserializer=from_json)
    _prepare(engine, parsed, synchronous)
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
    _prepare(engine.sync_engine, parsed, "FULL")
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


def _prepare(engine: Engine, url: URL, synchronous: str) -> None:
    if not _is_sqlite(url):
        return

    @event.listens_for(engine, "connect")
    def connected(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma.format(synchronous=synchronous))
        cursor.close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writing = connection.get_execution_options().get("tocsin_writing")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
