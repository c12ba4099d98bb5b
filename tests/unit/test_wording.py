"""Every code that documents print has its French words."""

from collections.abc import Iterable, Mapping

import pytest

from domain import wording
from domain.alert import NotSent
from domain.answer import Availability
from domain.authority import Authority
from domain.card import CardState, OrderSource
from domain.crisis import CrisisState, OrderChannel
from domain.mission import MissionState


@pytest.mark.parametrize(
    ("labels", "codes"),
    [
        (wording.AUTHORITY_LABELS, Authority),
        (wording.CHANNEL_LABELS, OrderChannel),
        (wording.STATE_LABELS, CrisisState),
        (wording.CARD_STATE_LABELS, CardState),
        (wording.NOT_SENT_LABELS, NotSent),
        (wording.ANSWER_LABELS, Availability),
        (wording.MISSION_LABELS, MissionState),
        (wording.ORDER_LABELS, OrderSource),
    ],
)
def test_every_code_has_its_words(
    labels: Mapping[str, str], codes: Iterable[str]
) -> None:
    assert set(labels) == set(codes)
    assert len(set(labels.values())) == len(labels)
    assert not [words for words in labels.values() if "_" in words or not words]


@pytest.mark.parametrize("authority", Authority)
def test_an_authority_is_said_with_its_article(authority: Authority) -> None:
    assert authority.label.startswith(("l'", "le "))
    assert authority.of_label.startswith(("de l'", "du "))


def test_every_authority_is_told_apart() -> None:
    assert len({each.label for each in Authority}) == len(Authority)
    assert len({each.of_label for each in Authority}) == len(Authority)
