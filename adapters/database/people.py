"""People of the roster, and the copy of them that a crisis froze."""

import secrets
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import given
from adapters.database.tables import crisis_people, people
from adapters.database.unit import Act
from domain.errors import UnknownLinkError
from domain.reference import CrisisRef
from domain.roster import Person, RosterDiff

_SIGNS = "abcdefghjkmnpqrstvwxyz23456789"
_FIELDS = (
    "rpps",
    "last_name",
    "first_name",
    "profession",
    "commune",
    "zone",
    "email",
    "mobile",
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


def new_id() -> str:
    """Make an id that says nothing of the person."""
    return "p-" + "".join(secrets.choice(_SIGNS) for _ in range(10))


async def all_of(
    connection: AsyncConnection, cpts_id: str
) -> tuple[tuple[str, Person], ...]:
    """List who is on the roster now, with ids, by name."""
    rows = await connection.execute(
        select(people)
        .where(people.c.cpts_id == cpts_id, people.c.gone_at.is_(None))
        .order_by(people.c.last_name, people.c.first_name, people.c.person_id)
    )
    return tuple(
        (row["person_id"], Person(**{name: row[name] for name in _FIELDS}))
        for row in rows.mappings()
    )


async def apply(act: Act, change: RosterDiff) -> None:
    """Add the new, change the changed, mark the gone; who came back keeps their id."""
    known = await _ids(act)
    fresh = [person for person in change.new if person.identity not in known]
    back = [person for person in change.new if person.identity in known]
    if fresh:
        await act.connection.execute(
            insert(people), [_row(act, person) for person in fresh]
        )
    for person in (*back, *(after for _, after in change.changed)):
        await _change(act, person, gone=False)
    for person in change.gone:
        await _change(act, person, gone=True)


async def _ids(act: Act) -> frozenset[str]:
    rows = await act.connection.execute(
        select(people.c.identity).where(people.c.cpts_id == act.cpts_id)
    )
    return frozenset(rows.scalars())


def _row(act: Act, person: Person) -> dict[str, object]:
    return {
        "cpts_id": act.cpts_id,
        "person_id": new_id(),
        "identity": person.identity,
        **{name: getattr(person, name) for name in _FIELDS},
    }


async def _change(act: Act, person: Person, *, gone: bool) -> None:
    await act.connection.execute(
        update(people)
        .where(people.c.cpts_id == act.cpts_id, people.c.identity == person.identity)
        .values(
            gone_at=act.at if gone else None,
            **{name: getattr(person, name) for name in _FIELDS},
        )
    )


_FROZEN = select(crisis_people).where(
    crisis_people.c.cpts_id == given("k_cpts"),
    crisis_people.c.crisis_id == given("k_crisis"),
    crisis_people.c.person_id == given("k_person"),
)


async def frozen(
    connection: AsyncConnection, ref: CrisisRef, person_id: str
) -> FrozenPerson:
    """Give somebody as a crisis froze them.

    Raises:
        UnknownLinkError: The crisis does not know this person.
    """
    named = {"k_cpts": ref.cpts_id, "k_crisis": ref.crisis_id, "k_person": person_id}
    found = await connection.execute(_FROZEN, named)
    row = found.one_or_none()
    if row is None:
        raise UnknownLinkError
    return FrozenPerson.model_validate(row)


async def freeze(act: Act, crisis_id: str) -> tuple[str, ...]:
    """Copy the roster into a crisis as it is now; give the ids, by name."""
    rows = [
        {
            "cpts_id": act.cpts_id,
            "crisis_id": crisis_id,
            "person_id": person_id,
            "last_name": person.last_name,
            "first_name": person.first_name,
            "profession": person.profession,
            "zone": person.zone,
            "email": person.email,
            "mobile": person.mobile,
        }
        for person_id, person in await all_of(act.connection, act.cpts_id)
    ]
    if rows:
        await act.connection.execute(insert(crisis_people), rows)
    return tuple(str(row["person_id"]) for row in rows)


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
        .order_by(crisis_people.c.last_name, crisis_people.c.first_name)
    )
    return tuple(FrozenPerson.model_validate(row) for row in rows.all())
