"""Who answers what at four in the morning: published rates, and what is assumed.

Source: docs/sources.md#night-study
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from domain.wave import Channel

WITHIN = timedelta(minutes=45)


@dataclass(frozen=True, slots=True)
class Published:
    """One arm of the study: how many answered within 45 minutes, of how many."""

    answered: int
    asked: int

    @property
    def rate(self) -> float:
        """Give the share that answered."""
        return self.answered / self.asked


ONE_TEXT = Published(7, 44)
ONE_CALL = Published(18, 44)  # of a tree of calls, each person called once
RATES: Mapping[Channel, float] = {
    Channel.TEXT: ONE_TEXT.rate,
    Channel.CALL: ONE_CALL.rate,
    Channel.MAIL: 0.0,  # assumed: a mail wakes nobody
}
PICKS_UP_WITHIN = timedelta(minutes=1)  # assumed: a key is pressed on the spot


@dataclass(frozen=True, slots=True)
class Sleepers:
    """People of one night: the same ones, whatever is tried on them.

    Attributes:
        seed: Of every draw.
        deaf: The share whom nothing wakes that night: telephone off, another room. The
            others answer each message apart from the others, at the rate that keeps
            the published one over everybody.
    """

    seed: int
    deaf: float = 0.0

    def answers_after(
        self, person: str, channel: Channel, attempt: int
    ) -> timedelta | None:
        """Say how long after one message its answer comes; None: it never does.

        Args:
            person: Whom it goes to.
            channel: By which way.
            attempt: The how manieth by this way, from 0.
        """
        if self._draw(person).random() < self.deaf:
            return None
        draw = self._draw(f"{person}/{channel}/{attempt}")
        if draw.random() >= RATES[channel] / (1 - self.deaf):
            return None
        if channel is Channel.CALL:
            return PICKS_UP_WITHIN
        return draw.random() * WITHIN  # assumed: evenly over the 45 minutes

    def _draw(self, what: str) -> Random:
        return Random(f"{self.seed}/{what}")  # noqa: S311 - a model, not a secret
