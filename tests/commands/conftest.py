"""Installations to type commands on: made once by commands, copied for each test."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from archive import filing
from domain.reference import CrisisRef
from instance import opened as instance_opened
from settings import load
from tests.terminal import CPTS, EXAMPLES, NOWHERE, SMALL, Desk, done, order


@contextmanager
def at(folder: Path) -> Iterator[pytest.MonkeyPatch]:
    """Set what commands read of the environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOCSIN_DATA_DIR", str(folder))
        patch.setenv("TOCSIN_TEMPORAL_ADDRESS", NOWHERE)
        patch.delenv("TOCSIN_DATABASE_URL", raising=False)
        patch.chdir(folder)
        yield patch


@contextmanager
def copied(model: Desk, folder: Path) -> Iterator[Desk]:
    """Give a desk of its own to a test."""
    shutil.copytree(model.folder, folder)
    with at(folder):
        yield Desk(folder, model.crisis)


@pytest.fixture(scope="session")
def empty_model(tmp_path_factory: pytest.TempPathFactory, sqlite_model: Path) -> Desk:
    folder = tmp_path_factory.mktemp("empty")
    shutil.copy(sqlite_model, folder / "tocsin.db")
    with at(folder):
        done("cpts", "list")  # makes the keys
    return Desk(folder)


@pytest.fixture(scope="session")
def settled_model(tmp_path_factory: pytest.TempPathFactory, empty_model: Desk) -> Desk:
    with copied(empty_model, tmp_path_factory.mktemp("settled") / "var") as desk:
        done("cpts", "add", str(EXAMPLES / "cpts.yaml"))
        done("roster", "import", CPTS, str(EXAMPLES / "roster.csv"))
        done("plan", "new", CPTS, *SMALL)
    return desk


@pytest.fixture(scope="session")
def drafted_model(tmp_path_factory: pytest.TempPathFactory, empty_model: Desk) -> Desk:
    with copied(empty_model, tmp_path_factory.mktemp("drafted") / "var") as desk:
        done("cpts", "add", str(EXAMPLES / "cpts.yaml"))
        done("roster", "import", CPTS, str(EXAMPLES / "roster.csv"))
        done("plan", "new", CPTS, "--template", "fr-2022-12")
    return desk


@pytest.fixture(scope="session")
def opened_model(tmp_path_factory: pytest.TempPathFactory, settled_model: Desk) -> Desk:
    with copied(settled_model, tmp_path_factory.mktemp("opened") / "var") as desk:
        crisis = done(*order(), "--json").document["crisis_id"]
    return Desk(desk.folder, crisis)


@pytest.fixture(scope="session")
def filed_model(tmp_path_factory: pytest.TempPathFactory, opened_model: Desk) -> Desk:
    async def file() -> None:
        async with instance_opened(load()) as instance:
            ref = CrisisRef(cpts_id=CPTS, crisis_id=opened_model.crisis)
            await filing(instance).file_crisis(ref)

    with copied(opened_model, tmp_path_factory.mktemp("filed") / "var") as desk:
        done("crisis", "lift", desk.crisis, "--authority", "DG_ARS")
        asyncio.run(file())  # what the worker does next
        done("evidence", "pack", desk.crisis, "--output", "preuve.zip")
    return desk


@pytest.fixture
def empty(empty_model: Desk, tmp_path: Path) -> Iterator[Desk]:
    """An instance without a CPTS."""
    with copied(empty_model, tmp_path / "var") as desk:
        yield desk


@pytest.fixture
def settled(settled_model: Desk, tmp_path: Path) -> Iterator[Desk]:
    """The CPTS of the examples, with its roster and its plan."""
    with copied(settled_model, tmp_path / "var") as desk:
        yield desk


@pytest.fixture
def drafted(drafted_model: Desk, tmp_path: Path) -> Iterator[Desk]:
    """The CPTS of the examples, and a first draft of the national plan."""
    with copied(drafted_model, tmp_path / "var") as desk:
        yield desk


@pytest.fixture
def opened(opened_model: Desk, tmp_path: Path) -> Iterator[Desk]:
    """The same, with a crisis whose messages wait for an engine."""
    with copied(opened_model, tmp_path / "var") as desk:
        yield desk


@pytest.fixture
def surveyed(drafted: Desk) -> Desk:
    """A crisis on the national template: its places may be asked."""
    return Desk(drafted.folder, done(*order(), "--json").document["crisis_id"])


@pytest.fixture
def filed(filed_model: Desk, tmp_path: Path) -> Iterator[Desk]:
    """The same, lifted, with its report; the pack made by the command is there."""
    with copied(filed_model, tmp_path / "var") as desk:
        yield desk
