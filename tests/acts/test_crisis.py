"""An order opens one crisis, whole, or none; lifting tells whoever was reached."""

import asyncio
import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from acts.alert import close_wave, remind_wave
from acts.batch import close_batch
from acts.conduct import conduct_crisis
from acts.crisis import LINK_LIFE, OpenCrisis, open_crisis
from acts.directory import add_cpts, import_roster
from acts.ending import LiftCrisis, lift_crisis
from adapters.database import (
    cards,
    conduct,
    crises,
    ledger,
    links,
    people,
    seats,
    tables,
    waves,
)
from adapters.database.unit import Database
from domain.authority import Authority
from domain.card import CardState
from domain.checkpoint import Checkpoint
from domain.conduct import Step
from domain.crisis import CrisisState
from domain.dispatch import BatchRef
from domain.errors import (
    AlreadyLiftedError,
    CallBackMissingError,
    EmptyRosterError,
    ExpiredLinkError,
    FutureInstantError,
    OrderAlreadyOpenError,
    PlanError,
    UnknownAuthorityError,
    UnknownCptsError,
    UnknownCrisisError,
    UnknownLinkError,
    UnknownPlanError,
    UnknownTypeError,
)
from domain.link import Purpose, answer_subject, token
from domain.order_errors import AcceleratedCrisisError
from domain.reference import CrisisRef, WaveRef
from tests.conftest import Now
from tests.world import (
    CPTS_ID,
    LINK_KEY,
    OPENED,
    activation,
    alerted,
    cpts,
    settle,
)
from tests.world import people as persons

D = tables.deliveries


async def opens(database: Database, **changes: object) -> CrisisRef:
    order = OpenCrisis(
        cpts_id=CPTS_ID,
        activation=activation(database.now(), **changes),
        actor="REFERENT_SSE",
    )
    return await open_crisis(database, order, LINK_KEY)


async def lifts(database: Database, ref: CrisisRef) -> int:
    order = LiftCrisis(
        **ref.model_dump(), authority=Authority.DG_ARS, actor="REFERENT_SSE"
    )
    return await lift_crisis(database, order)


async def count(database: Database, table: sa.Table) -> int:
    async with database.read() as connection:
        found = await connection.scalar(sa.select(sa.func.count()).select_from(table))
    return found or 0


async def entries(database: Database, ref: CrisisRef) -> list[dict[str, object]]:
    async with database.read() as connection:
        lines = await ledger.entries_about(
            connection, ref.cpts_id, ref.crisis_id, 10_000
        )
    return [json.loads(line.canonical) for line in lines]


async def hands_over(database: Database, ref: CrisisRef, number: int) -> set[str]:
    """Say that the first messages left; give who got them."""
    async with database.write() as connection:
        rows = await connection.execute(
            sa.select(D.c.delivery_id, D.c.recipient_id)
            .where(D.c.crisis_id == ref.crisis_id)
            .order_by(D.c.delivery_id)
            .limit(number)
        )
        found = rows.all()
        await connection.execute(
            sa.update(D)
            .where(D.c.delivery_id.in_([row.delivery_id for row in found]))
            .values(state="PARTIE", sent_at=database.now())
        )
    return {row.recipient_id for row in found}


LAID_OUT = (
    tables.crises,
    tables.crisis_people,
    tables.needs,
    tables.seats,
    tables.card_runs,
    tables.waves,
    tables.recipients,
    tables.batches,
    tables.deliveries,
    tables.links,
)


async def test_an_order_lays_everything_out(
    database: Database, wakes: list[str]
) -> None:
    ref = await alerted(database, 40)

    counted = {table.name: await count(database, table) for table in LAID_OUT}
    assert counted == {
        "crises": 1,
        "crisis_people": 40,
        "needs": 3,
        "seats": 20,
        "card_runs": 2,
        "waves": 1,
        "recipients": 40,
        "batches": 1,
        "deliveries": 40,
        "links": 40,
    }
    assert not wakes  # its workflow starts now, and looks by itself: once, not twice
    async with database.read() as connection:
        crisis = await crises.get(connection, CPTS_ID, ref.crisis_id)
        assert await crises.find(connection, ref.crisis_id) == crisis
        assert await crises.all_of(connection, CPTS_ID) == (crisis,)
    assert crisis.state is CrisisState.ACTIVE
    assert crisis.activation == activation(database.now())
    assert crisis.t0 == crisis.activation.received_at


