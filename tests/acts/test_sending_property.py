"""Sending under any sequence of answers, STOP and lifting: nobody asked in vain."""

import asyncio
import shutil
from collections import defaultdict
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from typing_extensions import override

from acts.alert import RecordAnswer, close_wave, load_wave, record_answer, remind_wave
from acts.ending import LiftCrisis, lift_crisis
from acts.opposition import Stop, stop
from acts.steering import SafetyOrder, send_safety
from adapters.database import tables
from adapters.database.outbox import Outbox
from adapters.database.unit import Database
from domain.alert import DeliveryState
from domain.answer import AVAILABLE_OR_NOT, Availability
from domain.authority import Authority
from domain.dispatch import BatchRef, Handed, Outcome
from domain.errors import PlanError
from domain.opposition import Scope, Via
from domain.reference import CrisisRef, WaveRef
from domain.template import Template
from domain.wave import Channel
from tests.acts.test_cascade import carriers
from tests.conftest import Now
from tests.national import national
from tests.posts import crisis_of, people, two_posts

PEOPLE, SEATS = 6, 3
PLACES = st.integers(0, PEOPLE - 1)
HANDED = st.sampled_from([Handed.ACCEPTED, Handed.LATER, Handed.REFUSED])
SCOPES = st.sampled_from((Scope.ALERT, Scope.EVER))
REQUEST, SAFETY = "V2", "VS"
BY = (Channel.MAIL, Channel.TEXT, Channel.CALL)


def opened(path: Path, now: Now) -> Database:
    return Database(f"sqlite:///{path}", now=now, sign=lambda _: "", origin="x.example")


@cache
def protecting() -> Template:
    """One post of three seats, a request by every channel, a message that protects."""
    small, whole = two_posts(), national()
    request = small.waves[0].model_copy(update={"channels": whole.wave("V3").channels})
    cards = small.type_sheet("SICK").cards[:1]
    sheets = (small.type_sheet("SICK").model_copy(update={"cards": cards}),)
    codes = whole.wave(SAFETY).messages
    warnings = tuple(each for each in whole.messages if each.code in codes)
    states = tuple(
        each.model_copy(
            update={
                "waves": (*each.waves, SAFETY),
                "messages": (*each.messages, "abri"),
            }
        )
        for each in small.departures.states
    )
    night = small.departures.night
    night = night.model_copy(
        update={
            name: sheet.model_copy(update={"at_once": (*sheet.at_once, SAFETY)})
            for name, sheet in (("fast", night.fast), ("slow", night.slow))
        }
    )
    departures = small.departures.model_copy(update={"states": states, "night": night})
    return small.model_copy(
        update={
            "waves": (request, whole.wave(SAFETY)),
            "types": sheets,
            "messages": (*small.messages, *warnings),
            "variables": whole.variables,
            "answers": whole.answers,
            "departures": departures,
        }
    )


