"""Each check of the template is satisfied by a whole plan, and by no other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.calendar import months_later
from domain.check_words import idle, stake, to_fill, total
from domain.content import Change, ChangeOrigin, Reading, Value
from domain.known_facts import KnownFacts, PastExercise
from domain.person import Link, Person
from domain.plan import Plan
from domain.plan_check import (
    BY_PEOPLE,
    RULES,
    CheckResult,
    CheckState,
    check_plan,
)
from domain.plan_version import VersionKind
from domain.section_edit import with_section
from tests.checked import TODAY, WRITTEN, facts, plan, saying, tenant
from tests.national import national

Broken = Callable[[Plan, KnownFacts], tuple[Plan, KnownFacts]]
PLAN, FACTS = plan(), facts()


def results(said: Plan, known: KnownFacts) -> dict[str, CheckResult]:
    """What each check found, by section and code."""
    return {
        f"{s.section.section_id} {r.code} {r.rank}": r
        for s in check_plan(said, known).sections
        for r in s.results
    }


def test_a_whole_plan_lacks_nothing() -> None:
    check = check_plan(PLAN, FACTS)

    assert [r for r in results(PLAN, FACTS).values() if r.gaps] == []
    assert (check.percent, check.incomplete, check.gaps) == (100, (), ())
    assert to_fill(PLAN, check) == ()
    assert total(check).startswith("40 contrôles satisfaits sur 40")


def test_every_check_of_the_forms_is_a_rule_or_a_person() -> None:
    forms = national().forms
    codes = {code for form in forms for code in form.checks}

    assert codes == set(RULES) | BY_PEOPLE
    sections = {s.section_id: s for s in national().sections}
    assert [len(f.checks) for f in forms] == [
        len(sections[f.section_id].checks) for f in forms
    ]


def _says(section_id: str, name: str, value: Value) -> Broken:
    return lambda said, known: (saying(said, section_id, name, value), known)


def _row(section_id: str, name: str, **cells: str) -> Broken:
    """Change cells of the first row."""
    written = WRITTEN[section_id][name]
    rows = tuple(dict(row) for row in written if not isinstance(row, str))
    return _says(section_id, name, ({**rows[0], **cells}, *rows[1:]))


def _holds(role: str, **changes: object) -> Broken:
    def broken(said: Plan, known: KnownFacts) -> tuple[Plan, KnownFacts]:
        held = tuple(
            h.model_copy(update=changes) if h.role == role else h for h in said.holders
        )
        return said.model_copy(update={"holders": held}), known

    return broken


def _knows(change: Callable[[KnownFacts], KnownFacts]) -> Broken:
    return lambda said, known: (said, change(known))


def _file(**changes: object) -> Broken:
    def broken(said: Plan, known: KnownFacts) -> tuple[Plan, KnownFacts]:
        return said, replace(known, tenant=tenant().model_copy(update=changes))

    return broken


def _people(change: Callable[[Person], Person]) -> Broken:
    def broken(said: Plan, known: KnownFacts) -> tuple[Plan, KnownFacts]:
        return said, replace(
            known, roster=tuple((i, change(p)) for i, p in known.roster)
        )

    return broken


def _template(**changes: object) -> Broken:
    def broken(said: Plan, known: KnownFacts) -> tuple[Plan, KnownFacts]:
        changed = said.template.model_copy(update=changes)
        return said.model_copy(update={"template": changed}), known

    return broken


def _first_type(**changes: object) -> Broken:
    first, *others = national().types
    return _template(types=(first.model_copy(update=changes), *others))


def _update(said: Plan, known: KnownFacts) -> tuple[Plan, KnownFacts]:
    return said.model_copy(update={"kind": VersionKind.UPDATE}), known


_COMMUNE = {"code": "99001", "nom": "Essai", "zone": "Nord"}
_TESTED = PastExercise(TODAY - timedelta(days=100), ("SICK",), "canicule")
_OLD = PastExercise(TODAY - timedelta(days=400), ("SICK",), "canicule")
BREAKS: tuple[tuple[str, Broken, str], ...] = (
    ("TAILLE_AU_CONTRAT", _file(contract_on=None), "date du contrat"),
    ("COMMUNES_EN_ZONE", _says("SEC-01", "communes", ()), "Aucune commune"),
    (
        "COMMUNES_EN_ZONE",
        _says("SEC-01", "communes", (_COMMUNE, _COMMUNE)),
        "deux fois",
    ),
    (
        "COMMUNES_EN_ZONE",
        _says("SEC-01", "communes", ({**_COMMUNE, "zone": ""},)),
        "n'a pas de zone",
    ),
    ("RISQUES_LOCAUX", _says("SEC-01", "risques_locaux", ()), "DDRM"),
    ("REFERENT_ET_SUPPLEANT", _holds("REFERENT_SSE", person_id="p-gone"), "référent"),
    ("REFERENT_ET_SUPPLEANT", _holds("REFERENT_SSE", deputy_id=None), "suppléant du"),
    (
        "REFERENT_ET_SUPPLEANT",
        _people(lambda p: replace(p, phone2=None, mobile=None)),
        "deux moyens",
    ),
    ("DEUX_BATIMENTS", _says("SEC-02", "lieu_repli", ""), "lieu de repli"),
    ("DEUX_BATIMENTS", _says("SEC-02", "lieu_repli", "MAISON de santé"), "est le lieu"),
    (
        "PILOTAGE_ET_SECRETARIAT",
        _holds("SECRETARIAT", person_id="p-4"),
        "même personne",
    ),
    (
        "PILOTAGE_ET_SECRETARIAT",
        lambda said, known: (said.model_copy(update={"holders": ()}), known),
        "Désignez le pilotage",
    ),
    ("SUPPLEANTS", _holds("PILOTAGE", deputy_id="p-gone"), "pas de suppléant"),
    (
        "DEUX_CANAUX_PAR_AUTORITE",
        lambda said, known: (
            said,
            replace(
                known,
                tenant=tenant().model_copy(
                    update={
                        "authorities": (
                            tenant()
                            .authorities[0]
                            .model_copy(update={"out_of_hours": None}),
                        )
                    }
                ),
            ),
        ),
        "heures ouvrées",
    ),
    (
        "AUTORITES_VERIFIEES",
        _knows(lambda k: replace(k, verified={})),
        "jamais vérifié",
    ),
    (
        "AUTORITES_VERIFIEES",
        _knows(lambda k: replace(k, verified={"ARS_DD": date(2026, 8, 1)})),
        "à refaire",
    ),
    (
        "VOLONTAIRES_COMPLETS",
        _people(lambda p: replace(p, link=Link.MEMBER)),
        "Aucun volontaire",
    ),
    ("VOLONTAIRES_COMPLETS", _people(lambda p: replace(p, zone=None)), "sans zone"),
    (
        "VOLONTAIRES_COMPLETS",
        _people(lambda p: replace(p, email=None, mobile=None)),
        "sans courriel ni",
    ),
    (
        "VOLONTAIRES_COMPLETS",
        _people(lambda p: replace(p, profession="BOULANGER")),
        "de profession inconnue",
    ),
    (
        "RPPS_OU_SANS",
        _people(lambda p: replace(p, rpps="123456789")),
        "n'est pas un RPPS",
    ),
    (
        "CONTRE_APPEL_DECRIT",
        _says("SEC-04", "procedure_contre_appel", " "),
        "contre-appel",
    ),
    ("TEST_D_ALERTE", _knows(lambda k: replace(k, exercises=())), "jamais été essayée"),
    ("TEST_D_ALERTE", _knows(lambda k: replace(k, exercises=(_TESTED,))), "à refaire"),
    (
        "LIEU_PAR_ZONE_ET_TYPE",
        _row("SEC-05", "lignes", zone="Sud"),
        "Zone Nord : aucun",
    ),
    (
        "OUVERTURE_DE_NUIT",
        _row("SEC-05", "lignes", contact_ouverture_24h=""),
        "de nuit",
    ),
    ("OUVERTURE_DE_NUIT", _says("SEC-05", "lignes", ()), "Aucun lieu"),
    ("CONVENTION_ECRITE", _row("SEC-05", "lignes", convention=""), "accord écrit"),
    ("CONVENTION_ECRITE", _row("SEC-05", "lignes", date_visite="2025-03-03"), "visite"),
    ("CONVENTION_ECRITE", _row("SEC-05", "lignes", date_visite=""), "visite"),
    ("PEREMPTIONS", _row("SEC-06", "lignes", peremption="2026-11-21"), "périmé depuis"),
    ("PEREMPTIONS", _row("SEC-06", "lignes", peremption=""), "non dite"),
    (
        "EFFECTIF_PAR_TYPE",
        _people(lambda p: replace(p, profession="INFIRMIER")),
        "trop peu nombreux",
    ),
    (
        "DOUBLE_ENGAGEMENT",
        _people(lambda p: replace(p, double_commitment=False)),
        "Aucun double",
    ),
    ("ATTENTE_PAR_PARTENAIRE", _says("SEC-08", "conventions", ()), "aucune attente"),
    ("ATTENTE_PAR_PARTENAIRE", _row("SEC-08", "conventions", attente=""), "il manque"),
    (
        "PRINCIPE_ECRIT",
        _says("SEC-09", "patients_chroniques_principes", ""),
        "hors de l'outil",
    ),
    ("UN_PORTE_PAROLE", _holds("COMMUNICATION", deputy_id="p-12"), "porte-parole"),
    (
        "EXERCICE_DANS_L_ANNEE",
        _knows(lambda k: replace(k, exercises=(_OLD,))),
        "dans l'année",
    ),
    ("INDICATEURS_NOMBRES", _first_type(indicators=()), "aucun indicateur"),
    ("LEVEE_AVEC_REFERENCE", _says("SEC-13", "procedure", "On arrête."), "référence"),
    ("ACTION_SUIVIE", _row("SEC-14", "plan_d_actions", responsable=""), "responsable"),
    ("ACTION_SUIVIE", _row("SEC-14", "plan_d_actions", echeance=""), "pas de date"),
    (
        "ACTION_CLOSE_DANS_LE_PLAN",
        _row("SEC-14", "plan_d_actions", version=""),
        "close",
    ),
    ("MODIFICATIONS_DATEES", _update, "Ni modifiées ni relues"),
    (
        "EDITION_PUBLIQUE",
        _says("SEC-10", "relations_presse", "06 12 34 56 78"),
        "pas sa place",
    ),
    (
        "EDITION_PUBLIQUE",
        _row("SEC-05", "lignes", proprietaire="camille@val.example"),
        "SEC-05",
    ),
    ("CINQ_TYPES", _template(types=national().types[1:]), "Le type 1 manque"),
    ("FICHES_RELUES", _first_type(cards=national().types[0].cards[:7]), "7 fiches"),
    ("CRITERES_ET_QUESTIONS", _first_type(retex_questions=()), "questions absents"),
)


@pytest.mark.parametrize(
    ("code", "broken", "words"),
    BREAKS,
    ids=[f"{code}-{at}" for at, (code, *_) in enumerate(BREAKS)],
)
def test_what_is_missing_is_said_with_its_field(
    code: str, broken: Broken, words: str
) -> None:
    found = results(*broken(PLAN, FACTS))
    (missing,) = (r for r in found.values() if r.code == code)

    assert missing.state is CheckState.MISSING
    assert any(words in gap.sentence for gap in missing.gaps)
    assert all(gap.sentence.endswith((".", "?")) and gap.field for gap in missing.gaps)


def test_every_rule_was_broken_once() -> None:
    assert {code for code, _, _ in BREAKS} == set(RULES)


def test_a_private_cell_is_not_public() -> None:
    said, known = _row("SEC-05", "lignes", contact_ouverture_24h="06 12 34 56 78")(
        PLAN, FACTS
    )

    assert not results(said, known)["SEC-15 EDITION_PUBLIQUE 1"].gaps


def test_an_update_shows_changes_or_readings_section_by_section() -> None:
    said, known = _update(PLAN, FACTS)
    for content in said.sections[1:]:
        reading = Reading(person_id="p-2", role="PILOTAGE", on=TODAY)
        said = with_section(said, content.model_copy(update={"reading": reading}))
    change = Change(
        section_id="SEC-01",
        target="risques_locaux",
        origin=ChangeOrigin.LAW,
        author="COORDINATEUR",
        on=TODAY,
    )

    assert results(said, known)["SEC-15 MODIFICATIONS_DATEES 0"].gaps
    changed = said.model_copy(update={"changes": (change,)})
    assert not results(changed, known)["SEC-15 MODIFICATIONS_DATEES 0"].gaps


@pytest.mark.parametrize(
    ("check", "months"),
    [("SEC-06 ATTESTE 1", 6), ("SEC-04 ARBRE_D_APPEL 2", 6), ("SEC-08 ATTESTE 0", 12)],
)
def test_an_attestation_lives_as_long_as_its_section_or_its_paper(
    check: str, months: int
) -> None:
    attested = date(2026, 10, 22)
    last = months_later(attested, months)

    kept = results(PLAN, replace(FACTS, on=last))[check]
    gone = results(PLAN, replace(FACTS, on=last + timedelta(days=1)))[check]

    assert (kept.state, gone.state) == (CheckState.SATISFIED, CheckState.TO_ATTEST)
    assert "à relire, puis à attester" in gone.gaps[0].sentence


def test_the_day_a_volunteer_agreed_is_vouched_for_since_no_directory_keeps_it() -> (
    None
):
    content = PLAN.section("SEC-03").model_copy(update={"attestations": ()})
    found = results(with_section(PLAN, content), FACTS)["SEC-03 VOLONTAIRES_COMPLETS 2"]
    kept = results(PLAN, FACTS)["SEC-03 VOLONTAIRES_COMPLETS 2"]

    assert (found.state, kept.state) == (CheckState.TO_ATTEST, CheckState.SATISFIED)
    assert found.gaps[0].sentence.startswith("Date d'accord : à attester")


def test_nobody_vouches_once_they_have_left_the_directory() -> None:
    left = replace(FACTS, roster=tuple(p for p in FACTS.roster if p[0] != "p-2"))
    found = results(PLAN, left)["SEC-06 ATTESTE 1"]

    assert found.state is CheckState.TO_ATTEST
    assert found.attestation is None


def test_an_expected_section_warns_and_comes_first() -> None:
    said = saying(PLAN, "SEC-13", "procedure", "")  # of mark I
    said = saying(said, "SEC-05", "lignes", ())  # of mark C1
    check = check_plan(said, FACTS)

    first, second = to_fill(said, check)
    assert check.incomplete == ("SEC-05",)
    assert (first.section_id, first.warns, first.score) == ("SEC-05", True, "0 sur 3")
    assert (second.section_id, second.warns) == ("SEC-13", False)
    assert second.owner
    assert "première rédaction" in stake(said)
    assert check.gaps[0] == "Cartographie des ressources : lieux : 0 contrôle sur 3."
    assert all(gap.startswith("Zone") for gap in check.gaps[1:])
    assert len(check.gaps) == 3


def test_a_profession_that_no_card_names_is_listed_with_its_people() -> None:
    check = check_plan(PLAN, FACTS)

    assert len(check.idle) == len(national().professions_without_card)
    assert check.idle[0].endswith("(30)")
    assert "Décidez de leur part" in idle(check)
    nobody = replace(FACTS, roster=FACTS.roster[:1])
    assert idle(check_plan(PLAN, nobody)) == ""
