"""A crisis of the national template, conducted from its order to its last card."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations, pairwise

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from acts.alert import close_wave
from acts.card import (
    CardOrder,
    ProveCard,
    ReleaseCard,
    SetCardAside,
    declare_event,
    prove_card,
    release_card,
    set_card_aside,
    take_card,
)
from acts.conduct import conduct_crisis
from acts.crisis import OpenCrisis, open_crisis
from acts.directory import add_cpts, import_roster, new_plan
from acts.ending import LiftCrisis, lift_crisis
from adapters.database import cards, conduct, crises, situations, tables, waves
from adapters.database.situations import Known
from adapters.database.unit import Database
from domain.authority import Authority
from domain.card import CardState, CountsFrom, OrderSource
from domain.card_errors import (
    CardBlockedError,
    CardOverError,
    CardWaitsError,
    OrderNotAwaitedError,
    ProofIncompleteError,
    UnknownCardError,
)
from domain.cpts import RoleHolders
from domain.person import Link
from domain.reference import CrisisRef, WaveRef
from domain.run import OVER
from tests.conftest import Now
from tests.national import TYPES, national
from tests.world import (
    CPTS_ID,
    LINK_KEY,
    OPENED,
    activation,
    cpts,
    people,
    rpps,
)

PAIRS = tuple(combinations(TYPES, 2))
ROLES = tuple(role.code for role in national().held_roles)


async def opened(
    database: Database,
    codes: Iterable[str],
    link_key: bytes = LINK_KEY,
    **changes: object,
) -> CrisisRef:
    tenant = cpts().model_copy(
        update={
            "roles": tuple(
                RoleHolders(
                    code=code, titulaire=rpps(2 * rank), suppleant=rpps(2 * rank + 1)
                )
                for rank, code in enumerate(ROLES)
            )
        }
    )
    await add_cpts(database, tenant, "COORDINATEUR")
    everyone = people(60)
    members = tuple(replace(each, link=Link.MEMBER) for each in everyone[55:])
    roster = (*everyone[:55], *members)  # members are told, and never asked
    await import_roster(database, CPTS_ID, roster, "COORDINATEUR")
    await new_plan(database, CPTS_ID, national(), "COORDINATEUR")
    types = [
        {
            "code": code,
            "scenarios": [s.code for s in national().type_sheet(code).scenarios],
        }
        for code in codes
    ]
    order = OpenCrisis(
        cpts_id=CPTS_ID,
        activation=activation(database.now(), types=types, **changes),
        actor="REFERENT_SSE",
    )
    return await open_crisis(database, order, link_key)


async def known_of(database: Database, ref: CrisisRef) -> Known:
    async with database.read() as connection:
        crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
        return await situations.of_crisis(connection, crisis)


def order_on(ref: CrisisRef, card_id: str) -> CardOrder:
    return CardOrder(**ref.model_dump(), card_id=card_id, actor="PILOTAGE")


async def prove(database: Database, ref: CrisisRef, card_id: str) -> None:
    fields = dict.fromkeys(national().card(card_id).proof.fields, "1")
    order = ProveCard(**order_on(ref, card_id).model_dump(), fields=fields)
    await prove_card(database, order)


async def release(database: Database, ref: CrisisRef, known: Known) -> None:
    """Give every card the orders that it awaits."""
    for laid in known.laid:
        for group in laid.awaited_orders:
            order = ReleaseCard(
                **order_on(ref, laid.card_id).model_dump(),
                source=group[0],
                at=database.now(),
                reference="ordre écrit 4",
            )
            await release_card(database, order)


async def prove_all(database: Database, ref: CrisisRef) -> None:
    """Prove whatever may be, until nothing more may."""
    while True:
        known = await known_of(database, ref)
        ready = [
            run.card_id
            for run in known.runs
            if run.state not in OVER and run.state is not CardState.WAITING
        ]
        before = len(ready)
        for card_id in ready:
            try:
                await prove(database, ref, card_id)
            except CardBlockedError:
                continue
            before -= 1
        if before == len(ready):
            return


async def lift(database: Database, ref: CrisisRef) -> None:
    order = LiftCrisis(
        **ref.model_dump(), authority=Authority.DG_ARS, actor="REFERENT_SSE"
    )
    await lift_crisis(database, order)


@pytest.mark.parametrize("code", TYPES)
async def test_every_card_of_a_type_is_proved_from_order_to_closing(
    database: Database, now: Now, code: str
) -> None:
    await walk(database, now, (code,))


@pytest.mark.parametrize(
    "database_url", ["sqlite"], indirect=True
)  # the acts are the same
@pytest.mark.parametrize("codes", PAIRS)
async def test_every_card_of_two_types_is_proved_once_from_order_to_closing(
    database: Database, now: Now, codes: Sequence[str]
) -> None:
    await walk(database, now, codes)


async def walk(database: Database, now: Now, codes: Sequence[str]) -> None:
    ref = await opened(database, codes)
    known = await known_of(database, ref)
    await release(database, ref, known)
    for laid in known.laid:
        if laid.card.counts_from is CountsFrom.EVENT:
            await declare_event(database, order_on(ref, laid.card_id))
    await prove_all(database, ref)

    await lift(database, ref)
    now.at += timedelta(days=1)
    await conduct_crisis(database, ref)
    await prove_all(database, ref)

    ended = await known_of(database, ref)
    ran = {run.card_id for run in ended.runs}
    wanted = {
        card.card_id
        for card in (
            *national().common_cards,
            *(c for code in codes for c in national().type_sheet(code).cards),
        )
    }
    assert ran == wanted
    assert {run.state for run in ended.runs} == {CardState.DONE}
    async with database.read() as connection:
        proofs = await connection.scalar(
            sa.select(sa.func.count()).select_from(tables.proofs)
        )
    assert proofs == len(ended.runs)


async def test_nobody_answers_and_reminders_stay_rare(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ("CASUALTIES", "SICK"))
    began = now.at

    while now.at < began + timedelta(hours=6):
        found = await conduct_crisis(database, ref)
        await close_due_waves(database, ref)
        step = found.next_at or now.at + timedelta(minutes=15)
        now.at = max(now.at + timedelta(seconds=30), step)

    async with database.read() as connection:
        sent = await situations.digests_sent(connection, ref)
        rows = await waves.of_crisis(connection, ref)
    together: dict[str, list[datetime]] = {}
    for digest in sent:
        if not digest.alone:
            together.setdefault(digest.person_id, []).append(digest.at)
    assert together
    for moments in together.values():
        moments.sort()
        gaps = [b - a for a, b in pairwise(moments)]
        assert all(gap >= timedelta(minutes=15) for gap in gaps)
    alone = [item.card_id for each in sent if each.alone for item in each.items]
    assert set(alone) <= {"TC-01", "TC-03", "TC-04", "TC-08"}
    # holders were silent, so their deputies were asked, once
    codes = [row.code for row in rows]
    assert codes.count("V0") == codes.count("V1") == 2
    assert codes.count("V4") == 1


async def close_due_waves(database: Database, ref: CrisisRef) -> None:
    """Do what the workflows of waves would: no mail leaves here."""
    async with database.read() as connection:
        rows = await waves.of_crisis(connection, ref)
    for row in rows:
        if row.closed_at is None and row.close_at <= database.now():
            await close_wave(database, WaveRef(**ref.model_dump(), wave=row.wave))


async def test_a_call_for_seats_waits_for_its_conditions(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ("SICK",))
    assert await sent_waves(database, ref) == ["V0"]
    now.at += timedelta(hours=5)
    await conduct_crisis(database, ref)
    assert "V2" not in await sent_waves(database, ref)  # T2-01 qualifies the request

    await prove_all(database, ref)

    assert "V2" in await sent_waves(database, ref)


async def test_a_pre_alert_puts_the_cell_on_watch_and_asks_nobody_else(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ("CASUALTIES",), called_back_at=None, reference=None)
    now.at += timedelta(hours=5)
    await conduct_crisis(database, ref)

    assert set(await sent_waves(database, ref)) == {"V0", "V1"}
    async with database.read() as connection:
        said = {row.code: row for row in await waves.of_crisis(connection, ref)}
    assert said["V1"].message == "pre_alerte"


async def sent_waves(database: Database, ref: CrisisRef) -> list[str]:
    async with database.read() as connection:
        rows = await waves.of_crisis(connection, ref)
    return [row.code for row in rows if row.code in national_waves()]


def national_waves() -> set[str]:
    return {sheet.code for sheet in national().waves}


async def test_everyone_is_asked_or_left_out_with_a_reason(database: Database) -> None:
    ref = await opened(database, ("CASUALTIES",))

    async with database.read() as connection:
        for row in await waves.of_crisis(connection, ref):
            if row.code not in national_waves():
                continue  # a digest
            asked = await members(connection, tables.recipients, ref, row.wave)
            left_out = await members(connection, tables.left_out, ref, row.wave)
            assert not asked & left_out
            assert len(asked | left_out) == 60


async def members(
    connection: AsyncConnection, table: sa.Table, ref: CrisisRef, wave: int
) -> set[str]:
    rows = await connection.execute(
        sa.select(table.c.person_id).where(
            table.c.crisis_id == ref.crisis_id, table.c.wave == wave
        )
    )
    return set(rows.scalars())


async def test_a_card_is_taken_only_when_it_may_start(database: Database) -> None:
    ref = await opened(database, ("CASUALTIES",))
    known = await known_of(database, ref)
    waiting = next(r.card_id for r in known.runs if r.state is CardState.WAITING)

    with pytest.raises(CardWaitsError):
        await take_card(database, order_on(ref, waiting))
    with pytest.raises(CardBlockedError):
        await take_card(database, order_on(ref, "TC-04"))  # TC-03 first
    with pytest.raises(CardOverError):
        await take_card(database, order_on(ref, "TC-01"))  # the call-back proves it
    with pytest.raises(UnknownCardError):
        await take_card(database, order_on(ref, "T5-01"))
    with pytest.raises(OrderNotAwaitedError):
        await release_card(
            database,
            ReleaseCard(
                **order_on(ref, "TC-04").model_dump(),
                source=OrderSource.SAMU,
                at=database.now(),
                reference="r",
            ),
        )

    await take_card(database, order_on(ref, "TC-03"))

    async with database.read() as connection:
        runs = {r.card_id: r for r in await cards.of_crisis(connection, ref)}
    assert runs["TC-03"].state is CardState.TAKEN


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"inconnu": "1"},
        {"decideur": "x" * 201},
        {"decideur": "", "niveau_de_mobilisation": "a", "types": "b", "heure": "c"},
    ],
)
async def test_a_proof_lacks_nothing_and_invents_nothing(
    database: Database, fields: dict[str, str]
) -> None:
    ref = await opened(database, ("CASUALTIES",))
    order = ProveCard(**order_on(ref, "TC-03").model_dump(), fields=fields)

    with pytest.raises(ProofIncompleteError):
        await prove_card(database, order)


async def test_a_correction_is_one_more_proof(database: Database) -> None:
    ref = await opened(database, ("CASUALTIES",))
    await prove(database, ref, "TC-03")
    await prove(database, ref, "TC-03")

    async with database.read() as connection:
        numbers = await connection.execute(
            sa.select(tables.proofs.c.proof).where(tables.proofs.c.card_id == "TC-03")
        )
        assert sorted(numbers.scalars()) == [1, 2]


async def test_what_is_not_done_says_why(database: Database) -> None:
    ref = await opened(database, ("CASUALTIES",))
    aside = SetCardAside(
        **order_on(ref, "TC-09").model_dump(), reason="aucun SAMU joignable"
    )

    await set_card_aside(database, aside)

    async with database.read() as connection:
        runs = {r.card_id: r for r in await cards.of_crisis(connection, ref)}
    assert runs["TC-09"].state is CardState.NOT_APPLICABLE
    assert runs["TC-09"].reason == "aucun SAMU joignable"
    with pytest.raises(CardOverError):
        await set_card_aside(database, aside)
    with pytest.raises(UnknownCardError):
        await declare_event(database, order_on(ref, "TC-03"))


async def test_a_crisis_that_everybody_left_is_silent_until_somebody_acts(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ("SICK",))
    while now.at < OPENED + timedelta(hours=80):
        await conduct_crisis(database, ref)
        now.at += timedelta(hours=2)

    async with database.read() as connection:
        asleep = await crises.get(connection, ref.cpts_id, ref.crisis_id)
        before = len(await situations.digests_sent(connection, ref))
    assert asleep.dormant
    now.at += timedelta(hours=24)
    await conduct_crisis(database, ref)
    async with database.read() as connection:
        assert len(await situations.digests_sent(connection, ref)) == before

    await take_card(database, order_on(ref, "TC-03"))

    async with database.read() as connection:
        awake = await crises.get(connection, ref.cpts_id, ref.crisis_id)
    assert not awake.dormant


async def test_the_clock_goes_on_after_the_report_until_the_way_out_is_done(
    database: Database,
) -> None:
    ref = await opened(database, ("SICK",))
    await lift(database, ref)
    async with database.act(ref.cpts_id) as act:
        await crises.mark_filed(act, ref.crisis_id)

    found = await conduct_crisis(database, ref)

    assert found.goes_on
    async with database.read() as connection:
        assert ref in await conduct.open_rows(connection)
