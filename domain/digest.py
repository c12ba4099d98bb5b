"""Who is told what is due or late: one message per person, rarely, and only news.

Source: docs/sources.md#digest
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.calendar import paced
from domain.lateness import Lateness, lateness, later_at
from domain.night import Night
from domain.plan import Holder
from domain.run import Run
from domain.union import LaidCard
from domain.wave import Kinetic

DECISION = "DECISION"
_QUOTA = {Kinetic.FAST: timedelta(minutes=15), Kinetic.SLOW: timedelta(hours=12)}


@dataclass(frozen=True, slots=True)
class Watched:
    """A run of a card, and whether another card must be over first."""

    laid: LaidCard
    run: Run
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a digest says: a run, or a milestone of it, is so late."""

    card_id: str
    number: int
    milestone: str | None
    lateness: Lateness

    @property
    def key(self) -> tuple[str, int]:
        """The run it is about."""
        return self.card_id, self.number


@dataclass(frozen=True, slots=True)
class News:
    """What one person should know."""

    person_id: str
    item: Item
    alone: bool = False  # a critical card: in its own message, at once


@dataclass(frozen=True, slots=True)
class Digest:
    """What one person is told in one message."""

    person_id: str
    at: datetime
    items: tuple[Item, ...]
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Digests:
    """What to send now, and when to ask again."""

    to_send: tuple[Digest, ...]
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Telling:
    """How a crisis tells its roles what is late."""

    holders: tuple[Holder, ...]
    night: Night
    opened_at: datetime  # when the order was recorded: it may be long after T0
    dormant: bool = False  # « en veille »: nothing is told
    added_at: Mapping[datetime, datetime] = field(default_factory=dict)
    """When a type added since was recorded, keyed by its T0."""

    def news(self, watched: Watched, now: datetime) -> Iterator[News]:
        """List who should know how late a run is; the alone ones first."""
        level = lateness(watched.run, now)
        late = level in {Lateness.LATE, Lateness.GRAVE}
        critical = watched.laid.card.critical
        if level is Lateness.ON_TIME:
            return
        if late and critical:
            item = _item(watched.run, Lateness.LATE)
            yield from self._of(DECISION, item, deputy=True, alone=True)
        responsible = watched.laid.card.roles[0]
        known = _item(watched.run, Lateness.LATE if late else level)
        yield from self._of(responsible, known, deputy=late)
        if level is Lateness.GRAVE and not critical:
            yield from self._of(DECISION, _item(watched.run, level), deputy=True)

    def held_until(self, watched: Watched, now: datetime) -> datetime | None:
        """Say until when nobody is told of a run that has no news since its record.

        Late before the order was recorded, or the type that brings its card, nobody
        could do anything about it.
        """
        recorded_at = self.added_at.get(watched.laid.t0, self.opened_at)
        until, level = recorded_at + self._quota, lateness(watched.run, now)
        late = level is not Lateness.ON_TIME
        same = late and level is lateness(watched.run, recorded_at)
        return until if same and now < until else None

    @property
    def _quota(self) -> timedelta:
        return paced(_QUOTA[self.night.kinetic], self.night.pace)

    def ready_at(self, last: datetime | None, now: datetime) -> datetime:
        """Say when somebody last told at this instant may be told again."""
        ready = now if last is None else max(now, last + self._quota)
        if self.night.kinetic is Kinetic.FAST:
            return ready
        return self.night.morning_after(ready)

    def _of(
        self, role: str, item: Item, *, deputy: bool, alone: bool = False
    ) -> Iterator[News]:
        for holder in self.holders:
            if holder.role == role:
                yield News(holder.person_id, item, alone)
                if deputy and holder.deputy_id is not None:
                    yield News(holder.deputy_id, item, alone)


def digests(
    watched: Iterable[Watched], sent: Iterable[Digest], telling: Telling, now: datetime
) -> Digests:
    """Say what to send now, and when somebody may have something to be told.

    Args:
        watched: The runs of the crisis.
        sent: Every digest it sent before.
        telling: To whom, and how often.
        now: The instant of the question.
    """
    if telling.dormant:
        return Digests((), None)
    free, before = tuple(each for each in watched if not each.blocked), tuple(sent)
    held = tuple(telling.held_until(each, now) for each in free)
    runs = (each for each, until in zip(free, held, strict=True) if until is None)
    told = {(each.person_id, item) for each in before for item in each.items}
    alone: list[Digest] = []
    together: dict[str, tuple[Item, ...]] = {}
    for news in (news for each in runs for news in telling.news(each, now)):
        who, item = news.person_id, news.item
        if (who, item) in told:
            continue
        told.add((who, item))
        if news.alone:
            alone.append(Digest(who, now, (item,), alone=True))
        else:
            together[who] = (*together.get(who, ()), item)
    last = {each.person_id: each.at for each in before if not each.alone}
    ready = {who: telling.ready_at(last.get(who), now) for who in together}
    later = (later_at(each.run, now) for each in free)
    moments = (*ready.values(), *later, *held)
    waiting = (at for at in moments if at is not None and at > now)
    due = (Digest(w, now, items) for w, items in together.items() if ready[w] <= now)
    return Digests((*alone, *due), min(waiting, default=None))


def _item(run: Run, level: Lateness) -> Item:
    milestone = run.deadline.milestone if run.deadline else None
    return Item(run.card_id, run.number, milestone, level)
