"""Seats lack once everybody was asked: neighbours first, then the ARS."""

from datetime import UTC, datetime, timedelta

from domain.last_resort import answer_over_at, lacking_seats, last_resort
from domain.need import needs_of_card
from domain.partner import Partner
from domain.wave import Kinetic
from tests.national import national
from tests.world import cpts, template

LEFT = datetime(2026, 11, 22, 21, tzinfo=UTC)


def test_only_seats_kept_for_a_profession_lack() -> None:
    needs = needs_of_card(template().card("T2-07"))

    assert lacking_seats(needs, {"T2-07.INFIRMIER": 8, "T2-07.TOUTES": 0}) == {
        "MEDECIN_GENERALISTE": 4
    }


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

    said = last_resort(tenant, {"Infirmier": 3})

    assert "il manque encore : Infirmier (3)" in said
    assert said.index("CPTS de l'Ouest (fictive) (05 36 49 00 21)") < said.index("Délé")
