"""The page that sums a plan up for the ARS, and its line when several CPTS are sent.

Source: docs/sources.md#ars-summary
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from pydantic import AwareDatetime

from domain.calendar import french_date
from domain.content import Row
from domain.form import ROWS
from domain.known_facts import PastExercise
from domain.person import Link, Person
from domain.plan_edition import STATUS_LABELS, PlanSource, reached
from domain.printed import Count, Printed, Sha256
from domain.printed_plan import PrintedPerson
from domain.report import Seal

_REFERENT = "REFERENT_SSE"
_PLACES, _LESSONS = "SEC-05", "SEC-14"


class SummaryPlace(Printed):
    """A place that may be opened; types by their numbers."""

    name: str
    where: str
    types: tuple[str, ...]
    capacity: str
    opening: str


class SummaryGroup(Printed):
    """Volunteers of one profession, by type accepted; one may count in several."""

    label: str
    by_type: tuple[Count, ...]
    at_night: Count
    total: Count


class AlertTest(Printed):
    """The last alert that was tried: how many answered, and how soon."""

    on: date
    asked: Count
    answered: Count
    median_minutes: Count | None  # None: half of them never answered in time


class ArsSummary(Printed):
    """One plan on one page."""

    cpts_id: str
    cpts_name: str
    fictitious: bool
    communes: Count
    population: Count
    size: str
    number: Count
    status_label: str
    dated_on: date  # adopted, else submitted, else written
    headings: tuple[str, ...]
    asked_back: tuple[str, ...]
    types: tuple[str, ...]  # labels, in the order of their numbers
    referent: PrintedPerson | None
    deputy: PrintedPerson | None
    main_room: str | None
    fallback_room: str | None
    online_room: str | None
    places: tuple[SummaryPlace, ...]
    volunteers: tuple[SummaryGroup, ...]  # the largest first
    everybody: SummaryGroup
    alert_test: AlertTest | None
    exercise_on: date | None
    exercise: str | None
    lessons: tuple[str, ...]  # actions that are not closed
    gaps: tuple[str, ...]
    sha256: Sha256
    seal: Seal
    made_at: AwareDatetime
    timezone: str


def ars_summary(
    source: PlanSource,
    exercises: Iterable[PastExercise],
    alert_test: AlertTest | None,
    gaps: tuple[str, ...],
    made_at: datetime,
) -> ArsSummary:
    """Sum a version up."""
    tenant, plan, version = source.tenant, source.plan, source.version
    types = {sheet.code: str(sheet.number) for sheet in plan.template.types}
    room, sheet = tenant.cell_room, plan.template.ars_summary
    holder = next((h for h in plan.holders if h.role == _REFERENT), None)
    last = max(exercises, key=lambda each: each.on, default=None)
    on = version.adopted_at or version.submitted_at or version.made_at
    groups = _groups(source, tuple(types))
    return ArsSummary(
        cpts_id=tenant.cpts_id,
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        communes=len(tenant.communes),
        population=tenant.population,
        size=tenant.size,
        number=plan.number,
        status_label=STATUS_LABELS[version.status],
        dated_on=on.astimezone(tenant.zone_info).date(),
        headings=sheet.headings,
        asked_back=sheet.asked_back,
        types=tuple(each.label for each in plan.template.types),
        referent=holder and reached(source, holder.person_id),
        deputy=reached(source, holder.deputy_id)
        if holder and holder.deputy_id
        else None,
        main_room=room and room.main,
        fallback_room=room and room.fallback,
        online_room=room and room.online,
        places=tuple(_place(row, types) for row in _rows(source, _PLACES, ROWS)),
        volunteers=groups,
        everybody=_together(groups, len(types)),
        alert_test=alert_test,
        exercise_on=last and last.on,
        exercise=last and last.scenarios,
        lessons=tuple(
            row["action"]
            for row in _rows(source, _LESSONS, "plan_d_actions")
            if row.get("action") and not row.get("close_le")
        ),
        gaps=gaps,
        sha256=version.sha256,
        seal=source.seal,
        made_at=made_at,
        timezone=tenant.time_zone,
    )


def line_of(summary: ArsSummary) -> tuple[tuple[str, str | int], ...]:
    """Give the line of one CPTS: column and value, the same columns for all."""
    numbers = range(len(summary.types))
    test = summary.alert_test
    return (
        ("CPTS", summary.cpts_name),
        ("Communes", summary.communes),
        ("Population", summary.population),
        ("Taille", summary.size),
        ("Version du plan", summary.number),
        ("Statut", summary.status_label),
        ("Date", french_date(summary.dated_on)),
        ("Référent SSE", _name(summary.referent)),
        ("Téléphone du référent", _phones(summary.referent)),
        ("Suppléant", _name(summary.deputy)),
        ("Téléphone du suppléant", _phones(summary.deputy)),
        ("Lieu de la cellule", summary.main_room or ""),
        ("Lieu de repli", summary.fallback_room or ""),
        ("Salle virtuelle", summary.online_room or ""),
        ("Lieux mobilisables", len(summary.places)),
        *(
            (f"Lieux, type {n + 1}", _open_to(summary.places, str(n + 1)))
            for n in numbers
        ),
        ("Volontaires", summary.everybody.total),
        *(
            (f"Volontaires, type {n + 1}", summary.everybody.by_type[n])
            for n in numbers
        ),
        ("Joignables la nuit", summary.everybody.at_night),
        ("Dernier test d'alerte", french_date(test.on) if test else ""),
        ("Personnes sollicitées", test.asked if test else ""),
        ("Personnes qui ont répondu", test.answered if test else ""),
        ("Délai médian (minutes)", _median(test)),
        (
            "Dernier exercice",
            french_date(summary.exercise_on) if summary.exercise_on else "",
        ),
        ("Scénario de l'exercice", summary.exercise or ""),
        ("Écarts connus", len(summary.gaps)),
        ("Détail des écarts", "\n".join(summary.gaps)),
    )


def _rows(source: PlanSource, section_id: str, field: str) -> tuple[Row, ...]:
    value = source.plan.section(section_id).value(field) or ()
    return tuple(row for row in value if isinstance(row, Mapping))


def _place(row: Row, types: Mapping[str, str]) -> SummaryPlace:
    said = (code.strip() for code in row.get("types_possibles", "").split(","))
    return SummaryPlace(
        name=row.get("nom", ""),
        where=row.get("adresse", ""),
        types=tuple(types[code] for code in said if code in types),
        capacity=row.get("capacite", ""),
        opening=row.get("contact_ouverture_24h", ""),
    )


def _groups(source: PlanSource, types: tuple[str, ...]) -> tuple[SummaryGroup, ...]:
    by_profession: dict[str, list[Person]] = {}
    for person in source.people.values():
        if person.link is Link.VOLUNTEER:
            by_profession.setdefault(person.profession, []).append(person)
    known = {each.code: each.label for each in source.plan.template.professions}
    groups = (
        SummaryGroup(
            label=known.get(code, code),
            by_type=tuple(sum(p.accepts(each) for p in people) for each in types),
            at_night=sum(p.reachable_at_night for p in people),
            total=len(people),
        )
        for code, people in by_profession.items()
    )
    return tuple(sorted(groups, key=lambda group: (-group.total, group.label)))


def _together(groups: tuple[SummaryGroup, ...], types: int) -> SummaryGroup:
    counts = Counter[int]()
    for group in groups:
        counts.update(dict(enumerate(group.by_type)))
    return SummaryGroup(
        label="Ensemble",
        by_type=tuple(counts[rank] for rank in range(types)),
        at_night=sum(group.at_night for group in groups),
        total=sum(group.total for group in groups),
    )


def _open_to(places: Iterable[SummaryPlace], number: str) -> int:
    return sum(number in place.types for place in places)


def _name(who: PrintedPerson | None) -> str:
    return who.name if who else ""


def _phones(who: PrintedPerson | None) -> str:
    return ", ".join(who.phones) if who else ""


def _median(test: AlertTest | None) -> str | int:
    if test is None or test.median_minutes is None:
        return ""
    return test.median_minutes
