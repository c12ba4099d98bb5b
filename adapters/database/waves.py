"""Waves and their recipients: one row a person asked or told."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    case,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import given, in_crisis, named
from adapters.database.many import insert_all
from adapters.database.spared import SPARED
from adapters.database.tables import deliveries, recipients, waves
from adapters.database.unit import Act
from domain.alert import ClosedWhy, DeliveryState, WavePlan
from domain.answer import Availability
from domain.errors import UnknownCrisisError
from domain.reference import CrisisRef, WaveRef

_WAITING = (DeliveryState.QUEUED, DeliveryState.SENDING)


class WaveRow(BaseModel):
    """One wave as it stands."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    wave: int
    code: str
    message: str
    asks: bool
    answers: tuple[str, ...]
    says: dict[str, str]
    goes_on: bool
    opened_at: datetime
    leaves_at: datetime
    remind_at: datetime | None
    reminded_at: datetime | None
    covered_at: datetime | None
    close_at: datetime
    closed_at: datetime | None
    closed_why: ClosedWhy | None


_LAST = select(func.max(waves.c.wave)).where(in_crisis(waves))
_ALL = select(waves).where(in_crisis(waves)).order_by(waves.c.wave)
_ONE = select(waves).where(in_crisis(waves), waves.c.wave == given("k_wave"))
_ONE_HELD = _ONE.with_for_update()


async def add(act: Act, crisis_id: str, plan: WavePlan) -> WaveRef:
    """Open a wave; its number counts from 1 in its crisis."""
    ref = CrisisRef(cpts_id=act.cpts_id, crisis_id=crisis_id)
    last: int = await act.connection.scalar(_LAST, named(ref)) or 0
    wave = WaveRef(**ref.model_dump(), wave=last + 1)
    row = {
        **wave.model_dump(),
        **plan.model_dump(),
        "asks": bool(plan.answers),
        "opened_at": act.at,
    }
    await act.connection.execute(insert(waves), row)
    return wave


def _is(ref: WaveRef) -> ColumnElement[bool]:
    return and_(
        waves.c.cpts_id == ref.cpts_id,
        waves.c.crisis_id == ref.crisis_id,
        waves.c.wave == ref.wave,
    )


async def get(connection: AsyncConnection, ref: WaveRef) -> WaveRow:
    """Give one wave.

    Raises:
        UnknownCrisisError: There is no such wave.
    """
    found = await connection.execute(_ONE, _named(ref))
    row = found.one_or_none()
    if row is None:
        raise UnknownCrisisError(crisis=ref.crisis_id)
    return WaveRow.model_validate(row)


def _named(ref: WaveRef) -> dict[str, object]:
    return {**named(ref), "k_wave": ref.wave}


async def lock(act: Act, ref: WaveRef) -> WaveRow:
    """Give one wave, and hold it until the commit.

    Raises:
        UnknownCrisisError: There is no such wave.
    """
    found = await act.connection.execute(_ONE_HELD, _named(ref))
    row = found.one_or_none()
    if row is None:
        raise UnknownCrisisError(crisis=ref.crisis_id)
    return WaveRow.model_validate(row)


async def of_crisis(connection: AsyncConnection, ref: CrisisRef) -> tuple[WaveRow, ...]:
    """List the waves of a crisis, in order."""
    rows = await connection.execute(_ALL, named(ref))
    return tuple(WaveRow.model_validate(row) for row in rows.all())


async def mail_of(
    connection: AsyncConnection, ref: CrisisRef
) -> dict[int, tuple[int, int, datetime | None]]:
    """Count the messages of each wave: sent, waiting; and when the last one left."""
    state = deliveries.c.state
    rows = await connection.execute(
        select(
            deliveries.c.wave,
            func.count(case((state == DeliveryState.SENT, 1))).label("sent"),
            func.count(case((state.in_(_WAITING), 1))).label("waiting"),
            func.max(deliveries.c.sent_at).label("last"),
        )
        .where(
            deliveries.c.cpts_id == ref.cpts_id,
            deliveries.c.crisis_id == ref.crisis_id,
            deliveries.c.wave.is_not(None),
        )
        .group_by(deliveries.c.wave)
    )
    return {row.wave: (row.sent, row.waiting, row.last) for row in rows.all()}


async def change(act: Act, ref: WaveRef, values: Mapping[str, object]) -> None:
    """Write what became of a wave."""
    await act.connection.execute(update(waves).where(_is(ref)).values(**values))


