"""How the members of the demonstration answer: by profession, and as time goes."""

import math
import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from domain.answer import Availability
from domain.survey import PlaceAnswer

_REMINDED_AFTER = 15  # minutes
_BUSY_BY_THEN = 0.5  # of those who would have come: they offer a later hour
_LATEST = 26.0
_SPREAD = 0.55
_ACCEPTS = 0.85


@dataclass(frozen=True)
class Habit:
    """How often a profession gives each answer, and how soon it sees its mail.

    What is left to one never answers.
    """

    now: float
    on_site: float
    later: float
    no: float
    elsewhere: float
    minutes: float  # half of them answered by then

    def shares(self) -> tuple[tuple[Availability, float], ...]:
        """Give the share of each answer."""
        return (
            (Availability.IMMEDIATE, self.now),
            (Availability.ON_SITE, self.on_site),
            (Availability.LATER, self.later),
            (Availability.UNAVAILABLE, self.no),
            (Availability.ENGAGED_ELSEWHERE, self.elsewhere),
        )


@dataclass(frozen=True)
class Reply:
    """What somebody answers, so many minutes after they were asked."""

    answer: Availability
    minutes: float


# An afternoon: practices are full, counters are open, nurses are between two rounds.
HABITS: Mapping[str, Habit] = {
    "MEDECIN_GENERALISTE": Habit(0.15, 0.34, 0.05, 0.12, 0.02, 11),
    "INFIRMIER": Habit(0.26, 0.20, 0.08, 0.12, 0.05, 8),
    "PHARMACIEN": Habit(0.04, 0.52, 0.03, 0.08, 0.00, 6),
    "KINE": Habit(0.24, 0.18, 0.12, 0.14, 0.02, 10),
    "PSYCHOLOGUE": Habit(0.60, 0.20, 0.10, 0.05, 0.00, 12),
    "SAGE_FEMME": Habit(0.55, 0.25, 0.05, 0.10, 0.00, 9),
}
PLACES = {PlaceAnswer.OPEN: 0.6, PlaceAnswer.SLOWED: 0.15, PlaceAnswer.CLOSED: 0.1}
_MUTE = 0.15
NEEDS = (
    "Des masques FFP2 pour nos résidents",
    "Deux passages infirmiers ce soir",
    "Savoir quelle officine reste ouverte",
)
_NEEDS, _NOTHING = 0.2, 0.6  # the others stay silent
SAFE = {Availability.SHELTERED: 0.6, Availability.OUT_OF_ZONE: 0.5}
OTHERS = Habit(0.10, 0.22, 0.08, 0.16, 0.02, 12)


@dataclass(frozen=True)
class Script:
    """What one person will say, whenever they are asked; None: nothing."""

    helps: Reply | None
    shelters: Reply | None
    accepts: bool  # a mission
    patients: int  # seen from their own practice

    def reply(self, offered: Collection[str]) -> Reply | None:
        """Choose among the answers that a mail offers."""
        if Availability.RECEIVED in offered:
            return Reply(Availability.RECEIVED, 0)
        if Availability.SHELTERED in offered:
            return self.shelters
        return self.helps


def script_of(seed: int, address: str, profession: str) -> Script:
    """Draw what somebody will say, by their profession."""
    dice = random.Random(f"{seed}/{address}")  # noqa: S311 - a play, not a secret
    habit = HABITS.get(profession, OTHERS)
    minutes = dice.lognormvariate(math.log(habit.minutes), _SPREAD)
    return Script(
        helps=_help(dice, habit, min(minutes, _LATEST)),
        shelters=_shelter(dice),
        accepts=dice.random() < _ACCEPTS,
        patients=dice.randint(2, 12),
    )


def place_of(seed: int, address: str) -> PlaceAnswer | None:
    """Draw what a place says of its doors; None: nothing."""
    dice = random.Random(f"{seed}/{address}")  # noqa: S311 - a play, not a secret
    return dice.choices((*PLACES, None), (*PLACES.values(), _MUTE))[0]


def partner_of(seed: int, address: str) -> str | None:
    """Draw what a partner needs: nothing, if empty; None: it says nothing."""
    dice = random.Random(f"{seed}/partner/{address}")  # noqa: S311 - a play
    chance = dice.random()
    if chance < _NEEDS:
        return dice.choice(NEEDS)
    return "" if chance < _NEEDS + _NOTHING else None


def _help(dice: random.Random, habit: Habit, minutes: float) -> Reply | None:
    chance, late = dice.random(), dice.random()
    for answer, share in habit.shares():
        if chance < share:
            busy = minutes > _REMINDED_AFTER and late < _BUSY_BY_THEN
            changed = Availability.LATER if busy and answer.takes_seat else answer
            return Reply(changed, minutes)
        chance -= share
    return None


def _shelter(dice: random.Random) -> Reply | None:
    for answer, share in SAFE.items():
        if dice.random() < share:
            return Reply(answer, dice.uniform(2, 9))
    return None
