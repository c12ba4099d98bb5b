"""A situation report in words: what is said under each of its ten headings."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from domain.calendar import french_instant
from domain.indicator import indicator_label
from domain.situation import SituationReport
from domain.situation_numbers import UNCOLLECTED
from domain.survey import PlaceCounts, PlaceGroup

_GROUPS = {
    PlaceGroup.SURGERIES: "Cabinets",
    PlaceGroup.PHARMACIES: "Officines",
    PlaceGroup.OTHERS: "Autres lieux",
}


def under_headings(report: SituationReport) -> tuple[tuple[str, ...], ...]:
    """Give the lines that stand under each heading, in their order."""
    zone = ZoneInfo(report.timezone)
    bodies: tuple[Iterable[str], ...] = (
        _said(report.texts.situation),
        _said(report.texts.instructions),
        _said(report.texts.cell),
        _people(report),
        _places(report, zone),
        _cards(report),
        _indicators(report),
        _said(report.texts.difficulties),
        _said(report.texts.forecast),
        _next(report, zone),
    )
    return tuple(tuple(body) for body in bodies)


def _said(text: str) -> tuple[str, ...]:
    return tuple(text.splitlines()) or ("Rien d'inscrit.",)


def _people(report: SituationReport) -> Iterator[str]:
    by_profession: dict[str, list[str]] = defaultdict(list)
    for row in report.engaged:
        zone = row.zone or "sans zone"
        by_profession[row.label].append(f"{zone} {row.number}")
    for label, zones in by_profession.items():
        yield f"{label} : {', '.join(zones)}"
    needed = sum(need.needed for need in report.needs)
    filled = sum(need.filled for need in report.needs)
    yield f"Ensemble : {report.people} ; places pourvues : {filled} sur {needed}"


def _places(report: SituationReport, zone: ZoneInfo) -> Iterator[str]:
    whole = report.all_places
    if whole is None or report.surveyed_at is None:
        yield f"{UNCOLLECTED.capitalize()} : aucune enquête auprès des lieux."
    else:
        yield f"Enquête du {french_instant(report.surveyed_at, zone)}"
        for row in report.places:
            yield f"{_GROUPS[row.group]:<13}{_counts(row.counts)}"
        yield f"{'Ensemble':<13}{_counts(whole)}"
    slots = UNCOLLECTED if report.slots is None else report.slots
    yield f"Créneaux de soins non programmés : {slots}"


def _counts(counts: PlaceCounts) -> str:
    return (
        f"ouverts {counts.open}, ralentis {counts.slowed}, fermés {counts.closed}, "
        f"sans réponse {counts.silent}, nuit {counts.closed_at_night}"
    )


def _cards(report: SituationReport) -> Iterator[str]:
    cards = report.cards
    late = f"en retard {cards.late} (faites depuis ou non)"
    yield f"Faites {cards.done}, en cours {cards.running}, {late}"


def _indicators(report: SituationReport) -> Iterator[str]:
    for row in report.indicators:
        value = UNCOLLECTED if row.value is None else row.value
        yield f"{indicator_label(row.name) + ' :':<60} {value}"


def _next(report: SituationReport, zone: ZoneInfo) -> Iterator[str]:
    if report.next_at is None:
        yield "Aucun : l'alerte est terminée."
    else:
        yield french_instant(report.next_at, zone)
