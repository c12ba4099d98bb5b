"""A new template is merged three-way: nothing of ours changes in silence."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.card_editing import add_card, disable_card, edit_card, enable_card
from domain.card_field import NOTHING, with_fields
from domain.content import Attestation, FieldValue, Layer, SectionContent, Value
from domain.layer import layers_of
from domain.layer_errors import (
    CardRefusedError,
    UndecidedConflictsError,
    UnknownConflictError,
    UpgradeRefusedError,
    WrongRegionError,
)
from domain.merge import lay_over
from domain.merge_decision import decide
from domain.plan import Plan
from domain.region import region_breaches
from domain.template import Template
from tests.layered import DERIVED, derived, drafted, local_card, region, written
from tests.national import national

Texts = dict[str, Value]


def edited(plan: Plan, card_id: str, **fields: object) -> Plan:
    said = {key: json.dumps(value) for key, value in fields.items()}
    card = with_fields(plan.template.card(card_id), said)
    return edit_card(plan, card, "Accord du SAMU")


def upgraded(plan: Plan, template: Template | None = None) -> Plan:
    return lay_over(plan, template or derived(), None)


def test_the_same_template_changes_nothing() -> None:
    plan = disable_card(edited(drafted(), "T1-01", echeance="PT10M"), "T1-15", "Non")

    assert lay_over(plan, national(), None) == plan


def test_what_the_template_left_alone_stays_ours() -> None:
    plan = upgraded(edited(drafted(), "T1-02", prudence="Rester."))

    assert plan.conflicts == ()
    assert plan.template.card("T1-02").caution == "Rester."
    assert plan.template.template_id == DERIVED
    assert layers_of(plan).below == derived()


def test_an_edit_that_the_template_adopted_falls() -> None:
    plan = upgraded(edited(drafted(), "T1-01", echeance="PT15M"))

    assert (plan.edits, plan.conflicts) == ((), ())


def test_an_edit_of_what_the_template_changed_is_a_conflict_and_ours_is_played() -> (
    None
):
    plan = upgraded(edited(drafted(), "T1-01", echeance="PT10M"))

    [conflict] = plan.conflicts
    assert conflict.target == "T1-01.echeance"
    assert [
        json.loads(said)["rapide"]
        for said in (conflict.was, conflict.theirs, conflict.ours)
    ] == ["PT20M", "PT15M", "PT10M"]
    assert plan.template.card("T1-01").due_after.fast.total_seconds() == 600
    assert layers_of(plan).below == derived()


def test_a_conflict_is_kept_or_taken_once() -> None:
    plan = upgraded(edited(drafted(), "T1-01", echeance="PT10M"))
    kept = decide(plan, keep=["T1-01.echeance"], take=())
    taken = decide(plan, keep=(), take=["T1-01.echeance"])

    assert (kept.conflicts, taken.conflicts) == ((), ())
    assert kept.template == plan.template
    assert taken.template == derived()
    assert lay_over(kept, derived(), None) == kept
    with pytest.raises(UnknownConflictError):
        decide(kept, keep=["T1-01.echeance"], take=())


def test_editing_the_field_again_decides_its_conflict() -> None:
    plan = upgraded(edited(drafted(), "T1-01", echeance="PT10M", prudence="Rester."))

    assert edited(plan, "T1-01", prudence="Attendre.").conflicts == plan.conflicts
    assert edited(plan, "T1-01", echeance="PT12M").conflicts == ()


def test_what_becomes_of_a_card_decides_its_conflict() -> None:
    lost = upgraded(edited(drafted(), "T1-14", prudence="Rester."))
    gone = upgraded(disable_card(drafted(), "T2-14", "Sans objet ici"))

    # disabled while it waits, then given up: nothing of it is left
    disabled = disable_card(lost, "T1-14", "Sans objet ici")
    assert decide(disabled, keep=(), take=["T1-14"]).template == derived()
    assert [c.target for c in gone.conflicts] == ["T2-14"]
    assert enable_card(gone, "T2-14").conflicts == ()


def test_nothing_is_merged_over_what_waits_for_a_decision() -> None:
    plan = upgraded(edited(drafted(), "T1-01", echeance="PT10M"))

    with pytest.raises(UndecidedConflictsError) as refused:
        lay_over(plan, derived(), None)

    assert refused.value.facts["target"] == "T1-01.echeance"


def test_a_card_that_we_edited_and_the_template_removed_waits_for_a_decision() -> None:
    plan = upgraded(edited(drafted(), "T1-14", prudence="Rester."))
    [conflict] = plan.conflicts

    assert (conflict.target, conflict.theirs) == ("T1-14", NOTHING)
    assert plan.template.card("T1-14").caution == "Rester."
    kept = decide(plan, keep=["T1-14"], take=())
    assert kept.local_cards == ("T1-14",)
    taken = decide(plan, keep=(), take=["T1-14"])
    assert taken.template == derived()


def test_a_card_that_we_kept_and_that_comes_back_is_compared_again() -> None:
    plan = upgraded(edited(drafted(), "T1-14", prudence="Rester."))
    kept = decide(plan, keep=["T1-14"], take=())
    back = lay_over(kept, national(), None)

    assert back.local_cards == ()
    assert [conflict.target for conflict in back.conflicts] == ["T1-14.prudence"]
    assert back.template.card("T1-14").caution == "Rester."


def test_a_card_that_nobody_edited_follows_the_template() -> None:
    plan = upgraded(drafted())

    assert plan.template == derived()
    assert plan.conflicts == ()


def test_a_disabled_card_stays_out_and_its_new_words_are_told() -> None:
    plan = drafted()
    for card_id in ("T1-14", "T1-15", "T2-14"):
        plan = disable_card(plan, card_id, "Sans objet ici")
    plan = upgraded(plan)

    assert [gone.card_id for gone in plan.disabled] == ["T1-15", "T2-14"]
    [conflict] = plan.conflicts
    assert conflict.target == "T2-14"
    assert "Sans objet ici" in conflict.ours
    assert decide(plan, keep=["T2-14"], take=()).disabled == plan.disabled
    taken = decide(plan, keep=(), take=["T2-14"])
    assert taken.template.card("T2-14") == derived().card("T2-14")


def test_local_cards_stay_and_must_still_hold() -> None:
    plan = upgraded(add_card(drafted(), local_card()))
    leaning = add_card(drafted(), local_card(depend_de=["T1-14"], echeance="P90D"))

    assert plan.template.card("L1-01") == local_card()
    with pytest.raises(UpgradeRefusedError) as refused:
        upgraded(leaning)
    assert refused.value.facts["card"] == "L1-01"


def test_a_card_of_a_type_that_the_template_has_no_more_is_told() -> None:
    plan = add_card(drafted(), local_card())
    fewer = derived().model_copy(update={"types": derived().types[1:]})

    with pytest.raises(UpgradeRefusedError) as refused:
        upgraded(plan, fewer)

    assert refused.value.facts["card"] == "L1-01"


def test_a_decision_that_breaks_a_rule_is_refused() -> None:
    plan = edited(drafted(), "T1-14", prudence="Rester.")
    plan = upgraded(plan)
    kept = decide(plan, keep=["T1-14"], take=())
    leaning = add_card(kept, local_card(depend_de=["T1-14"], echeance="P90D"))
    waiting = leaning.model_copy(update={"conflicts": plan.conflicts})

    with pytest.raises(CardRefusedError):
        decide(waiting, keep=(), take=["T1-14"])


def said(texts: Texts, layer: Layer = Layer.CPTS) -> SectionContent:
    fields = tuple(
        FieldValue(name=name, value=value, layer=layer) for name, value in texts.items()
    )
    return SectionContent(section_id="SEC-08", fields=fields)


def test_a_value_that_no_field_takes_any_more_is_kept_aside() -> None:
    plan = written(said({"orsec": "Version 2024", "ppi": ("Seveso",)}))
    plan = upgraded(plan)

    assert plan.section("SEC-08").value("orsec") is None
    assert plan.section("SEC-08").value("ppi") == ("Seveso",)
    [aside] = plan.aside
    assert (aside.heading, aside.text) == (
        "SEC-08 — ORSEC du département",
        "Version 2024",
    )


def test_a_value_of_another_shape_is_kept_aside() -> None:
    plan = written(said({"ppi": "Seveso, en un seul texte"}))

    assert lay_over(plan, national(), None).aside[0].text == "Seveso, en un seul texte"


def test_an_attestation_follows_its_check() -> None:
    vouched = (
        Attestation(check=0, person_id="p-1", role="REFERENT_SSE", on="2026-11-22"),
        Attestation(check=1, person_id="p-1", role="REFERENT_SSE", on="2026-11-22"),
        Attestation(check=9, person_id="p-1", role="REFERENT_SSE", on="2026-11-22"),
    )
    plan = written(SectionContent(section_id="SEC-08", attestations=vouched))

    # the derived template asks the second check first, and the first one no more
    assert [a.check for a in upgraded(plan).section("SEC-08").attestations] == [0]


def test_a_region_says_what_the_cpts_leaves_unsaid() -> None:
    plan = lay_over(drafted(), national(), region())

    [field] = plan.section("SEC-08").fields
    assert (field.name, field.layer) == ("orsan_region", Layer.REGIONAL)
    assert [(e.card_id, e.layer) for e in plan.edits] == [("T1-02", Layer.REGIONAL)]
    assert plan.template.card("L5-51").title
    assert (plan.region, plan.local_cards) == ("ESSAI", ())
    assert lay_over(plan, national(), region()) == plan


def test_a_cpts_may_say_otherwise_than_its_region() -> None:
    plan = lay_over(drafted(), national(), region())
    plan = edited(plan, "T1-02", prudence="Attendre la consigne.")
    back = lay_over(plan, national(), None)

    assert [(e.layer, e.field) for e in plan.edits] == [
        (Layer.REGIONAL, "prudence"),
        (Layer.CPTS, "prudence"),
    ]
    assert lay_over(plan, national(), region()) == plan
    assert [c.target for c in back.conflicts] == ["T1-02.prudence"]
    assert back.template.card("T1-02").caution == "Attendre la consigne."


@pytest.mark.parametrize(
    ("ours", "was", "conflicts", "layer"),
    [
        ("Le nôtre", None, 1, Layer.CPTS),  # the region speaks after us
        ("Le nôtre", '"Avant"', 1, Layer.CPTS),  # it changed its mind
        ("Le nôtre", '"ORSAN Essai 2026"', 0, Layer.CPTS),  # it did not
        ("ORSAN Essai 2026", None, 0, Layer.REGIONAL),  # it says the same
    ],
)
def test_a_value_of_a_section_is_merged_as_a_card_is(
    ours: str, was: str | None, conflicts: int, layer: Layer
) -> None:
    value = FieldValue(name="orsan_region", value=ours, layer=Layer.CPTS, was=was)
    plan = lay_over(
        written(SectionContent(section_id="SEC-08", fields=(value,))),
        national(),
        region(),
    )

    assert [c.target for c in plan.conflicts] == ["SEC-08.orsan_region"] * conflicts
    [field] = plan.section("SEC-08").fields
    assert (field.value, field.layer) == (ours, layer)


@pytest.mark.parametrize(
    ("take", "value"), [(True, "ORSAN Essai 2026"), (False, "Nous")]
)
def test_a_conflict_on_a_value_is_decided_too(*, take: bool, value: str) -> None:
    ours = written(said({"orsan_region": "Nous", "orsec": "Version 2024"}))
    plan = lay_over(ours, national(), region())
    target = ["SEC-08.orsan_region"]
    plan = decide(plan, keep=() if take else target, take=target if take else ())

    assert plan.section("SEC-08").value("orsan_region") == value
    assert plan.section("SEC-08").value("orsec") == "Version 2024"
    assert lay_over(plan, national(), region()) == plan


def test_taking_what_a_region_withdrew_leaves_the_field_empty() -> None:
    value = FieldValue(name="orsec", value="Nous", layer=Layer.CPTS, was='"Eux"')
    plan = written(SectionContent(section_id="SEC-08", fields=(value,)))
    plan = lay_over(plan, national(), None)

    assert plan.conflicts[0].theirs == NOTHING
    assert decide(plan, keep=(), take=["SEC-08.orsec"]).section("SEC-08").fields == ()


def test_a_region_that_does_not_complete_the_template_is_refused() -> None:
    with pytest.raises(WrongRegionError):
        lay_over(drafted(), derived(), region())


@pytest.mark.parametrize(
    ("changes", "about", "rule"),
    [
        ({"valeurs": {"SEC-99": {"orsec": "x"}}}, "SEC-99.orsec", "section inconnue"),
        ({"valeurs": {"SEC-08": {"orsecq": "x"}}}, "SEC-08.orsecq", "champ inconnu"),
        ({"valeurs": {"SEC-01": {"nom": "x"}}}, "SEC-01.nom", "annuaire"),
        ({"valeurs": {"SEC-08": {"ppi": "x"}}}, "SEC-08.ppi", "une liste"),
        ({"valeurs": {"SEC-08": {"orsec": ["x"]}}}, "SEC-08.orsec", "un texte"),
        ({"valeurs": {"SEC-05": {"nom": "x"}}}, "SEC-05.nom", "lignes"),
        (
            {"fiches": {"T1-99": {"motif": "m", "champs": {"titre": "x"}}}},
            "T1-99",
            "pas",
        ),
        (
            {"fiches": {"T1-02": {"motif": "m", "champs": {"id": "x"}}}},
            "T1-02",
            "garde",
        ),
        (
            {"fiches": {"T1-02": {"motif": "m", "champs": {"delai": "PT1H"}}}},
            "T1-02.champs.delai",
            "clé inconnue",
        ),
        (
            {"fiches": {"T1-02": {"motif": "m", "champs": {"titre": "Le point"}}}},
            "T1-02",
            "verbe",
        ),
        (
            {"fiches_ajoutees": [local_card().model_dump(mode="json")]},
            "L1-01",
            "à partir de L1-51",
        ),
        (
            {
                "fiches_ajoutees": [
                    local_card(id="L1-51", roles=["X"]).model_dump(mode="json")
                ]
            },
            "L1-51",
            "code inconnu : X",
        ),
    ],
)
def test_a_region_that_does_not_hold_is_refused_by_its_key(
    changes: dict[str, object], about: str, rule: str
) -> None:
    [breach, *_] = region_breaches(region(**changes), national())

    assert breach.about == about
    assert rule in breach.rule


def test_a_region_has_no_card_of_a_type_that_the_template_has_not() -> None:
    small = national().model_copy(update={"types": national().types[:1]})

    breaches = list(region_breaches(region(fiches={}), small))

    assert [b.about for b in breaches] == ["L5-51"]


FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "T1-01": st.sampled_from(["PT10M", "PT15M", "PT18M"]),
        "T2-14": st.sampled_from(["PT10M", "PT2H"]),
    },
)


@settings(max_examples=10)
@given(FIELDS, st.booleans())
def test_every_conflict_kept_is_ours_and_every_one_taken_is_theirs(
    delays: dict[str, str],
    local: bool,  # noqa: FBT001 - given by hypothesis
) -> None:
    plan = add_card(drafted(), local_card()) if local else drafted()
    for card_id, delay in delays.items():
        said_now = {"echeance": json.dumps(delay)}
        wanted = with_fields(plan.template.card(card_id), said_now)
        if wanted != plan.template.card(card_id):
            plan = edit_card(plan, wanted, "Essai")
    merged = upgraded(plan)
    targets = [conflict.target for conflict in merged.conflicts]

    ours = decide(merged, keep=targets, take=())
    theirs = decide(merged, keep=(), take=targets)

    assert ours.template == merged.template
    assert (ours.conflicts, theirs.conflicts) == ((), ())
    assert layers_of(theirs).below == derived()
    for target in targets:
        card_id, _, _ = target.partition(".")
        assert theirs.template.card(card_id) == derived().card(card_id)