class Wire(RuleBasedStateMachine):
    """Messages that leave while people answer, refuse and the crisis ends."""

    model: Path
    ref: CrisisRef
    who: list[str]
    in_vain: ClassVar[list[tuple[str, str]]] = []  # what should not have left, and why
    unaccounted: ClassVar[list[str]] = []
    left: ClassVar[set[tuple[str, Channel]]] = set()  # by code of the wave
    held: ClassVar[set[str]] = set()  # the reasons of what did not leave
    protected: ClassVar[int] = 0  # told to shelter though they answered, or after all

    def __init__(self) -> None:
        super().__init__()
        path = self.model.with_name("sent.db")
        shutil.copy(self.model, path)
        self.now = Now()
        self.loop = asyncio.Runner()
        self.database = opened(path, self.now)
        self.database.providers = carriers(Channel.TEXT, Channel.CALL)
        self.outbox = Outbox(self.database.url, now=self.now)
        self.wave = WaveRef(**self.ref.model_dump(), wave=1)
        self.answered: set[str] = set()
        self.stopped: set[str] = set()  # for this alert
        self.opposed: set[str] = set()  # for ever
        self.lifted = False

    def does(self, act: Coroutine[Any, Any, object]) -> bool:
        """Do it, or be refused by a rule; a minute passes."""
        self.now.at += timedelta(minutes=1)
        with suppress(PlanError):
            self.loop.run(act)
            return True
        return False

    @initialize(seated=st.integers(0, SEATS), warned=st.booleans())
    def begins(self, seated: int, *, warned: bool) -> None:
        """Let some sit down first, and a danger be told, or not."""
        for place in range(seated):  # messages leave in the other order
            self.answers(PEOPLE - 1 - place, Availability.IMMEDIATE)
        if warned:
            self.warns()

    @rule(handed=HANDED)
    def sends(self, handed: Handed) -> None:
        """Hand over the first message of each batch whose hour has come."""
        self.loop.run(self._send(handed))

    @rule(handed=HANDED, scope=SCOPES)
    def refuse_while_it_leaves(self, handed: Handed, scope: Scope) -> None:
        """Say STOP between the taking of a message and what the provider says."""
        self.loop.run(self._send(handed, scope))

    async def _send(self, handed: Handed, stopping: Scope | None = None) -> None:
        over = self.lifted or (await load_wave(self.database, self.wave)).covered
        for code, channel, batch_id in await self._owing():
            ref = BatchRef(cpts_id=self.ref.cpts_id, batch_id=batch_id)
            batch = await self.outbox.take_over(ref)
            for delivery_id in batch.delivery_ids[:1]:
                if await self.outbox.turn(batch, None, delivery_id):
                    person = delivery_id.split(".")[2]
                    self._judge(code, channel, person, over=over)
                    if stopping:
                        await self._stop(person, stopping)
                    done = Outcome(delivery_id=delivery_id, handed=handed, reply="x")
                    await self.outbox.turn(batch, done, None)

    async def _owing(self) -> list[tuple[str, Channel, str]]:
        batches, waves = tables.batches.c, tables.waves.c
        wanted = (
            sa.select(waves.code, batches.channel, batches.batch_id)
            .join(tables.waves, waves.wave == batches.wave)
            .where(batches.closed_at.is_(None), batches.leaves_at <= self.now.at)
        )
        async with self.database.read() as connection:
            rows = (await connection.execute(wanted.order_by(batches.batch_id))).all()
        return [(code, Channel(channel), batch_id) for code, channel, batch_id in rows]

    def _judge(self, code: str, channel: Channel, person: str, *, over: bool) -> None:
        self.left.add((code, channel))
        why = {
            "opposed": person in self.opposed,
            "answered": code == REQUEST and person in self.answered,
            "stopped": code == REQUEST and person in self.stopped,
            "met or lifted": code == REQUEST and over,
        }
        self.in_vain.extend((code, each) for each, true in why.items() if true)
        quiet = self.answered | self.stopped
        Wire.protected += code == SAFETY and (self.lifted or person in quiet)

    @rule(place=PLACES, answer=st.sampled_from(AVAILABLE_OR_NOT))
    def answers(self, place: int, answer: Availability) -> None:
        said = RecordAnswer(
            **self.ref.model_dump(),
            person_id=self.who[place],
            answer=answer,
            nonce=f"{self.now.at.isoformat()}",
        )
        if self.does(record_answer(self.database, said)):
            self.answered.add(self.who[place])

    @rule(place=PLACES, scope=SCOPES)
    def stops(self, place: int, scope: Scope) -> None:
        self.does(self._stop(self.who[place], scope))

    async def _stop(self, person: str, scope: Scope) -> None:
        said = Stop(
            **self.ref.model_dump(), person_id=person, scope=scope, via=Via.TEXT
        )
        with suppress(PlanError):
            await stop(self.database, said)
            quiet = self.opposed if scope is Scope.EVER else self.stopped
            quiet.add(person)

    @rule()
    def waits(self) -> None:
        self.now.at += timedelta(minutes=6)

    @rule()
    def is_reminded(self) -> None:
        self.does(remind_wave(self.database, self.wave))

    @rule()
    def warns(self) -> None:
        order = SafetyOrder(**self.ref.model_dump(), message="abri", actor="PILOTAGE")
        self.does(send_safety(self.database, order))

    @rule()
    @precondition(lambda self: self.answered)
    def is_lifted(self) -> None:
        order = LiftCrisis(
            **self.ref.model_dump(), authority=Authority.DG_ARS, actor="PILOTAGE"
        )
        self.lifted |= self.does(lift_crisis(self.database, order))

    @rule()
    @precondition(lambda self: len(self.answered) > 1)
    def is_closed(self) -> None:
        self.does(close_wave(self.database, self.wave))

    @invariant()
    def messages_leave_all_the_while(self) -> None:
        self.loop.run(self._send(Handed.ACCEPTED))

    @invariant()
    def everyone_is_sent_something_or_not_with_the_reason(self) -> None:
        self.loop.run(self._account())

    async def _account(self) -> None:
        await self._settled()
        table, asked = tables.deliveries.c, tables.recipients.c
        wanted = sa.select(table.wave, table.recipient_id, table.state, table.reason)
        async with self.database.read() as connection:
            rows = (await connection.execute(wanted)).all()
            pairs = await connection.execute(sa.select(asked.wave, asked.person_id))
        told: defaultdict[int, set[str]] = defaultdict(set)
        for wave, who, state, reason in rows:
            told[wave].add(who)
            if (state == DeliveryState.NOT_SENT) != (reason is not None):
                self.unaccounted.append(f"{who}: {state} without a reason")
            self.held.update(filter(None, (reason,)))
        meant: defaultdict[int, set[str]] = defaultdict(set)
        for wave, who in pairs.all():
            meant[wave].add(who)
        if told != meant:
            self.unaccounted.append("somebody meant is neither sent to nor explained")

    async def _settled(self) -> None:
        """See that a wave that is over leaves nobody between sent and not sent."""
        waves, table = tables.waves.c, tables.deliveries.c
        wanted = (
            sa.select(table.delivery_id)
            .join(tables.waves, waves.wave == table.wave)
            .where(waves.closed_at.is_not(None), waves.code == REQUEST)
            .where(table.state.not_in((DeliveryState.SENT, DeliveryState.NOT_SENT)))
        )
        async with self.database.read() as connection:
            left = (await connection.execute(wanted)).scalars().all()
        self.unaccounted.extend(
            f"{each}: neither, and the wave is over" for each in left
        )

    @override
    def teardown(self) -> None:
        self.outbox.close()
        self.loop.run(self.database.close())
        self.loop.close()


