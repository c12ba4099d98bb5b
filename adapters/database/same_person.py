"""Who is called by another CPTS of the instance too, for the same order.

`person_marks` alone is compared: no name and no number crosses.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    delete,
    exists,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import tenants
from adapters.database.columns import given
from adapters.database.many import insert_all
from adapters.database.tables import (
    crises,
    crisis_people,
    person_marks,
    recipients,
    waves,
)
from adapters.database.unit import Act
from domain.crisis import folded_reference
from domain.reference import CrisisRef
from domain.same_person import marks


class Elsewhere(BaseModel):
    """The same person in another CPTS: to be told to them alone."""

    model_config = ConfigDict(frozen=True)

    ref: CrisisRef
    person_id: str
    cpts: str  # its name
    answered: bool  # yes or no, there


class Choice(BaseModel):
    """Somebody of this crisis who last said yes to another CPTS."""

    model_config = ConfigDict(frozen=True)

    person_id: str
    said_at: datetime


async def add(act: Act, ref: CrisisRef, key: bytes) -> None:
    """Keep the marks of the directory that a crisis froze.

    Nobody joins it later, and no number in it changes: they are taken once.
    """
    person = crisis_people.c
    rows = await act.connection.execute(
        select(person.person_id, person.mobile).where(
            person.cpts_id == ref.cpts_id,
            person.crisis_id == ref.crisis_id,
            person.mobile.is_not(None),
        )
    )
    found = marks(key, {row.person_id: row.mobile for row in rows.all()})
    kept = [{"person_id": who, "mark": mark} for who, mark in found.items()]
    await insert_all(act.connection, person_marks, kept, ref.model_dump())


async def say(act: Act, ref: CrisisRef, person_id: str, *, comes: bool) -> None:
    """Keep the last word of somebody, yes or no, beside their mark."""
    await act.connection.execute(
        update(person_marks)
        .where(
            person_marks.c.cpts_id == ref.cpts_id,
            person_marks.c.crisis_id == ref.crisis_id,
            person_marks.c.person_id == person_id,
        )
        .values(said_at=act.at, comes=comes)
    )


async def forget(act: Act, crisis_id: str | None = None) -> None:
    """Erase the marks of a crisis that is over; none given: of the whole CPTS."""
    ours = delete(person_marks).where(person_marks.c.cpts_id == act.cpts_id)
    if crisis_id is not None:
        ours = ours.where(person_marks.c.crisis_id == crisis_id)
    await act.connection.execute(ours)


def _same(one: FromClause, other: FromClause, *names: str) -> ColumnElement[bool]:
    names = ("cpts_id", "crisis_id", *names)
    return and_(*(one.c[name] == other.c[name] for name in names))


_mine, _theirs = person_marks.alias("mine"), person_marks.alias("theirs")
_here, _there = crises.alias("here"), crises.alias("there")
_PAIRS = (  # one person in two crises that one authority ordered
    select(
        _mine.c.person_id.label("who"),
        _theirs.c.said_at,
        _here.c.reference.label("our_order"),
        _there.c.reference.label("their_order"),
    )
    .select_from(_mine)
    .join(
        _theirs,
        and_(_theirs.c.mark == _mine.c.mark, _theirs.c.cpts_id != _mine.c.cpts_id),
    )
    .join(_here, _same(_here, _mine))
    .join(_there, _same(_there, _theirs))
    .where(
        _mine.c.cpts_id == given("k_cpts"),
        _mine.c.crisis_id == given("k_crisis"),
        _here.c.exercise == _there.c.exercise,
        _here.c.confirmed_by == _there.c.confirmed_by,
    )
)
_CHOSEN = _PAIRS.where(
    _theirs.c.comes,
    or_(
        _mine.c.said_at.is_(None),
        _theirs.c.said_at > _mine.c.said_at,
        and_(_theirs.c.said_at == _mine.c.said_at, _theirs.c.cpts_id < _mine.c.cpts_id),
    ),
)
_IN_TURN = _CHOSEN.order_by(_theirs.c.said_at, _mine.c.person_id)
_ASKED_BY = _PAIRS.add_columns(
    _theirs.c.cpts_id, _theirs.c.crisis_id, _theirs.c.person_id
).where(
    _mine.c.person_id == given("k_person"),
    exists().where(
        _same(recipients, _theirs, "person_id"),
        _same(waves, recipients, "wave"),
        waves.c.asks,
    ),
)


def chosen_among(number: int) -> Select[Any]:
    """Ask which of that many people, `k_0`, `k_1`…, chose another CPTS, as `choices`.

    A row each: the person, when, and the two orders to compare.
    """
    named = [given(f"k_{place}") for place in range(number)]
    return _CHOSEN.where(_mine.c.person_id.in_(named))


def same_order(ours: str, theirs: str) -> bool:
    """Are two written references of one authority the same order?"""
    return folded_reference(ours) == folded_reference(theirs)


async def choices(connection: AsyncConnection, ref: CrisisRef) -> tuple[Choice, ...]:
    """List who last said yes to another CPTS, and nothing here since; in turn."""
    named = {"k_cpts": ref.cpts_id, "k_crisis": ref.crisis_id}
    rows = await connection.execute(_IN_TURN, named)
    return tuple(
        Choice(person_id=row.who, said_at=row.said_at)
        for row in rows.all()
        if same_order(row.our_order, row.their_order)
    )


async def elsewhere(
    connection: AsyncConnection, ref: CrisisRef, person_id: str
) -> tuple[Elsewhere, ...]:
    """Say which other CPTS ask this person for the same order."""
    named = {"k_cpts": ref.cpts_id, "k_crisis": ref.crisis_id, "k_person": person_id}
    rows = await connection.execute(_ASKED_BY, named)
    found: list[Elsewhere] = []
    for row in rows.all():
        if same_order(row.our_order, row.their_order):
            tenant = await tenants.get(connection, row.cpts_id)
            there = Elsewhere(
                ref=CrisisRef(cpts_id=row.cpts_id, crisis_id=row.crisis_id),
                person_id=row.person_id,
                cpts=tenant.name,
                answered=row.said_at is not None,
            )
            found.append(there)
    return tuple(found)