async def test_batches_hold_at_most_five_hundred(database: Database) -> None:
    await alerted(database, 501)

    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(sa.func.count()).select_from(D).group_by(D.c.batch_id)
        )
        assert sorted(rows.scalars()) == [1, 500]


async def test_who_has_no_mail_is_listed_at_once_and_never_tried(
    database: Database,
) -> None:
    await settle(database, 5)
    nobody = persons(6)[5]
    unreachable = type(nobody)(
        rpps=nobody.rpps,
        last_name=nobody.last_name,
        first_name=nobody.first_name,
        profession=nobody.profession,
    )
    await import_roster(database, CPTS_ID, (*persons(5), unreachable), "COORDINATEUR")

    await opens(database)

    async with database.read() as connection:
        rows = await connection.execute(sa.select(D.c.state, D.c.reason))
        assert sorted(set(rows.all())) == [
            ("A_ENVOYER", None),
            ("NON_PARTIE", "SANS_ADRESSE"),
        ]


async def test_the_call_back_is_done_and_the_other_cards_are_due_from_t0(
    database: Database,
) -> None:
    ref = await alerted(database, 6)
    said = activation(database.now())

    async with database.read() as connection:
        runs = {r.card_id: r for r in await cards.of_crisis(connection, ref)}

    assert set(runs) == {"TC-01", "T2-07"}
    assert runs["TC-01"].state is CardState.DONE
    assert runs["TC-01"].done_at == said.called_back_at
    assert runs["T2-07"].state is CardState.TO_DO
    assert runs["T2-07"].due_at == said.received_at + timedelta(hours=12)


async def test_pace_shortens_cards_and_waves_alike(database: Database) -> None:
    ref = await alerted(database, 6, pace=60)

    async with database.read() as connection:
        runs = {r.card_id: r for r in await cards.of_crisis(connection, ref)}
        (wave,) = await waves.of_crisis(connection, ref)

    said = activation(database.now())
    assert runs["T2-07"].due_at == said.received_at + timedelta(minutes=12)
    assert wave.leaves_at == database.now()
    assert wave.remind_at == database.now() + timedelta(seconds=15)
    assert wave.close_at == database.now() + timedelta(seconds=30)


async def test_a_real_cpts_opens_no_crisis_whose_delays_are_divided(
    database: Database,
) -> None:
    tenant = cpts().model_copy(update={"fictitious": False})
    await add_cpts(database, tenant, "COORDINATEUR")
    said = activation(database.now(), pace=60)
    order = OpenCrisis(cpts_id=CPTS_ID, activation=said, actor="REFERENT_SSE")

    with pytest.raises(AcceleratedCrisisError):
        await open_crisis(database, order, LINK_KEY)


async def test_the_ledger_says_the_order_and_seals_the_caller(
    database: Database,
) -> None:
    ref = await alerted(database, 6, zones=("Nord",))

    opened, *laid, wave = await entries(database, ref)
    assert (opened["kind"], wave["kind"]) == ("crisis.opened", "wave.opened")
    assert [entry["kind"] for entry in laid] == ["cards.opened", "card.done"]
    facts = opened["facts"]
    assert isinstance(facts, dict)
    assert facts["reference"] == "ARS-2026-118"
    assert facts["pace"] == 1
    assert facts["people"] == 6
    assert facts["zones"] == ["Nord"]
    assert facts["exercise"] is False
    sealed = opened["sealed"]
    assert isinstance(sealed, dict)
    assert set(sealed) == {"caller", "caller_function", "acting_for"}
    assert "Dominique" not in json.dumps(opened)
    seq = opened["seq"]
    assert isinstance(seq, int)
    async with database.read() as connection:
        shown = await ledger.openings(connection, CPTS_ID, [seq])
    assert {o.field: o.value for o in shown}["caller"] == "Dominique Fictif"
    assert {o.field: o.seal for o in shown} == sealed


async def test_an_opening_is_sealed_by_a_signed_checkpoint(
    database: Database,
) -> None:
    await alerted(database, 6)

    async with database.read() as connection:
        size = await ledger.size(connection, CPTS_ID)
        note = await ledger.note_at(connection, CPTS_ID, size)
        assert note is not None
        seal = Checkpoint.parse(note)
        assert seal.size == size
        assert seal.root == await ledger.root_at(connection, CPTS_ID, size)


