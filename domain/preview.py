"""What an order would set off, said before anybody confirms it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.audience import Call, Candidate
from domain.card import ActionCard, CardMode
from domain.crisis import Activation, Origin
from domain.crisis_type import fastest
from domain.night import Ground, Night
from domain.overcall import Past, SeatCall, seat_calls
from domain.partner import Partner, to_tell
from domain.plan import Plan
from domain.wave import PARTNERS_WAVE, Audience, Channel, Kinetic, WaveSheet
from domain.wave_departure import (
    AUTHENTICATED,
    Departure,
    Situation,
    Steering,
    departure,
)

REQUEST = "V2"
_BY_THEMSELVES = frozenset({"V0", "V1", "V2", "V3", "V4", PARTNERS_WAVE})  # not VS


@dataclass(frozen=True, slots=True)
class ExpectedWave:
    """One wave that an order would set off: how many people, when, or why not yet.

    The people of the wave of partners are those partners.
    """

    code: str
    purpose: str
    people: int
    asleep: int  # of these, those whom the night lets sleep
    departure: Departure
    not_before: datetime | None = None  # its hour, once the cards it waits for are done
    asked: frozenset[str] = frozenset()  # people awake


@dataclass(frozen=True, slots=True)
class Preview:
    """All that an order would set off."""

    kinetic: Kinetic
    now: datetime
    night: bool
    waves: tuple[ExpectedWave, ...]
    cards: int
    seats: int

    @property
    def leaving(self) -> tuple[ExpectedWave, ...]:
        """The waves that leave at once, and have somebody to reach."""
        return tuple(
            wave
            for wave in self.waves
            if wave.departure.waits_for is None and wave.people > wave.asleep
        )

    @property
    def at_once(self) -> int:
        """How many messages leave at once."""
        return sum(wave.people - wave.asleep for wave in self.leaving)


@dataclass(frozen=True, slots=True)
class Foreseen:
    """An order and the plan it would follow, at one instant."""

    plan: Plan
    said: Activation
    zone: ZoneInfo
    now: datetime

    def preview(
        self, candidates: Iterable[Candidate], partners: Iterable[Partner] = ()
    ) -> Preview:
        """Say whom the order reaches and when, by the rules that conduct the crisis.

        Raises:
            UnknownTypeError: The plan has no such type, or the type no such scenario.
        """
        template, everyone = self.plan.template, tuple(candidates)
        cards = template.cards_for(self.said.types)
        kinetic = self.said.kinetic or fastest(template.scenarios_of(self.said.types))
        night = Night(template.departures.night, self.zone, kinetic, self.said.pace)
        told = len(to_tell(PARTNERS_WAVE, cards, partners))
        return Preview(
            kinetic=kinetic,
            now=self.now,
            night=night.falls_at(self.now),
            waves=tuple(
                self._partners(sheet, night, told)
                if Audience.PARTNERS in sheet.audience
                else self._wave(sheet, night, cards, everyone)
                for sheet in template.waves
                if sheet.code in _BY_THEMSELVES
            ),
            cards=len(cards),
            seats=sum(need.needed for need in self.plan.needs(self.said.types)),
        )

    def calls(
        self,
        candidates: Iterable[Candidate],
        found: Preview,
        past: Mapping[str, Past],
    ) -> tuple[SeatCall, ...]:
        """Compare the seats of the order with whom its first request asks.

        Args:
            candidates: The directory.
            found: What the order sets off.
            past: What past crises teach, by profession.
        """
        asked = next((w.asked for w in found.waves if w.code == REQUEST), frozenset())
        called = (e.person.profession for e in candidates if e.person_id in asked)
        return seat_calls(self.plan.needs(self.said.types), called, past)

    def _wave(
        self,
        sheet: WaveSheet,
        night: Night,
        cards: tuple[ActionCard, ...],
        everyone: tuple[Candidate, ...],
    ) -> ExpectedWave:
        said = self.said
        found = departure(
            self.plan.template, sheet.code, self._situation(night), Steering(), self.now
        )
        leaves_at = found.leaves_at or self.now
        call = Call(
            wave=sheet,
            kinetic=night.kinetic,
            day=leaves_at.astimezone(self.zone).date(),
            types=said.codes,
            zones=frozenset(said.zones),
            cards=tuple(card for card in cards if card.mode is not CardMode.CELL),
            holders=self.plan.holders,
        )
        asked = frozenset(call.to(everyone).asked)
        asleep = frozenset(
            each.person_id
            for each in everyone
            if each.person_id in asked and _sleeps(each, sheet, night, leaves_at)
        )
        return ExpectedWave(
            code=sheet.code,
            purpose=sheet.purpose,
            people=len(asked),
            asleep=len(asleep),
            asked=asked - asleep,
            departure=found,
            not_before=self._once_done(sheet.code, night, found),
        )

    def _once_done(self, code: str, night: Night, found: Departure) -> datetime | None:
        done = dict.fromkeys(found.cards, self.now)
        situation = self._situation(night)
        once = replace(situation, done_at={**situation.done_at, **done})
        template = self.plan.template
        return departure(template, code, once, Steering(), self.now).leaves_at

    def _partners(self, sheet: WaveSheet, night: Night, told: int) -> ExpectedWave:
        situation = self._situation(night)
        return ExpectedWave(
            code=sheet.code,
            purpose=sheet.purpose,
            people=told,
            asleep=0,  # the whole wave waits for the morning, or none of it
            departure=departure(
                self.plan.template, sheet.code, situation, Steering(), self.now
            ),
        )

    def _situation(self, night: Night) -> Situation:
        said = self.said
        called_back = said.called_back_at
        return Situation(
            state=said.opening_state,
            types=frozenset(said.codes),
            t0=said.received_at,
            night=night,
            done_at={AUTHENTICATED: called_back} if called_back else {},
            local_initiative=said.origin is Origin.LOCAL,
        )


def _sleeps(candidate: Candidate, sheet: WaveSheet, night: Night, at: datetime) -> bool:
    reachable = candidate.person.reachable_at_night
    grounds = frozenset({Ground.REACHABLE} if reachable else ())
    return night.leaves_at(sheet.code, Channel.MAIL, grounds, at) > at
