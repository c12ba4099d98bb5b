"""From a draft to a plan in force: submitted, answered by the ARS, decided.

Source: docs/sources.md#adoption
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.adoption_errors import (
    AlreadyDecidedError,
    ConflictsLeftError,
    DecisionDateError,
    IncompletePlanError,
    NoQuorumError,
    NotEntitledError,
    NotSubmittedError,
    OpinionAgainstError,
    OpinionAwaitedError,
    OpinionDateError,
    OpinionUnsaidError,
    RefusalUnsaidError,
    SilenceTooEarlyError,
)
from domain.calendar import french_date
from domain.cpts import Cpts
from domain.knobs import ArsReview, Knobs
from domain.plan_errors import NoDraftError
from domain.plan_version import Decision, Opinion, PlanVersion, VersionStatus
from domain.printed_plan import Edition

PRESIDENCY = "DECISION"
EXPECTED = ("C", "C1")  # marks of the sections that the agreement expects
_WITH_WORDS = (Opinion.REMARKS, Opinion.REFUSED)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What a version still lacks when it leaves."""

    conflicts: int = 0  # with a new template: nobody decided
    incomplete: tuple[str, ...] = ()  # sections of mark C or C1


@dataclass(frozen=True, slots=True)
class Moment:
    """Now, and the calendar of the CPTS: opinions and decisions are dated by day."""

    at: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        """The day where the CPTS is."""
        return self.day(self.at)

    def day(self, at: datetime) -> date:
        """Say on which day this was, where the CPTS is."""
        return at.astimezone(self.zone).date()

    def start(self, on: date) -> datetime:
        """Give the first instant of a day."""
        return datetime.combine(on, time.min, self.zone)


def edition_for(tenant: Cpts, contact: str) -> Edition:
    """Choose an edition: authorities are told who answers for what, with numbers."""
    named = contact in {authority.code for authority in tenant.authorities}
    return Edition.CRISIS if named else Edition.PUBLIC


def last_that_left(history: Sequence[PlanVersion]) -> PlanVersion:
    """Give the version that is answered and decided upon: those before are over.

    Raises:
        NotSubmittedError: None left yet.
    """
    for version in reversed(history):
        if version.status is not VersionStatus.DRAFT:
            return version
    raise NotSubmittedError


def submit(
    version: PlanVersion, ready: Readiness, despite: str | None, at: datetime
) -> PlanVersion:
    """Let a draft leave: from now on its content never changes.

    Raises:
        ConflictsLeftError: Edits and a new template contradict each other.
        IncompletePlanError: An expected section is incomplete, without a reason.
        NoDraftError: It left already.
    """
    number = version.number
    if version.status is not VersionStatus.DRAFT:
        raise NoDraftError(cpts=version.cpts_id, number=number)
    if ready.conflicts:
        raise ConflictsLeftError(number=number, conflicts=ready.conflicts)
    if ready.incomplete and not despite:
        sections = ", ".join(ready.incomplete)
        raise IncompletePlanError(number=number, sections=sections)
    return version.model_copy(
        update={
            "status": VersionStatus.SUBMITTED,
            "submitted_at": at,
            "submitted_despite": despite if ready.incomplete else None,
        }
    )


def answered(
    version: PlanVersion, opinion: Opinion, on: date, words: str | None, now: Moment
) -> PlanVersion:
    """Note what the ARS says; a later answer replaces it, the ledger keeps both.

    Raises:
        NotSubmittedError: It was not asked.
        OpinionDateError: Dated before the submission, or in the future.
        OpinionUnsaidError: Remarks or a refusal without words.
    """
    submitted_on = now.day(_submitted(version))
    if not submitted_on <= on <= now.today:
        raise OpinionDateError(
            number=version.number,
            on=french_date(on),
            submitted=french_date(submitted_on),
            today=french_date(now.today),
        )
    if opinion in _WITH_WORDS and not words:
        raise OpinionUnsaidError
    return version.model_copy(
        update={
            "opinion": opinion,
            "opinion_at": now.start(on),
            "opinion_words": words,
        }
    )


