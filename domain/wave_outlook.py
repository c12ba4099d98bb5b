"""What became of each wave of the plan, or why it waits, in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.crisis import CrisisState
from domain.template import Template
from domain.wave_departure import Departure, Wait

SAFETY = "VS"
_WATCH = "pre_alerte"
_NEVER = {
    CrisisState.PRE_ALERT: "attend que la crise soit active",
    CrisisState.CANCELLED: "n'est pas partie : fausse alerte",
}
_PATIENCE = timedelta(minutes=1)
_OVER = "n'est pas partie : la crise est levée"


@dataclass(frozen=True, slots=True)
class Left:
    """A wave that was opened: when, with which message, and how many mails left."""

    at: datetime
    message: str
    sent: int
    waiting: int
    last_sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class Decided:
    """What the cell decided of a wave that has not left."""

    by: str  # a role, or whoever coordinates
    at: datetime
    because: str
    held: bool  # else advanced


@dataclass(frozen=True, slots=True)
class WaveOutlook:
    """One wave of the plan at one instant."""

    code: str
    left: tuple[Left, ...]
    departure: Departure | None  # none: it left, or is for nobody here
    decided: Decided | None = None  # of what has not left
    asleep: int = 0  # volunteers whom the night held back
    wakes_at: datetime | None = None

    def in_words(
        self, template: Template, state: CrisisState, moment: Callable[[datetime], str]
    ) -> str:
        """Say when the wave left, or why it waits, after its name.

        Args:
            template: The plan, which names cards and roles.
            state: Where the crisis is.
            moment: Says an instant: « à 14 h 05 ».
        """
        said = [_gone(self.left, moment)] if self.left else []
        if self.asleep and self.wakes_at:
            who = "1 personne" if self.asleep == 1 else f"{self.asleep} personnes"
            told = f"prévenue{'s' * (self.asleep > 1)} {moment(self.wakes_at)}"
            said.append(f"la nuit laisse dormir {who}, {told} au plus tard")
        if self.decided:
            said.append(_decided(self.decided, template, moment))
        if self.departure and self.departure.waits_for is not Wait.HELD:
            said.append(_awaited(self.departure, template, state, moment))
        return " ; ".join(said) or "personne n'est à prévenir"


def mail_stuck_since(waves: Iterable[Left], now: datetime) -> datetime | None:
    """Say since when no mail leaves though some wait; None: they leave.

    Args:
        waves: Every wave of the crisis whose hour has come: missions and reminders too.
        now: The instant of the question.
    """
    left = tuple(waves)
    waiting = [each.at for each in left if each.waiting]
    if not waiting:
        return None
    sent = (each.last_sent_at for each in left if each.last_sent_at)
    since = max((min(waiting), *sent))
    return since if now - since > _PATIENCE else None


def _gone(left: tuple[Left, ...], moment: Callable[[datetime], str]) -> str:
    if not any(each.sent for each in left):
        yet = " encore" if any(each.waiting for each in left) else ""
        return f"ouverte {moment(left[0].at)}, aucun message n'est parti{yet}"
    said = (
        moment(each.at) + " (mise en veille)" * (each.message == _WATCH)
        for each in left
        if each.sent
    )
    return f"partie {', puis '.join(said)}"


def _decided(
    said: Decided, template: Template, moment: Callable[[datetime], str]
) -> str:
    what = "retenue" if said.held else "avancée"
    return f"{what} {moment(said.at)} ({template.actor(said.by)}) : {said.because}"


def _awaited(
    found: Departure,
    template: Template,
    state: CrisisState,
    moment: Callable[[datetime], str],
) -> str:
    at = moment(found.leaves_at) if found.leaves_at else ""
    titles = (f"« {template.card(card).title} »" for card in found.cards)
    said = {
        Wait.STATE: _NEVER.get(state, _OVER),
        Wait.NOT_NEEDED: "part s'il manque du monde, ou des relèves",
        Wait.CARD: f"attend {' et '.join(titles)}",
        Wait.NIGHT: f"attend la fin de la nuit, {at}",
        Wait.HOUR: f"part {at}",
    }
    if found.waits_for is None:
        by_cell = found.sending == SAFETY
        return "part quand la cellule le décide" if by_cell else "part maintenant"
    return said[found.waits_for]
