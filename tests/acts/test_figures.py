"""A crisis in numbers: everybody is counted once, and tampering shows."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from random import Random

import pytest
import sqlalchemy as sa

from acts.alert import RecordAnswer, close_wave, load_wave, record_answer, remind_wave
from acts.directory import add_cpts
from acts.ending import LiftCrisis, lift_crisis
from acts.wave import open_wave
from adapters.database import (
    alert_figures,
    figures,
    reached,
    seal,
    tables,
    turnout,
    waves,
)
from adapters.database.ledger import entries_about
from adapters.database.outbox import Outbox
from adapters.database.unit import Database
from domain.alert import DeliveryState, NotSent, WavePlan, WaveTimes
from domain.answer import Availability
from domain.authority import Authority
from domain.board import Place
from domain.dispatch import BatchRef, Handed, Outcome
from domain.figures import Figures
from domain.reference import CrisisRef, WaveRef
from domain.turnout import by_group
from tests.conftest import Now
from tests.world import CPTS_ID, alerted, cpts

PEOPLE = 25
OFFERED = (
    Availability.IMMEDIATE,
    Availability.ON_SITE,
    Availability.LATER,
    Availability.UNAVAILABLE,
    Availability.ENGAGED_ELSEWHERE,
)
D = tables.deliveries


def wave(ref: CrisisRef, number: int = 1) -> WaveRef:
    return WaveRef(**ref.model_dump(), wave=number)


async def counted(database: Database, ref: CrisisRef) -> Figures:
    async with database.read() as connection:
        return await figures.of_crisis(connection, ref, database.now())


async def answers(
    database: Database, ref: CrisisRef, person_id: str, answer: Availability
) -> None:
    said = RecordAnswer(
        **ref.model_dump(),
        person_id=person_id,
        answer=answer,
        nonce=f"{person_id}-{answer}",
    )
    await record_answer(database, said)


async def lifts(database: Database, ref: CrisisRef) -> None:
    order = LiftCrisis(
        **ref.model_dump(), authority=Authority.DG_ARS, actor="REFERENT_SSE"
    )
    await lift_crisis(database, order)


async def people(database: Database, profession: str) -> list[str]:
    table = tables.crisis_people
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(table.c.person_id).where(table.c.profession == profession)
        )
        return list(rows.scalars())


class Chance:
    """A provider and people who do anything at all."""

    def __init__(self, database: Database, ref: CrisisRef, seed: int) -> None:
        self.database = database
        self.ref = ref
        self.lifted = False
        self.dice = Random(seed)  # noqa: S311 - a test's dice

    async def send(self, number: int) -> None:
        """Try every batch of a wave: some leave, some do not, some stay in doubt."""
        opened = await load_wave(self.database, wave(self.ref, number))
        outbox = Outbox(self.database.url, now=self.database.now)
        for batch_id in opened.batch_ids:
            ref = BatchRef(cpts_id=CPTS_ID, batch_id=batch_id)
            batch = await outbox.take_over(ref)
            for delivery_id in batch.delivery_ids:
                if self.dice.random() < 0.1:
                    continue
                if await outbox.turn(batch, None, delivery_id) is None:
                    continue
                handed = self.dice.choice((*Handed, Handed.ACCEPTED, None))
                if handed is not None:
                    done = Outcome(delivery_id=delivery_id, handed=handed, reply="-")
                    await outbox.turn(batch, done, None)
                    await self.somebody_answers(delivery_id.split(".")[2], handed)
        outbox.close()

    async def somebody_answers(self, person_id: str, handed: Handed) -> None:
        asked = handed is Handed.ACCEPTED and not self.lifted
        if asked and self.dice.random() < 0.4:
            answer = self.dice.choice(OFFERED)
            await answers(self.database, self.ref, person_id, answer)

    async def play(self, now: Now, *, closes: bool) -> None:
        """Ask, remind, perhaps close, lift, tell: until every wave is over."""
        await self.send(1)
        now.at += timedelta(minutes=15)
        await remind_wave(self.database, wave(self.ref))
        await self.send(1)
        now.at += timedelta(minutes=15)
        if closes:
            await close_wave(self.database, wave(self.ref))
        await lifts(self.database, self.ref)
        self.lifted = True
        await self.send(2)
        now.at += timedelta(days=1)
        await close_wave(self.database, wave(self.ref, 2))


@pytest.mark.parametrize("seed", range(2))
async def test_asked_is_sent_and_not_sent_once_the_waves_are_over(
    database: Database, now: Now, seed: int
) -> None:
    ref = await alerted(database, PEOPLE)
    await Chance(database, ref, seed).play(now, closes=bool(seed % 2))

    said = await counted(database, ref)

    alerts = said.alerts
    assert alerts.asked == alerts.sent + alerts.not_sent
    assert alerts.asked > PEOPLE
    assert sum(said.not_sent_reasons.values()) == alerts.not_sent
    assert alerts.sent == alerts.delivered + alerts.unknown
    assert alerts.failed == said.not_sent_reasons.get(NotSent.REFUSED, 0)
    assert sum(said.answers.values()) <= PEOPLE
    assert said.evidence.verified
    async with database.read() as connection:
        owed = await connection.execute(
            sa.select(D.c.delivery_id).where(D.c.state.in_(("A_ENVOYER", "EN_COURS")))
        )
    assert owed.all() == []


@pytest.mark.parametrize("seed", range(2))
async def test_each_person_is_counted_once_in_their_profession(
    database: Database, now: Now, seed: int
) -> None:
    ref = await alerted(database, PEOPLE)
    await Chance(database, ref, seed).play(now, closes=True)

    async with database.read() as connection:
        asking = turnout.requests(await waves.of_crisis(connection, ref))
        people = await turnout.people(connection, ref, asking, ())
        sent = sa.select(sa.func.count(sa.distinct(D.c.recipient_id))).where(
            D.c.state == DeliveryState.SENT
        )
        told = await connection.scalar(sent)
        left = await connection.scalar(sent.where(D.c.wave == 1))
    said = await counted(database, ref)
    silent = said.answers["NON_REPONSE"]
    rows = by_group(((each.profession, each) for each in people), ())
    assert [row.asked for row in rows] == [PEOPLE // 5] * 5
    assert sum(row.sent for row in rows) == left
    assert sum(row.answered for row in rows) == (told or 0) - silent


async def test_who_was_never_reached_is_a_list_of_people_to_call(
    database: Database, now: Now
) -> None:
    ref = await alerted(database, 6)
    outbox = Outbox(database.url, now=now)
    request = BatchRef(cpts_id=CPTS_ID, batch_id=f"{ref.crisis_id}.1.V2.1")
    batch = await outbox.take_over(request)
    accepted, refused, doubtful, *late = batch.delivery_ids
    for delivery_id, handed in (
        (accepted, Handed.ACCEPTED),
        (refused, Handed.REFUSED),
        (doubtful, None),
    ):
        await outbox.turn(batch, None, delivery_id)
        if handed is not None:
            done = Outcome(delivery_id=delivery_id, handed=handed, reply="-")
            await outbox.turn(batch, done, None)
    outbox.close()
    now.at += timedelta(hours=1)
    await close_wave(database, wave(ref))

    async with database.read() as connection:
        unreached = await alert_figures.unreached(connection, ref)

    missed = {each.split(".")[2] for each in (refused, doubtful, *late)}
    assert set(unreached) == missed
    assert (await counted(database, ref)).not_sent_reasons == {
        NotSent.REFUSED: 1,
        NotSent.UNCERTAIN: 1,
        NotSent.TOO_LATE: 3,
    }


async def test_what_is_still_to_leave_is_neither_sent_nor_unsent(
    database: Database,
) -> None:
    ref = await alerted(database, 6)

    alerts = (await counted(database, ref)).alerts

    assert (alerts.asked, alerts.sent, alerts.not_sent) == (6, 0, 0)


async def test_needs_and_answers_are_counted(database: Database) -> None:
    ref = await alerted(database, 60)
    doctors = await people(database, "MEDECIN_GENERALISTE")
    nurses = await people(database, "INFIRMIER")
    for person_id in (*doctors[:3], *nurses[:9]):
        await answers(database, ref, person_id, Availability.IMMEDIATE)
    await answers(database, ref, nurses[10], Availability.ON_SITE)
    await answers(database, ref, nurses[11], Availability.UNAVAILABLE)
    await answers(database, ref, nurses[0], Availability.UNAVAILABLE)  # steps back

    said = await counted(database, ref)

    assert {need.profession: (need.needed, need.filled) for need in said.needs} == {
        "INFIRMIER": (8, 7),
        "MEDECIN_GENERALISTE": (4, 3),
        None: (8, 1),
    }
    nothing = dict.fromkeys((each.value for each in Availability), 0)
    assert said.answers == nothing | {
        "DISPONIBLE_IMMEDIAT": 11,
        "DISPONIBLE_SUR_PLACE": 1,
        "DISPONIBLE_DIFFERE": 0,
        "INDISPONIBLE": 2,
        "DEJA_MOBILISE_AILLEURS": 0,
        "NON_REPONSE": 0,
    }


async def reaches(database: Database, number: int, asked: Sequence[str]) -> None:
    """Hand over what a wave owes these people; nothing reaches the others."""
    async with database.write() as connection:
        for row, state, why in (
            (D.c.recipient_id.in_(asked), DeliveryState.SENT, None),
            (D.c.recipient_id.not_in(asked), DeliveryState.NOT_SENT, NotSent.TOO_LATE),
        ):
            await connection.execute(
                sa.update(D)
                .where(D.c.wave == number, row)
                .values(state=state, reason=why)
            )


async def test_status_and_board_count_each_person_once_the_same(
    database: Database,
) -> None:
    ref = await alerted(database, 10)
    nurse, other = await people(database, "INFIRMIER")
    doctor, _ = await people(database, "MEDECIN_GENERALISTE")
    await reaches(database, 1, (nurse, other, doctor))
    await close_wave(database, wave(ref))
    async with database.act(CPTS_ID) as act:
        times = WaveTimes(
            t0=act.at, now=act.at, after=timedelta(0), within=timedelta(minutes=15)
        )
        again = WavePlan.asking("V3", "V3", OFFERED, times)
        await open_wave(act, ref.crisis_id, again, (nurse, other, doctor))
    await reaches(database, 2, (nurse, other, doctor))
    await answers(database, ref, other, Availability.ON_SITE)
    await close_wave(database, wave(ref, 2))

    async with database.read() as connection:
        places = Counter(
            each.place for each in await reached.of_crisis(connection, ref)
        )
        written_to = await alert_figures.people_written_to(connection, ref)
    said = (await counted(database, ref)).answers

    assert written_to == 10
    assert said["NON_REPONSE"] == places[Place.SILENT] == 2
    assert said["DISPONIBLE_SUR_PLACE"] == places[Place.ON_SITE] == 1


async def test_a_lifting_that_ends_a_question_writes_no_silence(
    database: Database,
) -> None:
    ref = await alerted(database, 10)
    nurses = await people(database, "INFIRMIER")
    await reaches(database, 1, nurses)

    await lifts(database, ref)

    async with database.read() as connection:
        everyone = await reached.of_crisis(connection, ref)
        ledger = await entries_about(connection, CPTS_ID, ref.crisis_id, 99)
    said = (json.loads(line.canonical) for line in ledger)
    (closed,) = (each["facts"] for each in said if each["kind"] == "wave.closed")
    assert (await counted(database, ref)).answers["NON_REPONSE"] == 0
    assert {e.person_id for e in everyone if e.place is Place.ENDED} == set(nurses)
    assert closed["silent"] == 0


async def test_a_card_is_late_after_its_hour_and_only_then(
    database: Database, now: Now
) -> None:
    ref = await alerted(database, 6)
    t0 = (await counted(database, ref)).t0
    now.at = t0 + timedelta(hours=12)
    assert (await counted(database, ref)).cards.late == 0

    now.at += timedelta(seconds=1)

    cards = (await counted(database, ref)).cards
    assert (cards.total, cards.done, cards.to_do, cards.late) == (2, 1, 1, 1)


async def test_a_card_runs_once_somebody_takes_a_seat(database: Database) -> None:
    ref = await alerted(database, 6)
    (nurse, *_) = await people(database, "INFIRMIER")

    await answers(database, ref, nurse, Availability.IMMEDIATE)

    cards = (await counted(database, ref)).cards
    assert (cards.running, cards.to_do) == (1, 0)


async def test_lateness_stops_at_the_lifting(database: Database, now: Now) -> None:
    ref = await alerted(database, 6)
    await lifts(database, ref)

    now.at += timedelta(days=30)

    assert (await counted(database, ref)).cards.late == 0


async def test_time_counts_from_the_opening_to_the_first_and_last_message(
    database: Database, now: Now
) -> None:
    ref = await alerted(database, 6)
    assert (await counted(database, ref)).timings.open_to_first_message_s is None
    async with database.write() as connection:
        ids = (await connection.execute(sa.select(D.c.delivery_id))).scalars().all()
        for place, delivery_id in enumerate(ids):
            sent_at = now.at + timedelta(milliseconds=600 + 1000 * place)
            await connection.execute(
                sa.update(D)
                .where(D.c.delivery_id == delivery_id)
                .values(state=DeliveryState.SENT, sent_at=sent_at)
            )

    timings = (await counted(database, ref)).timings

    assert timings.open_to_first_message_s == 0.6
    assert timings.open_to_last_message_s == 5.6

    async with database.write() as connection:  # as if the last were a second wave
        await connection.execute(
            sa.update(D).where(D.c.delivery_id == ids[-1]).values(wave=2)
        )
    assert (await counted(database, ref)).timings == timings
    now.at += timedelta(seconds=5)  # one of six had not left yet
    await lifts(database, ref)
    assert (await counted(database, ref)).timings.open_to_last_message_s == 4.6


async def tampers(database: Database, statement: str) -> None:
    """Change the ledger behind its back: whoever owns the database can."""
    async with database.write() as connection:
        if database.url.startswith("sqlite"):
            for verb in ("update", "delete"):
                await connection.execute(
                    sa.text(f"DROP TRIGGER ledger_entries_no_{verb}")
                )
        else:
            await connection.execute(
                sa.text("ALTER TABLE ledger_entries DISABLE TRIGGER ALL")
            )
        await connection.execute(sa.text(statement))


LAST = "seq = (SELECT max(seq) FROM ledger_entries)"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entries SET canonical = replace(canonical, 'ARS-2026', 'X')",
        "UPDATE ledger_entries SET leaf_hash = (SELECT root FROM checkpoints LIMIT 1)",
        f"DELETE FROM ledger_entries WHERE {LAST}",  # noqa: S608 - ours
        "UPDATE ledger_head SET size = size - 1",
    ],
    ids=["text", "leaf", "removed", "head"],
)
async def test_tampering_with_the_ledger_shows(
    database: Database, statement: str
) -> None:
    ref = await alerted(database, 6)
    assert (await counted(database, ref)).evidence.verified
    other = (
        "x'00'"
        if database.url.startswith("sqlite")
        else "decode(repeat('00',32),'hex')"
    )

    await tampers(database, statement.replace("canonical_hash", other))

    assert not (await counted(database, ref)).evidence.verified


async def test_a_ledger_that_nobody_sealed_yet_agrees_with_itself(
    database: Database,
) -> None:
    await add_cpts(database, cpts(), "COORDINATEUR")

    async with database.read() as connection:
        evidence = await seal.evidence(connection, CPTS_ID)

    assert (evidence.entries, evidence.verified) == (1, True)


async def test_an_empty_ledger_proves_nothing(database: Database) -> None:
    async with database.read() as connection:
        evidence = await seal.evidence(connection, CPTS_ID)

    assert (evidence.entries, evidence.verified) == (0, False)