async def test_the_plan_and_the_directory_are_frozen(database: Database) -> None:
    ref = await alerted(database, 6)

    await import_roster(database, CPTS_ID, persons(3), "COORDINATEUR")

    async with database.read() as connection:
        rows = await connection.execute(sa.select(tables.crisis_people.c.person_id))
        ids = tuple(rows.scalars())
        kept = await people.named(connection, ref, ids)
        with pytest.raises(UnknownLinkError):
            await people.frozen(connection, ref, "p-nobody")
    assert [person.last_name for person in kept] == [
        f"Fictif{number:05d}" for number in range(6)
    ]


async def member_tokens(database: Database, ref: CrisisRef) -> dict[str, str]:
    """The token of each person asked, keyed by person."""
    async with database.read() as connection:
        rows = await connection.execute(sa.select(tables.crisis_people.c.person_id))
        return {
            person_id: token(
                LINK_KEY, Purpose.ANSWER, answer_subject(ref.crisis_id, person_id)
            )
            for person_id in rows.scalars()
        }


async def test_everybody_has_a_link_of_their_own(database: Database, now: Now) -> None:
    ref = await alerted(database, 6)

    async with database.read() as connection:
        for person_id, value in (await member_tokens(database, ref)).items():
            found = await links.find(connection, Purpose.ANSWER, value, now.at)
            assert (found.crisis_id, found.person_id) == (ref.crisis_id, person_id)


@pytest.mark.parametrize("value", ["2222222222", "pas un lien", ""])
async def test_a_forged_link_opens_nothing(
    database: Database, now: Now, value: str
) -> None:
    await alerted(database, 6)

    async with database.read() as connection:
        with pytest.raises(UnknownLinkError):
            await links.find(connection, Purpose.ANSWER, value, now.at)


async def test_a_link_opens_its_own_page_and_until_its_day(
    database: Database, now: Now
) -> None:
    ref = await alerted(database, 6)
    _, value = (await member_tokens(database, ref)).popitem()
    expires_at = now.at + LINK_LIFE

    async with database.read() as connection:
        await links.find(
            connection, Purpose.ANSWER, value, expires_at - timedelta(seconds=1)
        )
        with pytest.raises(UnknownLinkError):
            await links.find(connection, Purpose.RECEIPT, value, now.at)
        with pytest.raises(ExpiredLinkError):
            await links.find(connection, Purpose.ANSWER, value, expires_at)


async def test_a_revoked_link_opens_nothing(database: Database, now: Now) -> None:
    ref = await alerted(database, 6)
    _, value = (await member_tokens(database, ref)).popitem()
    async with database.write() as connection:
        await connection.execute(sa.update(tables.links).values(revoked_at=now.at))

    async with database.read() as connection:
        with pytest.raises(UnknownLinkError):
            await links.find(connection, Purpose.ANSWER, value, now.at)


async def test_the_same_order_opens_one_crisis(database: Database, now: Now) -> None:
    ref = await alerted(database, 6)
    now.at += timedelta(minutes=30)

    with pytest.raises(OrderAlreadyOpenError) as refused:
        await opens(database, reference="ars-2026-118")

    assert refused.value.facts == {"crisis": ref.crisis_id}
    assert await count(database, tables.crises) == 1
    assert await count(database, tables.deliveries) == 6


async def test_the_same_order_recorded_twice_at_once_opens_one_crisis(
    database: Database,
) -> None:
    """Two people hear the same order and both press."""
    await settle(database, 6)

    done = await asyncio.gather(
        *(opens(database) for _ in range(4)), return_exceptions=True
    )

    opened = [each for each in done if isinstance(each, CrisisRef)]
    refused = [type(each) for each in done if not isinstance(each, CrisisRef)]
    assert len(opened) == 1
    assert refused == [OrderAlreadyOpenError] * 3
    assert await count(database, tables.deliveries) == 6


async def test_an_exercise_does_not_stand_in_the_way_of_the_order(
    database: Database,
) -> None:
    exercise = await alerted(database, 6, exercise=True)

    real = await opens(database)

    assert exercise != real
    with pytest.raises(OrderAlreadyOpenError):
        await opens(database, exercise=True)


