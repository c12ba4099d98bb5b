"""What may leave: in which state of the crisis, on which condition, at what hour.

Source: docs/sources.md#departures
"""

from collections.abc import Mapping
from datetime import time
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer

from domain.card import CardId, OrderGroup
from domain.crisis import CrisisState
from domain.message import MessageCode
from domain.sheet import Code, Coded, Sheet, Text, by_code, by_text
from domain.wave import Kinetic

ANY_MESSAGE = "tous"
WATCH = "VEILLE"
STATES = (WATCH, *CrisisState)
"""Every state of the table: the watch, before any crisis, then those of a crisis."""

_AT_ONCE, _LATER = "immediat", "regles"

Hour = Annotated[time, PlainSerializer(lambda hour: hour.isoformat("minutes"))]


class StateDepartures(Coded):
    """What may leave while a crisis is in one state."""

    waves: tuple[Code, ...] = Field(alias="vagues")
    campaigns: tuple[Code, ...] = Field(alias="campagnes")
    messages: tuple[MessageCode, ...]

    def allows(self, message: str) -> bool:
        """May this message leave?"""
        return message in self.messages or ANY_MESSAGE in self.messages


class DepartureCondition(Sheet):
    """A card that must be done before some waves leave, for some types or all."""

    waves: tuple[Code, ...] = Field(alias="vagues")
    campaigns: tuple[Code, ...] = Field(default=(), alias="campagnes")
    types: tuple[Code, ...] = ()
    awaits: CardId = Field(alias="attend")
    rule: Text = Field(alias="regle")

    def holds(self, sending: str, types: frozenset[str]) -> bool:
        """Does this wave or campaign wait for the card, in a crisis of these types?"""
        sendings = (*self.waves, *self.campaigns)
        return sending in sendings and (
            not self.types or not types.isdisjoint(self.types)
        )


class NightRule(Sheet):
    """What becomes, at night, of one sending that does not simply leave."""

    code: MessageCode
    rule: Text = Field(alias="texte")


def _read_night(value: object) -> object:
    """Turn `{immediat: […], V2: "text"}` into its two parts."""
    if not isinstance(value, Mapping) or _LATER in value:
        return value
    return {
        _AT_ONCE: value.get(_AT_ONCE, []),
        _LATER: {code: rule for code, rule in value.items() if code != _AT_ONCE},
    }


class NightSheet(Sheet):
    """What leaves at night, for one kinetic."""

    at_once: tuple[Code, ...] = Field(alias=_AT_ONCE)
    rules: Annotated[tuple[NightRule, ...], by_text] = Field(alias=_LATER)


_Night = Annotated[NightSheet, BeforeValidator(_read_night)]


class NightTable(Sheet):
    """The hours of the night, and what they hold back."""

    starts: Hour = Field(alias="de")
    ends: Hour = Field(alias="a")
    fast: _Night = Field(alias=Kinetic.FAST.value)
    slow: _Night = Field(alias=Kinetic.SLOW.value)

    def of(self, kinetic: Kinetic) -> NightSheet:
        """What leaves at night in a crisis of this kinetic."""
        return self.fast if kinetic is Kinetic.FAST else self.slow

    def covers(self, hour: time) -> bool:
        """Is it night at this local hour?"""
        if self.starts <= self.ends:
            return self.starts <= hour < self.ends
        return hour >= self.starts or hour < self.ends


class DepartureTable(Sheet):
    """What may leave, by state, wave and hour of the day."""

    states: Annotated[tuple[StateDepartures, ...], by_code] = Field(alias="etats")
    conditions: tuple[DepartureCondition, ...]
    night: NightTable = Field(alias="nuit")
    holding: Text = Field(alias="retenue")

    def state(self, code: str) -> StateDepartures:
        """What may leave in this state.

        Raises:
            KeyError: The table has no such state: a bug of the caller.
        """
        return {state.code: state for state in self.states}[code]

    def awaited_cards(self, sending: str, types: frozenset[str]) -> tuple[str, ...]:
        """The cards that a wave or a campaign waits for, in a crisis of these types."""
        held = (c.awaits for c in self.conditions if c.holds(sending, types))
        return tuple(dict.fromkeys(held))


class UnionRule(Coded):
    """What a type adds to the cards of every type of the same crisis."""

    moves_people: bool = Field(alias="deplacement")
    adds_group: OrderGroup = Field(alias="ajoute")


class CirculationBan(Sheet):
    """What a ban on circulation does to the cards that move people."""

    effect: Text = Field(alias="effet")
    shown: Text = Field(alias="affichage")
    missions_under_way: Text = Field(alias="missions_en_cours")


class DepartureRules(Sheet):
    """Who may go where, and what several types of crisis add to one another."""

    union: Annotated[tuple[UnionRule, ...], by_code]
    accepted_mission: Text = Field(alias="mission_acceptee")
    circulation_ban: CirculationBan = Field(alias="circulation_interdite")
    student: Text = Field(alias="etudiant")
    employee: Text = Field(alias="salarie")
