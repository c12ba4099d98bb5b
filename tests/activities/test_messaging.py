"""A batch is handed over by a few lines; whatever goes wrong, none is left running."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from temporalio.testing import ActivityEnvironment

from activities.messaging import SHARE, Compose, Messaging
from activities.places import Places
from domain.dispatch import Addressee, Batch, BatchRef, Handed, Outcome
from domain.errors import DeliveryError, UnknownBatchError, UnusableAddressError
from domain.letter import Letter
from domain.link import Purpose

REF = BatchRef(cpts_id="val-test", batch_id="b1")


@dataclass
class FakeOutbox:
    """The deliveries of one batch, and a need that is met after some of them."""

    ids: tuple[str, ...] = ("d1", "d2", "d3", "d4", "d5")
    covered_after: int | None = None
    closed: list[Outcome] = field(default_factory=list)
    reserved: list[str] = field(default_factory=list)
    fence: int = 0

    async def take_over(self, ref: BatchRef) -> Batch:
        if ref != REF:
            raise UnknownBatchError(batch=ref.batch_id)
        self.fence += 1
        gone = {each.delivery_id for each in self.closed}
        owed = tuple(each for each in self.ids if each not in gone)
        return Batch(ref=ref, fence=self.fence, delivery_ids=owed)

    async def turn(
        self, batch: Batch, done: Outcome | None, wanted: str | None
    ) -> Addressee | None:
        assert batch.fence == self.fence
        await asyncio.sleep(0)
        if done is not None and done.handed is not Handed.LATER:
            self.closed.append(done)
        accepted = [each for each in self.closed if each.handed is Handed.ACCEPTED]
        if wanted is None or len(accepted) == self.covered_after:
            return None
        self.reserved.append(wanted)
        return addressee(wanted)


def addressee(delivery_id: str) -> Addressee:
    return Addressee(
        delivery_id=delivery_id,
        name="Camille Fictive",
        address=f"{delivery_id}@val.example",
        purpose=Purpose.ANSWER,
        subject="c-1.p-1",
    )


def compose(to: Addressee) -> Letter:
    return Letter(
        delivery_id=to.delivery_id,
        address=to.address,
        name=to.name,
        link="https://tocsin.example/r/2222222222",
        return_path="retours@tocsin.example",
        message=b"Bonjour",
    )


@dataclass
class FakeMailer:
    """A provider that a test tells what to answer, and when to fail."""

    answers: dict[str, Handed] = field(default_factory=dict)
    fails_on: str | None = None
    away: bool = False
    letters: list[str] = field(default_factory=list)
    open: int = 0
    most: int = 0
    stall: bool = False
    stalled: int = 0
    away_after: int | None = None  # that many letters: then nobody is there
    free: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(99))

    @asynccontextmanager
    async def line(self) -> AsyncIterator["FakeMailer"]:
        if self.away:
            message = "away"
            raise DeliveryError(message)
        async with self.free:
            self.open += 1
            self.most = max(self.most, self.open)
            try:
                yield self
            finally:
                self.open -= 1

    @property
    def is_ready(self) -> bool:
        return self.away_after is None

    async def make_ready(self) -> bool:
        return self.away_after is not None and len(self.letters) < self.away_after

    async def send(self, letter: Letter, /) -> Outcome:
        if letter.delivery_id == self.fails_on:
            message = "lost"
            raise DeliveryError(message)
        if self.stall:
            self.stalled += 1
            await asyncio.Event().wait()
        await asyncio.sleep(0)
        self.letters.append(letter.delivery_id)
        handed = self.answers.get(letter.delivery_id, Handed.ACCEPTED)
        return Outcome(delivery_id=letter.delivery_id, handed=handed, reply="-")


@dataclass
class Closed:
    """Batches said to owe nothing more."""

    refs: list[BatchRef] = field(default_factory=list)

    async def __call__(self, ref: BatchRef) -> None:
        self.refs.append(ref)


@pytest.fixture
def outbox() -> FakeOutbox:
    return FakeOutbox()


@pytest.fixture
def mailer() -> FakeMailer:
    return FakeMailer()


@pytest.fixture
def closed() -> Closed:
    return Closed()


Dispatch = Callable[[int], Awaitable[None]]


@pytest.fixture
def dispatch(outbox: FakeOutbox, mailer: FakeMailer, closed: Closed) -> Dispatch:
    """Hand the batch over by that many lines."""

    async def stationery(_ref: BatchRef) -> Compose[Letter]:
        return compose

    async def run(connections: int) -> None:
        messaging = Messaging(outbox, mailer, stationery, closed, Places(connections))
        await ActivityEnvironment().run(messaging.dispatch_batch, REF)

    return run


@pytest.mark.parametrize("connections", [1, 2, 8])
async def test_every_delivery_leaves_once_and_the_batch_is_closed(
    outbox: FakeOutbox,
    mailer: FakeMailer,
    closed: Closed,
    dispatch: Dispatch,
    connections: int,
) -> None:
    await dispatch(connections)

    assert sorted(mailer.letters) == list(outbox.ids)
    assert sorted(each.delivery_id for each in outbox.closed) == list(outbox.ids)
    assert closed.refs == [REF]
    assert mailer.most == min(connections, len(outbox.ids))


async def test_a_batch_begins_before_another_ends_then_the_first_ends_first(
    mailer: FakeMailer, closed: Closed
) -> None:
    mailer.free = asyncio.Semaphore(1)
    places = Places(1)

    async def stationery(_ref: BatchRef) -> Compose[Letter]:
        return compose

    async def run(name: str) -> None:
        outbox = FakeOutbox(ids=tuple(f"{name}{n}" for n in range(3 * SHARE)))
        messaging = Messaging(outbox, mailer, stationery, closed, places)
        await ActivityEnvironment().run(messaging.dispatch_batch, REF)

    await asyncio.gather(run("one"), run("two"))

    shares = [letter[:3] for letter in mailer.letters[::SHARE]]
    assert shares == ["one", "two", "one", "one", "two", "two"]


async def test_nobody_is_asked_once_the_need_is_met(
    outbox: FakeOutbox, mailer: FakeMailer, closed: Closed, dispatch: Dispatch
) -> None:
    outbox.covered_after = 1

    await dispatch(1)

    assert mailer.letters == ["d1"]
    assert closed.refs == [REF]


async def test_a_refused_person_stops_nobody(
    outbox: FakeOutbox, mailer: FakeMailer, closed: Closed, dispatch: Dispatch
) -> None:
    mailer.answers["d2"] = Handed.REFUSED

    await dispatch(1)

    assert len(outbox.closed) == 5
    assert closed.refs == [REF]


async def test_who_is_postponed_is_tried_again_later(
    outbox: FakeOutbox, mailer: FakeMailer, closed: Closed, dispatch: Dispatch
) -> None:
    mailer.answers["d2"] = Handed.LATER

    with pytest.raises(DeliveryError, match="1 postponed"):
        await dispatch(2)
    assert sorted(mailer.letters) == list(outbox.ids)  # the others did not wait
    assert closed.refs == []

    mailer.answers.clear()
    mailer.letters.clear()
    await dispatch(2)

    assert mailer.letters == ["d2"]
    assert closed.refs == [REF]


async def test_a_batch_that_owes_nothing_needs_no_provider(
    outbox: FakeOutbox, mailer: FakeMailer, closed: Closed, dispatch: Dispatch
) -> None:
    outbox.ids = ()
    mailer.away = True

    await dispatch(4)

    assert closed.refs == [REF]


async def test_nothing_is_reserved_while_the_provider_is_away(
    outbox: FakeOutbox, mailer: FakeMailer, closed: Closed, dispatch: Dispatch
) -> None:
    """A reserved delivery without a reply would be in doubt for nothing."""
    mailer.away = True

    with pytest.raises(ExceptionGroup) as failed:
        await dispatch(4)

    assert failed.group_contains(DeliveryError)
    assert outbox.reserved == []
    assert closed.refs == []


async def test_whoever_is_left_waits_once_every_provider_is_away(
    outbox: FakeOutbox, mailer: FakeMailer, closed: Closed, dispatch: Dispatch
) -> None:
    """Nobody under way is cut off: what is handed over is written down."""
    mailer.away_after = 2

    with pytest.raises(DeliveryError, match="postponed"):
        await dispatch(1)

    assert mailer.letters == ["d1", "d2"]
    assert [each.delivery_id for each in outbox.closed] == ["d1", "d2"]
    assert outbox.reserved == ["d1", "d2"]
    assert closed.refs == []


async def test_a_provider_that_fails_leaves_no_line_running(
    outbox: FakeOutbox, mailer: FakeMailer, closed: Closed, dispatch: Dispatch
) -> None:
    mailer.fails_on = "d3"
    before = asyncio.all_tasks()

    with pytest.raises(ExceptionGroup) as failed:
        await dispatch(2)

    assert failed.group_contains(DeliveryError)
    assert mailer.open == 0
    await asyncio.sleep(0)  # the beat, cancelled, ends
    assert asyncio.all_tasks() <= before
    assert closed.refs == []
    assert "d3" not in {each.delivery_id for each in outbox.closed}


async def test_a_cancelled_attempt_leaves_no_line_running(
    mailer: FakeMailer, closed: Closed, dispatch: Dispatch
) -> None:
    mailer.stall = True
    attempt = asyncio.ensure_future(dispatch(2))
    for _ in range(20):
        await asyncio.sleep(0)
    assert (mailer.open, mailer.stalled) == (2, 2)

    attempt.cancel()
    with pytest.raises(asyncio.CancelledError):
        await attempt

    assert mailer.open == 0
    assert closed.refs == []


async def test_a_slow_provider_does_not_make_an_attempt_look_dead(
    outbox: FakeOutbox,
    mailer: FakeMailer,
    closed: Closed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing moves for long, and the server still hears from the attempt."""
    monkeypatch.setattr("activities.messaging.BEAT_S", 0.0)
    mailer.stall = True
    heard = asyncio.Event()
    beats: list[object] = []

    async def stationery(_ref: BatchRef) -> Compose[Letter]:
        return compose

    def beat(*details: object) -> None:
        beats.append(details)
        if len(beats) == 3:
            heard.set()

    messaging = Messaging(outbox, mailer, stationery, closed, Places(1))
    environment = ActivityEnvironment()
    environment.on_heartbeat = beat
    attempt = asyncio.ensure_future(environment.run(messaging.dispatch_batch, REF))
    await heard.wait()
    attempt.cancel()

    with pytest.raises(asyncio.CancelledError):
        await attempt


