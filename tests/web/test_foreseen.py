"""What an order sets off, in words: people first, then partners."""

from datetime import UTC, datetime

from domain.calendar import NBSP
from domain.partner import Partner
from domain.preview import Foreseen
from tests.places import PARTNERS, cpts_with_places
from tests.unit.test_preview import FIRE, everyone, plan
from tests.world import activation
from web.foreseen import Words

NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)


def words(*partners: Partner) -> Words:
    tenant = cpts_with_places(places=(), partners=partners)
    said = activation(NOON, types=FIRE)
    foreseen = Foreseen(plan(), said, tenant.zone_info, NOON)
    found = foreseen.preview(everyone(), tenant.every_partner)
    return Words(tenant, plan(), said, found)


def test_partners_are_counted_apart_fromeveryone() -> None:
    said = words(*PARTNERS)

    told = said.reach().waves[-1]
    assert (told.people, told.when) == ("2 partenaires", f"à 12{NBSP}h{NBSP}50")
    assert said.departures().endswith(f". Et 2 partenaires, à 12{NBSP}h{NBSP}50.")


def test_a_file_that_names_no_partner_is_said_so_before_confirming() -> None:
    said = words()

    told = said.reach().waves[-1]
    assert told.people == "Aucun partenaire"
    assert told.when == "le fichier de la CPTS n'en nomme aucun"
    assert "partenaire" not in said.departures()
