"""Every refusal has its French sentence."""

import re
from collections.abc import Iterator

import pytest

from domain.errors import PlanError, StorageError, UnknownCrisisError
from domain.mission_errors import MissionClosedError
from domain.sentences import SENTENCES, sentence


def _children(error: type[PlanError]) -> Iterator[type[PlanError]]:
    for child in error.__subclasses__():
        if child.__module__.startswith("domain."):
            yield child
            yield from _children(child)


CHILDREN = tuple(_children(PlanError))


def test_each_refusal_has_its_code_and_its_sentence() -> None:
    codes = [child.code for child in CHILDREN]

    assert len(set(codes)) == len(codes)
    assert set(codes) <= set(SENTENCES)
    assert PlanError.code not in codes


@pytest.mark.parametrize("refusal", CHILDREN, ids=lambda refusal: refusal.code)
def test_a_sentence_reads_well_even_without_its_facts(
    refusal: type[PlanError],
) -> None:
    said = sentence(refusal())

    assert said.endswith(".")
    assert not re.search(r"[{}]| [;:!?»]|« ", said)  # filled, and typeset
    assert not re.search(r"\b[A-Z]+_[A-Z_]+\b", said)  # no code


BEFORE_A_CRISIS = {  # no page does what these ask for: a machine's keeper types it
    *("CPTS_INCONNUE", "ANNUAIRE_VIDE", "PLAN_ABSENT", "TYPE_INCONNU"),
    *("CONTRE_APPEL_ABSENT", "STOCKAGE"),
}


def test_whoever_conducts_a_crisis_from_a_page_is_never_told_to_type() -> None:
    typed = {code for code, text in SENTENCES.items() if re.search("tocsin |--", text)}

    assert typed == BEFORE_A_CRISIS


def test_facts_are_named() -> None:
    assert "c-20261122-k7p2" in sentence(UnknownCrisisError(crisis="c-20261122-k7p2"))
    assert "mission m3" in sentence(MissionClosedError(mission="m3"))


@pytest.mark.parametrize(
    ("reason", "words"),
    [("DISQUE_PLEIN", "disque plein"), ("EIO", "EIO")],
)
def test_a_reason_is_said_in_french_when_it_is_known(reason: str, words: str) -> None:
    assert f"({words})" in sentence(StorageError(reason=reason))
