"""What leaves at night, and what waits for the morning, in the CPTS's own zone.

The sentences of the table (`NightSheet.rules`) are what people read; this is what they
mean.

Source: docs/sources.md#night
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.departure import NightTable
from domain.wave import Channel, Kinetic


class Ground(StrEnum):
    """What lets a message leave at night."""

    ANYONE = "TOUS"
    REACHABLE = "JOIGNABLE_LA_NUIT"
    SHORT = "MINIMUM_NON_ATTEINT"  # of a POSTE card, at the end of the answer delay
    ENGAGED = "ENGAGE"
    ALREADY_ASKED = "DEJA_SOLLICITE"
    ON_DUTY = "DE_GARDE"
    TOUCHED = "PERIMETRE_TOUCHE"
    INSISTED = "INSISTANCE_AUTORITE"  # written down
    WISHED = "DEMANDE_DE_LA_PERSONNE"


_Grounds = Mapping[Channel, frozenset[Ground]]


def _by(
    *every: Ground, mail: Ground | None = None, call: Ground | None = None
) -> _Grounds:
    """List the grounds of each channel: those of every channel, and its own."""
    own = {Channel.MAIL: mail, Channel.CALL: call}
    return {
        channel: frozenset(filter(None, (*every, own.get(channel))))
        for channel in Channel
    }


_ANYONE = _by(Ground.ANYONE)
_MORNING = _by()
_MAIL_AT_ONCE = _by(mail=Ground.ANYONE)
_VOLUNTEERS = _by(Ground.REACHABLE, Ground.SHORT)
_ENGAGED_FIRST = _by(Ground.ENGAGED, mail=Ground.ANYONE)

GROUNDS: Mapping[Kinetic, Mapping[str, _Grounds]] = {
    Kinetic.FAST: {
        "V2": _VOLUNTEERS,
        "V3": _VOLUNTEERS,
        "V4": _MAIL_AT_ONCE,
        "VP": _by(mail=Ground.ANYONE, call=Ground.TOUCHED),
        "ENQUETE_FLASH": _by(Ground.ON_DUTY),
        "complet": _ENGAGED_FIRST,
        "levee": _ENGAGED_FIRST,
        "mission": _ANYONE,
        "annulation": _by(Ground.ALREADY_ASKED),
    },
    Kinetic.SLOW: {
        "V1": _by(Ground.INSISTED),
        "V2": _MORNING,
        "V3": _MORNING,
        "V4": _MORNING,
        "VP": _MORNING,
        "ENQUETE_FLASH": _MORNING,
        "complet": _MAIL_AT_ONCE,
        "levee": _MAIL_AT_ONCE,
        "mission": _by(Ground.WISHED),
        "annulation": _by(Ground.ALREADY_ASKED),
    },
}
"""What lets each sending leave at night, by kinetic, sending and channel."""


@dataclass(frozen=True, slots=True)
class Night:
    """The nights of one crisis; those of an accelerated exercise hold nothing."""

    table: NightTable
    zone: ZoneInfo
    kinetic: Kinetic
    pace: int = 1

    def falls_at(self, at: datetime) -> bool:
        """Is it night at this instant?"""
        return self.pace == 1 and self.table.covers(at.astimezone(self.zone).time())

    def morning_after(self, at: datetime) -> datetime:
        """Say when the night of this instant ends; the instant itself by day."""
        if not self.falls_at(at):
            return at
        local = at.astimezone(self.zone)
        evening = local.time() >= self.table.ends
        day = local.date() + timedelta(days=int(evening))
        morning = datetime.combine(day, self.table.ends, self.zone)
        return morning.astimezone(UTC)

    def leaves_at(
        self, sending: str, channel: Channel, grounds: frozenset[Ground], at: datetime
    ) -> datetime:
        """Say when a message that is ready may leave: at once, or in the morning.

        Args:
            sending: The wave, the campaign or the message.
            channel: The way it takes.
            grounds: What is true of its recipient and of the crisis.
            at: When it is ready.
        """
        enough = self.grounds(sending)[channel]
        if enough & (grounds | {Ground.ANYONE}):
            return at
        return self.morning_after(at)

    def grounds(self, sending: str) -> Mapping[Channel, frozenset[Ground]]:
        """List, by channel, what lets this sending leave at night; unknown: nothing."""
        if sending in self.table.of(self.kinetic).at_once:
            return _ANYONE
        return GROUNDS[self.kinetic].get(sending, _MORNING)
