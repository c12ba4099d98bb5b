"""Missions: proposed by the cell, answered by one person each."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import given, in_crisis, named
from adapters.database.tables import crisis_people, missions
from adapters.database.unit import Act
from domain.mission import OPEN, Mission, MissionOrder, MissionState
from domain.mission_errors import UnknownMissionError
from domain.person import Status
from domain.reference import CrisisRef, WaveRef
from domain.shift import Shift


async def next_id(act: Act, crisis_id: str) -> str:
    """Name the next mission of a crisis: m1, then m2."""
    found = await act.connection.execute(
        select(func.count()).where(
            missions.c.cpts_id == act.cpts_id, missions.c.crisis_id == crisis_id
        )
    )
    return f"m{found.scalar_one() + 1}"


async def add(act: Act, ref: WaveRef, mission_id: str, order: MissionOrder) -> None:
    """Write a mission that a wave proposes."""
    await act.connection.execute(
        insert(missions).values(
            **ref.model_dump(),
            **order.model_dump(),
            mission_id=mission_id,
            state=MissionState.PROPOSED,
            proposed_at=act.at,
        )
    )


_ALL = select(missions).where(in_crisis(missions)).order_by(missions.c.wave)
_OF_PERSON = _ALL.where(missions.c.person_id == given("k_person"))


async def of_person(
    connection: AsyncConnection, ref: CrisisRef, person_id: str
) -> tuple[Mission, ...]:
    """List the missions of somebody, in the order they were proposed."""
    rows = await connection.execute(_OF_PERSON, {**named(ref), "k_person": person_id})
    return tuple(Mission.model_validate(row) for row in rows.all())


async def of_crisis(connection: AsyncConnection, ref: CrisisRef) -> tuple[Mission, ...]:
    """List the missions of a crisis, in the order they were proposed."""
    rows = await connection.execute(_ALL, named(ref))
    return tuple(Mission.model_validate(row) for row in rows.all())


async def get(connection: AsyncConnection, ref: CrisisRef, mission_id: str) -> Mission:
    """Give one mission.

    Raises:
        UnknownMissionError: The crisis has no such mission.
    """
    found = await connection.execute(
        select(missions).where(
            missions.c.cpts_id == ref.cpts_id,
            missions.c.crisis_id == ref.crisis_id,
            missions.c.mission_id == mission_id,
        )
    )
    row = found.one_or_none()
    if row is None:
        raise UnknownMissionError(mission=mission_id)
    return Mission.model_validate(row)


async def change(
    act: Act, ref: CrisisRef, mission_id: str, values: Mapping[str, object]
) -> None:
    """Write what became of a mission."""
    await act.connection.execute(
        update(missions)
        .where(
            missions.c.cpts_id == ref.cpts_id,
            missions.c.crisis_id == ref.crisis_id,
            missions.c.mission_id == mission_id,
        )
        .values(**values)
    )


_BY = and_(
    crisis_people.c.cpts_id == missions.c.cpts_id,
    crisis_people.c.crisis_id == missions.c.crisis_id,
    crisis_people.c.person_id == missions.c.person_id,
)


def _on_card(ref: CrisisRef, card_id: str) -> ColumnElement[bool]:
    return and_(
        missions.c.cpts_id == ref.cpts_id,
        missions.c.crisis_id == ref.crisis_id,
        missions.c.card_id == card_id,
    )


async def is_led(connection: AsyncConnection, ref: CrisisRef, card_id: str) -> bool:
    """Has a professional, who is no student, accepted a mission on this card?"""
    found = await connection.execute(
        select(missions.c.mission_id)
        .join(crisis_people, _BY)
        .where(
            _on_card(ref, card_id),
            missions.c.state == MissionState.ACCEPTED,
            crisis_people.c.status != Status.STUDENT,
        )
        .limit(1)
    )
    return found.first() is not None


async def shifts(
    connection: AsyncConnection, ref: CrisisRef, card_id: str
) -> tuple[Shift, ...]:
    """List the hours that professionals, who are no students, accepted on a card."""
    rows = await connection.execute(
        select(missions.c.person_id, missions.c.starts_at, missions.c.ends_at)
        .join(crisis_people, _BY)
        .where(
            _on_card(ref, card_id),
            missions.c.state == MissionState.ACCEPTED,
            crisis_people.c.status != Status.STUDENT,
        )
    )
    return tuple(Shift.model_validate(row) for row in rows.all())


async def of_students(
    connection: AsyncConnection, ref: CrisisRef, card_id: str
) -> tuple[Mission, ...]:
    """List the open missions of students on a card."""
    rows = await connection.execute(
        select(missions)
        .join(crisis_people, _BY)
        .where(
            _on_card(ref, card_id),
            missions.c.state.in_(OPEN),
            crisis_people.c.status == Status.STUDENT,
        )
        .order_by(missions.c.wave)
    )
    return tuple(Mission.model_validate(row) for row in rows.all())
