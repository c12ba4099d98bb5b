"""`tocsin crisis status` asks the running house, and says the same without it."""

import subprocess
import sys
from collections.abc import Iterator

import pytest

from adapters.embedded import FolderLock
from commands.life import EmbeddedLife, Plan
from instance import PROJECT
from tests.terminal import Desk, done, typed

LOADED = (
    "import sys; from commands.edge import run\n"
    "code = run('crisis', ['status', *sys.argv[1:]])\n"
    "print('sqlalchemy' in sys.modules)\n"
    "sys.exit(code)"
)


@pytest.fixture
def house(opened: Desk) -> Iterator[Desk]:
    """The pages of this folder, as `tocsin up` serves them."""
    life = EmbeddedLife(opened.folder, Plan(parts=("web",)))
    life.start()
    yield opened
    life.stop()


def asked(*arguments: str) -> list[str]:
    """Give what a process of its own prints, then whether it loaded the database."""
    process = subprocess.run(  # noqa: S603 - ourselves
        (sys.executable, "-c", LOADED, *arguments),
        check=True,
        capture_output=True,
        cwd=PROJECT,
        text=True,
    )
    return process.stdout.splitlines()


def test_the_running_house_says_what_the_database_says_and_loads_nothing(
    house: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    status = ("crisis", "status", house.crisis)
    board = asked(house.crisis)
    numbers = asked(house.crisis, "--json")
    monkeypatch.setenv("TOCSIN_DATABASE_URL", "sqlite:///elsewhere.db")
    other = typed(*status)
    monkeypatch.setenv("TOCSIN_DATABASE_URL", f"sqlite:///{house.folder}/./tocsin.db")
    alone = done(*status).out

    assert board[-1] == numbers[-1] == "False"
    assert board[:-1] == alone.splitlines()
    assert numbers[:-1] == done(*status, "--json").out.splitlines()
    assert "Aucune crise" in other.sentence


@pytest.mark.usefixtures("house")
def test_an_unknown_crisis_is_told_in_one_sentence_beside_a_running_house() -> None:
    said = typed("crisis", "status", "c-20260101-zzzz")

    assert "Aucune crise" in said.sentence


@pytest.mark.parametrize("ports", [None, '{"web_port": 9, "temporal_port": 9}'])
def test_a_house_that_does_not_answer_is_done_without(
    opened: Desk, ports: str | None
) -> None:
    if ports is not None:
        (opened.folder / "run.json").write_text(ports)
    lock = FolderLock(opened.folder).acquire()
    try:
        said = done("crisis", "status", opened.crisis).out
    finally:
        lock.release()

    assert f"Crise {opened.crisis} : active" in said


def test_each_person_is_told_channel_by_channel(opened: Desk) -> None:
    status = ("crisis", "status", opened.crisis, "--people")

    said = done(*status).out
    told = done(*status, "--json").document

    assert f"Sollicitées : {len(told)}." in said.replace("\xa0", " ")
    assert {len(each["channels"]) for each in told} == {1}  # mail alone is carried
    ways = [way for each in told for way in each["channels"]]
    assert {way["state"] for way in ways} == {"EN_ATTENTE", "NON_PARTI"}
    assert {way["reason"] for way in ways} == {None, "SANS_ADRESSE"}
    assert ways[0]["said"] in said
