"""Seats lack once everybody was asked: neighbours first, then the ARS."""

from datetime import UTC, datetime, timedelta

from domain.last_resort import answer_over_at, lacking_seats, whom_to_call
from domain.need import needs_of_card
from domain.partner import Partner
from domain.wave import Kinetic
from tests.national import national
from tests.world import cpts, template

LEFT = datetime(2026, 11, 22, 21, tzinfo=UTC)


def test_seats_open_to_any_profession_lack_too() -> None:
    needs = needs_of_card(template().card("T2-07"))

    lacking = lacking_seats(needs, {"T2-07.INFIRMIER": 8, "T2-07.TOUTES": 1})

    assert lacking == {"MEDECIN_GENERALISTE": 4, None: needs[-1].needed - 1}


def test_the_last_request_of_the_plan_is_the_one_that_is_waited_for() -> None:
    whole = national()

    assert answer_over_at(whole, Kinetic.FAST, 1, {"V2": LEFT}) is None
    over = answer_over_at(whole, Kinetic.FAST, 2, {"V2": LEFT, "V3": LEFT})
    assert over == LEFT + timedelta(minutes=30)  # twice half an hour, at pace 2


def test_neighbours_are_called_before_the_authority() -> None:
    neighbour = Partner.model_validate(
        {
            "code": "CPTS_OUEST",
            "kind": "CPTS_VOISINES",
            "nom": "CPTS de l'Ouest (fictive)",
            "telephone": "0536490021",
        }
    )
    tenant = cpts().model_copy(update={"partners": (neighbour,)})

    first, ars = whom_to_call(tenant)

    assert first == ("CPTS de l'Ouest (fictive)", "05 36 49 00 21")
    assert ars[0].startswith("Délé")
