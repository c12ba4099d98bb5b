"""Who a wave is for, and why each of the others is left out.

Source: docs/sources.md#audience
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.card import ActionCard
from domain.person import Link, Person, Status
from domain.plan import Holder
from domain.wave import Audience, Kinetic, WaveSheet

_SAFETY = "VS"
_BY_ZONE = frozenset({_SAFETY, "V2"})  # V3 asks every zone


class LeftOut(StrEnum):
    """Why somebody is not among the recipients of a wave."""

    NO_ROLE = "SANS_ROLE"
    DEPUTY = "SUPPLEANT"  # asked if the holder stays silent
    NOT_VOLUNTEER = "NON_VOLONTAIRE"
    OPPOSED = "OPPOSITION"
    STOPPED = "ARRET_DEMANDE"  # for this alert
    SEATED = "DEJA_ENGAGE"
    ANSWERED = "DEJA_REPONDU"
    ELSEWHERE = "DEJA_MOBILISE_AILLEURS"  # they chose another CPTS that calls them
    ASKED = "DEJA_SOLLICITE"  # by the same call, before
    AWAY = "ABSENT"  # and no locum receives the alerts
    OTHER_TYPE = "TYPE_NON_ACCEPTE"
    OTHER_ZONE = "HORS_ZONE"
    NOT_WANTED = "PROFESSION_NON_DEMANDEE"
    UNSKILLED = "COMPETENCE_EXIGEE"  # by every card that wants their profession
    COMMITTED = "DOUBLE_ENGAGEMENT"
    STUDENT_ALONE = "ETUDIANT_SEUL"
    NIGHT = "NUIT"  # asked in the morning, or when a minimum is not reached


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the frozen directory, and what they did in this crisis."""

    person_id: str
    person: Person
    present_in: tuple[str, ...] = ()  # zones of their places and of their mission
    seated: bool = False
    answered: bool = False
    stopped: bool = False
    opposed: bool = False
    elsewhere: bool = False  # they said yes to another CPTS, and nothing here since
    calls: int = 0  # for a seat, by other crises, within a year

    def is_in(self, zones: frozenset[str]) -> bool:
        """May the person be in one of these zones? None named: everywhere."""
        theirs = {self.person.zone, *self.present_in} - {None}
        return not zones or not theirs or not theirs.isdisjoint(zones)


@dataclass(frozen=True, slots=True)
class Recipients:
    """Everyone: those a wave asks, in order, and the others with the reason."""

    asked: tuple[str, ...]
    left_out: tuple[tuple[str, LeftOut], ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A wave about to leave: what decides who it is for."""

    wave: WaveSheet
    kinetic: Kinetic
    day: date  # in the CPTS's own zone
    types: tuple[str, ...] = ()
    zones: frozenset[str] = frozenset()  # of the perimeter; none named: everywhere
    cards: tuple[ActionCard, ...] = ()  # those that still want people
    skills_first: frozenset[str] = frozenset()
    holders: tuple[Holder, ...] = ()
    silent: frozenset[str] = frozenset()  # those who let their answer delay pass

    def to(self, candidates: Iterable[Candidate]) -> Recipients:
        """Part everyone between those the wave is for and those it is not."""
        everyone = tuple(candidates)
        away = {e.person_id for e in everyone if e.person.absence_on(self.day)}
        silent = self.silent | away
        why = {each.person_id: self._why_not(each, silent) for each in everyone}
        if Audience.VOLUNTEERS in self.wave.audience:
            why |= self._students_alone(everyone, why)
        asked = [each for each in everyone if why[each.person_id] is None]
        asked.sort(key=self._rank)
        return Recipients(
            asked=tuple(each.person_id for each in asked),
            left_out=tuple((who, reason) for who, reason in why.items() if reason),
        )

    def _why_not(self, candidate: Candidate, silent: frozenset[str]) -> LeftOut | None:
        if candidate.opposed:
            return LeftOut.OPPOSED
        if self.wave.code == _SAFETY:  # whatever they answered, present or not
            return self._elsewhere(candidate)
        if candidate.stopped and self.wave.answers:
            return LeftOut.STOPPED
        if Audience.VOLUNTEERS in self.wave.audience:
            return self._not_available(candidate) or self._not_suited(candidate)
        if Audience.ALL_MEMBERS in self.wave.audience:
            return None  # whoever works here is told, never asked
        return self._no_role(candidate, silent)

    def _no_role(self, candidate: Candidate, silent: frozenset[str]) -> LeftOut | None:
        """Ask the holder, then the deputy once the holder is silent or away."""
        held = [h for h in self.holders if h.role in self.wave.audience]
        second = [h for h in held if h.deputy_id == candidate.person_id]
        holds = any(candidate.person_id == holder.person_id for holder in held)
        stands_in = any(holder.person_id in silent for holder in second)
        if not holds and not second:
            return LeftOut.NO_ROLE
        if candidate.answered:
            return LeftOut.ANSWERED
        if candidate.person.absence_on(self.day) is not None:
            return LeftOut.AWAY
        return None if holds or stands_in else LeftOut.DEPUTY

    def _elsewhere(self, candidate: Candidate) -> LeftOut | None:
        if self.wave.code not in _BY_ZONE or candidate.is_in(self.zones):
            return None
        return LeftOut.OTHER_ZONE

    def _not_available(self, candidate: Candidate) -> LeftOut | None:
        person = candidate.person
        absence = person.absence_on(self.day)
        if person.link is not Link.VOLUNTEER:
            return LeftOut.NOT_VOLUNTEER
        if candidate.seated:
            return LeftOut.SEATED
        if candidate.answered:
            return LeftOut.ANSWERED
        if candidate.elsewhere:
            return LeftOut.ELSEWHERE
        if absence is not None and absence.locum_mobile is None:
            return LeftOut.AWAY
        return None

    def _not_suited(self, candidate: Candidate) -> LeftOut | None:
        person = candidate.person
        if not any(map(person.accepts, self.types)):
            return LeftOut.OTHER_TYPE
        if not any(card.welcomes(person.profession) for card in self.cards):
            return LeftOut.NOT_WANTED
        if not any(c.suits(person.profession, person.skills) for c in self.cards):
            return LeftOut.UNSKILLED
        if person.double_commitment and self.kinetic is Kinetic.FAST:
            return LeftOut.COMMITTED
        return self._elsewhere(candidate)

    def _students_alone(
        self, everyone: tuple[Candidate, ...], why: dict[str, LeftOut | None]
    ) -> dict[str, LeftOut | None]:
        """Leave students out unless a professional is there or asked."""
        students = {
            each.person_id for each in everyone if each.person.status is Status.STUDENT
        }
        professionals = (e for e in everyone if e.person_id not in students)
        if any(each.seated or why[each.person_id] is None for each in professionals):
            return {}
        return {
            who: LeftOut.STUDENT_ALONE
            for who, reason in why.items()
            if who in students and reason is None
        }

    def _rank(self, candidate: Candidate) -> tuple[bool, bool, int]:
        """Put the field first for safety, then skills, then who was called least."""
        on_site = self.wave.code == _SAFETY and candidate.seated
        skilled = not self.skills_first.isdisjoint(candidate.person.skills)
        return not on_site, not skilled, candidate.calls
