"""The two editions of a plan: what is printed, and what must never be."""

from dataclasses import replace
from datetime import date

import pytest

from domain.contact import readable
from domain.plan_edition import WITHHELD, printed_plan
from domain.plan_version import VersionStatus
from domain.printed_plan import Copy, Edition, PrintedPlan
from domain.printed_section import GONE
from tests.national import national
from tests.samples.plan import (
    PRINTED_AT,
    directory,
    plan_people,
    private_values,
    source,
    version,
)

PUBLIC = Copy(edition=Edition.PUBLIC)
THIRD = Copy(edition=Edition.CRISIS, number=3, addressee="Mairie de Peyrelune")


@pytest.fixture(scope="module")
def public() -> PrintedPlan:
    return printed_plan(source(), PUBLIC, PRINTED_AT)


@pytest.fixture(scope="module")
def crisis() -> PrintedPlan:
    return printed_plan(source(), THIRD, PRINTED_AT)


def test_the_public_edition_holds_no_private_value(public: PrintedPlan) -> None:
    text = public.model_dump_json()

    assert [value for value in private_values() if value in text] == []
    assert (public.holders, public.volunteers, public.aside) == ((), (), ())


def test_what_slipped_into_a_free_text_is_withheld(public: PrintedPlan) -> None:
    governance, alert = (public.sections[1], public.sections[3])

    (delegation,) = (f for f in governance.fields if f.label.startswith("Délégation"))
    assert delegation.text is not None
    assert delegation.text.count(WITHHELD) == 2
    (call,) = (f for f in alert.fields if f.label == "Contre-appel")
    assert call.text == f"Rappeler {WITHHELD} ou écrire à {WITHHELD} avant tout envoi."
    (material,) = (d for d in public.differences if d.target.startswith("Matériel"))
    assert WITHHELD in (material.origin or "")


def test_a_field_withheld_is_not_told_as_missing(public: PrintedPlan) -> None:
    fields = {field.label: field for field in public.sections[1].fields}

    assert fields["Salle virtuelle"].withheld
    assert not fields["Salle virtuelle"].is_empty
    assert fields["Lieu de repli"].is_empty
    assert fields["Titulaires des rôles"].withheld


def test_the_crisis_edition_says_whom_to_call(crisis: PrintedPlan) -> None:
    first, second = crisis.holders[2:4]
    referent, deputy = (directory()[i] for i in plan_people("REFERENT_SSE"))

    assert (first.name, first.deputy) == (referent.full_name, False)
    assert (second.name, second.deputy) == (deputy.full_name, True)
    assert referent.mobile is not None
    assert readable(referent.mobile) in first.phones
    volunteers = {p.full_name for p in directory().values() if p.link == "VOLONTAIRE"}
    assert {who.name for who in crisis.volunteers} == volunteers


def test_what_changed_since_the_version_before_is_printed(crisis: PrintedPlan) -> None:
    told = {each.target: each for each in crisis.differences}

    material = told["Matériel de la cellule"]
    assert (material.before, material.kind) == ("Un ordinateur", "modifié")
    assert material.on == date(2026, 10, 2)
    assert [d for d in crisis.differences if d.section.startswith("SEC-16")]


def test_a_copy_with_telephones_lives_six_months(
    crisis: PrintedPlan, public: PrintedPlan
) -> None:
    assert crisis.expires_on == date(2027, 5, 22)
    assert crisis.copy_of.number == 3
    assert public.expires_on is None


def test_every_section_and_card_of_the_template_is_printed(crisis: PrintedPlan) -> None:
    printed = [card.card_id for group in crisis.cards for card in group.cards]

    assert printed == [card.card_id for card in national().cards]
    assert [s.title for s in crisis.sections] == [s.title for s in national().sections]


def test_codes_ids_and_days_are_printed_as_words(crisis: PrintedPlan) -> None:
    places = crisis.sections[4].fields[0].table
    assert places is not None
    row = dict(zip(places.columns, places.rows[0], strict=True))
    assert row["Types de crise"].startswith("Blessés somatiques ou psychiques ; Mal")
    assert row["Visité le"] == "4\N{NO-BREAK SPACE}mai\N{NO-BREAK SPACE}2026"
    holders = crisis.sections[1].fields[2].table
    assert holders is not None
    assert holders.rows[0][0] == "Décision (président ou membre délégué du bureau)"
    assert directory()[plan_people("DECISION")[0]].full_name in holders.rows[0]


def test_a_card_says_its_delays_and_its_orders_in_words(crisis: PrintedPlan) -> None:
    cards = {card.card_id: card for group in crisis.cards for card in group.cards}
    iodine = {line.label: line.text for line in cards["T4-08"].lines}

    assert iodine["Attend l'ordre"] == "le préfet"
    assert "ENQUETE_FLASH" not in {
        line.text for card in cards.values() for line in card.lines
    }
    assert iodine["Départ"].startswith("Aucun départ")
    assert "modifié par la CPTS" in cards["T2-01"].edits[0]
    assert cards["TC-01"].critical


def test_one_contribution_is_counted_as_one(crisis: PrintedPlan) -> None:
    cards = {card.card_id: card for group in crisis.cards for card in group.cards}
    said = {line.label: line.text for line in cards["T3-02"].lines}

    assert said["Effectif"].startswith("1 contribution attendue, ")


def test_the_life_of_a_version_is_told_with_its_dates(crisis: PrintedPlan) -> None:
    life = {line.label: line.text for line in crisis.life}

    assert list(life) == [
        "Établie le",
        "Soumise à l'ARS le",
        "Avis de l'ARS",
        "Adoptée par le bureau le",
    ]
    assert "7 présents pour un quorum de 5" in life["Adoptée par le bureau le"]


def test_a_card_that_is_not_played_says_why(crisis: PrintedPlan) -> None:
    (card,) = crisis.disabled

    assert card.label == "L5-01 Tenir une permanence auprès des sinistrés"
    assert card.text == "tenue par la commune"


def test_a_version_refused_then_replaced_says_so() -> None:
    done = version().decision
    assert done is not None
    refusal = done.model_copy(update={"adopted": False, "reason": "Pas de lieu."})
    of = source(
        decision=refusal,
        submitted_despite="Échéance proche.",
        opinion_words=None,
        replaced_at=PRINTED_AT,
    )

    life = {line.label: line.text for line in printed_plan(of, Copy(), PRINTED_AT).life}

    assert life["Refusée par le bureau le"].endswith("Pas de lieu.")
    assert life["Soumise à l'ARS le"].endswith("incomplète : Échéance proche.")
    assert life["Remplacée le"].startswith("22")


def test_somebody_who_left_the_directory_is_said_to_have_left() -> None:
    left = replace(source(), people={})

    made = printed_plan(left, Copy(), PRINTED_AT)

    assert {who.name for who in made.holders} == {GONE}
    assert made.volunteers == ()


def test_a_draft_says_that_it_is_one() -> None:
    draft = source(status=VersionStatus.DRAFT, decision=None, opinion=None)

    made = printed_plan(draft, Copy(), PRINTED_AT)

    assert made.is_draft
    assert made.status_label == "Brouillon"
