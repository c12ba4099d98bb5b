"""When a wave may leave: the crisis's state, conditions, hour, and the cell's decision.

Source: docs/sources.md#departures
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.alert import WavePlan
from domain.calendar import paced
from domain.campaign import CampaignSheet
from domain.crisis import CrisisState
from domain.night import Ground, Night
from domain.template import Template
from domain.wave import Channel, WaveSheet

AUTHENTICATED, DECIDED, RELIEFS = "TC-01", "TC-03", "TC-16"
_IF_NEEDED = "V3"
_PERSONAL = frozenset(
    {Ground.REACHABLE, Ground.ENGAGED, Ground.ON_DUTY, Ground.TOUCHED}
)
"""Grounds of some recipients: enough for the wave to leave, to them first."""


class Wait(StrEnum):
    """Why a wave does not leave now."""

    STATE = "ETAT_DE_LA_CRISE"
    HELD = "RETENUE"
    NOT_NEEDED = "RENFORT_NON_NECESSAIRE"
    CARD = "FICHE_ATTENDUE"
    HOUR = "HEURE_NON_VENUE"
    NIGHT = "NUIT"


class MoreHelp(StrEnum):
    """Why V3 is needed after V2."""

    SHORT = "MINIMUM_NON_ATTEINT"
    RELIEF = "RELEVE"
    ASKED = "DEMANDE_AUTORITE"


_SHIFTS_WITHOUT_ANYBODY = "postes_non_pourvus"
_COUNT = re.compile(r"\s*(\d{1,4})")


def relief_needed(shifts: Mapping[str, object]) -> bool:
    """Does the plan of the shifts to come count posts that nobody takes over?

    Args:
        shifts: The proof of the card that plans them (TC-16), as it was typed.
    """
    counted = _COUNT.match(str(shifts.get(_SHIFTS_WITHOUT_ANYBODY, "")))
    return counted is not None and int(counted[1]) > 0


@dataclass(frozen=True, slots=True)
class Steering:
    """What the cell decided of a wave, each time with its reason."""

    held_because: str | None = None
    advanced_because: str | None = None  # before its hour, never before its conditions


@dataclass(frozen=True, slots=True)
class Situation:
    """What the departure of a wave depends on."""

    state: CrisisState
    types: frozenset[str]
    t0: datetime
    night: Night
    done_at: Mapping[str, datetime] = field(default_factory=dict)  # by card id
    local_initiative: bool = False
    more_help: frozenset[MoreHelp] = frozenset()
    insisted: bool = False  # the authority wants V1 at night, and it is written

    def awaited(self, template: Template, sending: str) -> tuple[str, ...]:
        """List the cards a wave waits for; a local initiative has no order to check.

        It waits for the decision instead, if the plan has a card for it: where there
        is none, opening the crisis was the decision, and nothing could ever end the
        wait.
        """
        cards = template.departures.awaited_cards(sending, self.types)
        if not self.local_initiative:
            return cards
        in_plan = {card.card_id for card in template.cards}
        decided = (DECIDED if card == AUTHENTICATED else card for card in cards)
        return tuple(dict.fromkeys(card for card in decided if card in in_plan))


@dataclass(frozen=True, slots=True)
class Departure:
    """When a wave leaves, or what it waits for."""

    sending: str
    leaves_at: datetime | None  # none: nobody knows yet
    waits_for: Wait | None = None  # none: it leaves now
    cards: tuple[str, ...] = ()  # those it waits for


def departure(
    template: Template,
    sending: str,
    situation: Situation,
    steering: Steering,
    now: datetime,
) -> Departure:
    """Say when a wave or a campaign leaves, or why it waits.

    At night it leaves as soon as somebody may receive it: the others, channel by
    channel, are for `Night.leaves_at`.
    """
    missing = tuple(
        card
        for card in situation.awaited(template, sending)
        if card not in situation.done_at
    )
    if why := _refusal(template, sending, situation, steering):
        return Departure(sending, None, why)
    if missing:
        return Departure(sending, None, Wait.CARD, missing)
    ready = now
    if steering.advanced_because is None:
        ready = max(now, situation.t0 + _earliest(template, sending, situation.night))
    leaves_at = _by_night(template, sending, situation, ready)
    if leaves_at <= now:
        return Departure(sending, leaves_at)
    return Departure(sending, leaves_at, Wait.HOUR if ready > now else Wait.NIGHT)


def _refusal(
    template: Template, sending: str, situation: Situation, steering: Steering
) -> Wait | None:
    allowed = template.departures.state(situation.state)
    if sending not in (*allowed.waves, *allowed.campaigns):
        return Wait.STATE
    if steering.held_because is not None:
        return Wait.HELD
    if sending == _IF_NEEDED and not situation.more_help:
        return Wait.NOT_NEEDED
    return None


def _earliest(template: Template, sending: str, night: Night) -> timedelta:
    """Say how long after T0 a wave leaves; a campaign may leave at T0."""
    for wave in template.waves:
        if wave.code == sending:
            return paced(wave.leaves_after.of(night.kinetic), night.pace)
    return timedelta()


def _by_night(
    template: Template, sending: str, situation: Situation, ready: datetime
) -> datetime:
    night = situation.night
    sheets: tuple[WaveSheet | CampaignSheet, ...] = (
        *template.waves,
        *template.campaigns,
    )
    sheet = next(each for each in sheets if each.code == sending)
    grounds = _PERSONAL
    if situation.insisted:
        grounds |= {Ground.INSISTED}
    return min(
        night.leaves_at(sending, step.channel, grounds, ready)
        for step in sheet.channels.of(night.kinetic)
    )


def remind_at(night: Night, plan: WavePlan) -> datetime:
    """Say when the silent are reminded: in the morning if the night spares them all.

    A wave that left at night reminds whom it woke.
    """
    due = plan.remind_at or plan.close_at
    if night.falls_at(plan.leaves_at):
        return due
    grounds = _PERSONAL | {Ground.SHORT}
    return min(night.leaves_at(plan.code, each, grounds, due) for each in Channel)
