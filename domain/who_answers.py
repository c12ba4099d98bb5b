"""Who answers for what a review asks, today: roles and people change meanwhile."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.cpts import Cpts, RoleCode
from domain.directory import person_named
from domain.notice import Recipient
from domain.person import Link, Person
from domain.review import LEAST_PATIENCE, OWNER_OF_PLAN, ReviewTask, TaskKind, rungs


@dataclass(frozen=True, slots=True)
class Asked:
    """A task that a letter is owed about: whom it goes to, after how many silences."""

    task: ReviewTask
    who: str
    rung: int


@dataclass(frozen=True, slots=True)
class WhoAnswers:
    """The CPTS and its directory as they are now."""

    tenant: Cpts
    people: Mapping[str, Person]  # by id

    @property
    def volunteers(self) -> tuple[str, ...]:
        """The ids of those who agreed to be asked."""
        link = Link.VOLUNTEER
        return tuple(i for i, person in self.people.items() if person.link is link)

    def holders(self, role: str) -> tuple[str | None, str | None]:
        """Give who holds a role and who stands in, if the directory has them."""
        if role == OWNER_OF_PLAN:
            return OWNER_OF_PLAN, None
        held = self.tenant.role(role)
        if held is None:
            return None, None
        return self._named(held.holder), self._named(held.deputy)

    def chain(self, task: ReviewTask) -> tuple[str, ...]:
        """List whom a task is asked of, silence after silence; none: it fell away."""
        if task.role is not None:
            president, _ = self.holders(RoleCode.DECISION)
            return rungs(*self.holders(task.role), president)
        person = self.people.get(task.subject)
        if person is None or person.link is not Link.VOLUNTEER:
            return ()
        return (task.subject, task.subject)

    def missing(self, tasks: Iterable[ReviewTask]) -> tuple[ReviewTask, ...]:
        """Keep the tasks that somebody still owes an answer to."""
        return tuple(task for task in tasks if task.is_open and self.chain(task))

    def to_tell(
        self, tasks: Iterable[ReviewTask], now: datetime, *, climb: bool
    ) -> Iterator[Asked]:
        """Say which tasks a letter is owed about.

        Those of whom nobody was told yet; those whose holder changed; and, on a day of
        reminders, those that stay silent, one rung up.
        """
        for task in self.missing(tasks):
            chain, rung = self.chain(task), task.rung
            if climb and task.told_at and now - task.told_at >= LEAST_PATIENCE:
                rung = min(rung + 1, len(chain) - 1)
            who = chain[min(rung, len(chain) - 1)]
            if rung != task.rung or who != task.asked:
                yield Asked(task, who, rung)

    def recipient(self, who: str) -> Recipient:
        """Say where to write to somebody of the directory, or to the coordinator."""
        if who == OWNER_OF_PLAN:
            contact = self.tenant.coordinator
            return Recipient(recipient_id=who, name=contact.name, address=contact.email)
        person = self.people[who]
        return Recipient(recipient_id=who, name=person.full_name, address=person.email)

    def name(self, who: str | None) -> str:
        """Name somebody, gone or not, for the coordinator's own page."""
        if who is None:
            return "personne encore"
        if who == OWNER_OF_PLAN:
            return self.tenant.coordinator.name
        person = self.people.get(who)
        return person.full_name if person else "une personne partie"

    def label(self, task: ReviewTask) -> str:
        """Name what a task is about, sections aside: a contact, a person."""
        if task.kind is TaskKind.AUTHORITY:
            known = {each.code: each.name for each in self.tenant.authorities}
            return known.get(task.subject, task.subject)
        return self.name(task.subject)

    def _named(self, said: str | None) -> str | None:
        if said is None:
            return None
        found = person_named(tuple(self.people.values()), said)
        return next((i for i, p in self.people.items() if p is found), None)
