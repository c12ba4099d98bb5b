"""Checks of a plan that its own sections and its template answer.

Source: docs/sources.md#plan-checks
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from domain.calendar import french_date
from domain.check_gap import Checking, Gap, Rule, day_in
from domain.content import Layer, Row, Value
from domain.duration import Period
from domain.folding import folded
from domain.form import ROWS, SectionForm
from domain.plan_version import VersionKind

NO_PLACE = "Aucun lieu n'est inscrit."
LEAST_CARDS, TYPES = 8, 5
_A_YEAR = Period(1, "Y")
_ALERT_TEST = "TEST_ALERTE"
_PRIVATE = re.compile(r"\S@\S+\.\S|(?:\+33|\b0)[ .]?[67](?:[ .]?\d\d){4}\b")


def _written(field: str, sentence: str) -> Rule:
    """Want a field that says something."""

    def rule(on: Checking) -> Iterator[Gap]:
        if not on.text(field).strip():
            yield Gap(sentence, field)

    return rule


def _tested(on: Checking) -> Iterator[Gap]:
    every = next(
        (e.every for e in on.plan.template.exercises if e.code == _ALERT_TEST), _A_YEAR
    )
    last = max((e.on for e in on.facts.exercises), default=None)
    if last is None:
        yield Gap("L'alerte n'a jamais été essayée : faites un exercice.", "vagues")
    elif on.older(last, every):
        said = f"Le dernier essai de l'alerte date du {french_date(last)} : à refaire."
        yield Gap(said, "vagues")


def _places(on: Checking) -> Iterator[Gap]:
    known = {(row.get("zone", ""), code) for row in on.rows() for code in _types(row)}
    for zone in on.facts.tenant.zones:
        lacking = [
            str(sheet.number)
            for sheet in on.plan.template.types
            if (zone, sheet.code) not in known
        ]
        if lacking:
            types = "le type" if len(lacking) == 1 else "les types"
            sentence = f"Zone {zone} : aucun lieu pour {types} {', '.join(lacking)}."
            yield Gap(sentence, "types_possibles")


def _types(row: Row) -> Iterable[str]:
    return (code.strip() for code in row.get("types_possibles", "").split(","))


def _every_row(name: str, column: str, sentence: str, nothing: str) -> Rule:
    """Want a cell that says something in each row of the table; one row at least."""

    def rule(on: Checking) -> Iterator[Gap]:
        if not on.rows():
            yield Gap(nothing, ROWS)
        for row in on.rows():
            if not row.get(column, "").strip():
                yield Gap(f"{row.get(name) or 'Une ligne'} : {sentence}.", column)

    return rule


_AGREED = _every_row(
    "nom", "convention", "pas d'accord écrit du propriétaire", NO_PLACE
)
_DATED = _every_row(
    "designation",
    "peremption",
    "péremption non dite",
    "Aucun matériel n'est inscrit.",
)


def _agreements(on: Checking) -> Iterator[Gap]:
    yield from _AGREED(on)
    for row in on.rows():
        visited = day_in(row.get("date_visite", ""))
        if visited is None or on.older(visited, on.section.reviewed_every):
            sentence = "pas de visite dans l'année, l'accord est à confirmer"
            yield Gap(f"{row.get('nom', 'Un lieu')} : {sentence}.", "date_visite")


def _expiries(on: Checking) -> Iterator[Gap]:
    yield from _DATED(on)
    for row in on.rows():
        day = day_in(row.get("peremption", ""))
        if day and day < on.facts.on:
            sentence = f"périmé depuis le {french_date(day)}"
            yield Gap(f"{row.get('designation', '')} : {sentence}.", "peremption")


def _expectations(on: Checking) -> Iterator[Gap]:
    rows = on.rows("conventions")
    labels = {each.code: each.label for each in on.plan.template.partners}
    named = {folded(row.get("partenaire", "")) for row in rows}
    for kind in dict.fromkeys(p.kind for p in on.facts.tenant.every_partner):
        of_kind = (p.name for p in on.facts.tenant.every_partner if p.kind is kind)
        words = {folded(word) for word in (kind, labels.get(kind, kind), *of_kind)}
        if not words & named:
            said = f"{labels.get(kind, kind)} : aucune attente réciproque écrite."
            yield Gap(said, "conventions")
    for row in rows:
        if not (row.get("contact") and row.get("attente")):
            who = row.get("partenaire", "Un partenaire")
            yield Gap(f"{who} : il manque le contact ou l'attente.", "conventions")


def _exercised(on: Checking) -> Iterator[Gap]:
    last = max((e.on for e in on.facts.exercises), default=None)
    if last is None or on.older(last, _A_YEAR):
        yield Gap("Aucun exercice tenu dans l'année.", "comptes_rendus")


def _indicators(on: Checking) -> Iterator[Gap]:
    for sheet in on.plan.template.types:
        if not sheet.indicators:
            said = f"Type {sheet.number} : aucun indicateur."
            yield Gap(said, "indicateurs_par_type")


def _lifting(on: Checking) -> Iterator[Gap]:
    if "reference" not in folded(on.text("procedure")):
        sentence = "Écrivez que la levée exige une référence de l'autorité."
        yield Gap(sentence, "procedure")


def _actions(column: str, sentence: str, *, closed: bool = False) -> Rule:
    """Want a cell in each action, or in each one that is closed; none is fine."""

    def rule(on: Checking) -> Iterator[Gap]:
        for row in on.rows("plan_d_actions"):
            if (row.get("close_le") or not closed) and not row.get(column):
                yield Gap(f"{row.get('action', 'Une action')} : {sentence}.", column)

    return rule


def _followed(on: Checking) -> Iterator[Gap]:
    yield from _actions("responsable", "pas de responsable")(on)
    yield from _actions("echeance", "pas de date")(on)


def _dated_changes(on: Checking) -> Iterator[Gap]:
    """Want each section of an update changed, or read again without a change."""
    if on.plan.kind is VersionKind.FIRST_WRITING:
        return
    changed = {change.section_id for change in on.plan.changes}
    silent = [
        section.section_id
        for section in on.plan.template.sections
        if section.section_id not in changed
        and on.plan.section(section.section_id).reading is None
    ]
    if silent:
        named = ", ".join(silent)
        yield Gap(f"Ni modifiées ni relues dans cette version : {named}.", "diff")


def _public(on: Checking) -> Iterator[Gap]:
    forms = {form.section_id: form for form in on.plan.template.forms}
    for content in on.plan.sections:
        shown = _shown(forms.get(content.section_id))
        for said in content.fields:
            columns = shown if said.name == ROWS else None
            public = said.name in shown or said.name == ROWS
            texts = _texts(said.value, columns) if public else ()
            if said.layer is not Layer.KNOWN and any(map(_PRIVATE.search, texts)):
                where = f"{content.section_id}, « {said.name} »"
                sentence = f"{where} : un mobile ou un courriel n'y a pas sa place."
                yield Gap(sentence, "liste_de_diffusion")


def _shown(form: SectionForm | None) -> frozenset[str]:
    """Name the fields that the public edition shows."""
    fields = form.fields if form else ()
    return frozenset(field.name for field in fields if not field.private)


def _texts(value: Value, columns: frozenset[str] | None) -> Iterator[str]:
    """Go through the words of a value; of rows, those of these columns, or all."""
    for line in (value,) if isinstance(value, str) else value:
        if isinstance(line, str):
            yield line
        else:
            yield from (c for n, c in line.items() if columns is None or n in columns)


def _five_types(on: Checking) -> Iterator[Gap]:
    known = {sheet.number for sheet in on.plan.template.types}
    for number in range(1, TYPES + 1):
        if number not in known:
            yield Gap(f"Le type {number} manque.", f"type_{number}")


def _enough_cards(on: Checking) -> Iterator[Gap]:
    for sheet in on.plan.template.types:
        if len(sheet.cards) < LEAST_CARDS:
            sentence = f"Type {sheet.number} : {len(sheet.cards)} fiches, moins de 8."
            yield Gap(sentence, f"type_{sheet.number}")


def _criteria(on: Checking) -> Iterator[Gap]:
    for sheet in on.plan.template.types:
        if not (sheet.deactivation and sheet.retex_questions):
            sentence = f"Type {sheet.number} : critères ou questions absents."
            yield Gap(sentence, f"type_{sheet.number}")


RULES: Mapping[str, Rule] = {
    "CONTRE_APPEL_DECRIT": _written(
        "procedure_contre_appel", "Décrivez le contre-appel de chaque autorité."
    ),
    "TEST_D_ALERTE": _tested,
    "LIEU_PAR_ZONE_ET_TYPE": _places,
    "OUVERTURE_DE_NUIT": _every_row(
        "nom",
        "contact_ouverture_24h",
        "pas de contact d'ouverture de nuit",
        NO_PLACE,
    ),
    "CONVENTION_ECRITE": _agreements,
    "PEREMPTIONS": _expiries,
    "ATTENTE_PAR_PARTENAIRE": _expectations,
    "PRINCIPE_ECRIT": _written(
        "patients_chroniques_principes",
        "Écrivez que chaque professionnel repère ses patients, hors de l'outil.",
    ),
    "EXERCICE_DANS_L_ANNEE": _exercised,
    "INDICATEURS_NOMBRES": _indicators,
    "LEVEE_AVEC_REFERENCE": _lifting,
    "ACTION_SUIVIE": _followed,
    "ACTION_CLOSE_DANS_LE_PLAN": _actions(
        "version", "close, sans version du plan", closed=True
    ),
    "MODIFICATIONS_DATEES": _dated_changes,
    "EDITION_PUBLIQUE": _public,
    "CINQ_TYPES": _five_types,
    "FICHES_RELUES": _enough_cards,
    "CRITERES_ET_QUESTIONS": _criteria,
}
"""By code of `controles`, for the other sections."""
