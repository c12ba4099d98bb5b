"""One crisis as it stands, read at one instant: what the console's pages say."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from acts.wave_outlook import mail_due, wave_outlooks
from adapters.database import (
    audits,
    board,
    cards,
    crises,
    crisis_types,
    documents,
    inbound,
    ledger,
    partners,
    plans,
    pulses,
    reached,
    rests,
    seats,
    sitting,
    situation_reports,
    tenants,
)
from adapters.database.cards import CardRun
from adapters.database.chronicle import LogLine
from adapters.database.crises import CrisisRow
from domain.audit import KeptLapse
from domain.board import Reach
from domain.calendar import french_moment
from domain.cpts import Cpts
from domain.crisis import ActivatedType
from domain.need import Need
from domain.partner import ToldPartner
from domain.plan import Plan
from domain.recognition import LETTER_KIND
from domain.reference import CrisisRef
from domain.seating import Sitting
from domain.wave_outlook import Left, WaveOutlook

_LOG_LINES = 14


@dataclass(frozen=True)
class Known:
    """All that the board shows, read in one transaction."""

    crisis: CrisisRow
    tenant: Cpts
    plan: Plan
    types: tuple[ActivatedType, ...]  # those of now
    needs: tuple[Need, ...]
    filled: dict[str, int]
    sitting: tuple[Sitting, ...]
    reached: tuple[Reach, ...]
    waves: tuple[WaveOutlook, ...]
    mail: tuple[Left, ...]  # of every wave whose hour has come
    told: tuple[ToldPartner, ...]  # none: the wave of partners did not leave
    runs: tuple[CardRun, ...]
    lines: tuple[LogLine, ...]
    next_report_at: datetime | None
    letter_under_way: bool  # the reference is asked for in writing
    lacking: tuple[KeptLapse, ...]  # what the auditor found, raised or not
    audited_at: datetime | None  # none: it never ran
    in_tray: int  # messages that wait for somebody to read them
    seen: int
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """Where the CPTS lives its hours."""
        return self.tenant.zone_info

    @property
    def path(self) -> str:
        """The address of its board."""
        return f"/{self.crisis.cpts_id}/crise/{self.crisis.crisis_id}"

    def type_label(self, code: str) -> str:
        """Name a type of its plan."""
        return self.plan.template.type_sheet(code).label


class Around(TypedDict):
    """What each page of a crisis shows around its own matter."""

    cpts_name: str
    fictitious: bool
    exercise: bool
    path: str


def around(known: Known) -> Around:
    """Say whose crisis it is, and where its board is."""
    return Around(
        cpts_name=known.tenant.name,
        fictitious=known.tenant.fictitious,
        exercise=known.crisis.activation.exercise,
        path=known.path,
    )


async def read(connection: AsyncConnection, ref: CrisisRef, now: datetime) -> Known:
    """Read one crisis for the board.

    Raises:
        UnknownCrisisError: There is no such crisis.
    """
    crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
    resting = await rests.of_crisis(connection, ref, now)
    letters = await documents.under_way(connection, ref, LETTER_KIND)
    return Known(
        crisis=crisis,
        tenant=await tenants.get(connection, ref.cpts_id),
        plan=await plans.frozen(connection, crisis),
        types=await crisis_types.current(connection, ref, crisis.activation),
        needs=await seats.needs_of(connection, ref.cpts_id, ref.crisis_id),
        filled=await seats.filled(connection, ref.cpts_id, ref.crisis_id),
        sitting=await sitting.of_crisis(connection, ref, now),
        reached=await reached.of_crisis(connection, ref, resting),
        waves=await wave_outlooks(connection, crisis, now),
        mail=await mail_due(connection, ref, now),
        told=await partners.told(connection, crisis) or (),
        runs=await cards.of_crisis(connection, ref),
        lines=tuple(await board.last_lines(connection, ref, _LOG_LINES)),
        next_report_at=await situation_reports.next_due(connection, ref),
        letter_under_way=bool(letters),
        lacking=await audits.of_crisis(connection, ref),
        audited_at=await pulses.last(connection, pulses.AUDITOR),
        in_tray=await inbound.count_waiting(connection, ref.cpts_id),
        seen=await ledger.size(connection, ref.cpts_id),
        now=now,
    )


def moment(at: datetime, known: Known) -> str:
    """Say an instant: the hour today, else the day too."""
    return french_moment(at, known.now, known.zone)
