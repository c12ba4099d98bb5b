"""A PostgreSQL server of our own, of which the whole may be killed."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from adapters.embedded import LOOPBACK
from benchmarks.stage import AbsentError, free_port

_USER = "postgres"  # as root it refuses to run


@dataclass(frozen=True, slots=True)
class Postgres:
    """What to run, and where it then listens."""

    command: tuple[str, ...]
    port: int

    @property
    def url(self) -> str:
        """Its only database."""
        return f"postgresql://tocsin@{LOOPBACK}:{self.port}/postgres"


def serves(url: str) -> bool:
    """Does it take connections? It listens before, while it mends itself."""
    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def postgres(measure: str) -> Iterator[Postgres]:
    """Lay out an empty cluster in a folder that goes.

    Raises:
        AbsentError: PostgreSQL is not installed: this measure is not taken.
    """
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    setpriv = shutil.which("setpriv")
    if not programs or setpriv is None:
        raise AbsentError(measure, "install postgresql")
    user = _USER if os.geteuid() == 0 else None
    with TemporaryDirectory(prefix="tocsin-pg-", ignore_cleanup_errors=True) as folder:
        if user:
            shutil.chown(folder, user)
        data, port = f"{folder}/data", free_port()
        subprocess.run(  # noqa: S603 - our own server
            (programs[-1] / "initdb", "-D", data, "-A", "trust", "-U", "tocsin", "-N"),
            user=user,
            cwd=folder,
            check=True,
            capture_output=True,
        )
        who = ("--reuid", user, "--regid", user, "--clear-groups") if user else ()
        yield Postgres(
            (
                *(setpriv, *who, "--pdeathsig", "keep", str(programs[-1] / "postgres")),
                *("-D", data, "-k", folder, "-p", str(port), "-h", LOOPBACK),
            ),
            port,
        )
