"""Known fields that come from the template, the exercises and the versions.

Source: docs/sources.md#plan-sections
"""

from collections.abc import Callable, Iterable

from domain.content import Value
from domain.crisis_type import TypeSheet
from domain.duration import Period
from domain.indicator import indicator_label
from domain.known_facts import Fill, Fills, KnownFacts, Source, count_of
from domain.plan import Plan
from domain.template import Template
from domain.wording import AUTHORITY_LABELS, KIND_LABELS

_UNITS = {"D": ("jour", "jours"), "M": ("mois", "mois"), "Y": ("an", "ans")}
_LOG = "Tenue par Tocsin : chaque acte y entre à son heure, rien n'en est retiré."


def _of_template(value: Callable[[Template], Value | None]) -> Fill:
    return Fill(Source.TEMPLATE, lambda plan, _facts: value(plan.template))


def _authorities(_template: Template) -> Value:
    return tuple(AUTHORITY_LABELS.values())


def _waves(template: Template) -> Value:
    return tuple({"code": w.code, "but": w.purpose} for w in template.waves)


def _messages(template: Template) -> Value:
    return tuple({"code": m.code, "texte": m.text} for m in template.messages)


def _end_message(template: Template) -> Value | None:
    return next((m.text for m in template.messages if m.code == "levee"), None)


def _of_types(
    column: str, lines: Callable[[TypeSheet], Iterable[str]]
) -> Callable[[Template], Value]:
    """Make a row of each line of each type."""

    def rows(template: Template) -> Value:
        return tuple(
            {"type": sheet.code, column: line}
            for sheet in template.types
            for line in lines(sheet)
        )

    return rows


def _often(period: Period) -> str:
    one, many = _UNITS[period.unit]
    return (
        f"une fois par {one}"
        if period.count == 1
        else f"tous les {period.count} {many}"
    )


def _programme(template: Template) -> Value:
    return tuple(
        {"exercice": e.label, "frequence": _often(e.every)} for e in template.exercises
    )


def _exercises(_plan: Plan, facts: KnownFacts) -> Value:
    return tuple(
        {"date": e.on.isoformat(), "type": code, "exercice": e.scenarios}
        for e in facts.exercises
        for code in e.types
    )


def _versions(_plan: Plan, facts: KnownFacts) -> Value:
    zone = facts.tenant.zone_info
    return tuple(
        {
            "version": str(v.number),
            "nature": KIND_LABELS[v.kind],
            "adoptee_le": v.adopted_at.astimezone(zone).date().isoformat(),
        }
        for v in facts.versions
        if v.adopted_at
    )


def _differences(plan: Plan, _facts: KnownFacts) -> Value | None:
    changed = count_of(len(plan.changes), "modification")
    if plan.based_on is None:
        return "Première écriture : aucune version adoptée ne la précède."
    return f"{changed} depuis la version {plan.based_on}"


def _readings(_plan: Plan, facts: KnownFacts) -> Value | None:
    """Count those of the last version that was circulated."""
    if not facts.readings:
        return None
    number = max(facts.readings)
    asked, read = facts.readings[number]
    letters = count_of(asked, "envoi")
    return f"Version {number} : {count_of(read, 'lecture')} pour {letters}"


def _type(number: int) -> Fill:
    def value(template: Template) -> Value | None:
        sheet = next((s for s in template.types if s.number == number), None)
        if sheet is None:
            return None
        cards = count_of(len(sheet.cards), "fiche")
        return f"{cards}, {count_of(len(sheet.scenarios), 'scénario')}"

    return _of_template(value)


FILLS: Fills = {
    ("SEC-04", "autorites_habilitees"): _of_template(_authorities),
    ("SEC-04", "vagues"): _of_template(_waves),
    ("SEC-04", "modeles_de_messages"): _of_template(_messages),
    ("SEC-11", "programme_exercices"): _of_template(_programme),
    ("SEC-11", "comptes_rendus"): Fill(Source.EXERCISES, _exercises),
    ("SEC-12", "modele_main_courante"): _of_template(lambda _template: _LOG),
    ("SEC-12", "modele_point_de_situation"): _of_template(
        lambda template: template.situation_report.headings
    ),
    ("SEC-12", "indicateurs_par_type"): _of_template(
        _of_types("indicateur", lambda sheet: map(indicator_label, sheet.indicators))
    ),
    ("SEC-13", "criteres_par_type"): _of_template(
        _of_types("critere", lambda sheet: sheet.deactivation)
    ),
    ("SEC-13", "autorite_de_levee"): _of_template(_authorities),
    ("SEC-13", "information_de_fin"): _of_template(_end_message),
    ("SEC-14", "questions"): _of_template(
        _of_types("question", lambda sheet: sheet.retex_questions)
    ),
    ("SEC-15", "historique_versions"): Fill(Source.VERSIONS, _versions),
    ("SEC-15", "diff"): Fill(Source.VERSIONS, _differences),
    ("SEC-15", "accuses_de_lecture"): Fill(Source.LETTERS, _readings),
    ("SEC-15", "date_mise_a_jour"): Fill(
        Source.VERSIONS, lambda _plan, facts: facts.on.isoformat()
    ),
    **{("SEC-16", f"type_{number}"): _type(number) for number in range(1, 6)},
}
"""Fields of the sections 4 and 11 to 16."""
