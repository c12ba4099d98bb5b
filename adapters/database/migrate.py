"""Bring a database to today's schema, or back."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from adapters.database.engines import sync_engine

SCRIPTS = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Apply what is missing; nothing where nothing is. Safe to run again."""
    _run(url, revision, up=True)


def downgrade(url: str, revision: str) -> None:
    """Undo down to a revision (`base`: nothing left)."""
    _run(url, revision, up=False)


def _run(url: str, revision: str, *, up: bool) -> None:
    engine = sync_engine(url)
    try:
        with engine.connect() as connection:
            config = _config(connection)
            (command.upgrade if up else command.downgrade)(config, revision)
            connection.commit()
    finally:
        engine.dispose()


def is_current(url: str) -> bool:
    """Say if the schema is today's."""
    engine = sync_engine(url)
    try:
        with engine.connect() as connection:
            known = MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()
    return known == ScriptDirectory.from_config(_config()).get_current_head()