async def test_another_cpts_may_be_given_the_same_order(database: Database) -> None:
    await alerted(database, 6)

    other = await alerted(database, 6, "autre-val")

    assert other.cpts_id == "autre-val"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"authority": None}, UnknownAuthorityError),
        ({"origin": "INITIATIVE_LOCALE"}, UnknownAuthorityError),
        ({"called_back_at": OPENED - timedelta(hours=3)}, CallBackMissingError),
        ({"called_back_at": OPENED + timedelta(hours=1)}, FutureInstantError),
        ({"types": [{"code": "NRBC", "scenarios": ["CANICULE"]}]}, UnknownTypeError),
        ({"types": [{"code": "SICK", "scenarios": ["SEISME"]}]}, UnknownTypeError),
    ],
)
async def test_an_order_that_is_refused_leaves_nothing(
    database: Database,
    wakes: list[str],
    changes: dict[str, object],
    error: type[PlanError],
) -> None:
    await settle(database, 6)
    before = await count(database, tables.ledger_entries)

    with pytest.raises(error):
        await opens(database, **changes)

    for table in LAID_OUT:
        assert await count(database, table) == 0
    assert await count(database, tables.ledger_entries) == before
    assert wakes == []


async def test_without_a_call_back_nothing_leaves_but_what_a_pre_alert_allows(
    database: Database,
) -> None:
    await settle(database, 6)

    ref = await opens(database, called_back_at=None)

    async with database.read() as connection:
        crisis = await crises.get(connection, CPTS_ID, ref.crisis_id)
        opened = await waves.of_crisis(connection, ref)
    assert crisis.state is CrisisState.PRE_ALERT
    assert opened == ()  # the small plan has neither V0 nor V1


async def test_no_crisis_without_cpts_or_plan(database: Database) -> None:
    with pytest.raises(UnknownCptsError):
        await opens(database)
    await add_cpts(database, cpts(), "COORDINATEUR")
    with pytest.raises(UnknownPlanError):
        await opens(database)


async def test_no_crisis_with_nobody_to_alert(database: Database) -> None:
    await settle(database, 6)
    async with database.write() as connection:
        await connection.execute(
            sa.update(tables.people).values(gone_at=database.now())
        )

    with pytest.raises(EmptyRosterError):
        await opens(database)

    assert await count(database, tables.crises) == 0


async def test_an_order_without_reference_is_to_be_confirmed(
    database: Database,
) -> None:
    ref = await alerted(database, 6, reference=None)

    async with database.read() as connection:
        crisis = await crises.get(connection, CPTS_ID, ref.crisis_id)
    assert crisis.state is CrisisState.ACTIVE_TO_CONFIRM


async def test_lifting_tells_whoever_was_reached_and_nobody_else(
    database: Database, wakes: list[str]
) -> None:
    ref = await alerted(database, 10)
    reached = await hands_over(database, ref, 4)
    wakes.clear()

    told = await lifts(database, ref)

    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(D.c.recipient_id).where(D.c.wave == 2)
        )
        crisis = await crises.get(connection, CPTS_ID, ref.crisis_id)
        asking, telling = await waves.of_crisis(connection, ref)
    assert told == 4
    assert set(rows.scalars()) == reached
    assert crisis.state is CrisisState.LIFTED
    assert crisis.lifted_at == database.now()
    assert asking.closed_why == "CRISE_LEVEE"
    assert not telling.asks
    assert set(wakes) == {
        ref.workflow_id,
        WaveRef(**ref.model_dump(), wave=1).workflow_id,
    }


async def test_who_may_have_been_reached_is_told_too(database: Database) -> None:
    """A message handed over without a reply may have arrived."""
    ref = await alerted(database, 6)
    async with database.write() as connection:
        first = sa.select(sa.func.min(D.c.delivery_id)).scalar_subquery()
        await connection.execute(
            sa.update(D).where(D.c.delivery_id == first).values(state="EN_COURS")
        )

    assert await lifts(database, ref) == 1