@pytest.mark.timeout(120)
async def test_nobody_is_asked_in_vain_and_everyone_is_accounted_for(
    sqlite_model: Path, tmp_path: Path
) -> None:
    path = tmp_path / "model.db"
    shutil.copy(sqlite_model, path)
    database = opened(path, Now())
    database.providers = carriers(Channel.TEXT, Channel.CALL)
    nurses = tuple(
        replace(each, mobile=f"+3363998{n:04}")
        for n, each in enumerate(people()[:PEOPLE])
    )
    Wire.ref = await crisis_of(database, nurses, protecting())
    async with database.read() as connection:
        table = tables.recipients
        rows = await connection.execute(sa.select(table.c.person_id))
        Wire.who = list(rows.scalars())
    await database.close()
    Wire.model = path

    await asyncio.to_thread(
        run_state_machine_as_test,
        Wire,
        settings=settings(
            max_examples=8,
            stateful_step_count=16,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert Wire.in_vain == []  # after an answer, a need met, a refusal, the lifting
    assert Wire.unaccounted == []  # recipients = sent + not sent, with the reason
    assert Wire.left >= {(code, by) for code in (REQUEST, SAFETY) for by in BY}
    assert Wire.held >= {"DEJA_REPONDU", "BESOIN_COUVERT", "CRISE_LEVEE", "OPPOSITION"}
    assert Wire.protected > 0  # safety messages apart
