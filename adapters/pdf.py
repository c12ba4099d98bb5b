"""Documents in PDF/A-3a and PDF/UA-1, the same bytes from the same facts (Typst).

Data reaches Typst as JSON, never as markup: no text of a CPTS can become code.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import segno
import typst
from pydantic import BaseModel

from domain.ars_summary import ArsSummary
from domain.calendar import (
    NBSP,
    french_count,
    french_date,
    french_day,
    french_elapsed,
    french_hour,
    french_instant,
    french_second,
)
from domain.dossier import gaps, not_payable, runs
from domain.indicator import indicator_label
from domain.payment import Expected
from domain.poster import Poster
from domain.printed_plan import PrintedPlan
from domain.recognition_letter import RecognitionLetter
from domain.report import CrisisFacts, DocumentRow, EntryRow
from domain.situation import SituationReport
from domain.typography import typeset

_PAGE, _STORY = 80, 36  # lines of a list that may be shown: a page, a log
_TOGETHER = re.compile(r"(?:\b(?:à|le) )?\d+(?:er)? [^\W\d_]{2,}|\bà \d+")
"""A number stays with its noun, a date with what leads to it."""
_TAIL = 4  # and its last lines


def _embedded_fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


@dataclass(frozen=True)
class PdfPress:
    """Prints with the layouts of one folder and the fonts inside Typst, no others."""

    layouts: Path
    fonts: typst.Fonts = field(default_factory=_embedded_fonts)

    def render_report(self, facts: CrisisFacts) -> bytes:
        """Print the after-action report; long lists run on to more pages."""
        return self._print("report.typ", facts, {})

    def render_dossier(
        self,
        facts: CrisisFacts,
        documents: Iterable[DocumentRow],
        entries: Iterable[EntryRow],
        expected: Expected | None,
    ) -> bytes:
        """Print the evidence dossier: what is missing first, then what proves."""
        sent = {row.sha256: row for row in facts.documents_sent}
        return self._print(
            "dossier.typ",
            facts,
            {
                "documents": [
                    sent.get(row.sha256, row).model_dump() for row in documents
                ],
                "entries": _ends(runs(entries), _PAGE),
                "expected": expected and _amount(expected),
            },
        )

    def render_letter(self, facts: CrisisFacts, letter: RecognitionLetter) -> bytes:
        """Print the letter that asks for a written recognition: one page."""
        return self._print("letter.typ", facts, {"letter": letter.model_dump()})

    def render_situation(self, report: SituationReport) -> bytes:
        """Print a situation report: one page, two when its texts are long."""
        shown = report.model_dump()
        for row in shown["indicators"]:
            row["label"] = indicator_label(row["name"])
        places = report.all_places
        facts = {
            **shown,
            "title": report.title,
            "people": report.people,
            "all_places": places and places.model_dump(),
            "plan_sha256": None,
        }
        return self._compile("situation.typ", {"facts": facts}, report)

    def render_plan(self, plan: PrintedPlan) -> bytes:
        """Print one copy of a plan, whole."""
        return self._compile("plan.typ", _plan(plan), plan)

    def render_cards(self, plan: PrintedPlan) -> bytes:
        """Print its action cards, each on one A5 sheet."""
        return self._compile("plan_cards.typ", _plan(plan), plan)

    def render_summary(self, summary: ArsSummary) -> bytes:
        """Print the page that sums a plan up for the ARS."""
        known = {"summary": summary.model_dump()}
        return self._compile("plan_summary.typ", known, summary)

    def render_poster(self, poster: Poster) -> bytes:
        """Print the poster that invites to enrol; its code stands a damaged quarter."""
        code = segno.make(poster.address, error="q", micro=False)
        squares = [[bool(dark) for dark in line] for line in code.matrix]
        known = {"poster": poster.model_dump(), "squares": squares}
        return self._compile("poster.typ", known, poster)

    def _print(
        self, layout: str, facts: CrisisFacts, more: Mapping[str, object]
    ) -> bytes:
        known = {
            "facts": _facts(facts),
            "timeline": _ends(facts.timeline, _STORY),
            "participants": facts.participants,
            "actions": facts.actions,
            "pending": facts.alerts.pending,
            "unexplained": facts.unexplained,
            "lasted": facts.lifted_at and facts.lifted_at - facts.t0,
            "repeats": facts.repeats,
            "reports_sent": facts.reports_sent,
            "late_reports": [row.is_late for row in facts.situation_reports or ()],
            "not_payable": not_payable(facts),
            "gaps": [{"code": gap, "shown": gap.indicator} for gap in gaps(facts)],
            **more,
        }
        return self._compile(layout, known, facts)

    def _compile(
        self,
        layout: str,
        known: Mapping[str, object],
        made: CrisisFacts | SituationReport | PrintedPlan | ArsSummary | Poster,
    ) -> bytes:
        return typst.compile(
            self.layouts / layout,
            root=self.layouts,
            font_paths=self.fonts,
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": json.dumps(_in_french(known, ZoneInfo(made.timezone)))},
            pdf_standards=["a-3a", "ua-1"],
            timestamp=int(made.made_at.timestamp()),
        )


def _facts(facts: CrisisFacts) -> dict[str, object]:
    shown = facts.model_dump(exclude={"timeline"})
    for row, card in zip(shown["cards"], facts.cards, strict=True):
        row["is_action"] = card.is_action
    return shown


def _plan(plan: PrintedPlan) -> dict[str, object]:
    return {"plan": plan.model_dump(), "edition": plan.edition_words}


def _amount(expected: Expected) -> dict[str, object]:
    return {**expected.model_dump(), "size_is_doubtful": expected.size_is_doubtful}


def _ends(rows: Sequence[BaseModel], head: int) -> dict[str, object]:
    """Keep the first and the last lines, and say how many there are."""
    kept = rows if len(rows) <= head + _TAIL else (*rows[:head], *rows[-_TAIL:])
    shown = [row.model_dump() for row in kept]
    return {"rows": shown, "count": len(rows), "tail": _TAIL}


def _in_french(value: object, zone: ZoneInfo) -> object:
    """Give instants, durations and numbers their French form, at any depth."""
    match value:
        case Mapping():
            return {str(key): _in_french(held, zone) for key, held in value.items()}
        case list() | tuple():
            return [_in_french(held, zone) for held in value]
        case datetime():
            return _instant(value, zone)
        case date():
            return typeset(french_date(value))
    return _word(value)


def _unbroken(words: re.Match[str]) -> str:
    return words[0].replace(" ", NBSP)


def _instant(at: datetime, zone: ZoneInfo) -> dict[str, str]:
    """Give each form that a layout may choose from."""
    return {
        "day": typeset(french_day(at, zone)),
        "hour": typeset(french_hour(at, zone)),
        "second": typeset(french_second(at, zone)),
        "both": typeset(french_instant(at, zone)),
    }


def _word(value: object) -> object:
    """Typeset a text; a whole number becomes `{n, s}`, to count with and to print."""
    match value:
        case None | bool():
            return value
        case str():
            return _TOGETHER.sub(_unbroken, typeset(value))
        case int():
            return {"n": value, "s": french_count(value)}
        case timedelta():
            return french_elapsed(value)
    raise TypeError(f"cannot be printed: {type(value).__name__}")
