"""Rest between two posts: nobody takes two in a row.

Source: docs/sources.md#rest
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from domain.calendar import (
    french_elapsed,
    french_hour,
    french_instant,
    french_moment,
    paced,
)
from domain.cpts import Cpts
from domain.crisis import Activation
from domain.mission import Mission, MissionState
from domain.mission_errors import RestNeededError
from domain.shift import Shift

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rest:
    """How long people rest between two posts; zero: as they like."""

    lasts: timedelta

    @classmethod
    def of(cls, tenant: Cpts, order: Activation) -> Self:
        """Read the rule of a CPTS, at the pace of a crisis."""
        return cls(paced(tenant.rest, order.pace))

    def resting(
        self, missions: Iterable[Mission], now: datetime
    ) -> dict[str, datetime]:
        """Say until when each person rests who does, keyed by person."""
        until: dict[str, datetime] = {}
        for mission in missions:
            post, who = mission.post, mission.person_id
            ended = mission.state is MissionState.ENDED
            if self.lasts and post and (ended or post.ends_at <= now):
                until[who] = max(post.ends_at + self.lasts, until.get(who, now))
        return {who: at for who, at in until.items() if at > now}

    def too_near(self, missions: Iterable[Mission], wanted: Shift) -> Shift | None:
        """Give a post of somebody that leaves no rest before these hours, or after."""
        posts = (mission.post for mission in missions)
        return next((p for p in posts if p and self._is_near(p, wanted)), None)

    def _is_near(self, post: Shift, wanted: Shift) -> bool:
        before, after = post.ends_at + self.lasts, wanted.ends_at + self.lasts
        near = wanted.starts_at < before and post.starts_at < after
        return near and bool(self.lasts)

    def refuse(
        self, missions: Iterable[Mission], wanted: Shift, now: datetime, zone: ZoneInfo
    ) -> None:
        """Refuse hours too near another post of somebody.

        Raises:
            RestNeededError: They leave no rest before them, or after.
        """
        post = self.too_near(missions, wanted)
        if post is None:
            return
        if post.starts_at <= wanted.starts_at:
            over = _until(post.ends_at + self.lasts, now, zone)
            why = f"celui du poste d'avant dure {over}"
        else:
            begins = french_moment(post.starts_at, now, zone)
            why = f"le poste d'après commence {begins}"
        raise RestNeededError(lasts=french_elapsed(self.lasts), why=why)


def rests_until(over_at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """Say that somebody rests: « Au repos jusqu'à 9 h 20 »; beyond a day, which one."""
    return f"Au repos {_until(over_at, now, zone)}"


def _until(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    if at - now < _ONE_DAY:
        return f"jusqu'à {french_hour(at, zone)}"
    return f"jusqu'au {french_instant(at, zone)}"
