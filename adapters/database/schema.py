"""Is the schema today's? Asked at each command, hence without importing Alembic."""

from pathlib import Path

from sqlalchemy import inspect, make_url, text

from adapters.database.engines import sync_engine

HEAD = "0008"  # a test holds it against the migrations


def is_ready(url: str) -> bool:
    """Say if a database is there with today's schema."""
    parsed = make_url(url)
    if (
        parsed.get_backend_name() == "sqlite"
        and not Path(parsed.database or "").exists()
    ):
        return False
    engine = sync_engine(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            found = connection.execute(text("SELECT version_num FROM alembic_version"))
            return found.scalar_one_or_none() == HEAD
    finally:
        engine.dispose()
