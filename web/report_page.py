"""A situation report on the console's pages: what is counted, what is left to write."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.database.situation_reports import SituationRow
from domain.indicator import indicator_label
from domain.situation import ReportTexts, SituationReport
from domain.situation_words import under_headings
from web.known import Known, around, moment
from web.views import Page

INDICATOR = "nombre."  # before the name of an indicator, in a form
TEXTS = {1: "situation", 2: "instructions", 3: "cell", 8: "difficulties", 9: "forecast"}
"""The field of each heading that only the cell can fill."""
NUMBERS, NEXT = 7, 10  # the headings of the indicators, and of the next report


@dataclass(frozen=True)
class ReportPart:
    """One heading, what is said under it, the field that writes it."""

    rank: int
    heading: str
    lines: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportPage(Page):
    """The last situation report of a crisis: to fill, to send, or sent."""

    path: str
    title: str
    counted: str = ""  # none: nothing was prepared yet
    written_by: str = ""
    sent: str = ""
    due: str
    made_at: str = ""  # exactly what is read: it alone is sent
    running: bool  # may one be prepared?
    parts: tuple[ReportPart, ...] = ()
    indicators: tuple[tuple[str, str], ...] = ()  # field, label
    form: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


def report_page(
    known: Known,
    row: SituationRow | None,
    *,
    may: bool,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> ReportPage:
    """Lay out the last report, with what was typed if it was refused."""
    due = moment(known.next_report_at, known) if known.next_report_at else ""
    if row is None:
        return ReportPage(
            **around(known), title="Point de situation n° 1", due=due, running=may
        )
    report = row.content
    return ReportPage(
        **around(known),
        title=report.title,
        counted=moment(report.made_at, known),
        written_by=report.written_by,
        sent=moment(row.sent_at, known) if row.sent_at else "",
        due=due,
        made_at=report.made_at.isoformat(),
        running=may,
        parts=_parts(report),
        indicators=tuple(
            (f"{INDICATOR}{each.name}", indicator_label(each.name))
            for each in report.indicators
        ),
        form=shown_form(report, known) | dict(typed or {}),
        errors=errors or {},
    )


def _parts(report: SituationReport) -> tuple[ReportPart, ...]:
    said = zip(report.headings, under_headings(report), strict=True)
    return tuple(
        ReportPart(rank, heading, lines, TEXTS.get(rank, ""))
        for rank, (heading, lines) in enumerate(said, start=1)
    )


def shown_form(report: SituationReport, known: Known) -> dict[str, str]:
    """Say what the fields of a report hold before anybody types."""
    texts = {name: getattr(report.texts, name) for name in ReportTexts.model_fields}
    numbers = {
        f"{INDICATOR}{each.name}": "" if each.value is None else str(each.value)
        for each in report.indicators
    }
    following = report.next_at
    local = f"{following.astimezone(known.zone):%Y-%m-%dT%H:%M}" if following else ""
    return {**texts, **numbers, "next_at": local}
