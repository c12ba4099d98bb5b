"""The numbers of a situation report by name: what a spreadsheet is filled with."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.folding import folded
from domain.situation import SituationReport
from domain.survey import PlaceCounts, PlaceGroup
from domain.template import Template

UNCOLLECTED = "non recueilli"
Value = int | str | datetime | None
"""A number; an hour, local; a reference; None: not collected."""

_STATES = {
    "open": "ouverts",
    "slowed": "degrades",
    "closed": "fermes",
    "silent": "sans_reponse",
    "closed_at_night": "fermes_la_nuit",
}
_HEAD = ("numero", "heure", "prochain_point", "reference", "mobilises")
_NEEDS = ("places_demandees", "places_pourvues")
_REST = ("creneaux_snp", "fiches_faites", "fiches_en_cours", "fiches_en_retard")


def number_names(template: Template, zones: Iterable[str]) -> tuple[str, ...]:
    """List every name that a mapping may use, in the order they are copied."""
    indicators = (name for sheet in template.types for name in sheet.indicators)
    names = (
        *_HEAD,
        *(_of_zone(zone) for zone in zones),
        *(_of_profession(each.code) for each in template.professions),
        *_NEEDS,
        *_places(),
        *_REST,
        *indicators,
    )
    return tuple(dict.fromkeys(names))


def numbers(report: SituationReport) -> dict[str, Value]:
    """Give the numbers of a report by name; an absent name is 0 or unknown to it."""
    zone = ZoneInfo(report.timezone)
    found: dict[str, Value] = {
        "numero": report.number,
        "heure": _local(report.made_at, zone),
        "prochain_point": _local(report.next_at, zone) if report.next_at else None,
        "reference": report.reference,
        "mobilises": report.people,
    }
    for row in report.engaged:
        for name in (_of_zone(row.zone or ""), _of_profession(row.profession)):
            before = found.get(name)
            found[name] = row.number + (before if isinstance(before, int) else 0)
    found |= {
        "places_demandees": sum(need.needed for need in report.needs),
        "places_pourvues": sum(need.filled for need in report.needs),
        **_places(report),
        "creneaux_snp": report.slots,
        "fiches_faites": report.cards.done,
        "fiches_en_cours": report.cards.running,
        "fiches_en_retard": report.cards.late,
    }
    return found | {row.name: row.value for row in report.indicators}


def value_of(name: str, found: Mapping[str, Value]) -> Value:
    """Give one number; nobody engaged of a profession or in a zone is 0."""
    return found.get(name, 0 if name.startswith("mobilises_") else None)


def one_line(names: Iterable[str], report: SituationReport) -> str:
    """Write these numbers as one line that a spreadsheet pastes into its columns."""
    found = numbers(report)
    return "\t".join(_cell(value_of(name, found)) for name in names)


def _cell(value: Value) -> str:
    if value is None:
        return UNCOLLECTED
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y %H:%M}"
    return " ".join(str(value).split())


def _local(at: datetime, zone: ZoneInfo) -> datetime:
    """Give the local hour without its zone, as spreadsheets keep hours."""
    return at.astimezone(zone).replace(second=0, microsecond=0, tzinfo=None)


def _of_zone(zone: str) -> str:
    return f"mobilises_zone_{folded(zone or 'sans').replace(' ', '_')}"


def _of_profession(code: str) -> str:
    return f"mobilises_{code.lower()}"


def _places(report: SituationReport | None = None) -> dict[str, Value]:
    """Name the counts of places, all of them then by group, and give them."""
    by_group = {row.group: row.counts for row in report.places} if report else {}
    everything = report.all_places if report else None
    found: dict[str, Value] = {}
    for prefix, counts in (
        ("lieux", everything),
        *((group.value, _counts(by_group, group, everything)) for group in PlaceGroup),
    ):
        for state, word in _STATES.items():
            found[f"{prefix}_{word}"] = getattr(counts, state) if counts else None
    return found


def _counts(
    by_group: Mapping[PlaceGroup, PlaceCounts],
    group: PlaceGroup,
    everything: PlaceCounts | None,
) -> PlaceCounts | None:
    """Give the counts of a group: without a place, 0 once a survey was made."""
    return by_group.get(group, PlaceCounts()) if everything else None
