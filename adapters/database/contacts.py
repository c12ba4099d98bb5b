"""Proofs that addresses reach their people."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import people, tenants
from adapters.database.columns import given
from adapters.database.tables import batches, contact_proofs, deliveries, waves
from adapters.database.tables import people as people_table
from adapters.database.unit import Act
from domain.alert import DeliveryState
from domain.folding import in_order
from domain.mission_errors import UnknownPersonError
from domain.reach import How, Medium, Proof, Reached, reached
from domain.reference import CrisisRef


async def of_cpts(
    connection: AsyncConnection, cpts_id: str, now: datetime
) -> tuple[Reached, ...]:
    """Say of each person of the directory how they may be reached, by name.

    Raises:
        UnknownCptsError: No such CPTS.
    """
    tenant = await tenants.get(connection, cpts_id)
    known = dict(await people.all_of(connection, cpts_id))
    proofs = await _proofs(connection, cpts_id)
    found = reached(known, proofs, now, tenant.knobs.contact_valid_for)
    return tuple(
        sorted(found, key=lambda r: in_order(r.person.last_name, r.person.first_name))
    )


async def of_person(
    connection: AsyncConnection, cpts_id: str, person_id: str, now: datetime
) -> Reached:
    """Say how one person of the directory may be reached.

    Raises:
        UnknownCptsError: No such CPTS.
        UnknownPersonError: Nobody there has this id.
    """
    tenant = await tenants.get(connection, cpts_id)
    known = dict(await people.beside(connection, cpts_id, person_id))
    proofs = await _proofs(connection, cpts_id, contact_proofs.c.person_id == person_id)
    for each in reached(known, proofs, now, tenant.knobs.contact_valid_for):
        if each.person_id == person_id:
            return each
    raise UnknownPersonError(person=person_id)


async def _proofs(
    connection: AsyncConnection, cpts_id: str, *among: ColumnElement[bool]
) -> Mapping[str, Mapping[Medium, Proof]]:
    """Give the last proof by person, then by medium."""
    rows = await connection.execute(
        select(contact_proofs).where(contact_proofs.c.cpts_id == cpts_id, *among)
    )
    found: dict[str, dict[Medium, Proof]] = {}
    for row in rows.all():
        proof = Proof.model_validate(row)
        found.setdefault(row.person_id, {})[Medium(row.medium)] = proof
    return found


_KEY = ("cpts_id", "person_id", "medium")


def _kept(row: sqlite.Insert | postgresql.Insert) -> sqlite.Insert | postgresql.Insert:
    """Write a proof in place of the one before, by one statement."""
    later = {name: row.excluded[name] for name in Proof.model_fields}
    return row.on_conflict_do_update(index_elements=_KEY, set_=later)


_PROVED = {
    "sqlite": _kept(sqlite.insert(contact_proofs)),
    "postgresql": _kept(postgresql.insert(contact_proofs)),
}


async def prove(act: Act, person_id: str, medium: Medium, proof: Proof) -> None:
    """Keep the proof of an address, in place of the one before."""
    row = {"cpts_id": act.cpts_id, "person_id": person_id, "medium": medium}
    statement = _PROVED[act.connection.dialect.name]
    await act.connection.execute(statement, row | proof.model_dump())


async def proof_of(act: Act, person_id: str, medium: Medium) -> Proof | None:
    """Give the last proof of an address of somebody."""
    found = await act.connection.execute(
        select(contact_proofs).where(
            contact_proofs.c.cpts_id == act.cpts_id,
            contact_proofs.c.person_id == person_id,
            contact_proofs.c.medium == medium,
        )
    )
    row = found.one_or_none()
    return Proof.model_validate(row) if row else None


async def is_theirs(act: Act, person_id: str, email: str) -> bool:
    """Does the directory still have this mail address of this person?"""
    found = await act.connection.scalar(
        select(people_table.c.email).where(
            people_table.c.cpts_id == act.cpts_id, people_table.c.person_id == person_id
        )
    )
    return found is not None and found.casefold() == email.casefold()


async def prove_by_text(act: Act, person_id: str, number: str) -> None:
    """Keep that a text came from a number, if it is this person's and nobody else's."""
    rows = await act.connection.execute(
        select(people_table.c.person_id, people_table.c.mobile).where(
            people_table.c.cpts_id == act.cpts_id,
            people_table.c.gone_at.is_(None),
            or_(people_table.c.mobile == number, people_table.c.phone2 == number),
        )
    )
    owners = rows.all()
    if [row.person_id for row in owners] != [person_id]:
        return  # shared, or no longer theirs
    medium = Medium.MOBILE if owners[0].mobile == number else Medium.PHONE
    proof = Proof(address=number, verified_at=act.at, how=How.ANSWER, by=person_id)
    await prove(act, person_id, medium, proof)


_LEFT = (
    select(
        deliveries.c.address,
        people_table.c.email,
        people_table.c.mobile,
        people_table.c.phone2,
    )
    .select_from(deliveries)
    .join(
        people_table,
        and_(
            people_table.c.cpts_id == deliveries.c.cpts_id,
            people_table.c.person_id == deliveries.c.recipient_id,
        ),
    )
    .where(
        deliveries.c.cpts_id == given("k_cpts"),
        deliveries.c.recipient_id == given("k_person"),
        or_(
            deliveries.c.state == DeliveryState.SENT,
            deliveries.c.state == DeliveryState.SENDING,
        ),
    )
    .distinct()
)
_IN_CRISIS = _LEFT.where(
    deliveries.c.crisis_id == given("k_crisis"),
    deliveries.c.wave.in_(  # wave by wave, through the index: not through everyone
        select(waves.c.wave).where(
            waves.c.cpts_id == given("k_cpts"), waves.c.crisis_id == given("k_crisis")
        )
    ),
)
_OF_TOPIC = _LEFT.where(
    exists().where(
        batches.c.cpts_id == deliveries.c.cpts_id,
        batches.c.batch_id == deliveries.c.batch_id,
        batches.c.topic == given("k_topic"),
    )
)


async def prove_by_answer(act: Act, ref: CrisisRef, person_id: str) -> None:
    """Keep that an answer proves the one address that was written to.

    Nothing is proved if several were: the page does not know by which it was opened.
    """
    named = {"k_cpts": ref.cpts_id, "k_crisis": ref.crisis_id, "k_person": person_id}
    await _prove_alone(act, person_id, _IN_CRISIS, named)


async def prove_by_letter(act: Act, topic: str, person_id: str) -> None:
    """Keep that the link of a letter was opened: it proves where the letter went."""
    named = {"k_cpts": act.cpts_id, "k_topic": topic, "k_person": person_id}
    await _prove_alone(act, person_id, _OF_TOPIC, named)


async def _prove_alone(
    act: Act, person_id: str, left: Select[Any], named: Mapping[str, str]
) -> None:
    rows = (await act.connection.execute(left, named)).all()
    if len(rows) != 1:
        return
    row = rows[0]
    for medium in Medium:
        if row.address and row.address == getattr(row, medium.fact):
            proof = Proof(
                address=row.address, verified_at=act.at, how=How.ANSWER, by=person_id
            )
            await prove(act, person_id, medium, proof)
            return
