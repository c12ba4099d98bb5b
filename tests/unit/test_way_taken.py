"""Each message by each channel is told in words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.way_taken import WayTaken, told_by_channel

PARIS = ZoneInfo("Europe/Paris")
AT = datetime(2026, 11, 22, 21, 41, tzinfo=UTC)
BASE: dict[str, object] = {
    "channel": "SMS",
    "state": "PARTIE",
    "reason": None,
    "leaves_at": AT,
    "sent_at": AT,
    "provider": "A",
    "receipt": None,
    "receipt_at": None,
    "receipt_reason": None,
    "stands_for": None,
}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, "SMS : inconnu après 12 min, confié à 22 h 41 ; sans réponse, appelez"),
        ({"channel": "COURRIEL", "provider": None}, "courriel : confié à 22 h 41"),
        ({"sent_at": AT + timedelta(minutes=11)}, "SMS : confié à 22 h 52"),
        ({"receipt": "REMIS", "receipt_at": AT}, "SMS : remis à 22 h 41"),
        (
            {"receipt": "ECHEC", "receipt_reason": "état 2"},
            "SMS : non remis (état 2) ; appelez",
        ),
        (
            {"state": "NON_PARTIE", "reason": "ENVOI_INCERTAIN"},
            "SMS : envoi incertain ; pris sans réponse du fournisseur, appelez",
        ),
        (
            {"state": "NON_PARTIE", "reason": "REFUSE_PAR_LE_SERVEUR"},
            (
                "SMS : refusé par le fournisseur ; "
                "vérifiez l'adresse ou le numéro, appelez"
            ),
        ),
        ({"state": "NON_PARTIE", "reason": "DEJA_REPONDU"}, "SMS : avait déjà répondu"),
        (
            {"state": "A_ENVOYER", "leaves_at": AT + timedelta(hours=1)},
            "SMS : en attente, prévu à 23 h 41",
        ),
        ({"state": "EN_COURS"}, "SMS : en attente"),
        (
            {"channel": "COURRIEL", "provider": None, "stands_for": "SMS,APPEL"},
            "courriel (à la place de : SMS, appel) : confié à 22 h 41",
        ),
    ],
)
def test_a_way_says_where_it_stands_and_what_to_do(
    said: dict[str, object], told: str
) -> None:
    way = WayTaken.model_validate(BASE | said)

    shown = way.told(AT + timedelta(minutes=12), PARIS)

    plain = shown.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2019", "'")
    assert plain == told


def test_a_channel_tried_thrice_takes_one_line_that_says_what_matters() -> None:
    def way(minutes: int, **said: object) -> WayTaken:
        at = {"sent_at": AT + timedelta(minutes=minutes), "channel": "APPEL"}
        return WayTaken.model_validate(BASE | at | said)

    def lines(*ways: WayTaken) -> list[str]:
        said = told_by_channel(ways, AT + timedelta(minutes=9), PARIS)
        return [each.replace("\u202f", " ").replace("\u00a0", " ") for each in said]

    unsent = {"sent_at": None, "state": "NON_PARTIE"}
    answered = way(0, **unsent, reason="DEJA_REPONDU")
    late = way(0, **unsent, reason="DELAI_ECOULE")
    arrived = way(2, receipt="REMIS", receipt_at=AT)

    assert lines(way(0), way(2), way(4)) == ["appel (3 fois) : confié à 22 h 45"]
    assert lines(way(0), answered) == ["appel : confié à 22 h 41"]
    assert lines(way(0), late)[0].startswith("appel : délai écoulé ; aucun")
    assert lines(way(0), arrived, late) == ["appel (2 fois) : remis à 22 h 41"]
    assert lines(way(0), way(1, channel="SMS")) == [
        "appel : confié à 22 h 41",
        "SMS : confié à 22 h 42",
    ]
