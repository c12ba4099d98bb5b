"""The ways by which one message goes to people, and when each is used.

Source: docs/sources.md#cascade
"""

from collections.abc import Collection, Iterable
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
"""What the plan gives no channels to: thanks, missions, reminders, the lifting."""


@dataclass(frozen=True, slots=True)
class Way:
    """One channel of one message: when it is used, and what it stands in for."""

    channel: Channel
    leaves_at: datetime
    engaged_at: datetime  # to those who hold a seat: the night spares them less
    stands_for: tuple[Channel, ...] = ()

    def at(self, *, engaged: bool) -> datetime:
        """Say when it leaves to somebody."""
        return self.engaged_at if engaged else self.leaves_at


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


def spared(found: Iterable[Way], sending: str, night: Night) -> tuple[Way, ...]:
    """Hold back to the morning the channels that the table of the night holds back.

    A sending that the table holds back whole was held before: who it is for is known.
    """
    if Ground.ANYONE not in night.grounds(sending)[Channel.MAIL]:
        return tuple(found)
    engaged = frozenset({Ground.ENGAGED})
    return tuple(
        replace(
            way,
            leaves_at=night.leaves_at(sending, way.channel, frozenset(), way.leaves_at),
            engaged_at=night.leaves_at(sending, way.channel, engaged, way.leaves_at),
        )
        for way in found
    )
