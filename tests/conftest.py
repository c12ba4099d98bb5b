"""Real databases, one fresh for each test: SQLite always, PostgreSQL when found."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import settings

from adapters.database.migrate import upgrade
from adapters.database.unit import Database
from adapters.garbage import search_rarely
from adapters.signing import Signer
from tests import compiled

ORIGIN = "tocsin.example"

settings.register_profile("untimed", deadline=None)  # a busy machine proves nothing
settings.load_profile("untimed")


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    search_rarely()
    with pytest.MonkeyPatch.context() as patch:
        compiled.share(patch)
        yield


def _postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    program = shutil.which("initdb")
    return Path(program).parent if program else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[str | None]:
    """A PostgreSQL server of our own on a socket; None where there is none."""
    programs = _postgres_programs()
    if programs is None:
        yield None
        return
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="tocsin-pg-"))
    if user:
        shutil.chown(folder, user)
    data = folder / "data"

    def run(program: str, *arguments: str) -> None:
        subprocess.run(  # noqa: S603 - our own server
            [programs / program, *arguments],
            user=user,
            check=True,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    run("initdb", "-D", str(data), "-A", "trust", "-U", "tocsin", "-E", "UTF8", "-N")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=200"
    log = str(folder / "log")
    run("pg_ctl", "-D", str(data), "-o", options, "-l", log, "-w", "start")
    try:
        yield f"postgresql://tocsin@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy: migrating costs more than copying."""
    path = tmp_path_factory.mktemp("model") / "model.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_model(postgres: str | None) -> str | None:
    """A migrated, empty PostgreSQL database to copy."""
    if postgres is None:
        return None
    _postgres_do(postgres, "CREATE DATABASE model")
    upgrade(postgres.replace("/postgres?", "/model?"))
    return postgres


def _postgres_do(server: str, statement: str) -> None:
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(
    request: pytest.FixtureRequest, tmp_path: Path, sqlite_model: Path
) -> Iterator[str]:
    """The address of a fresh, migrated database."""
    if request.param == "sqlite":
        path = tmp_path / "tocsin.db"
        shutil.copy(sqlite_model, path)
        yield f"sqlite:///{path}"
        return
    server = request.getfixturevalue("postgres_model")
    if server is None:
        pytest.skip("NOTHING IS TRIED ON POSTGRESQL: install postgresql")
    name = f"t{abs(hash(request.node.nodeid)) % 10**12}"
    _postgres_do(server, f"CREATE DATABASE {name} TEMPLATE model")
    yield server.replace("/postgres?", f"/{name}?")
    _postgres_do(server, f"DROP DATABASE {name} WITH (FORCE)")


class Now:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def wakes() -> list[str]:
    """Every wake-up hinted at by acts."""
    return []


@pytest.fixture
def signer() -> Signer:
    return Signer(bytes(range(32)), ORIGIN)


@pytest.fixture
async def database(
    database_url: str,
    now: Callable[[], datetime],
    wakes: list[str],
    signer: Signer,
) -> AsyncIterator[Database]:
    """The facts on a fresh database of each kind."""
    facts = Database(
        database_url, now=now, sign=signer.sign, origin=ORIGIN, wake=wakes.append
    )
    yield facts
    await facts.close()
