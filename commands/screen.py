"""What the demonstration shows while it plays: a board on a terminal, else lines."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from rich.console import Console, Group
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from adapters.database import cards, chronicle, figures
from adapters.database.cards import CardRun
from adapters.database.chronicle import LogLine
from adapters.database.unit import Database
from commands.cell import CrisisClock
from domain.answer import AVAILABLE_OR_NOT, Availability
from domain.calendar import french_delay
from domain.chronicle import told
from domain.figures import Figures
from domain.reference import CrisisRef
from domain.template import Template
from domain.wording import ANSWER_LABELS

CALL = "V2"  # the wave that asks members for help
_WAVES = ("V0", "V1", "VS", CALL, "V3", "V4", "VP")
_SEVERAL = "~"  # sorts after any profession
_BAR = 8
_CARDS, _LINES = 5, 6  # shown
_QUIET = frozenset(  # too many to be told one by one
    {
        *("answer", "batch.sent", "cards.opened", "card.taken", "contribution"),
        *("survey.answer", "partner.answer"),
        *("mission.proposed", "mission.ended"),
    }
)


@dataclass(frozen=True)
class Look:
    """Where the crisis stands at one moment."""

    at: datetime
    numbers: Figures
    runs: tuple[CardRun, ...]
    log: tuple[LogLine, ...]

    @property
    def ended(self) -> bool:
        """Has the ARS received all it was sent, and is no message on its way?"""
        alerts = self.numbers.alerts
        if alerts.asked != alerts.sent + alerts.not_sent:
            return False
        kinds = [line.kind for line in self.log]
        if "crisis.lifted" not in kinds:
            return False
        last = kinds[kinds.index("crisis.lifted") :]
        received = kinds.count("document.received")
        return "document.sent" in last and kinds.count("document.sent") == received

    def asked(self, code: str) -> int:
        """Count whom a wave was for."""
        opened = (line for line in self.log if line.kind == "wave.opened")
        return sum(line.facts["asked"] for line in opened if line.facts["code"] == code)

    def places(self, *answers: str) -> int:
        """Count the places that gave one of these answers."""
        return sum(
            line.kind == "survey.answer" and line.facts["answer"] in answers
            for line in self.log
        )

    def sent(self, message: str) -> int | None:
        """Count the messages of a kind that left; None: not all of them yet."""
        batches = [
            line.facts["sent"]
            for line in self.log
            if line.kind == "batch.sent" and line.facts["message"] == message
        ]
        return sum(batches) if batches else None


async def look(database: Database, ref: CrisisRef) -> Look:
    """Read what there is to show."""
    now = database.now()
    async with database.read() as connection:
        return Look(
            at=now,
            numbers=await figures.of_crisis(connection, ref, now),
            runs=await cards.of_crisis(connection, ref),
            log=await chronicle.log_of(connection, ref.cpts_id, (ref.crisis_id,)),
        )


@dataclass
class Screen:
    """The board of one crisis, and how much of its log was told."""

    console: Console
    template: Template
    clock: CrisisClock
    said: int = 0

    def tell(self, seen: Look) -> None:
        """Say what is new in the log, line by line."""
        for line in _news(seen.log[self.said :]):
            text = f"{self._hour(line.at)}  {_sentence(line)}"
            self.console.print(text, soft_wrap=True)
        self.said = len(seen.log)

    def board(self, seen: Look) -> Group:
        """Lay out the crisis for a terminal of 80 columns and 24 lines."""
        pair = Table.grid()
        pair.add_column(width=44)
        pair.add_column(width=36)
        pair.add_row(_answers(seen), self._needs(seen.numbers))
        return Group(
            Rule(f"[bold]Incendie et fumées : {self._hour(seen.at)}"),
            _messages(seen),
            pair,
            Rule(_card_counts(seen.numbers), align="left", style="dim"),
            self._cards(seen),
            Rule("Main courante", align="left", style="dim"),
            self._log(seen),
        )

    def _hour(self, at: datetime) -> str:
        return f"T0 + {_hours((at - self.clock.t0) * self.clock.pace)}"

    def _needs(self, numbers: Figures) -> Table:
        """Count the seats by profession, those open to several last."""
        table = _table()
        names = {p.code: p.label for p in self.template.professions}
        wanted: Counter[str] = Counter()
        filled: Counter[str] = Counter()
        for need in numbers.needs:
            wanted[need.profession or _SEVERAL] += need.needed
            filled[need.profession or _SEVERAL] += need.filled
        for code in sorted(wanted):
            count = f"{filled[code]} sur {wanted[code]}"
            bar = _bar(filled[code], wanted[code])
            table.add_row(bar, f"{count} {names.get(code, 'autres places')}")
        return table

    def _cards(self, seen: Look) -> Table:
        """List what is due, the latest first."""
        table = _table(len("T0 + 0 h 00"))
        left = [run for run in seen.runs if not run.scheduled.over and run.due_at]
        due = [(run.due_at, run) for run in left if run.due_at]
        for due_at, run in sorted(due, key=lambda each: each[0])[:_CARDS]:
            late = (seen.at - due_at) * self.clock.pace
            style = "red" if late > timedelta() else ""
            title = self.template.card(run.card_id).title
            table.add_row(Text(french_delay(late), style), f"{run.card_id}  {title}")
        return table

    def _log(self, seen: Look) -> Table:
        table = _table(len("T0 + 0 h 00"))
        for line in _news(seen.log)[-_LINES:]:
            table.add_row(self._hour(line.at), Text(_sentence(line)))
        return table


def _table(first: int = _BAR) -> Table:
    """Lay out two columns; the first is never cut."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True, min_width=first)
    table.add_column(no_wrap=True, overflow="ellipsis")
    return table


def _hours(elapsed: timedelta) -> str:
    minutes = max(elapsed // timedelta(minutes=1), 0)
    return f"{minutes // 60} h {minutes % 60:02}"


def _news(log: Iterable[LogLine]) -> list[LogLine]:
    return [
        line
        for line in log
        if line.kind not in _QUIET and not chronicle.is_routine(line)
    ]


def _sentence(line: LogLine) -> str:
    return told(line.kind, line.facts)


def _bar(done: int, of: int) -> str:
    full = _BAR * done // of if of else 0
    return "█" * full + "·" * (_BAR - full)


def _messages(seen: Look) -> Table:
    """Count the messages, and whom each wave was for."""
    table, alerts = _table(), seen.numbers.alerts
    left = alerts.sent + alerts.not_sent
    waves = ((code, seen.asked(code)) for code in _WAVES)
    shown = ", ".join(f"{code} {number}" for code, number in waves if number)
    text = f"{alerts.sent} messages partis ({shown})"
    table.add_row(_bar(left, alerts.asked), text)
    return table


def _answers(seen: Look) -> Table:
    """Count the answers, out of all those asked for help."""
    table, answers = _table(), seen.numbers.answers
    for code in (*AVAILABLE_OR_NOT, Availability.SILENT):
        bar = _bar(answers[code], seen.asked(CALL))
        table.add_row(bar, f"{answers[code]} {ANSWER_LABELS[code]}")
    return table


def _card_counts(numbers: Figures) -> str:
    counted = numbers.cards
    return (
        f"Fiches : {counted.done} faites sur {counted.total}, "
        f"{counted.late} en retard, {counted.waiting} en attente d'un ordre"
    )
