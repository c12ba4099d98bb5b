"""Who was asked, reached and came: counts and definitions, never a name."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from domain.printed import Count, Printed

CURVE_MINUTES = 45  # a hospital reaches by text 16 % of its staff in that time
_MINUTE = timedelta(minutes=1)
_NO_TIME = timedelta(0)


class AlertCounts(Printed):
    """Recipients counted once a person and wave: asked = sent + not sent.

    Sent is delivered (the person answered) or unknown; failed is among not sent.
    """

    asked: Count = 0
    sent: Count = 0
    not_sent: Count = 0
    delivered: Count | None = None
    failed: Count | None = None
    unknown: Count | None = None

    @property
    def pending(self) -> int:
        """Those who are in neither pile yet."""
        return max(0, self.asked - self.sent - self.not_sent)


class NeedRow(Printed):
    """Seats of a card: `profession` None is open to any profession of the card."""

    card: str
    profession: str | None = None
    zone: str | None = None
    needed: Count
    filled: Count


class GroupRow(Printed):
    """Persons of one profession, or of one zone: each counted once in the crisis.

    `came` counts participants as defined; None when nobody wrote it down. Professions
    and zones are never crossed: one such person could be alone in such a box.
    """

    label: str
    asked: Count
    sent: Count
    answered: Count
    came: Count | None = None


class CurvePoint(Printed):
    """How many had answered, and offered help, this many minutes after the request."""

    minutes: Count
    answered: Count
    offered: Count


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """How long after the request somebody first answered, at the pace of the plan."""

    delay: timedelta
    offers_help: bool


def curve(answers: Sequence[FirstAnswer]) -> tuple[CurvePoint, ...]:
    """Count first answers, minute by minute, from the request to 45 minutes after."""
    return tuple(
        CurvePoint(
            minutes=minutes,
            answered=sum(each.delay <= minutes * _MINUTE for each in answers),
            offered=sum(
                each.offers_help and each.delay <= minutes * _MINUTE for each in answers
            ),
        )
        for minutes in range(CURVE_MINUTES + 1)
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One mission or one contribution of a person, and the time they confirm."""

    person_id: str
    agreed: bool  # a mission accepted, a contribution declared
    worked: timedelta | None

    @property
    def counts(self) -> bool:
        """Does it make a participant? A yes without follow-up does not."""
        return self.agreed and self.worked is not None and self.worked > _NO_TIME


def participants(parts: Iterable[Part]) -> frozenset[str]:
    """Name who took part: agreed, and confirmed the time; each once.

    Source: docs/sources.md#definitions
    """
    return frozenset(part.person_id for part in parts if part.counts)


def unconfirmed(parts: Sequence[Part]) -> frozenset[str]:
    """Name who agreed and confirmed no time: a yes without follow-up so far."""
    agreed = frozenset(part.person_id for part in parts if part.agreed)
    return agreed - participants(parts)


@dataclass(frozen=True, slots=True)
class Asked:
    """One person whose help was asked, or who took part unasked; no name."""

    person_id: str
    profession: str
    zone: str | None
    asked: bool
    sent: bool
    answered: bool


def by_group(
    people: Iterable[tuple[str, Asked]], parts: Sequence[Part]
) -> tuple[GroupRow, ...]:
    """Count people by group, the largest first; without any part, nobody counted.

    Args:
        people: Each with the label of their profession, or of their zone.
        parts: Missions and contributions of the crisis.
    """
    came = participants(parts)
    counts: dict[str, Counter[str]] = {}
    for label, each in people:
        counts.setdefault(label, Counter()).update(
            asked=each.asked,
            sent=each.sent,
            answered=each.answered,
            came=each.person_id in came,
        )
    return tuple(
        GroupRow(
            label=label,
            asked=count["asked"],
            sent=count["sent"],
            answered=count["answered"],
            came=count["came"] if parts else None,
        )
        for label, count in sorted(
            counts.items(), key=lambda pair: (-pair[1]["asked"], pair[0])
        )
    )