def silent(version: PlanVersion, days: int, now: Moment) -> PlanVersion:
    """Note that the ARS said nothing in the time it had.

    Raises:
        NotSubmittedError: It was not asked.
        SilenceTooEarlyError: It still has time.
    """
    until = answer_by(version, days, now)
    if now.today <= until:
        raise SilenceTooEarlyError(until=french_date(until))
    return answered(version, Opinion.SILENCE, now.today, None, now)


def answer_by(version: PlanVersion, days: int, now: Moment) -> date:
    """Give the last day on which the ARS may answer.

    Raises:
        NotSubmittedError: It was not asked.
    """
    return now.day(_submitted(version)) + timedelta(days=days)


def decided(
    version: PlanVersion,
    decision: Decision,
    entitled: Collection[str],
    knobs: Knobs,
    now: Moment,
) -> PlanVersion:
    """Adopt or refuse a version, as the bureau decided.

    Args:
        version: As it stands.
        decision: Who presided, when, how many were there.
        entitled: People who preside or stand in.
        knobs: What the ARS gives: an opinion, or its consent (D10).
        now: Today.

    Raises:
        AlreadyDecidedError: The bureau decided before.
        DecisionDateError: Dated before the submission, or in the future.
        NoQuorumError: Too few members were there.
        NotEntitledError: Whoever signs may not.
        NotSubmittedError: It was not submitted.
        OpinionAgainstError: The ARS refused, and its consent is needed.
        OpinionAwaitedError: The ARS has its word to say first.
        RefusalUnsaidError: Refused without a reason.
    """
    if version.decision is not None:
        raise AlreadyDecidedError(number=version.number)
    submitted_on = now.day(_submitted(version))
    if decision.signed_by not in entitled:
        raise NotEntitledError
    if not submitted_on <= decision.on <= now.today:
        raise DecisionDateError(
            number=version.number,
            on=french_date(decision.on),
            submitted=french_date(submitted_on),
            today=french_date(now.today),
        )
    if decision.present < decision.quorum:
        raise NoQuorumError(present=decision.present, quorum=decision.quorum)
    if not decision.adopted:
        if not decision.reason:
            raise RefusalUnsaidError
        return version.model_copy(update={"decision": decision})
    _check_consent(version, knobs, now)
    return version.model_copy(
        update={
            "decision": decision,
            "status": VersionStatus.ADOPTED,
            "adopted_at": now.at,
        }
    )


def replaced(version: PlanVersion, at: datetime) -> PlanVersion:
    """Say that another version takes over."""
    return version.model_copy(
        update={"status": VersionStatus.REPLACED, "replaced_at": at}
    )


def _submitted(version: PlanVersion) -> datetime:
    if version.submitted_at is None:
        raise NotSubmittedError
    return version.submitted_at


def _check_consent(version: PlanVersion, knobs: Knobs, now: Moment) -> None:
    """Refuse to adopt without the consent that the contract asks for."""
    if knobs.ars_review_mode is ArsReview.OPINION:
        return
    until = ""
    if knobs.ars_review_mode is ArsReview.TACIT:
        last = answer_by(version, knobs.ars_tacit_days, now)
        if version.opinion is not Opinion.REFUSED and now.today > last:
            return
        until = f", ou son silence jusqu'au {french_date(last)}"
    consents = _CONSENTS[knobs.ars_review_mode]
    if version.opinion is Opinion.REFUSED:
        raise OpinionAgainstError(number=version.number)
    if version.opinion not in consents:
        raise OpinionAwaitedError(number=version.number, until=until)


_CONSENTS = {
    ArsReview.VALIDATION: (Opinion.FAVOURABLE,),
    ArsReview.TACIT: (Opinion.FAVOURABLE, Opinion.REMARKS, Opinion.SILENCE),
}
