"""Sending under any sequence of answers, STOP and lifting: nobody asked in vain."""

import asyncio
import shutil
from collections.abc import Coroutine
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from typing_extensions import override

from acts.alert import RecordAnswer, close_wave, load_wave, record_answer, remind_wave
from acts.ending import LiftCrisis, lift_crisis
from acts.opposition import Stop, stop
from adapters.database import deliveries, tables
from adapters.database.outbox import Outbox
from adapters.database.unit import Database
from domain.alert import DeliveryState
from domain.answer import AVAILABLE_OR_NOT, Availability
from domain.authority import Authority
from domain.dispatch import BatchRef, Handed, Outcome
from domain.errors import PlanError
from domain.opposition import Scope, Via
from domain.reference import CrisisRef, WaveRef
from tests.conftest import Now
from tests.world import alerted

PEOPLE = 6
PLACES = st.integers(0, PEOPLE - 1)
HANDED = st.sampled_from([Handed.ACCEPTED, Handed.ACCEPTED, Handed.REFUSED])


def opened(path: Path, now: Now) -> Database:
    return Database(f"sqlite:///{path}", now=now, sign=lambda _: "", origin="x.example")


class Wire(RuleBasedStateMachine):
    """A wave that leaves while people answer, refuse and the crisis ends."""

    model: Path
    ref: CrisisRef
    who: list[str]

    def __init__(self) -> None:
        super().__init__()
        path = self.model.with_name("sent.db")
        shutil.copy(self.model, path)
        self.now = Now()
        self.loop = asyncio.Runner()
        self.database = opened(path, self.now)
        self.outbox = Outbox(self.database.url, now=self.now)
        self.wave = WaveRef(**self.ref.model_dump(), wave=1)
        self.quiet: set[str] = set()  # who answered, or said STOP
        self.lifted = False

    def does(self, act: Coroutine[Any, Any, object]) -> bool:
        """Do it, or be refused by a rule; a minute passes."""
        self.now.at += timedelta(minutes=1)
        with suppress(PlanError):
            self.loop.run(act)
            return True
        return False

    @rule(handed=HANDED)
    def sends(self, handed: Handed) -> None:
        """Hand over whatever the first open batch owes first."""
        asked = self.loop.run(self._send(handed))
        over = self.lifted or self.loop.run(load_wave(self.database, self.wave)).covered
        assert asked is None or not over
        assert asked not in self.quiet

    async def _send(self, handed: Handed) -> str | None:
        async with self.database.read() as connection:
            owing = await deliveries.open_batches(connection, self.wave)
        for each in owing:
            ref = BatchRef(cpts_id=self.ref.cpts_id, batch_id=each.batch_id)
            batch = await self.outbox.take_over(ref)
            for delivery_id in batch.delivery_ids[:1]:
                letter = await self.outbox.turn(batch, None, delivery_id)
                if letter is not None:
                    done = Outcome(delivery_id=delivery_id, handed=handed, reply="x")
                    await self.outbox.turn(batch, done, None)
                    return delivery_id.split(".")[2]
        return None

    @rule(place=PLACES, answer=st.sampled_from(AVAILABLE_OR_NOT))
    def answers(self, place: int, answer: Availability) -> None:
        said = RecordAnswer(
            **self.ref.model_dump(),
            person_id=self.who[place],
            answer=answer,
            nonce=f"{self.now.at.isoformat()}",
        )
        if self.does(record_answer(self.database, said)):
            self.quiet.add(self.who[place])

    @rule(place=PLACES, scope=st.sampled_from((Scope.ALERT, Scope.EVER)))
    def stops(self, place: int, scope: Scope) -> None:
        said = Stop(
            **self.ref.model_dump(),
            person_id=self.who[place],
            scope=scope,
            via=Via.TEXT,
        )
        if self.does(stop(self.database, said)):
            self.quiet.add(self.who[place])

    @rule()
    def is_reminded(self) -> None:
        self.does(remind_wave(self.database, self.wave))

    @rule()
    @precondition(lambda self: len(self.quiet) > 1)
    def is_lifted(self) -> None:
        order = LiftCrisis(
            **self.ref.model_dump(), authority=Authority.DG_ARS, actor="PILOTAGE"
        )
        self.lifted |= self.does(lift_crisis(self.database, order))

    @rule()
    @precondition(lambda self: len(self.quiet) > 1)
    def is_closed(self) -> None:
        self.does(close_wave(self.database, self.wave))

    @invariant()
    def everyone_is_sent_something_or_not_with_the_reason(self) -> None:
        rows = self.loop.run(self._rows())
        assert {who for who, _, _ in rows} == set(self.who)
        for _, state, reason in rows:
            assert state in tuple(DeliveryState)
            assert (state == DeliveryState.NOT_SENT) == (reason is not None)

    async def _rows(self) -> tuple[tuple[str, str, str | None], ...]:
        table = tables.deliveries
        wanted = sa.select(table.c.recipient_id, table.c.state, table.c.reason)
        async with self.database.read() as connection:
            rows = await connection.execute(wanted.where(table.c.wave == 1))
            return tuple((who, state, why) for who, state, why in rows.all())

    @override
    def teardown(self) -> None:
        self.outbox.close()
        self.loop.run(self.database.close())
        self.loop.close()


async def test_nobody_is_asked_in_vain_and_everyone_is_accounted_for(
    sqlite_model: Path, tmp_path: Path
) -> None:
    path = tmp_path / "model.db"
    shutil.copy(sqlite_model, path)
    database = opened(path, Now())
    Wire.ref = await alerted(database, PEOPLE)
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
            stateful_step_count=14,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
