"""Two versions are compared whole: nothing is told twice, nothing is left out."""

import json
from datetime import date
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.card_editing import add_card, disable_card, edit_card
from domain.card_field import with_fields
from domain.content import (
    Change,
    ChangeOrigin,
    FieldValue,
    Layer,
    Reading,
    SectionContent,
    Value,
)
from domain.diff_words import DiffWords
from domain.merge import lay_over
from domain.plan import Plan
from domain.plan_diff import (
    CARDS,
    ChangeKind,
    Difference,
    Place,
    PlanDifferences,
    Said,
    differences,
    said,
)
from tests.layered import derived, drafted, local_card, written
from tests.world import people

ON = date(2026, 11, 22)


def edited(plan: Plan, card_id: str, **fields: object) -> Plan:
    texts = {key: json.dumps(value) for key, value in fields.items()}
    return edit_card(plan, with_fields(plan.template.card(card_id), texts), "Essai")


def section(section_id: str, **texts: Value) -> SectionContent:
    fields = tuple(
        FieldValue(name=name, value=value, layer=Layer.CPTS)
        for name, value in texts.items()
    )
    return SectionContent(section_id=section_id, fields=fields)


@cache
def played() -> tuple[Plan, ...]:
    """Plans that play other cards."""
    plan = drafted()
    shorter = edited(plan, "T1-01", echeance="PT10M", condition="Si l'ordre le dit")
    local = add_card(plan, local_card())
    gone = disable_card(shorter, "T1-15", "Sans objet ici")
    return (
        *(plan, shorter, local, gone, lay_over(plan, derived(), None)),
        disable_card(local, "L1-01", "Le gymnase est vendu"),
    )


