"""`tocsin plan diff`: what changed, in 80 columns and without colours for a program."""

import asyncio
from unicodedata import normalize

import pytest

from instance import opened as instance_opened
from settings import load
from tests.compared import add_next
from tests.terminal import CPTS, EXAMPLES, Desk, done, typed


@pytest.fixture
def compared(empty: Desk) -> Desk:
    """The CPTS of the examples, with two versions of its whole plan."""

    async def write() -> None:
        async with instance_opened(load()) as instance:
            await add_next(instance.database, CPTS)

    done("cpts", "add", str(EXAMPLES / "cpts.yaml"))
    done("roster", "import", CPTS, str(EXAMPLES / "roster.csv"))
    done("plan", "new", CPTS)
    asyncio.run(write())
    return empty


@pytest.mark.usefixtures("compared")
def test_two_versions_are_compared_in_words_and_as_json() -> None:
    said = done("plan", "diff", CPTS, "1", "2").out
    found = done("plan", "diff", CPTS, "1", "2", "--json").document
    same = done("plan", "diff", CPTS, "2", "3").out
    through = done("plan", "diff", CPTS, "1", "3").out
    unknown = typed("plan", "diff", CPTS, "1", "9")

    plain = normalize("NFKC", said)
    assert plain.startswith("Version 2, comparée à la version 1 : 2 modifications.")
    assert "    - 30 min (crise rapide), 4 h (crise lente)" in plain
    assert "    + 20 min (crise rapide), 4 h (crise lente)" in plain
    assert "\n  Relu le 22 novembre 2026 par " in plain
    assert max(map(len, said.splitlines())) <= 80
    assert "\N{ESCAPE}" not in said
    targets = [d["target"] for s in found["sections"] for d in s["differences"]]
    assert targets == ["T1-02.echeance", "T1-15.desactivee"]
    assert "identique" in same
    assert through.splitlines()[1:] == said.splitlines()[1:]
    assert unknown.code == 1
    assert "9" in unknown.sentence
