"""What each step of the update asks, and of whom."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from domain.review import OWNER_OF_PLAN, ReviewTask, TaskKind
from domain.template import Template
from domain.who_answers import WhoAnswers
from domain.yearly_update import StepCode

FRESH = timedelta(days=90)  # a contact verified since is not called again
_CONTACTS = "SEC-03"  # whoever owns it calls the authorities
READ_LATER = {
    StepCode.PLACES: ("SEC-05", "SEC-06"),
    StepCode.CARDS: ("SEC-16",),
}
_READ_ON_THEIR_OWN_DAY = frozenset(s for some in READ_LATER.values() for s in some)


def tasks_of(
    step: StepCode,
    template: Template,
    who: WhoAnswers,
    stale: Iterable[str],
) -> Iterator[ReviewTask]:
    """List what a step asks.

    Args:
        step: The step.
        template: Whose sections are read again.
        who: Who answers today.
        stale: The contacts of authorities that were not verified lately.
    """
    match step:
        case StepCode.OPENING:
            left = {s.section_id for s in template.sections} - _READ_ON_THEIR_OWN_DAY
            yield from _sections(template, left)
        case StepCode.PLACES | StepCode.CARDS:
            yield from _sections(template, READ_LATER[step])
        case StepCode.PROFILES:
            yield from map(_profile, who.volunteers)
        case StepCode.CONTACTS:
            yield from contacts(template, stale)


def contacts(template: Template, codes: Iterable[str]) -> Iterator[ReviewTask]:
    """Ask the owner of the directory to call the contacts of authorities."""
    owners = (s.owner for s in template.sections if s.section_id == _CONTACTS)
    role = next(owners, OWNER_OF_PLAN)  # a short template has no sections
    for code in codes:
        yield ReviewTask(
            task_id=f"AUTORITE.{code}",
            kind=TaskKind.AUTHORITY,
            subject=code,
            role=role,
        )


def stale(
    who: WhoAnswers, verified: Mapping[str, datetime], now: datetime
) -> tuple[str, ...]:
    """List the contacts of authorities that nobody reached lately."""
    codes = (each.code for each in who.tenant.authorities)
    return tuple(c for c in codes if c not in verified or now - verified[c] > FRESH)


def _sections(template: Template, wanted: Iterable[str]) -> Iterator[ReviewTask]:
    ids = frozenset(wanted)
    for section in template.sections:
        if section.section_id in ids:
            yield ReviewTask(
                task_id=f"{section.section_id}.1",
                kind=TaskKind.SECTION,
                subject=section.section_id,
                role=section.owner,
            )


def _profile(person_id: str) -> ReviewTask:
    return ReviewTask(
        task_id=f"PROFIL.{person_id}",
        kind=TaskKind.PROFILE,
        subject=person_id,
        role=None,
    )