VALUES = st.one_of(
    st.sampled_from(["Nous", "Eux", ""]),
    st.lists(st.sampled_from(["un", "deux", "trois"]), max_size=3).map(tuple),
    st.lists(
        st.fixed_dictionaries({"partenaire": st.sampled_from(["HAD", "SDIS"])}),
        max_size=2,
    ).map(tuple),
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    plan = draw(st.sampled_from(played()))
    texts = draw(
        st.dictionaries(st.sampled_from(["orsec", "ppi", "conventions"]), VALUES)
    )
    rows = draw(st.dictionaries(st.just("lignes"), VALUES))
    kept = draw(st.integers(min_value=0, max_value=len(plan.holders)))
    return plan.model_copy(
        update={
            "sections": (section("SEC-08", **texts), section("SEC-05", **rows)),
            "holders": plan.holders[kept:],
            "bureau": draw(st.sampled_from([(), ("p-1",), ("p-1", "p-2")])),
        }
    )


def applied(found: PlanDifferences, before: Said) -> Said:
    after = dict(before)
    for each in found.all:
        new = None if each.new is None else json.loads(each.new)
        place = Place(each.section_id, each.target)
        if each.section_id != CARDS or "." not in each.target:
            after[place] = new
            continue
        name, _, field = each.target.partition(".")
        whole = after[Place(CARDS, name)]
        inside = dict(whole) if isinstance(whole, dict) else {}
        after[Place(CARDS, name)] = {**inside, field: new}
    return {
        place: {k: v for k, v in value.items() if v is not None}
        if isinstance(value, dict)
        else value
        for place, value in after.items()
        if value is not None
    }


def places(found: PlanDifferences) -> list[tuple[str, str]]:
    return [(each.section_id, each.target) for each in found.all]


@settings(max_examples=25)
@given(plans(), plans())
def test_differences_applied_to_one_version_give_the_other(
    before: Plan, after: Plan
) -> None:
    found = differences(before, after)

    assert applied(found, said(before)) == said(after)
    assert len(set(places(found))) == len(places(found))
    assert all(each.old != each.new for each in found.all)
    back = differences(after, before)
    assert sorted(places(back)) == sorted(places(found))
    assert differences(before, before).all == ()


def test_every_field_of_a_plan_is_compared_or_belongs_to_its_life() -> None:
    compared = {"template", "sections", "holders", "bureau", "disabled"}
    life = {
        *("cpts_id", "plan_id", "number", "kind", "based_on", "changes", "conflicts"),
        *("edits", "local_cards", "region"),  # told by the cards that they make
        "aside",  # in no section yet
    }

    assert set(Plan.model_fields) == compared | life


def test_a_changed_delay_is_one_difference_with_who_when_and_why() -> None:
    change = Change(
        section_id="SEC-16",
        target="T1-01.echeance",
        origin=ChangeOrigin.EXERCISE,
        author="REFERENT_SSE",
        on=ON,
        detail="exercice de mars",
    )
    after = edited(drafted(), "T1-01", echeance="PT10M").model_copy(
        update={"changes": (change,)}
    )

    [found] = differences(drafted(), after).all
    assert (found.target, found.kind) == ("T1-01.echeance", ChangeKind.CHANGED)
    assert (found.origin, found.author, found.on, found.detail) == (
        ChangeOrigin.EXERCISE,
        "REFERENT_SSE",
        ON,
        "exercice de mars",
    )


def test_what_a_new_template_changes_says_so() -> None:
    found = differences(drafted(), lay_over(drafted(), derived(), None))

    assert {each.origin for each in found.all} == {ChangeOrigin.TEMPLATE}
    assert "T1-01.echeance" in {each.target for each in found.all}


def test_a_disabled_card_is_told_by_its_reason() -> None:
    [found] = differences(
        drafted(), disable_card(drafted(), "T1-15", "Tenue par le SDIS")
    ).all

    assert (found.target, found.kind) == ("T1-15.desactivee", ChangeKind.ADDED)
    assert found.new == '"Tenue par le SDIS"'


def test_a_local_card_is_one_difference() -> None:
    [found] = differences(drafted(), add_card(drafted(), local_card())).all

    assert (found.target, found.kind, found.old) == ("L1-01", ChangeKind.ADDED, None)


@pytest.mark.parametrize(
    ("name", "section_id", "origin"),
    [
        ("population_contractuelle", "SEC-01", ChangeOrigin.DIRECTORY),
        ("membres", "SEC-03", ChangeOrigin.DIRECTORY),
        ("questions", "SEC-14", ChangeOrigin.TEMPLATE),
        ("comptes_rendus", "SEC-11", ChangeOrigin.EXERCISE),
        ("orsec", "SEC-08", ChangeOrigin.DRAFTING),
    ],
)
def test_what_nobody_wrote_says_where_it_comes_from(
    name: str, section_id: str, origin: ChangeOrigin
) -> None:
    after = written(section(section_id, **{name: "42"}))

    [found] = differences(drafted(), after).all
    assert (found.origin, found.author) == (origin, None)


@pytest.mark.parametrize(
    ("name", "section_id"),
    [
        ("referent_sse", "SEC-02"),
        ("historique_versions", "SEC-15"),
        ("type_1", "SEC-16"),
    ],
)
def test_what_is_told_elsewhere_is_not_told_again(name: str, section_id: str) -> None:
    after = written(section(section_id, **{name: "p-9"}))

    assert differences(drafted(), after).sections == ()


def test_a_section_read_without_change_says_so() -> None:
    read = Reading(person_id="p-1", role="REFERENT_SSE", on=ON)
    after = written(SectionContent(section_id="SEC-08", reading=read))

    [found] = differences(drafted(), after).sections
    assert (found.section_id, found.differences, found.reading) == ("SEC-08", (), read)


def words(before: Plan, after: Plan, *, public: bool = False) -> list[str]:
    known = {"p-9": people(1)[0]}
    told = DiffWords.of(before, after, known, public=public)
    return [
        f"{each.target} | {each.kind} | {each.before} | {each.after} | {each.origin}"
        for each in told.told(differences(before, after))
    ]


def test_a_delay_is_said_in_words() -> None:
    after = edited(drafted(), "T1-02", echeance={"rapide": "PT20M", "lente": "P1DT6H"})

    [line] = words(drafted(), after)
    assert line.replace("\N{NO-BREAK SPACE}", " ") == (
        "T1-02 Recueillir la demande précise du SAMU : Délai | modifié | "
        "30 min (crise rapide), 4 h (crise lente) | "
        "20 min (crise rapide), 1 jour 6 h (crise lente) | rédaction"
    )


@pytest.mark.parametrize(
    ("fields", "said_so"),
    [
        ({"effectif": {"min": 1, "cible": 3}}, "1 à 3"),
        ({"effectif": {"min": 2, "cible": 2}}, "| 2 |"),
        ({"roles": ["PILOTAGE"]}, "Pilotage"),
        ({"condition": "Si la zone est fermée"}, "None | Si la zone est fermée"),
        ({"deplacement": True}, "non | oui"),
        ({"preuve": {"kind": "NOTE_MAIN_COURANTE", "champs": ["heure"]}}, "Heure"),
        ({"phase": "CONDUITE"}, "Alerte | Conduite"),
        ({"quoi": ["Lire.", "Dire.", "Finir."]}, "| Lire.\nDire.\nFinir. |"),
    ],
)
def test_each_field_of_a_card_is_said_in_words(
    fields: dict[str, object], said_so: str
) -> None:
    [line] = words(drafted(), edited(drafted(), "T1-02", **fields))

    assert said_so in line


def test_of_a_table_only_the_rows_that_differ_are_said() -> None:
    rows = ({"nom": "Gymnase", "zone": "Nord"}, {"nom": "Halle", "zone": "Sud"})
    before, after = (
        written(section("SEC-05", lignes=some)) for some in (rows, rows[:1])
    )

    [line] = words(before, after)
    assert line == "Tableau | modifié | Halle · Sud | None | rédaction"


def test_a_disabled_card_says_its_reason_once_and_a_whole_new_template_reads() -> None:
    gone = disable_card(drafted(), "T1-15", "Tenue par le SDIS")
    lines = words(drafted(), gone), words(gone, drafted())
    told = words(drafted(), lay_over(drafted(), derived(), None))

    title = "T1-15 Suivre le retentissement psychique à distance"
    assert lines == (
        [f"{title} | désactivée | None | Tenue par le SDIS | rédaction"],
        [f"{title} | réactivée | Tenue par le SDIS | None | rédaction"],
    )
    assert any(line.startswith("T1-13 ") and "| supprimé |" in line for line in told)


def test_a_card_that_comes_says_who_when_and_what() -> None:
    [line] = words(drafted(), add_card(drafted(), local_card()))

    assert line.startswith("L1-01 Ouvrir le gymnase de la Lirène | ajouté | None |")
    assert "Appeler le gardien" in line


def test_people_are_named_in_the_crisis_edition_and_in_no_other() -> None:
    first = drafted().holders[0]
    moved = first.model_copy(update={"person_id": "p-9", "deputy_id": "p-8"})
    after = drafted().model_copy(
        update={"holders": (moved, *drafted().holders[1:]), "bureau": ("p-9",)}
    )

    told = "\n".join(words(drafted(), after))
    public = "\n".join(words(drafted(), after, public=True))
    assert people(1)[0].full_name in told
    assert "quitté l'annuaire" in told
    assert people(1)[0].full_name not in public
    assert "titulaire" in public


def test_private_fields_and_columns_stay_out_of_the_public_edition() -> None:
    after = written(
        section("SEC-08", conventions=({"partenaire": "HAD"},), orsec="2026"),
        section("SEC-05", lignes=({"nom": "Halle", "contact_ouverture_24h": "Ana"},)),
    )

    told = "\n".join(words(drafted(), after, public=True))
    assert "Halle" in told
    assert "Ana" not in told
    assert "HAD" not in told
    assert "2026" in told


def test_a_difference_survives_json() -> None:
    found = differences(drafted(), add_card(drafted(), local_card()))

    assert PlanDifferences.model_validate_json(found.model_dump_json()) == found
    assert isinstance(found.all[0], Difference)
