"""Why a provider is left alone for a while: it fails, or is slower than it may be."""

from collections import deque
from dataclasses import dataclass

FIRST_REST_S, LONGEST_REST_S = 2.0, 60.0
WATCHED, TOO_MANY = 5, 3  # its last replies, and how many of them may not be late


@dataclass(slots=True)
class Rest:
    """A rest, twice as long each time, then one message to see."""

    times: int = 0  # in a row
    over_at: float = 0.0

    def begin(self, now: float) -> None:
        """Rest, unless it does: connections that fail together fail once."""
        if now >= self.over_at:
            rest = FIRST_REST_S * 2.0 ** min(self.times, 10)
            self.over_at = now + min(rest, LONGEST_REST_S)
            self.times += 1

    def end(self, began: float) -> None:
        """Forget it, for a message handed over since went well."""
        if began >= self.over_at:
            self.times = 0

    def lets_in(self, now: float, busy: int) -> bool:
        """May one more go? What comes after a rest is tried by one message."""
        return now >= self.over_at and not (self.times and busy)


class Pace:
    """How long a provider takes to reply, against what its file allows."""

    def __init__(self, limit_s: float) -> None:
        self._limit_s = limit_s
        self._late = deque[bool](maxlen=WATCHED)
        self.rest = Rest()

    def note(self, began: float, now: float) -> None:
        """Look at one more reply: a late one alone is nothing, but after a rest."""
        late = now - began > self._limit_s
        if not self.rest.times:
            self._late.append(late)
            if sum(self._late) >= TOO_MANY:
                self._late.clear()
                self.rest.begin(now)
        elif late:
            self.rest.begin(now)
        else:
            self.rest.end(began)
