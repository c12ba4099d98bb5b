"""Numbers declared from one's own practice, on both databases."""

import pytest
import sqlalchemy as sa

from acts.alert import record_answer
from acts.contribution import Declare, declare
from acts.ending import LiftCrisis, lift_crisis
from adapters.database import contributions, people, seats, sitting, tables
from adapters.database.unit import Database
from domain.answer import Availability
from domain.authority import Authority
from domain.contribution import Declared, DeclaredTotals
from domain.errors import CrisisLiftedError
from domain.mission_errors import ContributionNotWantedError, UnknownPersonError
from domain.reference import CrisisRef
from tests import posts
from tests.posts import persons, stand_of, yes

CALLS = "T2-04"


def says(
    ref: CrisisRef,
    person_id: str,
    nonce: str,
    minutes: int | None = None,
    **numbers: int,
) -> Declare:
    declared = (Declared(card_id=CALLS, fields=numbers, minutes=minutes),)
    return Declare(
        **ref.model_dump(), person_id=person_id, nonce=nonce, declared=declared
    )


async def totals(database: Database, ref: CrisisRef) -> tuple[DeclaredTotals, ...]:
    async with database.read() as connection:
        return await contributions.totals(connection, ref)


async def test_the_last_numbers_count_and_no_seat_is_taken(
    database: Database, ref: CrisisRef
) -> None:
    nurse, other, *_ = await persons(database, ref)
    await record_answer(database, yes(ref, nurse, Availability.ON_SITE))

    await declare(database, says(ref, nurse, "n-one-one", contactes=4))
    await declare(database, says(ref, nurse, "n-two-two", 30, contactes=9))
    await declare(database, says(ref, nurse, "n-two-two", contactes=99))  # twice
    await declare(database, says(ref, other, "n-other-1", contactes=1, a_contacter=5))

    assert await totals(database, ref) == (
        DeclaredTotals(
            card_id=CALLS, people=2, fields={"contactes": 10, "a_contacter": 5}
        ),
    )
    stand = await stand_of(database, ref, nurse)
    assert stand.declared == (
        Declared(card_id=CALLS, fields={"contactes": 9}, minutes=30),
    )
    async with database.read() as connection:
        assert not await seats.everyone(connection, ref.cpts_id, ref.crisis_id)
        noted = await connection.execute(
            sa.select(tables.ledger_entries.c.kind).where(
                tables.ledger_entries.c.kind == "contribution"
            )
        )
    assert len(noted.all()) == 3


async def test_numbers_may_be_taken_back(database: Database, ref: CrisisRef) -> None:
    nurse, *_ = await persons(database, ref)
    await declare(database, says(ref, nurse, "n-one-one", contactes=4))

    await declare(database, says(ref, nurse, "n-two-two"))

    assert await totals(database, ref) == ()


async def test_what_no_card_asks_or_comes_after_the_lifting_is_refused(
    database: Database, ref: CrisisRef
) -> None:
    nurse, *_ = await persons(database, ref)
    with pytest.raises(ContributionNotWantedError):
        await declare(database, says(ref, nurse, "n-one-one", ruptures=4))
    await lift_crisis(
        database,
        LiftCrisis(**ref.model_dump(), authority=Authority.DG_ARS, actor="PILOTAGE"),
    )

    with pytest.raises(CrisisLiftedError):
        await declare(database, says(ref, nurse, "n-two-two", contactes=4))


async def test_the_cell_sees_who_sits_and_who_waits(
    database: Database, ref: CrisisRef
) -> None:
    who = await persons(database, ref)
    for person in who[:5]:
        await record_answer(database, yes(ref, person))

    async with database.read() as connection:
        listed = await sitting.of_crisis(connection, ref, database.now())
        found = await people.find(connection, ref, "p3@val.example")
        with pytest.raises(UnknownPersonError):
            await people.find(connection, ref, "nobody@val.example")

    cards = [each.card for each in listed]
    assert cards == [posts.FIRST] * 3 + [posts.SECOND, None]
    assert found == who[3]