@pytest.mark.parametrize(
    ("left", "why"), [(True, "TOUT_ENVOYE"), (False, "DELAI_ECOULE")]
)
async def test_the_closing_says_that_all_left_only_if_all_left(
    database: Database, now: Now, *, left: bool, why: str
) -> None:
    ref = await alerted(database, 6)
    await hands_over(database, ref, 6)
    await lifts(database, ref)
    telling = WaveRef(**ref.model_dump(), wave=2)
    if left:
        async with database.write() as connection:
            await connection.execute(
                sa.update(D).where(D.c.wave == 2).values(state="PARTIE")
            )
        batch_id = f"{ref.crisis_id}.2.levee.1"
        await close_batch(database, BatchRef(cpts_id=CPTS_ID, batch_id=batch_id))
    now.at += timedelta(days=1)

    await close_wave(database, telling)

    closed = (await entries(database, ref))[-1]
    facts = closed["facts"]
    assert isinstance(facts, dict)
    assert (closed["kind"], facts["why"]) == ("wave.closed", why)


async def test_a_lifting_is_written_down_and_signed(database: Database) -> None:
    ref = await alerted(database, 6)

    await lifts(database, ref)

    kinds = [entry["kind"] for entry in await entries(database, ref)]
    assert kinds == [
        "crisis.opened",
        "cards.opened",
        "card.done",
        "wave.opened",
        "batch.sent",
        "wave.closed",
        "crisis.lifted",
        "wave.opened",
    ]
    async with database.read() as connection:
        size = await ledger.size(connection, CPTS_ID)
        assert await ledger.note_at(connection, CPTS_ID, size) is not None


async def test_a_crisis_is_lifted_once_even_at_once(database: Database) -> None:
    ref = await alerted(database, 6)

    done = await asyncio.gather(
        *(lifts(database, ref) for _ in range(3)), return_exceptions=True
    )

    assert done.count(0) == 1
    assert [type(e) for e in done if e != 0] == [AlreadyLiftedError] * 2
    assert await count(database, tables.waves) == 2


@pytest.mark.parametrize("_again", range(3))
async def test_a_reminder_at_the_hour_of_the_lifting_leaves_nothing_owed(
    database: Database, now: Now, _again: int
) -> None:
    """Whichever comes first: a closed wave has nobody left to send its reminders."""
    ref = await alerted(database, 12)
    wave = WaveRef(**ref.model_dump(), wave=1)
    await hands_over(database, ref, 12)
    now.at += timedelta(minutes=15)

    await asyncio.gather(remind_wave(database, wave), lifts(database, ref))

    async with database.read() as connection:
        owed = await connection.execute(
            sa.select(D.c.delivery_id).where(D.c.wave == 1, D.c.state == "A_ENVOYER")
        )
    assert owed.all() == []


async def test_a_crisis_that_nobody_opened_is_unknown(database: Database) -> None:
    nothing = CrisisRef(cpts_id=CPTS_ID, crisis_id="c-20261122-zzzz")

    with pytest.raises(UnknownCrisisError):
        await lifts(database, nothing)
    with pytest.raises(UnknownCrisisError):
        await conduct_crisis(database, nothing)
    async with database.read() as connection:
        with pytest.raises(UnknownCrisisError):
            await crises.find(connection, nothing.crisis_id)


async def test_a_crisis_waits_for_its_waves_then_is_filed(
    database: Database,
) -> None:
    ref = await alerted(database, 6)
    assert (await conduct_crisis(database, ref)).step is Step.WAITING

    await lifts(database, ref)

    lifted = await conduct_crisis(database, ref)
    assert lifted.step is Step.WAITING
    assert lifted.open_waves == (WaveRef(**ref.model_dump(), wave=2),)


async def test_every_open_row_is_found_by_a_worker_that_forgot_all(
    database: Database,
) -> None:
    ref = await alerted(database, 6)
    other = await alerted(database, 6, "autre-val")
    await lifts(database, ref)

    async with database.read() as connection:
        rows = await conduct.open_rows(connection)

    assert set(rows) == {
        ref,
        other,
        WaveRef(**ref.model_dump(), wave=2),
        WaveRef(**other.model_dump(), wave=1),
    }


async def test_a_seat_is_laid_out_for_each_need(database: Database) -> None:
    ref = await alerted(database, 6)

    async with database.read() as connection:
        needs = await seats.needs_of(connection, CPTS_ID, ref.crisis_id)
        filled = await seats.filled(connection, CPTS_ID, ref.crisis_id)

    assert [(need.profession, need.needed) for need in needs] == [
        ("INFIRMIER", 8),
        ("MEDECIN_GENERALISTE", 4),
        (None, 8),
    ]
    assert filled == {}
