"""Who waits for a seat: those who relieve, then « yes, now », first come first."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Select, and_, case, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import (
    crisis_people,
    missions,
    oppositions,
    recipients,
    seats,
)
from domain.answer import AVAILABLE_OR_NOT, Availability
from domain.mission import MissionState
from domain.opposition import Scope
from domain.person import Status
from domain.reference import CrisisRef


class Waiting(BaseModel):
    """Somebody in reserve."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    person_id: str
    profession: str
    skills: tuple[str, ...]
    zone: str | None


class Relief(BaseModel):
    """Somebody who accepted the hours of a seat that another holds."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    person_id: str
    profession: str
    skills: tuple[str, ...]
    card_id: str
    ends_at: datetime


_later = recipients.alias("later")
_SAID_SINCE = exists().where(  # to a later wave: the last word counts
    _later.c.cpts_id == recipients.c.cpts_id,
    _later.c.crisis_id == recipients.c.crisis_id,
    _later.c.person_id == recipients.c.person_id,
    _later.c.wave > recipients.c.wave,
    _later.c.answer.in_(AVAILABLE_OR_NOT),
)
_SEATED = exists().where(
    seats.c.cpts_id == crisis_people.c.cpts_id,
    seats.c.crisis_id == crisis_people.c.crisis_id,
    seats.c.person_id == crisis_people.c.person_id,
)
_OF_THEIRS = (
    missions.c.cpts_id == crisis_people.c.cpts_id,
    missions.c.crisis_id == crisis_people.c.crisis_id,
    missions.c.person_id == crisis_people.c.person_id,
)
_HAD_A_MISSION_SINCE = exists().where(  # declined, ended or theirs: until a new yes
    *_OF_THEIRS,
    case(
        (missions.c.state == MissionState.DECLINED, missions.c.answered_at),
        (missions.c.state == MissionState.ACCEPTED, missions.c.ends_at),
        (missions.c.state == MissionState.ENDED, missions.c.worked_until),
    )
    >= recipients.c.answered_at,
)

_REFUSES = exists().where(  # since they said yes
    oppositions.c.cpts_id == recipients.c.cpts_id,
    oppositions.c.person_id == recipients.c.person_id,
    or_(
        oppositions.c.scope == Scope.EVER,
        and_(
            oppositions.c.scope == Scope.ALERT,
            oppositions.c.crisis_id == recipients.c.crisis_id,
        ),
    ),
)


async def in_line(connection: AsyncConnection, ref: CrisisRef) -> tuple[Waiting, ...]:
    """List the reserve of a crisis by the hour of their answer: who may take a seat.

    Students are not in it: they come in addition, and fill no need. Nor are employees
    without the agreement of their employer.
    """
    said = _said_yes(ref).where(crisis_people.c.status != Status.STUDENT)
    rows = await connection.execute(said)
    return tuple(
        Waiting.model_validate(row)
        for row in rows.all()
        if row.status != Status.SALARIED
        or (row.detail or {}).get("employer_agrees", row.employer_agrees)
    )


async def students(connection: AsyncConnection, ref: CrisisRef) -> tuple[Waiting, ...]:
    """List the students who said yes, by the hour of their answer."""
    said = _said_yes(ref).where(crisis_people.c.status == Status.STUDENT)
    rows = await connection.execute(said)
    return tuple(map(Waiting.model_validate, rows.all()))


def _said_yes(ref: CrisisRef) -> Select[Any]:
    """Who may come now and sits nowhere, in the order in which they said so."""
    return (
        select(
            crisis_people.c.person_id,
            crisis_people.c.profession,
            crisis_people.c.skills,
            crisis_people.c.zone,
            crisis_people.c.status,
            crisis_people.c.employer_agrees,
            recipients.c.detail,
        )
        .select_from(recipients)
        .join(
            crisis_people,
            and_(
                crisis_people.c.cpts_id == recipients.c.cpts_id,
                crisis_people.c.crisis_id == recipients.c.crisis_id,
                crisis_people.c.person_id == recipients.c.person_id,
            ),
        )
        .where(
            recipients.c.cpts_id == ref.cpts_id,
            recipients.c.crisis_id == ref.crisis_id,
            recipients.c.answer == Availability.IMMEDIATE,
            ~_SAID_SINCE,
            ~_SEATED,
            ~_HAD_A_MISSION_SINCE,
            ~_REFUSES,
        )
        .order_by(recipients.c.answered_at, recipients.c.person_id)
    )


async def relieving(connection: AsyncConnection, ref: CrisisRef) -> tuple[Relief, ...]:
    """List who accepted a mission and has no seat yet, or no more: first hours first.

    Students are not in it: they fill no need.
    """
    rows = await connection.execute(
        select(
            missions.c.person_id,
            crisis_people.c.profession,
            crisis_people.c.skills,
            missions.c.card_id,
            missions.c.ends_at,
        )
        .join(crisis_people, and_(*_OF_THEIRS))
        .where(
            missions.c.cpts_id == ref.cpts_id,
            missions.c.crisis_id == ref.crisis_id,
            missions.c.state == MissionState.ACCEPTED,
            crisis_people.c.status != Status.STUDENT,
            ~_SEATED,
        )
        .order_by(missions.c.starts_at, missions.c.person_id)
    )
    return tuple(Relief.model_validate(row) for row in rows.all())