async def add_recipients(act: Act, ref: WaveRef, person_ids: Sequence[str]) -> None:
    """Write whom a wave is for."""
    rows = [{"person_id": person_id} for person_id in person_ids]
    await insert_all(act.connection, recipients, rows, ref.model_dump())


_ANSWERED = (
    update(recipients)
    .where(
        in_crisis(recipients),
        recipients.c.wave == given("k_wave"),
        recipients.c.person_id == given("k_person"),
    )
    .values({name: given(name) for name in ("answer", "answered_at", "detail")})
)


async def answer(
    act: Act, ref: WaveRef, person_id: str, values: Mapping[str, object]
) -> None:
    """Write an answer: answer, answered_at, detail."""
    named = {**_named(ref), "k_person": person_id, **values}
    await act.connection.execute(_ANSWERED, named)


async def write_silence(act: Act, ref: WaveRef) -> int:
    """Write NON_REPONSE for whoever was asked and said nothing; count them."""
    written = await act.connection.execute(
        update(recipients)
        .where(
            recipients.c.cpts_id == ref.cpts_id,
            recipients.c.crisis_id == ref.crisis_id,
            recipients.c.wave == ref.wave,
            recipients.c.answer.is_(None),
            not_(SPARED),
        )
        .values(answer=Availability.SILENT),
        named(ref),
    )
    return written.rowcount


async def people_answering(
    connection: AsyncConnection, ref: WaveRef, answers: Sequence[Availability]
) -> tuple[str, ...]:
    """List who gave one of these answers to a wave; none given: who said nothing."""
    said = (
        recipients.c.answer.in_(answers) if answers else recipients.c.answer.is_(None)
    )
    rows = await connection.execute(
        select(recipients.c.person_id)
        .where(
            recipients.c.cpts_id == ref.cpts_id,
            recipients.c.crisis_id == ref.crisis_id,
            recipients.c.wave == ref.wave,
            said,
        )
        .order_by(recipients.c.person_id)
    )
    return tuple(rows.scalars())


async def asked_by(
    connection: AsyncConnection, ref: WaveRef
) -> dict[str, Availability | None]:
    """Give whom a wave asked, with what each said."""
    rows = await connection.execute(
        select(recipients.c.person_id, recipients.c.answer).where(
            recipients.c.cpts_id == ref.cpts_id,
            recipients.c.crisis_id == ref.crisis_id,
            recipients.c.wave == ref.wave,
        )
    )
    return {
        row.person_id: Availability(row.answer) if row.answer else None
        for row in rows.all()
    }


_OFFERED = (
    select(recipients.c.person_id, waves.c.answers)
    .join(
        waves,
        and_(
            waves.c.cpts_id == recipients.c.cpts_id,
            waves.c.crisis_id == recipients.c.crisis_id,
            waves.c.wave == recipients.c.wave,
        ),
    )
    .where(in_crisis(recipients))
)
_ASKED = _OFFERED.where(or_(recipients.c.answer.is_not(None), not_(SPARED)))


async def asked_for_seats(
    connection: AsyncConnection, ref: CrisisRef
) -> frozenset[str]:
    """Give whoever was asked to come; who was spared may be asked yet."""
    rows = await connection.execute(_ASKED, named(ref))
    return _who_may(Availability.IMMEDIATE, rows.all())


async def offered(
    connection: AsyncConnection, ref: CrisisRef, answer: Availability
) -> frozenset[str]:
    """Give whoever may answer this, to any wave."""
    rows = await connection.execute(_OFFERED, named(ref))
    return _who_may(answer, rows.all())


def _who_may(
    answer: Availability, rows: Iterable[Row[str, tuple[str, ...]]]
) -> frozenset[str]:
    return frozenset(person_id for person_id, answers in rows if answer in answers)


async def set_covered(
    act: Act, ref: CrisisRef, *, covered: bool
) -> tuple[WaveRef, ...]:
    """Tell every open wave that asks for seats if they are all taken."""
    told = tuple(
        WaveRef(**ref.model_dump(), wave=row.wave)
        for row in await of_crisis(act.connection, ref)
        if row.closed_at is None and Availability.IMMEDIATE in row.answers
    )
    for wave in told:
        await change(act, wave, {"covered_at": act.at if covered else None})
    return told
