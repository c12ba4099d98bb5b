"""A crisis of the national template, conducted from its order to its last card."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations, pairwise

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from acts.alert import RecordAnswer, record_answer
from acts.card import (
    ProveCard,
    ReleaseCard,
    SetCardAside,
    declare_event,
    prove_card,
    release_card,
    set_card_aside,
    take_card,
)
from acts.conduct import advance, conduct_crisis
from acts.order import RecordCallBack, record_call_back
from adapters.database import (
    cards,
    conduct,
    crises,
    ledger,
    situations,
    tables,
    waves,
)
from adapters.database.unit import Database
from domain.answer import Availability
from domain.card import CardState, OrderSource
from domain.card_errors import (
    CardBlockedError,
    CardOverError,
    CardWaitsError,
    OrderNotAwaitedError,
    ProofIncompleteError,
    UnknownCardError,
)
from domain.crisis import CrisisState
from domain.errors import FormAlreadyPostedError
from domain.reference import CrisisRef, WaveRef
from domain.wave import Kinetic
from tests.conducted import (
    cards_of,
    close_due_waves,
    known_of,
    lift,
    national_waves,
    opened,
    order_on,
    prove,
    prove_all,
    sent_waves,
    walked,
)
from tests.conftest import Now
from tests.national import TYPES, national
from tests.world import (
    OPENED,
    alerted,
    rpps,
)

PAIRS = tuple(combinations(TYPES, 2))
TOGETHER = {Kinetic.FAST: timedelta(minutes=15), Kinetic.SLOW: timedelta(hours=12)}


@pytest.mark.parametrize("code", TYPES)
async def test_every_card_of_a_type_is_proved_from_order_to_closing(
    database: Database, now: Now, code: str
) -> None:
    ended, proofs = await walked(database, now, (code,))

    assert {run.card_id for run in ended.runs} == cards_of((code,))
    assert {run.state for run in ended.runs} == {CardState.DONE}
    assert ended.crisis.state is CrisisState.CLOSED
    assert proofs == len(ended.runs)


# the acts are the same on PostgreSQL, where each type alone is walked
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("codes", PAIRS)
async def test_every_card_of_two_types_is_proved_once_from_order_to_closing(
    database: Database, now: Now, codes: Sequence[str]
) -> None:
    ended, proofs = await walked(database, now, codes)

    assert {run.card_id for run in ended.runs} == cards_of(codes)
    assert {run.state for run in ended.runs} == {CardState.DONE}
    assert ended.crisis.state is CrisisState.CLOSED
    assert proofs == len(ended.runs)


async def silent(
    database: Database,
    now: Now,
    ref: CrisisRef,
    until: datetime,
    kinetic: Kinetic = Kinetic.FAST,
) -> None:
    """Let time pass, with nobody answering; what is told together is told rarely."""
    while now.at < until:
        found = await conduct_crisis(database, ref)
        await close_due_waves(database, ref)
        step = found.next_at or now.at + timedelta(minutes=15)
        now.at = max(now.at + timedelta(seconds=30), step)

    async with database.read() as connection:
        sent = await situations.digests_sent(connection, ref)
    together: dict[str, list[datetime]] = {}
    for digest in sent:
        if not digest.alone:
            together.setdefault(digest.person_id, []).append(digest.at)
    assert together
    for moments in together.values():
        moments.sort()
        gaps = [b - a for a, b in pairwise(moments)]
        assert all(gap >= TOGETHER[kinetic] for gap in gaps)
    critical = {card.card_id for card in national().cards if card.critical}
    alone = [item.card_id for each in sent if each.alone for item in each.items]
    assert set(alone) <= critical


async def test_an_order_recorded_hours_later_lets_people_begin_before_it_reminds(
    database: Database, now: Now
) -> None:
    ordered_at = now.at
    now.at += timedelta(hours=2)
    ref = await opened(database, ("CASUALTIES",), received_at=ordered_at)

    async def told() -> bool:
        async with database.read() as connection:
            return bool(await situations.digests_sent(connection, ref))

    found = await conduct_crisis(database, ref)
    at_once = await told()
    now.at += timedelta(minutes=15)
    await conduct_crisis(database, ref)

    assert "V0" in await sent_waves(database, ref)
    assert found.next_at is not None
    assert found.next_at <= now.at
    assert (at_once, await told()) == (False, True)


async def test_holders_who_stay_silent_have_their_deputies_asked_once(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ("CASUALTIES", "SICK"))

    await silent(database, now, ref, now.at + timedelta(hours=6))

    async with database.read() as connection:
        rows = await waves.of_crisis(connection, ref)
    codes = [row.code for row in rows]
    assert codes.count("V0") == codes.count("V1") == 2
    assert codes.count("V4") == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("code", TYPES)
async def test_nobody_answers_and_reminders_stay_rare_in_every_type(
    database: Database, now: Now, code: str
) -> None:
    ref = await opened(database, (code,))

    await silent(database, now, ref, now.at + timedelta(hours=2))

    known = await known_of(database, ref)
    assert known.crisis.state is CrisisState.ACTIVE  # nothing else was decided
    assert not any(run.taken_by for run in known.runs)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nobody_answers_in_a_slow_crisis_until_it_is_lifted(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ("EMERGING_AGENT",), kinetic=Kinetic.SLOW)
    await silent(database, now, ref, now.at + timedelta(days=2), Kinetic.SLOW)

    await lift(database, ref)

    await silent(database, now, ref, now.at + timedelta(hours=6), Kinetic.SLOW)
    ended = await known_of(database, ref)
    assert ended.crisis.state is CrisisState.LIFTED


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


async def test_a_cell_put_on_watch_is_convened_once_the_order_is_called_back(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ("CASUALTIES",), called_back_at=None, reference=None)
    now.at += timedelta(hours=1)
    await conduct_crisis(database, ref)

    call = RecordCallBack(
        **ref.model_dump(), actor="REFERENT_SSE", called_back_at=now.at
    )
    await record_call_back(database, call)

    async with database.read() as connection:
        rows = await waves.of_crisis(connection, ref)
    assert [row.message for row in rows if row.code == "V1"] == ["pre_alerte", "V1"]


async def asked_by_v0(database: Database, ref: CrisisRef) -> list[set[str]]:
    """Give whom each call of V0 asked, in order."""
    async with database.read() as connection:
        rows = await waves.of_crisis(connection, ref)
        return [
            set(await waves.asked_by(connection, WaveRef(**ref.model_dump(), wave=w)))
            for w in (row.wave for row in rows if row.code == "V0")
        ]


async def let_delays_pass(
    database: Database, now: Now, ref: CrisisRef, times: int
) -> None:
    """Let V0 close, and what it calls next leave, this many times."""
    for _ in range(times):
        now.at += timedelta(minutes=11)
        await close_due_waves(database, ref)
        await conduct_crisis(database, ref)


async def test_once_deputies_are_silent_the_bureau_is_called_one_after_the_other(
    database: Database, now: Now
) -> None:
    members = (rpps(50), rpps(0), rpps(51), rpps(52))  # the second was asked at once
    ref = await opened(database, ("CASUALTIES",), bureau=members)
    bureau = (await known_of(database, ref)).plan.bureau

    await let_delays_pass(database, now, ref, 3)
    calls = await asked_by_v0(database, ref)
    heard = RecordAnswer(
        **ref.model_dump(),
        person_id=bureau[2],
        answer=Availability.RECEIVED,
        nonce="here",
    )
    await record_answer(database, heard)
    await let_delays_pass(database, now, ref, 2)

    assert [len(call) for call in calls[:2]] == [2, 2]
    assert bureau[1] in calls[0]
    assert calls[2:] == [{bureau[0]}, {bureau[2]}]
    assert await asked_by_v0(database, ref) == calls  # somebody is there: no more


async def test_the_bureau_is_left_alone_once_the_presidency_decided(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ("CASUALTIES",), bureau=(rpps(50),))
    await prove(database, ref, "TC-03")

    await let_delays_pass(database, now, ref, 3)

    assert len(await asked_by_v0(database, ref)) == 2


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_shifts_that_lack_somebody_call_for_help_and_full_ones_do_not(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ("CASUALTIES",))
    now.at += timedelta(hours=2)  # V2 has just left: nothing lacks yet
    planned = dict.fromkeys(("planning", "version"), "1")

    await prove(database, ref, "TC-16", fields={**planned, "postes_non_pourvus": "0"})
    full = await sent_waves(database, ref)
    again = {**planned, "postes_non_pourvus": "2 infirmiers"}
    await prove(database, ref, "TC-16", fields=again, corrects=True)

    assert "V3" not in full
    assert (await sent_waves(database, ref)).count("V3") == 1


@pytest.mark.parametrize(
    ("answer", "deputies"),
    [(Availability.UNAVAILABLE, 1), (Availability.RECEIVED, 0)],
)
async def test_the_deputy_is_called_when_the_holder_cannot_come_and_only_then(
    database: Database, now: Now, answer: Availability, deputies: int
) -> None:
    ref = await opened(database, ("CASUALTIES",))
    async with database.read() as connection:
        first = WaveRef(**ref.model_dump(), wave=1)
        holders = await waves.asked_by(connection, first)
    for place, person_id in enumerate(sorted(holders)):
        said = answer if place == 0 else Availability.RECEIVED
        await record_answer(
            database,
            RecordAnswer(
                **ref.model_dump(), person_id=person_id, answer=said, nonce=person_id
            ),
        )
    now.at += timedelta(minutes=11)
    await close_due_waves(database, ref)
    await conduct_crisis(database, ref)

    async with database.read() as connection:
        again = [r for r in await waves.of_crisis(connection, ref) if r.code == "V0"][
            1:
        ]
        asked = [
            set(
                await waves.asked_by(
                    connection, WaveRef(**ref.model_dump(), wave=row.wave)
                )
            )
            for row in again
        ]
    assert sum(map(len, asked)) == deputies
    assert not any(people & set(holders) for people in asked)


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
    await prove(database, ref, "TC-03", corrects=True)

    assert await proofs_of(database, "TC-03") == [1, 2]


async def proofs_of(database: Database, card_id: str) -> list[int]:
    async with database.read() as connection:
        numbers = await connection.execute(
            sa.select(tables.proofs.c.proof)
            .where(tables.proofs.c.card_id == card_id)
            .order_by(tables.proofs.c.proof)
        )
        return list(numbers.scalars())


async def test_of_two_who_end_a_card_at_once_the_second_is_told_it_is_done(
    database: Database,
) -> None:
    ref = await opened(database, ("CASUALTIES",))

    both = (prove(database, ref, "TC-03") for _ in range(2))
    told = await asyncio.gather(*both, return_exceptions=True)

    (late,) = (each for each in told if each is not None)
    assert isinstance(late, CardOverError)
    assert await proofs_of(database, "TC-03") == [1]


async def test_a_form_about_a_card_is_taken_once_unless_it_was_refused(
    database: Database,
) -> None:
    ref = await opened(database, ("CASUALTIES",))
    with pytest.raises(ProofIncompleteError):
        await prove(database, ref, "TC-03", nonce="un formulaire", fields={})

    await prove(database, ref, "TC-03", nonce="un formulaire")

    with pytest.raises(FormAlreadyPostedError):
        await prove(database, ref, "TC-03", nonce="un formulaire", corrects=True)
    assert await proofs_of(database, "TC-03") == [1]


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


async def test_a_crisis_just_opened_is_looked_at_while_another_act_is_under_way(
    database: Database, now: Now
) -> None:
    ref = await alerted(database, 12)

    async with database.write() as connection:
        await connection.execute(sa.select(tables.crises).with_for_update())
        async with asyncio.timeout(2):
            found = await conduct_crisis(database, ref)
    assert (len(found.open_waves), found.lifted, found.filed) == (1, False, False)
    assert found.next_at is not None
    now.at = found.next_at
    again = await conduct_crisis(database, ref)
    assert again.next_at is None or again.next_at > now.at


@pytest.mark.parametrize("code", TYPES)
async def test_an_opening_leaves_nothing_due(database: Database, code: str) -> None:
    ref = await opened(database, (code,))
    found = await conduct_crisis(database, ref)
    async with database.read() as connection:
        said = await ledger.size(connection, ref.cpts_id)

    async with database.act(ref.cpts_id) as act:
        next_at = await advance(act, ref)
    async with database.read() as connection:
        stands = await conduct.of_crisis(connection, ref)
        assert await ledger.size(connection, ref.cpts_id) == said
    assert found == stands.model_copy(update={"next_at": next_at})
