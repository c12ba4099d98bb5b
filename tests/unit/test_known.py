"""What Tocsin fills in by itself: every known field, as its form says."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from domain.content import (
    Change,
    ChangeOrigin,
    FieldValue,
    Layer,
    SectionContent,
    Value,
)
from domain.form import FieldForm, Shape
from domain.known import FILLS, source_of, with_known
from domain.known_facts import KnownFacts, PastExercise
from domain.person import Absence, Link
from domain.plan import Plan
from domain.plan_version import PlanVersion, VersionKind, VersionStatus
from domain.printed_section import SectionWords
from tests.national import national
from tests.samples import plan as sample

TODAY = date(2026, 11, 22)
VERSION = PlanVersion(
    cpts_id="vallees-autan",
    plan_id="plan-vallees-autan",
    number=1,
    kind=VersionKind.FIRST_WRITING,
    status=VersionStatus.ADOPTED,
    based_on=None,
    sha256="0" * 64,
    revision=4,
    made_at=datetime(2025, 11, 2, 9, 0, tzinfo=UTC),
    submitted_at=None,
    submitted_despite=None,
    opinion=None,
    opinion_at=None,
    opinion_words=None,
    decision=None,
    adopted_at=datetime(2025, 12, 31, 23, 30, tzinfo=UTC),
    replaced_at=None,
)
FACTS = KnownFacts(
    tenant=sample.tenant(),
    roster=tuple(sample.directory().items()),
    versions=(VERSION,),
    exercises=(
        PastExercise(date(2026, 3, 4), ("SICK", "NRC"), "Canicule, Fuite de chlore"),
    ),
    on=TODAY,
    verified={a.code: date(2026, 10, 2) for a in sample.tenant().authorities},
    readings={1: (398, 212)},
)


def known(section: str, name: str, facts: KnownFacts = FACTS) -> Value | None:
    return with_known(sample.plan(), facts).section(section).value(name)


def test_every_known_field_of_the_forms_is_filled() -> None:
    fields = {
        (form.section_id, field.name)
        for form in national().forms
        for field in form.fields
        if field.known
    }

    assert set(FILLS) == fields
    assert [key for key in FILLS if not known(*key)] == []


def fits(field: FieldForm, value: Value) -> bool:
    match field.shape, value:
        case Shape.TEXT, str():
            return True
        case Shape.PERSON, str():
            return value in sample.directory()
        case Shape.LIST, tuple():
            return all(isinstance(each, str) for each in value)
        case Shape.TABLE, tuple():
            columns = {column.name for column in field.columns}
            return all(isinstance(r, Mapping) and set(r) == columns for r in value)
    return False


def test_each_known_value_has_the_shape_of_its_field() -> None:
    plan = with_known(sample.plan(), FACTS)

    wrong = [
        (form.section_id, value.name)
        for form in national().forms
        for value in plan.section(form.section_id).fields
        if value.layer is Layer.KNOWN and not fits(form.field(value.name), value.value)
    ]

    assert wrong == []


def test_no_name_of_anybody_is_written_where_ids_are() -> None:
    text = with_known(Plan.model_validate(bare()), FACTS).model_dump_json()

    named = [p.full_name for p in sample.directory().values() if p.full_name in text]
    assert named == []


def bare() -> dict[str, Any]:
    plan = sample.plan().model_copy(update={"sections": ()})
    return {name: getattr(plan, name) for name in Plan.model_fields}


def test_what_people_wrote_stays_beside_what_is_known() -> None:
    before = sample.plan().section("SEC-02").value("materiel_cellule")

    filled = with_known(sample.plan(), FACTS).section("SEC-02")

    assert before
    assert filled.value("materiel_cellule") == before
    assert next(f.name for f in filled.fields) == "referent_sse"
    assert with_known(sample.plan(), FACTS) == with_known(
        with_known(sample.plan(), FACTS), FACTS
    )


def test_authorities_waves_and_messages_are_named_in_words() -> None:
    plan = with_known(sample.plan(), FACTS)
    template = plan.template
    words = SectionWords(template, {}, public=False)
    sections = {section.section_id: section for section in template.sections}
    printed = [
        words.printed(sections[code], plan.section(code))
        for code in ("SEC-03", "SEC-04")
    ]

    tables = [field.table for section in printed for field in section.fields]
    first = {row[0] for table in tables if table for row in table.rows}

    codes = {
        *(wave.code for wave in template.waves),
        *(message.code for message in template.messages),
        *(partner.code for partner in template.partners),
    }
    assert {"Appel de renforts", "Mise en veille"} <= first
    assert "ARS \N{EN DASH} délégation départementale" in first
    assert first.isdisjoint(codes)


def test_what_is_no_longer_known_is_no_longer_said() -> None:
    nowhere = FACTS.tenant.model_copy(update={"cell_room": None, "legal_form": None})

    facts = replace(FACTS, tenant=nowhere)

    assert known("SEC-02", "lieu_repli", facts) is None
    assert known("SEC-01", "forme_juridique", facts) is None


def test_a_section_of_another_template_stays() -> None:
    kept = SectionContent(
        section_id="SEC-99",
        fields=(FieldValue(name="x", value="y", layer=Layer.REGIONAL),),
    )
    plan = sample.plan().model_copy(update={"sections": (kept,)})

    assert with_known(plan, FACTS).section("SEC-99") == kept


def test_the_three_groups_of_people_are_never_added() -> None:
    rows = known("SEC-07", "effectif_par_profession_et_zone")

    assert isinstance(rows, tuple)
    counted = sum(
        int(part.split()[0])
        for row in rows
        if isinstance(row, Mapping)
        for part in row["effectif"].split(" ; ")
        if "volontaire" in part
    )
    everybody = sample.directory().values()
    assert counted == sum(p.link is Link.VOLUNTEER for p in everybody)
    assert known("SEC-03", "volontaires") == f"{counted} volontaires"


def test_absences_are_counted_until_they_end() -> None:
    person_id, person = FACTS.roster[0]
    away = replace(
        person,
        absences=(
            Absence(date(2026, 11, 1), TODAY, "Camille Fictif"),
            Absence(date(2026, 12, 1), date(2026, 12, 9)),
            Absence(date(2026, 10, 1), date(2026, 10, 9)),
        ),
    )
    facts = replace(FACTS, roster=((person_id, away),))

    said = known("SEC-03", "absences_et_remplacants", facts)

    assert said == "2 absences annoncées, dont 1 avec remplaçant"
    nobody = replace(FACTS, roster=((person_id, replace(person, absences=())),))
    said = known("SEC-03", "absences_et_remplacants", nobody)
    assert said == "Aucune absence annoncée"


def test_authorities_are_verified_once_all_of_them_are() -> None:
    first = FACTS.tenant.authorities[0].code

    facts = replace(FACTS, verified={first: TODAY})

    assert known("SEC-03", "date_derniere_verification", facts) is None
    assert known("SEC-03", "date_derniere_verification") == "2026-10-02"


def test_an_exercise_of_two_types_proves_both() -> None:
    assert known("SEC-11", "comptes_rendus") == (
        {"date": "2026-03-04", "type": "SICK", "exercice": "Canicule, Fuite de chlore"},
        {"date": "2026-03-04", "type": "NRC", "exercice": "Canicule, Fuite de chlore"},
    )


def test_a_version_adopted_at_midnight_has_the_date_of_its_zone() -> None:
    assert known("SEC-15", "historique_versions") == (
        {"version": "1", "nature": "Première écriture", "adoptee_le": "2026-01-01"},
    )


@pytest.mark.parametrize(
    ("base", "said"),
    [
        (1, "1 modification depuis la version 1"),
        (None, "Première écriture : aucune version adoptée ne la précède."),
    ],
)
def test_changes_are_counted_since_the_adopted_version(
    base: int | None, said: str
) -> None:
    change = Change(
        section_id="SEC-09",
        target="regles_de_report",
        origin=ChangeOrigin.LAW,
        author="ORGA_MEDICALE",
        on=TODAY,
    )
    plan = sample.plan().model_copy(update={"changes": (change,), "based_on": base})

    assert with_known(plan, FACTS).section("SEC-15").value("diff") == said


def test_each_known_field_says_where_it_is_read() -> None:
    forms = {form.section_id: form for form in national().forms}

    assert source_of("SEC-07", forms["SEC-07"].field("competences")) == "annuaire"
    assert source_of("SEC-13", forms["SEC-13"].field("criteres_par_type")) == "trame"


def test_readings_are_counted_once_a_version_circulates() -> None:
    said = known("SEC-15", "accuses_de_lecture")

    assert said == "Version 1 : 212 lectures pour 398 envois"
    nobody = replace(FACTS, readings={})
    assert known("SEC-15", "accuses_de_lecture", nobody) is None
