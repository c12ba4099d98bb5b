"""Where a copy of the plan stands, in words."""

from datetime import timedelta
from unicodedata import normalize
from zoneinfo import ZoneInfo

import pytest

from domain.sending import SentCopy
from tests.world import OPENED

SENT = SentCopy(
    plan_number=3,
    title="Plan, version 3, exemplaire n° 1",
    contact="ARS_DD",
    sent_at=OPENED,
    letters=1,
    received_at=None,
    typed=None,
    ended_at=None,
)
LATER = OPENED + timedelta(days=2)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "accusé de réception attendu"),
        ({"letters": 3}, "accusé de réception attendu, 2 rappels"),
        ({"received_at": LATER}, "reçu le 24 novembre 2026 à 22 h 00"),
        (
            {"received_at": LATER, "typed": "Reçu par courriel le 24 de X"},
            "Reçu par courriel le 24 de X (saisi)",
        ),
        ({"ended_at": LATER}, "sans accusé de réception : appelez, puis saisissez-le"),
    ],
)
def test_a_copy_says_what_came_back_or_what_is_awaited(
    changes: dict[str, object], words: str
) -> None:
    said = SENT.model_copy(update=changes).standing(ZoneInfo("Europe/Paris"))

    assert normalize("NFKC", said) == words
