"""A section that somebody typed: what is refused, and what it changes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.card_field import canonical
from domain.content import (
    ChangeOrigin,
    Conflict,
    FieldValue,
    Layer,
    SectionContent,
    Value,
)
from domain.form import Shape
from domain.plan import Plan
from domain.plan_errors import (
    ChangedSectionError,
    RefusedSectionError,
    UnknownRoleError,
    UnknownSectionError,
)
from domain.section_edit import (
    Saying,
    check_author,
    edited,
    form_of,
    read_again,
    with_changes,
    with_section,
)
from domain.section_rules import MOST_LINES, Vocabulary, Wrong, checked
from tests.national import TYPES, national
from tests.samples import plan as sample

TODAY = date(2026, 11, 22)
WORDS = Vocabulary(
    zones=("Nord", "Sud"),
    types=TYPES,
    roles=tuple(role.code for role in national().held_roles),
    today=TODAY,
)
SAYING = Saying("SUPPORT_LOGISTIQUE", TODAY, ChangeOrigin.EXERCISE, "exercice de mars")


def bare() -> Plan:
    return sample.plan().model_copy(update={"sections": (), "changes": ()})


def save(section: str, plan: Plan | None = None, /, **typed: Value) -> Plan:
    return edited(plan or bare(), section, typed, WORDS, SAYING)[0]


def value_of(section: str, name: str, **typed: Value) -> Value | None:
    return save(section, **typed).section(section).value(name)


def place(**cells: str) -> dict[str, str]:
    return {"nom": "Salle des fêtes", **cells}


@pytest.mark.parametrize(
    ("section", "typed", "place_", "rule"),
    [
        ("SEC-02", {"inconnu": "x"}, "inconnu", "champ inconnu"),
        ("SEC-02", {"lieu_repli": "x"}, "lieu_repli", "ne s'écrit pas"),
        ("SEC-02", {"materiel_cellule": "x"}, "materiel_cellule", "une liste"),
        ("SEC-02", {"delegation_decision": ("x",)}, "delegation_decision", "un texte"),
        ("SEC-05", {"lignes": "x"}, "lignes", "un tableau"),
        ("SEC-05", {"lignes": ("x",)}, "lignes", "un tableau"),
        ("SEC-05", {"nom": "x"}, "nom", "« lignes »"),
        ("SEC-05", {"lignes": (place(prix="3"),)}, "lignes.0.prix", "colonne inconnue"),
        ("SEC-05", {"lignes": (place(zone="Est"),)}, "lignes.0.zone", "Nord, Sud"),
        (
            "SEC-05",
            {"lignes": (place(), place(types_possibles="SICK, NEIGE"))},
            "lignes.1.types_possibles",
            "« NEIGE »",
        ),
        (
            "SEC-05",
            {"lignes": (place(date_visite="2026-02-29"),)},
            "lignes.0.date_visite",
            "n'est pas une date",
        ),
        (
            "SEC-05",
            {"lignes": (place(date_visite="2026-11-23"),)},
            "lignes.0.date_visite",
            "est à venir",
        ),
        (
            "SEC-05",
            {"lignes": (place(contact_ouverture_24h="Gardien 06 39 98"),)},
            "lignes.0.contact_ouverture_24h",
            "numéro de téléphone refusé",
        ),
        (
            "SEC-06",
            {"lignes": ({"designation": "Masques", "peremption": "bientôt"},)},
            "lignes.0.peremption",
            "n'est pas une date",
        ),
        (
            "SEC-14",
            {"plan_d_actions": ({"action": "Clés", "responsable": "REFERENT_SE"},)},
            "plan_d_actions.0.responsable",
            "rôle inconnu",
        ),
        (
            "SEC-14",
            {"plan_d_actions": ({"action": "Clés", "echeance": "2026-11-21"},)},
            "plan_d_actions.0.echeance",
            "est passée",
        ),
        ("SEC-09", {"regles_de_report": "Né le 3 mai"}, "regles_de_report", "patient"),
        ("SEC-09", {"regles_de_report": "x" * 10_001}, "regles_de_report", "trop long"),
        (
            "SEC-09",
            {"soins_non_differables": ("x", "y" * 1_001)},
            "soins_non_differables.1",
            "trop long",
        ),
        (
            "SEC-09",
            {"ruptures_prevues": ("x",) * (MOST_LINES + 1)},
            "ruptures_prevues",
            "trop de lignes",
        ),
    ],
)
def test_what_may_not_be_written_is_refused_where_it_stands(
    section: str, typed: dict[str, Value], place_: str, rule: str
) -> None:
    with pytest.raises(RefusedSectionError) as refused:
        save(section, **typed)

    (wrong,) = refused.value.wrongs
    assert wrong.name == place_
    assert rule in wrong.rule


def test_all_that_is_wrong_is_said_at_once_and_by_the_lines_of_the_file() -> None:
    typed = {"lignes": tuple(place(zone="Est") for _ in range(7))}

    with pytest.raises(RefusedSectionError) as refused:
        save("SEC-05", **typed)

    assert len(refused.value.wrongs) == 7
    said = str(refused.value.facts["wrong"])
    assert said.startswith("« zone » (n° 1) : zone inconnue")
    assert said.endswith("et 2 de plus")
    at = RefusedSectionError(refused.value.wrongs[:1], {("lignes", 0): 12})
    assert str(at.facts["wrong"]).startswith("ligne 12, « zone »")


def test_what_is_typed_is_written_one_way() -> None:
    rows = value_of(
        "SEC-05",
        "lignes",
        lignes=(
            place(
                zone="nord",
                types_possibles="sick,NRC",
                date_visite="4/5/2026",
                contact_ouverture_24h="Gardien : 0639980012 ou 639980013",
                eau=" ",
            ),
            {"nom": "", "zone": ""},
        ),
    )

    assert rows == (
        {
            "nom": "Salle des fêtes",
            "zone": "Nord",
            "types_possibles": "SICK, NRC",
            "date_visite": "2026-05-04",
            "contact_ouverture_24h": "Gardien : 06 39 98 00 12 ou 06 39 98 00 13",
        },
    )
    assert value_of(
        "SEC-06", "lignes", lignes=({"designation": "Radios", "peremption": "Sans"},)
    ) == ({"designation": "Radios", "peremption": "sans"},)
    assert value_of(
        "SEC-09", "ruptures_prevues", ruptures_prevues=("Dialyse\u200b ", "")
    ) == ("Dialyse",)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+33 6 39 98 00 12", "06 39 98 00 12"),
        ("06.39.98.00.12 / 05-36-49-00-12", "06 39 98 00 12 / 05 36 49 00 12"),
        ("+1 201 200 0000", "+12012000000"),
        ("Code 1234", "Code 1234"),
    ],
)
def test_a_telephone_is_written_so_that_it_is_read_again(typed: str, kept: str) -> None:
    rows = value_of("SEC-05", "lignes", lignes=(place(contact_ouverture_24h=typed),))

    assert rows == (place(contact_ouverture_24h=kept),)


@pytest.mark.parametrize("who", ["REFERENT_SSE", "referent_sse ou mairie", "Mairie"])
def test_an_action_is_for_a_role_or_for_whoever_is_written(who: str) -> None:
    actions: Value = ({"action": "Clés", "responsable": who, "echeance": "2027-01-31"},)

    assert value_of("SEC-14", "plan_d_actions", plan_d_actions=actions) == actions


def test_an_action_already_late_stays_as_long_as_it_is_not_touched() -> None:
    late = {"action": "Clés", "echeance": "2026-03-01"}
    closed = {"action": "Radio", "echeance": "2026-02-01", "close_le": "2026-02-20"}
    said = FieldValue(name="plan_d_actions", value=(late,), layer=Layer.CPTS)
    plan = with_section(bare(), SectionContent(section_id="SEC-14", fields=(said,)))

    after = save("SEC-14", plan, plan_d_actions=(late, closed))

    assert after.section("SEC-14").value("plan_d_actions") == (late, closed)


def test_only_what_changed_is_a_change_and_the_last_one_of_a_field_counts() -> None:
    first, changed = edited(
        bare(),
        "SEC-09",
        {"regles_de_report": "Selon le cas", "mode_degrade_numerique": ""},
        WORDS,
        SAYING,
    )
    assert changed == ("regles_de_report",)
    again, none = edited(
        first, "SEC-09", {"regles_de_report": "Selon le cas "}, WORDS, SAYING
    )
    assert (again, none) == (first, ())

    law = Saying("ORGA_MEDICALE", TODAY, ChangeOrigin.LAW)
    last, _ = edited(first, "SEC-09", {"regles_de_report": "Jamais"}, WORDS, law)

    (change,) = last.changes
    assert (change.section_id, change.target) == ("SEC-09", "regles_de_report")
    assert (change.origin, change.author, change.on) == (
        ChangeOrigin.LAW,
        "ORGA_MEDICALE",
        TODAY,
    )
    assert first.changes[0].detail == "exercice de mars"
    assert with_changes(last, ()) == last


def test_a_field_that_was_not_typed_stays_and_an_empty_one_is_cleared() -> None:
    before = save("SEC-09", regles_de_report="Selon le cas", mode_degrade_numerique="x")

    after = save("SEC-09", before, regles_de_report="")

    fields = after.section("SEC-09").fields
    assert [field.name for field in fields] == ["mode_degrade_numerique"]


def test_what_the_region_said_is_kept_beside_what_the_cpts_says() -> None:
    regional = FieldValue(
        name="orsan_region", value="ORSAN Autan", layer=Layer.REGIONAL
    )
    said = SectionContent(section_id="SEC-08", fields=(regional,))
    plan = with_section(bare(), said)

    first = save("SEC-08", plan, orsan_region="ORSAN Autan, volet AMAVI")
    (ours,) = first.section("SEC-08").fields
    again = save("SEC-08", first, orsan_region="Autre")

    assert (ours.layer, ours.was) == (Layer.CPTS, '"ORSAN Autan"')
    assert again.section("SEC-08").fields[0].was == '"ORSAN Autan"'
    assert save("SEC-08", plan, orsan_region="ORSAN Autan") == plan
    for cleared in ("", "ORSAN Autan"):  # the region shows again
        shown = save("SEC-08", again, orsan_region=cleared)
        assert shown.section("SEC-08").fields == (regional,)
    assert save("SEC-08", plan, orsan_region="") == plan


def test_writing_a_field_again_decides_its_conflict() -> None:
    waiting = tuple(
        Conflict(target=target, theirs='"Eux"', was="null", ours='"Nous"')
        for target in ("SEC-08.orsan_region", "SEC-08.orsec", "T1-01.echeance")
    )
    plan = bare().model_copy(update={"conflicts": waiting})

    after = save("SEC-08", plan, orsan_region="Ensemble")

    assert after.conflicts == waiting[1:]


def test_a_section_is_read_again_by_its_owner_before_any_other_role() -> None:
    president = bare().people_of("DECISION")[0]
    referent = bare().people_of("REFERENT_SSE")[0]

    own = read_again(bare(), "SEC-02", referent, TODAY).section("SEC-02").reading
    other = read_again(bare(), "SEC-02", president, TODAY).section("SEC-02").reading

    assert own
    assert other
    assert (own.role, own.person_id, own.on) == ("REFERENT_SSE", referent, TODAY)
    assert other.role == "DECISION"


def test_a_section_that_changed_is_not_read_without_a_change() -> None:
    referent = bare().people_of("REFERENT_SSE")[0]
    read = read_again(bare(), "SEC-09", referent, TODAY)

    changed = save("SEC-09", read, regles_de_report="Selon le cas")

    assert changed.section("SEC-09").reading is None
    with pytest.raises(ChangedSectionError):
        read_again(changed, "SEC-09", referent, TODAY)


def test_a_section_or_a_role_that_the_plan_lacks_is_refused() -> None:
    with pytest.raises(UnknownSectionError):
        save("SEC-17", x="y")
    with pytest.raises(UnknownRoleError):
        check_author(bare(), "REFERENT_SE")
    check_author(bare(), "COORDINATEUR")
    check_author(bare(), "PILOTAGE")


def test_nobody_types_an_id_of_the_directory() -> None:
    """Why no rule reads ids: what points to people is always known."""
    typed = [f for form in national().forms for f in form.fields if not f.known]

    assert [f.name for f in typed if f.shape is Shape.PERSON] == []
    assert "personne" not in {c.name for f in typed for c in f.columns}


@given(st.text() | st.text(alphabet="0123456789 .+-"))
def test_any_text_is_kept_or_refused_and_what_is_kept_stays_the_same(text: str) -> None:
    form, nothing = form_of(bare(), "SEC-05"), SectionContent(section_id="SEC-05")

    def read(value: Value) -> tuple[Value, tuple[Wrong, ...]]:
        values, wrongs = checked(form, nothing, {"lignes": value}, WORDS)
        return values["lignes"], wrongs

    once, wrongs = read((place(contact_ouverture_24h=text),))

    if not wrongs:
        assert read(once) == (once, ())
        assert canonical(once)
