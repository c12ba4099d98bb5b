"""The command line typed in this process, and what a person then sees."""

import json
import sqlite3
import sys
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from unicodedata import normalize

import pytest

import starter
from tests.world import ROOT

EXAMPLES = ROOT / "examples"
CPTS = "vallees-autan"
SMALL = ("--template", "fr-2022-12-socle")
NOWHERE = "127.0.0.1:1"  # where no Temporal server listens


def ago(**span: float) -> str:
    """Write the instant that was so long ago, as a person types it."""
    return (datetime.now(UTC) - timedelta(**span)).isoformat(timespec="seconds")


ORDER = {
    "--type": "SICK",
    "--scenario": "INCENDIE_FUMEES",
    "--authority": "DG_ARS",
    "--caller": "Dominique Fictif",
    "--place": "Castelorzac",
    "--perimeter": "Bas-Autan",
    "--mission": "Appuyer les EHPAD",
    "--received-at": ago(minutes=30),
    "--called-back-at": ago(minutes=27),
    "--reference": "ARS-2026-118",
}


@dataclass(frozen=True)
class Said:
    """What a command left: exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:  # noqa: ANN401 - as json.loads
        """The one JSON document on standard output."""
        return json.loads(self.out)

    @property
    def sentence(self) -> str:
        """The one plain sentence of a refusal, spaces and apostrophes as typed."""
        assert self.out == ""
        assert self.err.count("\n") == 1, self.err
        for bad in ("Traceback", "Erreur imprévue", "None", "{"):
            assert bad not in self.err
        return normalize("NFKC", self.err).replace("’", "'").strip()  # noqa: RUF001


class _Interpreter:
    """Do as Python does with an error that nobody caught."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if kind and error:
            sys.excepthook(kind, error, trace)
        return True


def typed(*arguments: str) -> Said:
    """Type `tocsin …`."""
    out, err, code = StringIO(), StringIO(), 1
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out):
        patch.setattr(sys, "argv", ["tocsin", *arguments])
        patch.setattr(sys, "excepthook", sys.excepthook)
        with redirect_stderr(err), _Interpreter():
            code = starter.main()
    return Said(code, out.getvalue(), err.getvalue())


def done(*arguments: str) -> Said:
    """Type a command that succeeds."""
    said = typed(*arguments)
    assert said.code == 0, said.err
    return said


def order(cpts: str = CPTS, **changes: str | None) -> tuple[str, ...]:
    """Write `crisis open` with an order; None leaves an option out."""
    said = ORDER | {f"--{k.replace('_', '-')}": v for k, v in changes.items()}
    options = [word for k, v in said.items() if v is not None for word in (k, v)]
    return ("crisis", "open", cpts, *options)


@dataclass(frozen=True)
class Desk:
    """One installation on SQLite."""

    folder: Path
    crisis: str = ""

    def facts(self) -> tuple[str, ...]:
        """Every row of the database and every other file: to be left as they are."""
        with closing(sqlite3.connect(self.folder / "tocsin.db")) as database:
            rows = tuple(database.iterdump())
        return rows + tuple(
            f"{path} {sha256(path.read_bytes()).hexdigest()}"
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and not path.name.startswith("tocsin.db")
        )
