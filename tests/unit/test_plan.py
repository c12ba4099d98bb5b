"""A plan: somebody in each role, and one text that its hash is of."""

import json
from hashlib import sha256

import pytest

from domain.crisis import ActivatedType
from domain.errors import MissingRoleHolderError, UnknownTypeError
from domain.plan import Holder, Plan, text_sha256
from tests.national import national
from tests.world import CPTS_ID, template

REFERENT = Holder(role="REFERENT_SSE", person_id="p-1", deputy_id="p-2")
PILOT = Holder(role="PILOTAGE", person_id="p-3", deputy_id="p-4")


def plan(*holders: Holder) -> Plan:
    return Plan(
        cpts_id=CPTS_ID,
        plan_id=f"plan-{CPTS_ID}",
        number=1,
        holders=holders or (REFERENT, PILOT),
        template=template(),
    )


def test_a_plan_with_somebody_in_each_role_holds() -> None:
    plan().check()


@pytest.mark.parametrize(
    ("holders", "role", "missing"),
    [
        ((REFERENT,), "PILOTAGE", "titulaire"),
        ((PILOT,), "REFERENT_SSE", "titulaire"),
        (
            (REFERENT, PILOT.model_copy(update={"deputy_id": None})),
            "PILOTAGE",
            "suppléant",
        ),
        (
            (REFERENT.model_copy(update={"deputy_id": "p-1"}), PILOT),
            "REFERENT_SSE",
            "suppléant",
        ),
    ],
)
def test_a_role_with_nobody_is_refused_by_name(
    holders: tuple[Holder, ...], role: str, missing: str
) -> None:
    with pytest.raises(MissingRoleHolderError) as refused:
        plan(*holders).check()

    assert refused.value.facts == {"role": role, "missing": missing}


def test_a_plan_reads_back_what_it_wrote() -> None:
    written = plan().canonical()

    assert Plan.model_validate_json(written) == plan()
    assert Plan.model_validate_json(written).canonical() == written


def test_the_text_of_a_plan_does_not_depend_on_the_order_of_its_keys() -> None:
    said = json.loads(plan().canonical())
    turned = Plan.model_validate(dict(reversed(said.items())))

    assert turned.canonical() == plan().canonical()
    assert list(said) == sorted(said)


def test_one_word_changed_changes_the_hash() -> None:
    said = plan()
    other = said.model_copy(
        update={"template": said.template.model_copy(update={"note": "Autre note."})}
    )

    assert text_sha256(said.canonical()) == text_sha256(plan().canonical())
    assert text_sha256(said.canonical()) != text_sha256(other.canonical())
    assert text_sha256("é") == sha256("é".encode()).hexdigest()


def asked(type_code: str, scenario: str) -> tuple[ActivatedType, ...]:
    return (ActivatedType(code=type_code, scenarios=(scenario,)),)


def test_a_crisis_asks_for_the_seats_of_its_scenario() -> None:
    needs = plan().needs(asked("SICK", "CANICULE"))

    assert {need.card_id for need in needs} == {"T2-07"}
    assert sum(need.needed for need in needs) == 20


@pytest.mark.parametrize(
    ("type_code", "scenario"), [("SICK", "SEISME"), ("NRBC", "CANICULE")]
)
def test_a_plan_asks_for_nothing_in_a_crisis_it_does_not_know(
    type_code: str, scenario: str
) -> None:
    with pytest.raises(UnknownTypeError):
        plan().needs(asked(type_code, scenario))


def test_a_team_that_goes_on_to_another_card_is_counted_once() -> None:
    scenarios = tuple(s.code for s in national().type_sheet("CASUALTIES").scenarios)
    whole = plan().model_copy(update={"template": national()})
    wanted = whole.needs([ActivatedType(code="CASUALTIES", scenarios=scenarios)])

    cards = {need.card_id for need in wanted}
    assert "T1-05" in cards
    assert "T1-06" not in cards
