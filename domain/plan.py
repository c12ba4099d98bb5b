"""A plan: the template filled in by one CPTS, frozen as one canonical text."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Self

import rfc8785
from pydantic import BaseModel, ConfigDict

from domain.card import CardMode
from domain.content import (
    Aside,
    CardEdit,
    Change,
    Conflict,
    DisabledCard,
    SectionContent,
)
from domain.crisis import ActivatedType
from domain.errors import MissingRoleHolderError
from domain.need import Need, needs_of_card
from domain.plan_version import PlanVersion, VersionKind, VersionStatus
from domain.template import Template


class Holder(BaseModel):
    """Who holds a role, and who stands in; ids only."""

    model_config = ConfigDict(frozen=True)

    role: str
    person_id: str
    deputy_id: str | None = None


class Plan(BaseModel):
    """One version of the plan of one CPTS; immutable."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    plan_id: str
    number: int
    holders: tuple[Holder, ...]
    bureau: tuple[str, ...] = ()  # people, in the order they are called
    template: Template  # as it is played: the edits below are already in it
    kind: VersionKind = VersionKind.FIRST_WRITING
    based_on: int | None = None
    region: str | None = None
    sections: tuple[SectionContent, ...] = ()
    edits: tuple[CardEdit, ...] = ()
    local_cards: tuple[str, ...] = ()  # ids: `L1-01`
    disabled: tuple[DisabledCard, ...] = ()
    aside: tuple[Aside, ...] = ()
    conflicts: tuple[Conflict, ...] = ()  # none once it is submitted
    changes: tuple[Change, ...] = ()  # since the version it is based on

    def section(self, section_id: str) -> SectionContent:
        """What this version says in a section; empty if nothing yet."""
        found = (s for s in self.sections if s.section_id == section_id)
        return next(found, SectionContent(section_id=section_id))

    def working(self, versions: Sequence[PlanVersion]) -> Self:
        """Give what to write on: this draft, or the version after this one.

        It is based on the last adopted version, which it is compared with: what was
        submitted and never adopted brings its changes along.

        Args:
            versions: All of them, this one last.
        """
        adopted = [v.number for v in versions if v.was_adopted]
        kind = VersionKind.UPDATE if adopted else VersionKind.FIRST_WRITING
        said: dict[str, object] = {
            "kind": kind,
            "based_on": adopted[-1] if adopted else None,
        }
        if versions[-1].status is not VersionStatus.DRAFT:
            said["number"] = self.number + 1
        if versions[-1].was_adopted:
            unread = (s.model_copy(update={"reading": None}) for s in self.sections)
            said |= {"sections": tuple(unread), "changes": ()}
        return self.model_copy(update=said)

    def settled(self, targets: Iterable[str]) -> Self:
        """Forget conflicts about these: what was just written decides them."""
        written = frozenset(targets)
        left = tuple(c for c in self.conflicts if c.target not in written)
        return self.model_copy(update={"conflicts": left})

    def canonical(self) -> str:
        """Give the one text of this version (RFC 8785): what its hash is of."""
        return rfc8785.dumps(self.model_dump(mode="json")).decode()

    def roles_of(self, person_id: str) -> tuple[str, ...]:
        """List the roles that somebody holds, then those in which they stand in."""
        held = (h.role for h in self.holders if h.person_id == person_id)
        second = (h.role for h in self.holders if h.deputy_id == person_id)
        return (*held, *second)

    def people_of(self, role: str) -> tuple[str, ...]:
        """List who answers for a role: who holds it, then who stands in."""
        held = (h for h in self.holders if h.role == role)
        both = (who for h in held for who in (h.person_id, h.deputy_id))
        return tuple(who for who in both if who is not None)

    def check(self) -> None:
        """Refuse a plan in which a role has nobody.

        Raises:
            MissingRoleHolderError: A role has no holder, lacks the deputy that it
                requires, or its deputy is its holder.
        """
        held = {holder.role: holder for holder in self.holders}
        for role in self.template.held_roles:
            holder = held.get(role.code)
            if holder is None:
                raise MissingRoleHolderError(role=role.code, missing="titulaire")
            if role.deputy_required and holder.deputy_id in {None, holder.person_id}:
                raise MissingRoleHolderError(role=role.code, missing="suppléant")

    def needs(self, types: Iterable[ActivatedType]) -> tuple[Need, ...]:
        """List the seats that a crisis asks for; a team that goes on needs no more.

        Raises:
            UnknownTypeError: The plan has no such type, or the type no such scenario.
        """
        return tuple(
            need
            for card in self.template.cards_for(types)
            if card.mode is CardMode.SEATS and card.team_of is None  # counted once
            for need in needs_of_card(card)
        )


def plan_id_of(cpts_id: str) -> str:
    """Name the one plan of a CPTS."""
    return f"plan-{cpts_id}"


def text_sha256(text: str) -> str:
    """Hash a canonical text; 64 hexadecimal digits."""
    return sha256(text.encode()).hexdigest()
