"""People of the roster, and the copy of them that a crisis froze."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter
from sqlalchemy import (
    ColumnElement,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import given, in_crisis
from adapters.database.tables import crisis_people, people, structure_people
from adapters.database.unit import Act
from domain.directory import RosterDiff
from domain.errors import UnknownLinkError
from domain.folding import in_order
from domain.mission_errors import UnknownPersonError
from domain.person import FACTS, Link, Person, Status
from domain.reference import CrisisRef

_SIGNS = "abcdefghjkmnpqrstvwxyz23456789"
_PERSON = TypeAdapter(Person)
_WORK = (
    select(structure_people.c.person_id, structure_people.c.structure_id)
    .where(structure_people.c.cpts_id == given("k_cpts"))
    .order_by(structure_people.c.rank)
)


class FrozenPerson(BaseModel):
    """Somebody as the directory had them when the crisis opened."""

    model_config = ConfigDict(
        frozen=True, from_attributes=True, hide_input_in_errors=True
    )

    person_id: str
    last_name: str
    first_name: str
    profession: str
    zone: str | None
    email: str | None
    mobile: str | None
    phone2: str | None
    link: Link
    status: Status
    skills: tuple[str, ...]
    accepted_types: tuple[str, ...]  # none said: all
    double_commitment: bool
    reachable_at_night: bool
    employer_agrees: bool | None
    structures: tuple[str, ...]
    absent: bool  # and nobody stands in: not asked
    stands_in_for: str | None  # a locum: name and contacts are theirs


def new_id() -> str:
    """Make an id that says nothing of the person."""
    return "p-" + "".join(secrets.choice(_SIGNS) for _ in range(10))


async def all_of(
    connection: AsyncConnection, cpts_id: str
) -> tuple[tuple[str, Person], ...]:
    """List who is on the roster now, with ids, by name."""
    return await _read(connection, cpts_id, people.c.gone_at.is_(None))


async def beside(
    connection: AsyncConnection, cpts_id: str, person_id: str
) -> tuple[tuple[str, Person], ...]:
    """Give somebody of the roster, and whoever has an address of theirs."""
    own = people.alias("own")
    ours = (own.c.cpts_id == cpts_id, own.c.person_id == person_id)
    theirs = exists().where(
        *ours,
        or_(
            func.lower(people.c.email) == func.lower(own.c.email),
            people.c.mobile == own.c.mobile,
        ),
    )
    return await _read(
        connection,
        cpts_id,
        people.c.gone_at.is_(None),
        or_(people.c.person_id == person_id, theirs),
    )


async def _read(
    connection: AsyncConnection, cpts_id: str, *among: ColumnElement[bool]
) -> tuple[tuple[str, Person], ...]:
    work = await places(connection, cpts_id)
    rows = await connection.execute(
        select(people)
        .where(people.c.cpts_id == cpts_id, *among)
        .order_by(people.c.last_name, people.c.first_name, people.c.person_id)
    )
    return tuple(
        (row["person_id"], _person(row, work.get(row["person_id"], ())))
        for row in rows.mappings()
    )


async def places(connection: AsyncConnection, cpts_id: str) -> dict[str, list[str]]:
    """Give where people work, by id, the main place first."""
    rows = await connection.execute(_WORK, {"k_cpts": cpts_id})
    found: dict[str, list[str]] = {}
    for person_id, structure_id in rows.all():
        found.setdefault(person_id, []).append(structure_id)
    return found


def _person(row: Mapping[Any, Any], places: Sequence[str]) -> Person:
    facts = {name: row[name] for name in FACTS if name != "structures"}
    return _PERSON.validate_python({**facts, "structures": tuple(places)})


async def apply(act: Act, change: RosterDiff) -> None:
    """Add the new, change the changed, mark the gone; who came back keeps their id."""
    active = _ids(await all_of(act.connection, act.cpts_id))
    ids = _ids(await _read(act.connection, act.cpts_id)) | active
    fresh = [(new_id(), p) for p in change.new if p.identity not in ids]
    kept = [
        *((ids[p.identity], p) for p in change.new if p.identity in ids),
        *((ids[was.identity], now) for was, now in change.changed),
    ]
    for person in change.gone:
        await _change(act, ids[person.identity], {"gone_at": act.at})
    for person_id, person in kept:
        if (other := ids.get(person.identity, person_id)) != person_id:
            await _change(act, other, {"identity": other})  # gone: its name is taken
        await _change(act, person_id, {**_cells(person), "gone_at": None})
    if fresh:
        rows = [{**_cells(p), "person_id": i, "cpts_id": act.cpts_id} for i, p in fresh]
        await act.connection.execute(insert(people), rows)
    await _place(act, [*fresh, *kept])


def _ids(found: Sequence[tuple[str, Person]]) -> dict[str, str]:
    return {person.identity: person_id for person_id, person in found}


def _cells(person: Person) -> dict[str, Any]:
    facts = _PERSON.dump_python(person, mode="json", exclude={"structures", "unsaid"})
    return {**facts, "identity": person.identity}


async def _change(act: Act, person_id: str, values: Mapping[str, object]) -> None:
    await act.connection.execute(
        update(people)
        .where(people.c.cpts_id == act.cpts_id, people.c.person_id == person_id)
        .values(**values)
    )


async def _place(act: Act, persons: Sequence[tuple[str, Person]]) -> None:
    """Write where these people work, in place of what was known."""
    if persons:
        await act.connection.execute(
            delete(structure_people).where(
                structure_people.c.cpts_id == act.cpts_id,
                structure_people.c.person_id == given("k_person"),
            ),
            [{"k_person": person_id} for person_id, _ in persons],
        )
    rows = [
        {
            "cpts_id": act.cpts_id,
            "structure_id": structure_id,
            "person_id": person_id,
            "rank": rank,
        }
        for person_id, person in persons
        for rank, structure_id in enumerate(person.structures)
    ]
    if rows:
        await act.connection.execute(insert(structure_people), rows)


_FROZEN = select(crisis_people).where(
    in_crisis(crisis_people), crisis_people.c.person_id == given("k_person")
)


async def frozen(
    connection: AsyncConnection, ref: CrisisRef, person_id: str
) -> FrozenPerson:
    """Give somebody as a crisis froze them.

    Raises:
        UnknownLinkError: The crisis does not know this person.
    """
    who = {"k_cpts": ref.cpts_id, "k_crisis": ref.crisis_id, "k_person": person_id}
    found = await connection.execute(_FROZEN, who)
    row = found.one_or_none()
    if row is None:
        raise UnknownLinkError
    return FrozenPerson.model_validate(row)


async def find(connection: AsyncConnection, ref: CrisisRef, said: str) -> str:
    """Give the id of somebody of a crisis, by id, mail or RPPS.

    Raises:
        UnknownPersonError: Nobody answers to it, or several people do.
    """
    here = (
        crisis_people.c.cpts_id == ref.cpts_id,
        crisis_people.c.crisis_id == ref.crisis_id,
    )
    same = and_(
        people.c.cpts_id == crisis_people.c.cpts_id,
        people.c.person_id == crisis_people.c.person_id,
    )
    found = await connection.execute(
        select(crisis_people.c.person_id)
        .outerjoin(people, same)
        .where(
            *here,
            or_(
                crisis_people.c.person_id == said,
                crisis_people.c.email == said,
                people.c.rpps == said,
            ),
        )
    )
    ids: Sequence[str] = found.scalars().all()
    if len(ids) != 1:
        raise UnknownPersonError(person=said)
    return ids[0]


async def named(
    connection: AsyncConnection, ref: CrisisRef, person_ids: Sequence[str]
) -> tuple[FrozenPerson, ...]:
    """Give these people by name, with the number to call them on."""
    rows = await connection.execute(
        select(crisis_people)
        .where(
            crisis_people.c.cpts_id == ref.cpts_id,
            crisis_people.c.crisis_id == ref.crisis_id,
            crisis_people.c.person_id.in_(person_ids),
        )
        .order_by(crisis_people.c.person_id)
    )
    found = (FrozenPerson.model_validate(row) for row in rows.all())
    return tuple(
        sorted(found, key=lambda each: in_order(each.last_name, each.first_name))
    )
