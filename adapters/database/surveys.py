"""Flash surveys: when each place was last asked, and its current answer."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Text, and_, cast, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import structures
from adapters.database.crises import CrisisRow
from adapters.database.people import FrozenPerson
from adapters.database.tables import (
    crisis_people,
    recipients,
    structure_answers,
    waves,
)
from adapters.database.unit import Act
from domain.folding import in_order
from domain.reference import CrisisRef, WaveRef
from domain.survey import SURVEY, Asked, SaidForPlace, SurveyedPlace, stand


async def asked(connection: AsyncConnection, ref: CrisisRef) -> dict[str, Asked]:
    """Give the last survey that asks each place; empty if there was none.

    Keyed by place.
    """
    rows = await connection.execute(
        select(
            recipients.c.person_id,
            waves.c.wave,
            waves.c.opened_at,
            waves.c.leaves_at,
            waves.c.closed_at,
        )
        .join(
            waves,
            and_(
                waves.c.cpts_id == recipients.c.cpts_id,
                waves.c.crisis_id == recipients.c.crisis_id,
                waves.c.wave == recipients.c.wave,
            ),
        )
        .where(
            recipients.c.cpts_id == ref.cpts_id,
            recipients.c.crisis_id == ref.crisis_id,
            waves.c.code == SURVEY,
        )
        .order_by(waves.c.wave)
    )
    return {
        place: Asked(WaveRef(**ref.model_dump(), wave=wave), *hours)
        for place, wave, *hours in rows.all()
    }


async def said(connection: AsyncConnection, ref: CrisisRef) -> dict[str, SaidForPlace]:
    """Give the current answer of each place that gave one."""
    rows = await connection.execute(
        select(structure_answers).where(
            structure_answers.c.cpts_id == ref.cpts_id,
            structure_answers.c.crisis_id == ref.crisis_id,
        )
    )
    return {
        row.structure_id: SaidForPlace.model_validate(
            {"answer": row.answer, "at": row.at, "name": row.name, **(row.detail or {})}
        )
        for row in rows.all()
    }


async def places(
    connection: AsyncConnection, crisis: CrisisRow, now: datetime
) -> tuple[SurveyedPlace, ...] | None:
    """Say where each place stands since it was last asked; None: none ever was."""
    ref = crisis.ref
    surveyed = await asked(connection, ref)
    if not surveyed:
        return None
    answers = await said(connection, ref)
    zones = crisis.activation.zones
    return tuple(
        stand(place, answers.get(place.code), surveyed.get(place.code), now)
        for place in await structures.of_crisis(connection, ref)
        if not zones or place.zone in zones
    )


async def answer(
    act: Act, ref: CrisisRef, structure_id: str, row: Mapping[str, object]
) -> None:
    """Write the current answer of a place: answer, detail, person_id, name."""
    named = {**ref.model_dump(), "structure_id": structure_id}
    same = [structure_answers.c[name] == value for name, value in named.items()]
    await act.connection.execute(delete(structure_answers).where(*same))
    await act.connection.execute(
        insert(structure_answers).values(**named, at=act.at, **row)
    )


async def mailboxes(
    act: Act, ref: WaveRef
) -> dict[str, tuple[str, str | None, str | None]]:
    """Give the name, address and number of each place; or of one who works there.

    Keyed by place; of its people, the first by name who mostly works there.
    """
    crisis = CrisisRef(cpts_id=ref.cpts_id, crisis_id=ref.crisis_id)
    found: dict[str, tuple[str, str | None, str | None]] = {}
    for place in await structures.of_crisis(act.connection, crisis):
        email = place.email
        if email is None:
            people = await staff(act.connection, crisis, place.code)
            email = next((p.email for p in people if p.email and not p.absent), None)
        found[place.code] = (place.name, email, place.phone)
    return found


async def staff(
    connection: AsyncConnection, ref: CrisisRef, structure_id: str
) -> tuple[FrozenPerson, ...]:
    """List who works in a place, by name: those who mostly do first."""
    rows = await connection.execute(
        select(crisis_people)
        .where(
            crisis_people.c.cpts_id == ref.cpts_id,
            crisis_people.c.crisis_id == ref.crisis_id,
            cast(crisis_people.c.structures, Text).contains(f'"{structure_id}"'),
        )
        .order_by(crisis_people.c.person_id)
    )
    found = (FrozenPerson.model_validate(row) for row in rows.all())
    return tuple(
        sorted(
            found,
            key=lambda person: (
                person.structures.index(structure_id),
                in_order(person.last_name, person.first_name),
            ),
        )
    )
