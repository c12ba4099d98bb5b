"""Migrations: up and down on both databases; the ledger stays append-only."""

from collections.abc import Iterator, Sequence

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from adapters.database import schema, tables
from adapters.database.engines import sync_engine
from adapters.database.migrate import SCRIPTS, downgrade, is_current, upgrade
from tests.world import OPENED

ENTRY = {
    "cpts_id": "val-test",
    "seq": 0,
    "about": "c-1",
    "kind": "answer",
    "at": OPENED,
    "leaf_hash": bytes(32),
    "canonical": "{}",
}
CHECKPOINT = {
    "cpts_id": "val-test",
    "size": 1,
    "root": bytes(32),
    "note": "note",
    "at": OPENED,
}
PROTECTED = {tables.ledger_entries: ENTRY, tables.checkpoints: CHECKPOINT}
ELSEWHERE = {"postgresql": frozenset[str](), "sqlite": {"ix_links_token_hash"}}
CHANGED = {tables.ledger_entries: "canonical", tables.checkpoints: "note"}


def revisions() -> Sequence[str]:
    """List every migration, the first one first."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    script = ScriptDirectory.from_config(config)
    return [each.revision for each in script.walk_revisions()][::-1]


@pytest.fixture
def engine(database_url: str) -> Iterator[sa.Engine]:
    found = sync_engine(database_url)
    yield found
    found.dispose()


def left(engine: sa.Engine) -> dict[str, Sequence[object]]:
    """List what a database holds besides the mark of migrations."""
    with engine.connect() as connection:
        tables_here = set(sa.inspect(connection).get_table_names())
        found: dict[str, Sequence[object]] = {
            "tables": sorted(tables_here - {"alembic_version"})
        }
        queries = (
            ("SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')",)
            if engine.dialect.name == "sqlite"
            else (
                (
                    "SELECT proname FROM pg_proc "
                    "WHERE pronamespace = 'public'::regnamespace"
                ),
                "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
                "SELECT relname FROM pg_class WHERE relkind = 'S'",
            )
        )
        for query in queries:
            found[query] = sorted(connection.execute(sa.text(query)).scalars())
    return found


def test_down_to_base_leaves_nothing_and_up_again_is_whole(
    database_url: str, engine: sa.Engine
) -> None:
    before = left(engine)

    downgrade(database_url, "base")
    empty = left(engine)
    upgrade(database_url)

    assert not any(empty.values())
    assert left(engine) == before


def test_going_up_twice_changes_nothing(database_url: str, engine: sa.Engine) -> None:
    before = left(engine)

    upgrade(database_url)

    assert left(engine) == before
    assert is_current(database_url)


def test_migrations_make_exactly_the_tables_of_the_code(engine: sa.Engine) -> None:
    def meant_here(item: object, name: str | None, *_: object) -> bool:
        del item  # alembic does not read what an index says of its databases
        return name not in ELSEWHERE[engine.dialect.name]

    with engine.connect() as connection:
        told = {"compare_type": True, "include_object": meant_here}
        context = MigrationContext.configure(connection, opts=told)

        assert compare_metadata(context, tables.cpts.metadata) == []


def test_commands_know_the_latest_migration(database_url: str) -> None:
    assert revisions()[-1] == schema.HEAD
    assert schema.is_ready(database_url)

    downgrade(database_url, "base")

    assert not schema.is_ready(database_url)
    assert not is_current(database_url)


def test_people_of_the_first_version_stay_asked_as_they_were(
    database_url: str, engine: sa.Engine
) -> None:
    downgrade(database_url, "0001")
    with engine.begin() as connection:
        connection.execute(
            sa.text("INSERT INTO cpts VALUES ('val-test', '{}', '2026-11-22 21:00')")
        )
        connection.execute(
            sa.text(
                "INSERT INTO people (cpts_id, person_id, identity, last_name, "
                "first_name, profession) VALUES ('val-test', 'p-1', 'x', 'A', 'B', 'C')"
            )
        )

    upgrade(database_url)

    with engine.connect() as connection:
        kept = connection.execute(sa.select(tables.people)).mappings().one()
    assert (kept["link"], kept["status"]) == ("VOLONTAIRE", "LIBERAL")
    assert (kept["reachable_at_night"], kept["double_commitment"]) == (True, False)
    assert kept["skills"] == kept["accepted_types"] == kept["absences"] == []


def test_a_file_that_is_not_there_is_not_made_by_looking(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    path = tmp_path_factory.mktemp("none") / "absent.db"

    assert not schema.is_ready(f"sqlite:///{path}")
    assert not path.exists()


def test_a_database_of_nobody_is_not_ready(
    database_url: str, engine: sa.Engine
) -> None:
    downgrade(database_url, "base")
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE alembic_version"))

    assert not schema.is_ready(database_url)


def attacks(table: sa.Table, dialect: str) -> Iterator[sa.Executable]:
    """Every way to change what a table holds."""
    row = PROTECTED[table]
    yield sa.update(table).values({CHANGED[table]: "false"})
    yield sa.delete(table)
    if dialect == "sqlite":
        insert = sa.insert(table).values(row | {CHANGED[table]: "false"})
        yield insert.prefix_with("OR REPLACE")
        yield sa.text(f"DELETE FROM {table.name}")  # noqa: S608 - SQLite's truncate
    else:
        yield sa.text(f"TRUNCATE {table.name}")
        yield sa.text(f"TRUNCATE {table.name} CASCADE")


@pytest.mark.parametrize("table", PROTECTED, ids=lambda table: table.name)
def test_what_was_written_down_never_changes_after_any_migration(
    database_url: str, engine: sa.Engine, table: sa.Table
) -> None:
    downgrade(database_url, "base")
    for revision in revisions():
        upgrade(database_url, revision)
        with engine.begin() as connection:
            if not connection.scalar(sa.select(sa.func.count()).select_from(table)):
                connection.execute(sa.insert(table).values(PROTECTED[table]))
        for attack in attacks(table, engine.dialect.name):
            with pytest.raises(DBAPIError, match="append-only"), engine.begin() as c:
                c.execute(attack)
        with engine.connect() as connection:
            kept = connection.execute(sa.select(table)).mappings().one()
        assert dict(kept) == PROTECTED[table]


def test_an_upsert_changes_nothing_either(engine: sa.Engine) -> None:
    insert = (
        "INSERT INTO checkpoints (cpts_id, size, root, note, at) "
        "VALUES ('val-test', 1, :root, :note, '2026-11-22 21:00:00+00') "
    )
    with engine.begin() as connection:
        connection.execute(sa.text(insert), {"root": bytes(32), "note": "true"})

    upsert = "ON CONFLICT (cpts_id, size) DO UPDATE SET note = excluded.note"
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(
            sa.text(insert + upsert), {"root": bytes(32), "note": "false"}
        )


def test_a_batch_of_a_migration_that_fails_leaves_the_version_before(
    database_url: str, engine: sa.Engine
) -> None:
    """The next start tries again from the same place."""
    downgrade(database_url, "base")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE cpts (x INTEGER)"))

    with pytest.raises(DBAPIError):
        upgrade(database_url)

    assert left(engine)["tables"] == ["cpts"]
