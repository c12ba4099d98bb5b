"""What somebody sees on their page, and what they may post from it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

_NONCE = re.compile(r'name="nonce" value="([^"]+)"')
_OFFERED = re.compile(r'name="answer" value="(\w+)"')
_MISSION = re.compile(r'name="mission" value="([^"]+)"')
_MAY_SAY = re.compile(r'name="reply" value="(\w+)"')
_STARTS = re.compile(r'name="worked_from" value="([^"]+)"')
_NUMBERS = re.compile(r'type="number" name="([^"]+)"')


@dataclass(frozen=True)
class MemberPage:
    """The forms of one page."""

    nonce: str  # what makes a post unique
    offered: frozenset[str]  # answers
    mission: str  # none: empty
    may_say: frozenset[str]  # of the mission
    starts: str  # the mission's first hour, as a form writes it
    numbers: tuple[str, ...]  # that one may declare

    @classmethod
    def read(cls, page: str) -> Self:
        """Find the forms."""
        return cls(
            nonce=_first(_NONCE, page),
            offered=frozenset(_OFFERED.findall(page)),
            mission=_first(_MISSION, page),
            may_say=frozenset(_MAY_SAY.findall(page)),
            starts=_first(_STARTS, page),
            numbers=tuple(_NUMBERS.findall(page)),
        )

    def first_card(self, patients: int) -> dict[str, str]:
        """Fill in the numbers of the first card, each smaller than the one before."""
        card = self.numbers[0].partition(".")[0]
        fields = [name for name in self.numbers if name.startswith(f"{card}.")]
        return {name: str(patients >> rank) for rank, name in enumerate(fields)}

    def worked(self) -> dict[str, str]:
        """Confirm one minute: what a shift lasts at the pace of the play."""
        starts = datetime.fromisoformat(self.starts)
        ends = (starts + timedelta(minutes=1)).isoformat()
        return {"worked_from": self.starts, "worked_until": ends}


def _first(wanted: re.Pattern[str], page: str) -> str:
    found = wanted.search(page)
    return found[1] if found else ""
