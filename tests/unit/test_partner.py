"""Which partners a wave tells, and where each one stands."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.answer import PartnerAnswer
from domain.cpts import Cpts
from domain.partner import (
    Partner,
    PartnerKind,
    PartnerState,
    SaidByPartner,
    ToldPartner,
    to_tell,
)
from tests.national import national
from tests.places import PARTNERS, cpts_with_places

TOWN, HELP = PARTNERS
NEED = SaidByPartner(answer=PartnerAnswer.NEED, at=datetime(2026, 11, 22, tzinfo=UTC))
SENT = {"sent": True}


def test_a_cpts_may_name_exactly_those_whom_the_national_card_tells() -> None:
    assert set(national().card("TC-10").partners) == {*PartnerKind}
    assert {*PartnerKind} <= {partner.code for partner in national().partners}


def test_places_of_care_are_partners_unless_no_card_names_them() -> None:
    everyone = cpts_with_places().every_partner

    assert [(each.code, each.kind, each.zone) for each in everyone] == [
        ("MSP_NORD", PartnerKind.HEALTH_CENTRE, "Nord"),
        ("EHPAD_SUD", PartnerKind.CARE_HOME, "Sud"),
        ("MAIRIE_NORD", PartnerKind.TOWN_HALL, "Nord"),
        ("DAC_VAL", PartnerKind.COORDINATION, None),
    ]


def test_a_wave_tells_those_whom_its_own_cards_name() -> None:
    cards = national().cards
    liaison = national().card("TC-10")
    houses_only = liaison.model_copy(update={"partners": ("MAIRIE_CCAS",)})

    assert to_tell("VP", cards, PARTNERS) == PARTNERS
    assert to_tell("VP", [houses_only], PARTNERS) == (TOWN,)
    assert to_tell("V2", cards, PARTNERS) == ()


@pytest.mark.parametrize(
    ("partner", "zones", "touched"),
    [
        (TOWN, (), True),
        (TOWN, ("Nord",), True),
        (TOWN, ("Sud",), False),
        (HELP, ("Sud",), True),  # of the whole territory
    ],
)
def test_a_partner_is_touched_where_it_is(
    *, partner: Partner, zones: tuple[str, ...], touched: bool
) -> None:
    assert partner.is_in(zones) is touched


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, PartnerState.UNREACHED),
        ({"pending": True}, PartnerState.WAITING),
        (SENT, PartnerState.WAITING),
        (SENT | {"over": True}, PartnerState.TO_CALL),
        (SENT | {"over": True, "touched": False}, PartnerState.SILENT),
        ({"over": True, "said": NEED}, PartnerState.NEED),
    ],
)
def test_where_a_partner_stands_says_whom_to_call(
    facts: dict[str, Any], state: PartnerState
) -> None:
    named: dict[str, Any] = {"partner": TOWN, "touched": True} | facts
    told = ToldPartner(**named)

    assert told.state is state


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"zone": "Est"}, "MAIRIE_NORD est dans une zone absente de « zones » : Est"),
        ({"code": "MSP_NORD"}, "« partenaires » : MSP_NORD est donné deux fois"),
        ({"kind": "PRESSE"}, "Input should be 'MAIRIE_CCAS'"),
    ],
)
def test_a_partner_that_cannot_be_told_is_refused(
    change: dict[str, str], rule: str
) -> None:
    said = cpts_with_places(partners=()).model_dump(mode="json", exclude_none=True)
    town = TOWN.model_dump(mode="json") | change

    with pytest.raises(ValueError, match=rule):
        Cpts.model_validate(said | {"partenaires": [town]})
