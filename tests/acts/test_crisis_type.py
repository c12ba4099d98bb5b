"""A type joins or leaves a running crisis; its seats follow."""

from datetime import timedelta

import pytest

from acts.crisis import OpenCrisis, open_crisis
from acts.crisis_type import AddType, RemoveType, add_type, remove_type
from acts.directory import add_cpts, import_roster
from acts.plan import new_plan
from adapters.database import crises, crisis_types, figures, seats
from adapters.database.unit import Database
from domain.cpts import RoleHolders
from domain.need import Need
from domain.order_errors import TypeNotGivenError
from domain.reference import CrisisRef
from domain.wave import Kinetic
from tests.conftest import Now
from tests.national import national
from tests.world import CPTS_ID, LINK_KEY, activation, cpts, people, rpps

WHO = "REFERENT_SSE"


async def opened(database: Database, *codes: str, **changes: object) -> CrisisRef:
    """Open a crisis of these types on the national plan, first scenario of each."""
    holders = tuple(
        RoleHolders(code=role.code, titulaire=rpps(place), suppleant=rpps(place + 1))
        for place, role in enumerate(national().held_roles)
    )
    await add_cpts(database, cpts().model_copy(update={"roles": holders}), WHO)
    await import_roster(database, CPTS_ID, people(30), WHO)
    await new_plan(database, CPTS_ID, national(), WHO)
    types = [{"code": code, "scenarios": (first_of(code),)} for code in codes]
    said = activation(database.now(), types=types, **changes)
    order = OpenCrisis(cpts_id=CPTS_ID, activation=said, actor=WHO)
    return await open_crisis(database, order, LINK_KEY)


def first_of(code: str) -> str:
    return national().type_sheet(code).scenarios[0].code


def adding(database: Database, ref: CrisisRef, code: str) -> AddType:
    return AddType(
        **ref.model_dump(),
        actor=WHO,
        type_code=code,
        scenarios=(first_of(code),),
        received_at=database.now(),
        reference="ARS-2026-120",
    )


def removing(ref: CrisisRef, code: str) -> RemoveType:
    return RemoveType(
        **ref.model_dump(),
        actor=WHO,
        type_code=code,
        reference="ARS-2026-121",
        reason="plus aucun malade",
    )


async def types_of(database: Database, ref: CrisisRef) -> tuple[str, ...]:
    async with database.read() as connection:
        said = (await crises.get(connection, ref.cpts_id, ref.crisis_id)).activation
        found = await crisis_types.current(connection, ref, said)
        counted = await figures.of_crisis(connection, ref, database.now())
    assert counted.types == tuple(each.code for each in found)
    return counted.types


async def needs_of(database: Database, ref: CrisisRef) -> dict[str, Need]:
    async with database.read() as connection:
        found = await seats.needs_of(connection, ref.cpts_id, ref.crisis_id)
    return {need.need_id: need for need in found}


async def test_a_type_that_joins_counts_from_its_own_t0(
    database: Database, now: Now, wakes: list[str]
) -> None:
    ref = await opened(database, "SICK", "CASUALTIES")
    now.at += timedelta(days=5)
    wakes.clear()

    added = await add_type(database, adding(database, ref, "CARE_DISRUPTION"))

    assert added.code == "CARE_DISRUPTION"
    joined = ("SICK", "CASUALTIES", "CARE_DISRUPTION")
    assert await types_of(database, ref) == joined
    async with database.read() as connection:
        rows = await crisis_types.of_crisis(connection, ref)
    since = {row.type: row.t0 for row in rows}
    assert since["CARE_DISRUPTION"] == now.at
    assert since["SICK"] < now.at - timedelta(days=4)
    assert wakes == [ref.workflow_id]


async def test_a_type_that_left_may_come_back_at_a_new_t0(
    database: Database, now: Now
) -> None:
    ref = await opened(database, "SICK", "CASUALTIES")

    await remove_type(database, removing(ref, "SICK"))
    assert await types_of(database, ref) == ("CASUALTIES",)
    with pytest.raises(TypeNotGivenError):
        await remove_type(database, removing(ref, "SICK"))
    now.at += timedelta(days=1)
    await add_type(database, adding(database, ref, "SICK"))

    assert await types_of(database, ref) == ("SICK", "CASUALTIES")


@pytest.mark.parametrize("chosen", [None, Kinetic.SLOW])
async def test_a_crisis_goes_as_its_fastest_type_unless_its_speed_was_chosen(
    database: Database, chosen: Kinetic | None
) -> None:
    speeds = {sheet.scenarios[0].kinetic: sheet.code for sheet in national().types}
    ref = await opened(database, speeds[Kinetic.SLOW], kinetic=chosen)

    await add_type(database, adding(database, ref, speeds[Kinetic.FAST]))
    joined = await speed_of(database, ref)
    await remove_type(database, removing(ref, speeds[Kinetic.FAST]))

    assert joined is (chosen or Kinetic.FAST)
    assert await speed_of(database, ref) is Kinetic.SLOW


async def speed_of(database: Database, ref: CrisisRef) -> Kinetic:
    async with database.read() as connection:
        return (await crises.get(connection, ref.cpts_id, ref.crisis_id)).kinetic


async def test_the_empty_seats_of_a_type_that_leaves_are_wanted_no_more(
    database: Database,
) -> None:
    ref = await opened(database, "SICK", "CASUALTIES")
    before = await needs_of(database, ref)
    mine = next(need for need in before.values() if need.card_id.startswith("T2"))
    async with database.act(ref.cpts_id) as act:
        await seats.take(act, ref.crisis_id, (mine.need_id,), "p-somebody")

    held = await remove_type(database, removing(ref, "SICK"))

    after = await needs_of(database, ref)
    assert held == 1
    left = {need_id: need for need_id, need in after.items() if need_id in before}
    assert {n.card_id for n in left.values() if n.card_id.startswith("T2")} == {
        mine.card_id
    }
    assert left[mine.need_id].needed == 1
    kept = {i: n for i, n in before.items() if not n.card_id.startswith("T2")}
    assert {i: after[i] for i in kept} == kept


async def test_a_type_that_comes_back_wants_all_its_seats_again_once(
    database: Database,
) -> None:
    ref = await opened(database, "SICK", "CASUALTIES")
    before = await needs_of(database, ref)
    mine = next(n for n in before.values() if n.card_id[:2] == "T2" and n.needed > 1)
    async with database.act(ref.cpts_id) as act:
        await seats.take(act, ref.crisis_id, (mine.need_id,), "p-somebody")
    await remove_type(database, removing(ref, "SICK"))

    await add_type(database, adding(database, ref, "SICK"))

    assert await needs_of(database, ref) == before
    async with database.act(ref.cpts_id) as act:
        held = await seats.held_by(
            act.connection, ref.cpts_id, ref.crisis_id, "p-somebody"
        )
        free = await seats.free(act, ref.crisis_id)
    assert held == mine.need_id
    assert free == sum(need.needed for need in before.values()) - 1