async def test_an_unknown_batch_is_refused(
    outbox: FakeOutbox, mailer: FakeMailer, closed: Closed
) -> None:
    async def stationery(_ref: BatchRef) -> Compose[Letter]:
        return compose

    messaging = Messaging(outbox, mailer, stationery, closed, Places(1))
    nothing = BatchRef(cpts_id="val-test", batch_id="nothing")

    with pytest.raises(UnknownBatchError):
        await ActivityEnvironment().run(messaging.dispatch_batch, nothing)


async def test_a_letter_that_cannot_be_written_concerns_only_its_recipient() -> None:
    outbox, mailer = FakeOutbox(), FakeMailer()

    def write(to: Addressee) -> Letter:
        if to.delivery_id == "d3":
            raise UnusableAddressError(delivery=to.delivery_id)
        return compose(to)

    async def stationery(_ref: BatchRef) -> Compose[Letter]:
        return write

    async def closed(_ref: BatchRef) -> None:
        return None

    messaging = Messaging(outbox, mailer, stationery, closed, Places(2))
    await ActivityEnvironment().run(messaging.dispatch_batch, REF)

    assert sorted(mailer.letters) == ["d1", "d2", "d4", "d5"]
    refused = [each for each in outbox.closed if each.handed is Handed.REFUSED]
    assert [(each.delivery_id, each.reply) for each in refused] == [
        ("d3", UnusableAddressError.code)
    ]
