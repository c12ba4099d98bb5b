"""The crisis log: every entry that acts write is told in French."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from domain.alert import ClosedWhy
from domain.answer import Availability
from domain.authority import Authority
from domain.chronicle import KINDS, told

ACTS = Path(__file__).parents[2] / "acts"
NBSP = "\N{NO-BREAK SPACE}"

OPENED: Mapping[str, object] = {
    "reference": "ARS-2026-118",
    "exercise": False,
    "authority": "DG_ARS",
    "people": 378,
}
MISSION = {"mission": "m1", "card": "T2-07", "answer": "MISSION_ACCEPTEE"}
FACTS: dict[str, Mapping[str, object]] = {
    "cpts.added": {},
    "roster.imported": {},
    "plan.made": {},
    "crisis.opened": OPENED,
    "wave.opened": {"code": "V2", "asked": 1},
    "wave.reminded": {"silent": 212},
    "wave.closed": {"wave": 1, "why": "DELAI_ECOULE", "silent": 3},
    "batch.sent": {"sent": 376, "not_sent": {"SANS_ADRESSE": 2}},
    "answer": {"answer": "INDISPONIBLE"},
    "seat.passed": {"card": "T2-07"},
    "contribution": {"card": "T2-04", "fields": {"contactes": 4}, "minutes": None},
    "mission.proposed": {"mission": "m1", "card": "T2-07"},
    "mission.answered": MISSION,
    "mission.ended": MISSION,
    "mission.cancelled": MISSION,
    "crisis.lifted": {"authority": "PREFET", "told": 376},
    "request.link_made": {"contact": "ARS_DD"},
    "request.link_revoked": {"contact": "ARS_DD"},
    "cards.opened": {"cards": ["TC-01.1", "TC-02.1", "TC-03.1"]},
    "card.taken": {"card": "TC-03", "run": 1},
    "card.done": {"card": "TC-03", "run": 1, "late": True},
    "card.aside": {"card": "TC-09", "state": "SANS_OBJET", "reason": "aucun besoin"},
    "card.released": {"card": "T4-08", "source": "SAMU", "reference": "ordre 4"},
    "card.event": {"card": "T3-02", "event": 1},
    "digests.sent": {"people": 4, "cards": ["TC-03", "TC-05"]},
    "wave.steered": {"code": "V3", "state": "AVANCEE", "reason": "relève"},
    "safety.sent": {"message": "abri", "zones": ["Nord"]},
    "document.made": {"document": "RAPPORT"},
    "document.sent": {"contact": "ARS_DD"},
    "document.received": {"contact": "ARS_DD"},
}


def noted_kinds() -> Iterator[str]:
    """Find what the acts note: the first argument of each `act.note(…)`."""
    for path in ACTS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="note"), args=[ast.Constant(str(kind)), *_]
                ):
                    yield kind


def test_every_entry_that_acts_write_has_its_words() -> None:
    assert set(noted_kinds()) == set(KINDS) == set(FACTS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_entry_is_one_french_sentence(kind: str) -> None:
    sentence = told(kind, FACTS[kind])

    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "_" not in sentence.replace("ARS_DD", "")


@pytest.mark.parametrize("why", ClosedWhy)
def test_a_closing_says_why(why: ClosedWhy) -> None:
    facts = {"wave": 1, "why": why.value, "silent": 0}

    sentence = told("wave.closed", facts)

    assert why.value not in sentence
    assert "Sans réponse" not in sentence
    assert "Sans réponse" in told("wave.closed", facts | {"silent": 1})


@pytest.mark.parametrize("authority", Authority)
def test_an_opening_and_a_lifting_name_the_authority(authority: Authority) -> None:
    opened = told("crisis.opened", {**OPENED, "authority": authority.value})
    lifted = told("crisis.lifted", {"authority": authority.value, "told": 0})

    assert authority.value not in opened + lifted


def test_an_opening_says_what_is_missing_and_what_is_played() -> None:
    sentence = told("crisis.opened", {**OPENED, "reference": None, "exercise": True})

    assert sentence.startswith("EXERCICE.")
    assert "référence écrite attendue" in sentence
    assert "EXERCICE" not in told("crisis.opened", OPENED)


@pytest.mark.parametrize("answer", Availability)
def test_an_answer_is_told_in_words(answer: Availability) -> None:
    assert answer.value not in told("answer", {"answer": answer.value})


def test_people_are_counted_as_french_counts() -> None:
    assert "1 personne." in plain(told("wave.opened", FACTS["wave.opened"]))
    assert "0 personne." in plain(told("wave.reminded", {"silent": 0}))
    assert "2 personnes." in plain(told("wave.reminded", {"silent": 2}))


def test_messages_that_did_not_leave_are_told() -> None:
    assert "2 non partis" in plain(told("batch.sent", FACTS["batch.sent"]))
    assert "non partis" not in told("batch.sent", {"sent": 3, "not_sent": {}})


def plain(sentence: str) -> str:
    return sentence.replace(NBSP, " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
