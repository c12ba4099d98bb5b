"""Missions on the console's pages: who may leave, who was asked, one to propose."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from domain.calendar import french_hour
from domain.contact import readable
from domain.mission import Mission
from domain.rest import Rest, rests_until
from domain.seating import Sitting
from domain.shift import Shift
from domain.wording import MISSION_LABELS
from web.known import Known, moment
from web.views import Page


@dataclass(frozen=True)
class MissionLine:
    """One mission, and whose it is."""

    mission_id: str
    name: str
    card: str
    state: str
    when: str
    place: str
    open: bool
    too_near: bool  # another post of theirs: too little rest


@dataclass(frozen=True)
class FreeLine:
    """Somebody who said yes, and may be proposed a mission."""

    person_id: str
    name: str
    about: str  # profession, zone
    phone: str
    card: str  # none: in reserve
    rest: str = ""  # « Au repos jusqu'à 9 h 20 »


@dataclass(frozen=True, kw_only=True)
class MissionsPage(Page):
    """Every mission of a crisis, and who has none."""

    path: str
    missions: tuple[MissionLine, ...]
    seated: tuple[FreeLine, ...]
    reserve: tuple[FreeLine, ...]
    students: tuple[FreeLine, ...]
    open: bool  # may one be proposed?


@dataclass(frozen=True, kw_only=True)
class ProposePage(Page):
    """A mission to propose to one person."""

    path: str
    nonce: str
    person: FreeLine
    cards: tuple[tuple[str, str], ...]
    zones: tuple[tuple[str, str], ...]
    form: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CallOffPage(Page):
    """A mission to call off, before it is."""

    path: str
    nonce: str
    mission: MissionLine


def missions_of(
    known: Known, rows: Collection[Mission], names: Mapping[str, str]
) -> tuple[MissionLine, ...]:
    """Say each mission, those that may still change first.

    Args:
        known: The crisis.
        rows: Its missions.
        names: Of people, keyed by person.
    """
    return tuple(
        MissionLine(
            mission_id=each.mission_id,
            name=names[each.person_id],
            card=known.plan.template.card(each.card_id).title,
            state=MISSION_LABELS[each.state],
            when=(
                f"{moment(each.starts_at, known)}, jusqu'à "
                f"{french_hour(each.ends_at, known.zone)}"
            ),
            place=f"{each.place} ; {each.contact}",
            open=each.state.is_open,
            too_near=each.state.is_open and _is_too_near(known, each, rows),
        )
        for each in sorted(rows, key=lambda each: not each.state.is_open)
    )


def _is_too_near(known: Known, mission: Mission, rows: Iterable[Mission]) -> bool:
    """Does a mission leave no rest beside another, one that ended late say?"""
    theirs = (each for each in rows if each.person_id == mission.person_id)
    others = (each for each in theirs if each.mission_id != mission.mission_id)
    rest = Rest.of(known.tenant, known.crisis.activation)
    return rest.too_near(others, Shift.model_validate(mission)) is not None


def free(known: Known, people: Iterable[Sitting]) -> tuple[FreeLine, ...]:
    """Say who said yes and has no open mission, posts first."""
    return tuple(
        FreeLine(
            person_id=each.person_id,
            name=each.name,
            about=", ".join(
                filter(None, (_profession(known, each.profession), each.zone))
            ),
            phone=readable(each.mobile) if each.mobile else "",
            card=known.plan.template.card(each.card).title if each.card else "",
            rest=(
                rests_until(each.rests_until, known.now, known.zone)
                if each.rests_until
                else ""
            ),
        )
        for each in people
        if each.mission is None or not each.mission.is_open
    )


def _profession(known: Known, code: str) -> str:
    return known.plan.template.profession(code).label
