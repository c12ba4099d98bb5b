"""How many people to call so that one comes: learned from the CPTS's own past.

Source: docs/sources.md#over-call
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain.need import Need
from domain.turnout import GroupRow
from domain.typography import typeset

CAP = 5  # people called a seat: beyond, calling more wakes a territory for little
FEWEST = 5  # people asked: below, their share says nothing


@dataclass(frozen=True, slots=True)
class Past:
    """Whom past crises and exercises asked in one profession, and who came."""

    asked: int
    came: int
    crises: int

    @property
    def factor(self) -> float:
        """Say how many people to call for one who comes, at most `CAP`."""
        return min(self.asked / self.came, CAP) if self.came else CAP

    @property
    def is_capped(self) -> bool:
        """Did fewer come than the cap lets believe?"""
        return self.came * CAP < self.asked


def learned(past: Iterable[Sequence[GroupRow]]) -> dict[str, Past]:
    """Add up past crises by profession; those where nobody wrote who came say nothing.

    Args:
        past: The rows of each crisis, one a profession, labelled by its code.
    """
    asked, came, crises = Counter[str](), Counter[str](), Counter[str]()
    for rows in past:
        for row in rows:
            if row.came is not None and row.asked:
                asked[row.label] += row.asked
                came[row.label] += row.came
                crises[row.label] += 1
    return {
        code: Past(number, came[code], crises[code])
        for code, number in asked.items()
        if number >= FEWEST
    }


@dataclass(frozen=True, slots=True)
class SeatCall:
    """The seats kept for one profession, whom the order calls, how many it takes."""

    profession: str
    seats: int
    called: int
    past: Past | None  # none: there is nothing to learn from yet

    @property
    def wanted(self) -> int:
        """Say how many people to call; without a past, one a seat at least."""
        return math.ceil(self.seats * self.past.factor) if self.past else self.seats

    def told(self, label: str) -> str:
        """Say it in one sentence.

        Args:
            label: The profession, in words.
        """
        seats = f"{self.seats} place{'s' * (self.seats > 1)}"
        learning = "ni crise ni exercice n'a encore appris combien viennent"
        if self.past is not None:
            learning = self._learned(self.past)
        lacking = self.wanted - self.called
        short = f" Il en manque {lacking} : V3, ou une CPTS voisine." * (lacking > 0)
        called = f"{_people(self.called)} sollicitée{'s' * (self.called > 1)} par V2"
        return typeset(f"{label} : {seats}, {called} ; {learning}.{short}")

    def _learned(self, past: Past) -> str:
        crises = f"{past.crises} crises ou exercices"
        if past.crises == 1:
            crises = "une crise ou un exercice"
        came = "sont venues" if past.came > 1 else "est venue"
        most = f" ({CAP} par place au plus)" * past.is_capped
        return (
            f"sur {past.asked} personnes appelées en {crises}, {past.came} {came} : "
            f"en appeler {self.wanted}{most}"
        )


def _people(number: int) -> str:
    return f"{number or 'aucune'} personne{'s' * (number > 1)}"


def seat_calls(
    needs: Iterable[Need], called: Iterable[str], past: Mapping[str, Past]
) -> tuple[SeatCall, ...]:
    """Compare the seats kept by profession with whom an order calls.

    Args:
        needs: The seats of the order.
        called: The profession of each person called.
        past: What was learned, by profession.
    """
    seats = Counter[str]()
    for need in needs:
        if need.profession is not None:
            seats[need.profession] += need.needed
    number = Counter(called)
    return tuple(
        SeatCall(code, wanted, number[code], past.get(code))
        for code, wanted in seats.items()
    )
