"""The layers of a plan come apart and go together again, and every rule is kept."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.card import ActionCard
from domain.card_editing import add_card, disable_card, edit_card, enable_card
from domain.card_field import card_fields, short_card, with_fields
from domain.content import Layer
from domain.layer import layers_of
from domain.layer_errors import (
    CardDisabledError,
    CardExistsError,
    CardNeededError,
    CardNotInPlanError,
    CardPlayedError,
    CardRefusedError,
    NothingToChangeError,
)
from domain.plan import Plan
from tests.layered import drafted, local_card
from tests.national import national

FREE = ("TC-11", "TC-23", "T1-15", "T2-14", "T3-14", "T4-12", "T5-15")
"""Cards that none leans on and that no rule wants."""


def edited(plan: Plan, card_id: str, **fields: object) -> Plan:
    card = plan.template.card(card_id)
    said = {key: json.dumps(value) for key, value in fields.items()}
    return edit_card(plan, with_fields(card, said), "Accord du SAMU")


def test_an_edited_card_is_played_and_remembers_what_the_layer_below_said() -> None:
    plan = edited(drafted(), "T1-01", echeance="PT10M")

    [edit] = plan.edits
    assert json.loads(edit.was) == {"rapide": "PT20M", "lente": "PT20M"}
    assert json.loads(edit.value) == {"rapide": "PT10M", "lente": "PT10M"}
    assert (edit.layer, edit.reason) == (Layer.CPTS, "Accord du SAMU")
    assert plan.template.card("T1-01").due_after.fast.total_seconds() == 600
    assert layers_of(plan).below == national()


def test_a_field_put_back_is_no_longer_edited() -> None:
    plan = edited(drafted(), "T1-01", echeance="PT10M", prudence="Rester.")
    again = edited(plan, "T1-01", echeance="PT20M")

    assert [edit.field for edit in again.edits] == ["prudence"]


def test_an_edit_keeps_its_first_reason() -> None:
    plan = edited(drafted(), "T1-01", echeance="PT10M")
    card = with_fields(plan.template.card("T1-01"), {"prudence": '"Rester."'})
    again = edit_card(plan, card, "Relecture")

    assert [edit.reason for edit in again.edits] == ["Accord du SAMU", "Relecture"]


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"titre": "Poste à tenir"}, "verbe à l'infinitif"),
        ({"critique": True}, "réservé à"),
        ({"depend_de": ["TC-99"]}, "inconnu : TC-99"),
        ({"effectif": {"min": 1, "cible": 1}, "mode": "POSTE"}, "besoins"),
    ],
)
def test_an_edit_that_breaks_a_rule_is_refused_with_its_sentence(
    fields: dict[str, object], rule: str
) -> None:
    with pytest.raises(CardRefusedError) as refused:
        edited(drafted(), "T1-01", **fields)

    assert refused.value.facts["card"] == "T1-01"
    assert rule in str(refused.value.facts["rule"])


def test_a_rule_broken_elsewhere_names_the_other_card() -> None:
    with pytest.raises(CardRefusedError) as refused:
        edited(drafted(), "TC-01", echeance="P2D")

    assert str(refused.value.facts["rule"]).startswith("TC-03 : due avant TC-01")


def test_saying_the_same_again_is_refused() -> None:
    with pytest.raises(NothingToChangeError):
        edited(drafted(), "T1-01", echeance="PT20M")


@pytest.mark.parametrize("card_id", FREE)
def test_a_disabled_card_is_not_played_and_comes_back_where_it_stood(
    card_id: str,
) -> None:
    plan = disable_card(drafted(), card_id, "Tenue par le SDIS")

    assert card_id not in {card.card_id for card in plan.template.cards}
    assert [(d.card_id, d.reason) for d in plan.disabled] == [
        (card_id, "Tenue par le SDIS")
    ]
    assert enable_card(plan, card_id) == drafted()


def test_cards_are_enabled_in_any_order() -> None:
    plan = disable_card(drafted(), "T1-14", "Sans objet ici")
    plan = disable_card(plan, "T1-15", "Sans objet ici")

    assert enable_card(enable_card(plan, "T1-14"), "T1-15") == drafted()
    assert enable_card(enable_card(plan, "T1-15"), "T1-14") == drafted()


def test_an_edited_card_that_is_disabled_keeps_its_edits() -> None:
    plan = edited(drafted(), "T1-15", prudence="Rester.")
    gone = disable_card(plan, "T1-15", "Sans objet ici")

    assert gone.edits == plan.edits
    assert enable_card(gone, "T1-15") == plan
    with pytest.raises(CardDisabledError):
        disable_card(gone, "T1-15", "Encore")
    with pytest.raises(CardDisabledError):
        edit_card(gone, plan.template.card("T1-15"), "Encore")


@pytest.mark.parametrize(
    ("card_id", "others"),
    [("T1-05", "T1-06"), ("T2-01", "le départ de"), ("T1-04", "T1-05")],
)
def test_a_card_that_others_lean_on_stays(card_id: str, others: str) -> None:
    with pytest.raises(CardNeededError) as refused:
        disable_card(drafted(), card_id, "Sans objet ici")

    assert others in str(refused.value.facts["others"])


def test_a_critical_card_is_never_disabled() -> None:
    plan = drafted()
    for card in plan.template.cards:
        if "TC-08" in card.depends_on:
            left = [name for name in card.depends_on if name != "TC-08"]
            plan = edited(plan, card.card_id, depend_de=left)

    with pytest.raises(CardRefusedError) as refused:
        disable_card(plan, "TC-08", "Sans objet ici")

    assert "critique" in str(refused.value.facts["rule"])


def test_a_local_card_is_played_with_its_type() -> None:
    plan = add_card(drafted(), local_card())

    assert plan.local_cards == ("L1-01",)
    assert plan.template.type_sheet("CASUALTIES").cards[-1].card_id == "L1-01"
    assert layers_of(plan).below == national()
    assert layers_of(plan).onto(plan) == plan


def test_a_local_card_is_edited_without_a_layer_below() -> None:
    plan = edited(add_card(drafted(), local_card()), "L1-01", prudence="Rester.")

    assert plan.edits == ()
    assert plan.template.card("L1-01").caution == "Rester."


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"id": "T1-16"}, "commence par L"),
        ({"id": "L1-51"}, "de 01 à 50"),
        ({"id": "L1-00"}, "de 01 à 50"),
        ({"titre": "Point d'eau"}, "verbe à l'infinitif"),
        ({"roles": ["CHEF"]}, "code inconnu : CHEF"),
        ({"depend_de": ["T2-01"]}, "code inconnu : T2-01"),
        ({"quoi": ["Prévenir le DAC.", "Noter.", "Finir."]}, "sigle"),
    ],
)
def test_a_local_card_that_breaks_a_rule_is_refused_with_its_sentence(
    changes: dict[str, object], rule: str
) -> None:
    with pytest.raises(CardRefusedError) as refused:
        add_card(drafted(), local_card(**changes))

    assert rule in str(refused.value.facts["rule"])


def test_a_type_that_the_plan_does_not_have_takes_no_card() -> None:
    small = drafted().model_copy(
        update={
            "template": national().model_copy(update={"types": national().types[1:]})
        }
    )

    with pytest.raises(CardRefusedError) as refused:
        add_card(small, local_card())

    assert "n'a pas ce type" in str(refused.value.facts["rule"])


def test_an_id_that_is_taken_is_refused_with_a_free_one() -> None:
    plan = add_card(drafted(), local_card())

    with pytest.raises(CardExistsError) as refused:
        add_card(plan, local_card())
    with pytest.raises(CardExistsError) as national_id:
        add_card(plan, local_card(id="T1-01"))

    assert refused.value.facts["free"] == "L1-02"
    assert national_id.value.facts["free"] == "L1-02"


def test_what_is_not_in_the_plan_cannot_be_changed() -> None:
    card = local_card()

    with pytest.raises(CardNotInPlanError):
        edit_card(drafted(), card, "Relecture")
    with pytest.raises(CardNotInPlanError):
        disable_card(drafted(), "T1-16", "Sans objet ici")
    with pytest.raises(CardNotInPlanError):
        enable_card(drafted(), "T1-16")
    with pytest.raises(CardPlayedError):
        enable_card(drafted(), "T1-01")


def test_every_card_is_read_again_as_it_is_written_for_people() -> None:
    for card in national().cards:
        written = short_card(card)
        assert ActionCard.model_validate(written) == card
        assert None not in written.values()


@settings(max_examples=12)
@given(
    edits=st.lists(st.sampled_from(FREE[:4]), unique=True),
    gone=st.lists(st.sampled_from(FREE), unique=True),
    local=st.booleans(),
)
def test_layers_come_apart_and_go_together_again(
    *, edits: list[str], gone: list[str], local: bool
) -> None:
    plan = drafted()
    for card_id in edits:
        plan = edited(plan, card_id, prudence=f"Relire {card_id}.")
    if local:
        plan = add_card(plan, local_card())
    for card_id in gone:
        plan = disable_card(plan, card_id, "Sans objet ici")

    assert layers_of(plan).onto(plan) == plan
    assert layers_of(plan).below == national()
    for card_id in gone:
        plan = enable_card(plan, card_id)
    assert {
        card_id: card_fields(plan.template.card(card_id))["prudence"]
        for card_id in edits
    } == {card_id: f'"Relire {card_id}."' for card_id in edits}
