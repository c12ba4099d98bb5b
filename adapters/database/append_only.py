"""Triggers that make a table append-only: no UPDATE, DELETE, REPLACE, TRUNCATE.

A batch-mode rebuild of a table drops its triggers: forbidden on these tables.
"""

from collections.abc import Sequence

from alembic import op

REFUSAL = "append-only"


def protect(table: str, keys: Sequence[str]) -> None:
    """Refuse whatever is not an insertion of a new key."""
    if op.get_bind().dialect.name == "sqlite":
        _protect_sqlite(table, keys)
    else:
        _protect_postgresql(table)


def _protect_sqlite(table: str, keys: Sequence[str]) -> None:
    same = " AND ".join(f"{key} = NEW.{key}" for key in keys)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"{refuse}"
        )
    # INSERT OR REPLACE deletes without firing the DELETE trigger
    exists = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"  # noqa: S608 - our names
    op.execute(
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN {exists} {refuse}"
    )


def _protect_postgresql(table: str) -> None:
    function = f"{table}_refuse"
    op.execute(
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
    )


def release(table: str) -> None:
    """Drop what PostgreSQL would keep once the table is gone."""
    if op.get_bind().dialect.name != "sqlite":
        op.execute(f"DROP FUNCTION {table}_refuse()")
