"""Who holds a seat, relieves or waits, counted by card, profession and zone.

Source: docs/sources.md#missions
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.mission import MissionState

_LAST = "\N{REPLACEMENT CHARACTER}"  # sorts after any code


class Sitting(BaseModel):
    """Somebody who said « yes, now »: on a post, or in reserve."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    person_id: str
    name: str
    profession: str
    skills: tuple[str, ...] = ()
    zone: str | None  # of the person
    mobile: str | None
    card: str | None  # none: in reserve
    mission: MissionState | None = None  # of the last one on this card
    rests_until: datetime | None = None  # after a post


class ZoneFigures(BaseModel):
    """People of one profession and zone on one card, or in reserve."""

    model_config = ConfigDict(frozen=True)

    card: str | None
    profession: str
    zone: str | None
    people: int
    engaged: int  # with an accepted mission
    resting: int = 0  # after a post


def by_zone(sitting: Iterable[Sitting]) -> tuple[ZoneFigures, ...]:
    """Count people by card, profession and zone: posts first, then the reserve."""
    people: Counter[tuple[str | None, str, str | None]] = Counter()
    engaged: Counter[tuple[str | None, str, str | None]] = Counter()
    resting: Counter[tuple[str | None, str, str | None]] = Counter()
    for each in sitting:
        key = each.card, each.profession, each.zone
        people[key] += 1
        engaged[key] += each.mission is MissionState.ACCEPTED
        resting[key] += each.rests_until is not None
    keys = sorted(people, key=lambda key: (key[0] or _LAST, key[1], key[2] or _LAST))
    return tuple(
        ZoneFigures(
            card=card,
            profession=profession,
            zone=zone,
            people=people[card, profession, zone],
            engaged=engaged[card, profession, zone],
            resting=resting[card, profession, zone],
        )
        for card, profession, zone in keys
    )
