"""A situation report for a terminal of 80 columns."""

from collections.abc import Iterator
from datetime import datetime
from textwrap import fill
from zoneinfo import ZoneInfo

from domain.calendar import french_instant
from domain.situation import SituationReport
from domain.situation_words import under_headings

WIDTH = 80


def view(report: SituationReport, sent_at: datetime | None = None) -> str:
    """Lay out a report under its ten headings."""
    zone = ZoneInfo(report.timezone)
    lines = [*_head(report, zone, sent_at)]
    for rank, (heading, body) in enumerate(
        zip(report.headings, under_headings(report), strict=True), start=1
    ):
        lines += ["", fill(f"{rank}. {heading}", WIDTH, subsequent_indent="   ")]
        lines += [
            fill(line, WIDTH, initial_indent="   ", subsequent_indent="   ")
            for line in body
        ]
    return "\n".join(lines)


def _head(
    report: SituationReport, zone: ZoneInfo, sent_at: datetime | None
) -> Iterator[str]:
    yield f"{report.title}{'  *** EXERCICE ***' if report.exercise else ''}"
    yield f"  Nombres    arrêtés le {french_instant(report.made_at, zone)}"
    yield f"  Référence  {report.reference or 'écrite attendue'}"
    yield f"  Rédigé     {report.written_by}"
    yield f"  Validé     {report.validated_by or 'projet, non validé'}"
    if sent_at:
        yield f"  Envoyé     le {french_instant(sent_at, zone)}"
