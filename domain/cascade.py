"""The ways by which one message goes to people, and when each is used.

Source: docs/sources.md#cascade
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from domain.calendar import paced
from domain.night import Ground, Night
from domain.template import Template
from domain.wave import Cascade, Channel, ChannelStep, Kinetic

_AT_ONCE = {"apres": timedelta()}
WITHOUT_CASCADE = tuple(
    ChannelStep.model_validate({"canal": channel, **_AT_ONCE})
    for channel in (Channel.MAIL, Channel.TEXT)
)
"""What the plan gives no channels to: thanks, missions, the lifting."""
RINGS_AGAIN = timedelta(minutes=2)
"""« Ne pas déranger » lets a second call of one number through within three minutes."""
AGAIN = ".bis"  # of a call that nobody took
RINGS = 2  # of one call, at most


@dataclass(frozen=True, slots=True)
class Way:
    """One channel of one message: when it is used, and what it stands in for."""

    channel: Channel
    leaves_at: datetime
    sooner_at: datetime  # to those whom the night spares less
    stands_for: tuple[Channel, ...] = ()
    again: bool = False  # the call that nobody took, once more
    sooner_to: Ground = Ground.ENGAGED  # who they are: they hold a seat, or said so

    @property
    def suffix(self) -> str:
        """Tell it apart from the first call."""
        return AGAIN if self.again else ""

    def at(self, *, sooner: bool) -> datetime:
        """Say when it leaves to somebody; `sooner`: the night spares them less."""
        return self.sooner_at if sooner else self.leaves_at


def steps_of(
    template: Template, code: str, kinetic: Kinetic
) -> tuple[ChannelStep, ...]:
    """Give the channels of a wave or a campaign, as the plan orders them."""
    sheets: dict[str, Cascade] = {
        **{wave.code: wave.channels for wave in template.waves},
        **{campaign.code: campaign.channels for campaign in template.campaigns},
    }
    cascade = sheets.get(code)
    return cascade.of(kinetic) if cascade else WITHOUT_CASCADE


def reminded_by(
    steps: Iterable[ChannelStep], patience: timedelta, pace: int
) -> tuple[ChannelStep, ...]:
    """Give the channels that asked before the reminder: it leaves by them, at once.

    Args:
        steps: The cascade of the wave.
        patience: From its departure to the reminder.
        pace: What divides the delays of the cascade.
    """
    return tuple(
        step.model_copy(update={"after": timedelta()})
        for step in steps
        if paced(step.after, pace) < patience
    )


def ways(
    steps: Iterable[ChannelStep],
    carried: Collection[Channel],
    leaves_at: datetime,
    pace: int,
) -> tuple[Way, ...]:
    """Lay the steps of a cascade on what is carried: mail stands in for the rest.

    Args:
        steps: As the plan orders them.
        carried: The channels that somebody carries.
        leaves_at: When the wave leaves: delays count from it.
        pace: What divides the delays.
    """
    found: dict[Channel, Way] = {}
    for step in steps:
        at = leaves_at + paced(step.after, pace)
        channel = step.channel if step.channel in carried else Channel.MAIL
        stands_for = () if channel is step.channel else (step.channel,)
        known = found.get(channel, Way(channel, at, at))
        first = min(at, known.leaves_at)
        every = known.stands_for + stands_for
        found[channel] = Way(channel, first, first, every)
    return tuple(found.values())


def rung_twice(found: Iterable[Way], pace: int) -> Iterator[Way]:
    """Place each call once more a little later: whoever took the first is left alone.

    Args:
        found: The ways of a message.
        pace: What divides the delay.
    """
    later = paced(RINGS_AGAIN, pace)
    for way in found:
        yield way
        if way.channel is Channel.CALL:
            yield replace(
                way,
                leaves_at=way.leaves_at + later,
                sooner_at=way.sooner_at + later,
                again=True,
            )


def spared(
    found: Iterable[Way],
    sending: str,
    night: Night,
    left_at: datetime,
    grounds: frozenset[Ground] = frozenset(),
) -> tuple[Way, ...]:
    """Hold back to the morning the channels that the table of the night holds back.

    A sending that the table holds back whole, and left at night, was held before: who
    it is for is known. One that left by day is held back from its first way at night.

    Args:
        found: The ways of a message.
        sending: What the table knows it by.
        night: The nights of its crisis.
        left_at: When it left, or leaves, first.
        grounds: What is true of the crisis, whoever it goes to.
    """
    enough = night.grounds(sending)[Channel.MAIL]
    if Ground.ANYONE not in enough and night.falls_at(left_at):
        return tuple(found)
    sooner_to = Ground.REACHABLE if Ground.REACHABLE in enough else Ground.ENGAGED

    def at(way: Way, more: frozenset[Ground]) -> datetime:
        return night.leaves_at(sending, way.channel, grounds | more, way.leaves_at)

    return tuple(
        replace(
            way,
            leaves_at=at(way, frozenset()),
            sooner_at=at(way, frozenset({sooner_to})),
            sooner_to=sooner_to,
        )
        for way in found
    )
