"""The crisis log, read from the ledger: what is told, what proves."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import ledger_entries
from domain.authority import Authority
from domain.chronicle import KINDS, kind_label, told
from domain.report import EntryRow, Indicator, TimelineRow

_UNTOLD = frozenset(  # figures and tables tell them; the words of notes are sealed
    {
        *("answer", "batch.sent", "survey.answer", "partner.answer"),
        *("cards.opened", "card.taken", "card.done", "card.corrected", "card.aside"),
        *("contribution", "mission.proposed", "mission.answered", "mission.ended"),
        "digests.sent",
        "log.noted",  # its words are sealed
    }
)
_ALL_SENT = "TOUT_ENVOYE"  # why a wave that asks nothing is closed
_ROUTINE = frozenset(  # waves
    {"RAPPEL_FICHES", "MISSION", "MISSION_ANNULEE", "PLACE", "AIDE"}
)
_PROVES = {
    "crisis.opened": (Indicator.ORDER,),
    "order.called_back": (Indicator.ORDER,),
    "order.confirmed": (Indicator.RECOGNITION,),
    "mission.ended": (Indicator.PARTICIPANTS,),
    "contribution": (Indicator.PARTICIPANTS,),
    "card.done": (Indicator.ACTIONS,),
    "sitrep.sent": (Indicator.SITUATION_REPORTS,),
    "crisis.lifted": (Indicator.LIFTING,),
}


_ORDERS = frozenset({"crisis.opened", "order.called_back"})
"""They prove the recognition too, when the order was written by then."""
_ENDS = frozenset({"crisis.lifted", "crisis.cancelled"})


@dataclass(frozen=True)
class LogLine:
    """One ledger entry, read back."""

    seq: int
    at: datetime
    kind: str
    actor: str
    facts: Mapping[str, Any]


async def log_of(
    connection: AsyncConnection, cpts_id: str, abouts: Iterable[str]
) -> tuple[LogLine, ...]:
    """Read the ledger entries about these, in order: the crisis log is a view of it."""
    rows = await connection.execute(
        select(
            ledger_entries.c.seq,
            ledger_entries.c.at,
            ledger_entries.c.kind,
            ledger_entries.c.canonical,
        )
        .where(
            ledger_entries.c.cpts_id == cpts_id,
            ledger_entries.c.about.in_(tuple(abouts)),
        )
        .order_by(ledger_entries.c.seq)
    )
    return tuple(line_of(*row) for row in rows.all())


def line_of(seq: int, at: datetime, kind: str, canonical: str) -> LogLine:
    """Read one entry back."""
    said = json.loads(canonical)
    return LogLine(seq, at, kind, said["actor"], said["facts"])


async def last_by_people(
    connection: AsyncConnection, cpts_id: str, about: str
) -> datetime | None:
    """Say when somebody last did something about a crisis; the clock is nobody."""
    table = ledger_entries.c
    query = select(func.max(table.at)).where(
        table.cpts_id == cpts_id,
        table.about == about,
        table.canonical.not_like('%"actor":"SYSTEME"%'),
    )
    at: datetime | None = await connection.scalar(query)
    return at


def entry_rows(lines: Iterable[LogLine]) -> tuple[EntryRow, ...]:
    """Name each entry by its kind, in French words."""
    return tuple(
        EntryRow(seq=line.seq, at=line.at, kind=kind_label(line.kind)) for line in lines
    )


def timeline(
    lines: Iterable[LogLine], names: Mapping[str, str]
) -> tuple[TimelineRow, ...]:
    """Tell the entries that make the story; figures tell the others.

    Args:
        lines: The log.
        names: Each contact of an authority by its code.
    """
    return tuple(
        TimelineRow(at=line.at, text=told(line.kind, _naming(line.facts, names)))
        for line in lines
        if _is_story(line)
    )


def is_routine(line: LogLine) -> bool:
    """Is it a small message, the end of one that asked nothing, a reminder to none?"""
    facts = line.facts
    nobody = line.kind == "wave.reminded" and not facts.get("silent")
    return facts.get("code") in _ROUTINE or facts.get("why") == _ALL_SENT or nobody


def _is_story(line: LogLine) -> bool:
    """Is it worth a line of the report? What another version wrote is not."""
    told_here = line.kind in KINDS and line.kind not in _UNTOLD
    return told_here and not is_routine(line)


def _naming(facts: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, Any]:
    contact = facts.get("contact")
    return {**facts, "contact": names.get(contact, contact)} if contact else facts


def proofs(lines: Iterable[LogLine]) -> dict[Indicator, tuple[int, ...]]:
    """Say which entries prove each line of the dossier.

    What the ARS says once the crisis is lifted or cancelled is no reply of its days.
    """
    found: dict[Indicator, list[int]] = defaultdict(list)
    over = False
    for line in lines:
        over = over or line.kind in _ENDS
        if not over and _is_reply(line):
            found[Indicator.REPLIES].append(line.seq)
        for indicator in _PROVES.get(line.kind, ()):
            found[indicator].append(line.seq)
        if line.kind in _ORDERS and line.facts["reference"]:
            found[Indicator.RECOGNITION].append(line.seq)
    return {indicator: tuple(seqs) for indicator, seqs in found.items()}


def proofs_of_plan(
    lines: Iterable[LogLine], sha256: str
) -> dict[Indicator, tuple[int, ...]]:
    """Say which entries about the plan prove the version that a crisis froze."""
    seqs = tuple(line.seq for line in lines if line.facts.get("sha256") == sha256)
    return {Indicator.PLAN: seqs} if seqs else {}


def _is_reply(line: LogLine) -> bool:
    """Did the ARS write: it has a document that was posted to it, or the order is its?

    Source: docs/sources.md#evidence-file
    """
    if line.kind == "order.confirmed":
        return bool(line.facts["authority"] == Authority.DG_ARS)
    return line.kind == "document.received"
