"""A mission: where somebody goes, whom they meet there, from when until when.

Source: docs/sources.md#missions
"""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.crisis import CLOCK_SKEW
from domain.mission_errors import MissionClosedError, MissionHoursError
from domain.privacy import refuse_patient_data
from domain.shift import Shift

LONGEST = timedelta(days=2)  # one person, one mission: beyond, hours are mistaken


class MissionState(StrEnum):
    """Where a mission stands."""

    PROPOSED = "PROPOSEE"
    ACCEPTED = "ACCEPTEE"
    DECLINED = "DECLINEE"
    ENDED = "TERMINEE"
    CANCELLED = "ANNULEE"  # by the cell

    @property
    def is_open(self) -> bool:
        """May something still become of it?"""
        return self in OPEN


OPEN = (MissionState.PROPOSED, MissionState.ACCEPTED)


class MissionReply(StrEnum):
    """What a person says of their mission: codes of the plan's answers."""

    ACCEPT = "MISSION_ACCEPTEE"
    DECLINE = "MISSION_DECLINEE"
    END = "MISSION_TERMINEE"


_AFTER = {
    (MissionState.PROPOSED, MissionReply.ACCEPT): MissionState.ACCEPTED,
    (MissionState.PROPOSED, MissionReply.DECLINE): MissionState.DECLINED,
    (MissionState.ACCEPTED, MissionReply.DECLINE): MissionState.DECLINED,
    (MissionState.ACCEPTED, MissionReply.END): MissionState.ENDED,
}


class MissionOrder(BaseModel):
    """What the cell proposes to one person."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    card_id: str
    person_id: str
    place: str = Field(min_length=2, max_length=120)
    zone: str | None = None  # of the place; none said: any ban holds it
    contact: str = Field(min_length=2, max_length=80)  # whom to meet, and a number
    starts_at: AwareDatetime
    ends_at: AwareDatetime

    def check(self, now: datetime) -> None:
        """Refuse hours that nobody can work, and patient data.

        Raises:
            MissionHoursError: It is over already, ends before it starts, or is
                too long for one person.
            PatientDataError: A free text holds a patient's identity.
        """
        refuse_patient_data(self.place, self.contact)
        _check_hours(self.starts_at, self.ends_at)
        if self.ends_at <= now:
            raise MissionHoursError


class Mission(MissionOrder):
    """One mission as it stands."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    mission_id: str
    wave: int  # what carries the proposal
    state: MissionState
    proposed_at: datetime
    answered_at: datetime | None = None
    employer_agrees: bool | None = None
    worked_from: datetime | None = None
    worked_until: datetime | None = None

    @property
    def post(self) -> Shift | None:
        """The hours that they worked, else accepted; none: it is no post of theirs."""
        if self.state is MissionState.ACCEPTED:
            return Shift.model_validate(self)
        if self.worked_from is None or self.worked_until is None:
            return None
        worked = {"starts_at": self.worked_from, "ends_at": self.worked_until}
        return Shift(person_id=self.person_id, **worked)

    def after(self, reply: MissionReply) -> MissionState:
        """Say what a reply makes of it.

        Raises:
            MissionClosedError: It cannot be answered so any more.
        """
        state = _AFTER.get((self.state, reply))
        if state is None:
            raise MissionClosedError(mission=self.mission_id)
        return state


def check_worked(begin: datetime, end: datetime, now: datetime) -> None:
    """Refuse hours worked that cannot be true.

    Raises:
        MissionHoursError: They end in the future, or before they begin.
    """
    _check_hours(begin, end)
    if end > now + CLOCK_SKEW:
        raise MissionHoursError


def _check_hours(begin: datetime, end: datetime) -> None:
    if not timedelta(0) < end - begin <= LONGEST:
        raise MissionHoursError
