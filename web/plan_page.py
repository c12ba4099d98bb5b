"""The plan on the console: its sections in a line each, and one section to write."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from domain.card_words import labels
from domain.content import ChangeOrigin, Layer, Value
from domain.cpts import Cpts
from domain.diff_labels import ORIGIN_LABELS
from domain.form import ROWS, Shape
from domain.known import source_of
from domain.person import Person
from domain.plan import Plan
from domain.plan_diff import CARDS
from domain.plan_edition import STATUS_LABELS
from domain.plan_outline import OutlineLine, outline
from domain.plan_version import PlanVersion, VersionStatus
from domain.printed_plan import PrintedField
from domain.printed_section import OWNERS, SectionWords
from domain.section_edit import REGIONAL, form_of
from domain.section_rules import Wrong
from domain.wording import KIND_LABELS
from web.console import new_nonce
from web.plan_form import as_form, said_in, tables
from web.views import Page

SAVED = {
    "oui": "Enregistré.",
    "rien": "Rien n'a changé : rien n'est enregistré.",
    "trame": "Le brouillon suit cette trame ; ce que vous avez écrit est gardé.",
    "relu": "Relecture inscrite, sans changement.",
}
ORIGINS = tuple((code.value, said) for code, said in ORIGIN_LABELS.items())
"""Where a change comes from, as it is chosen."""
_SHORT = 3  # lines that are shown at once


@dataclass(frozen=True)
class PlanKnown:
    """The plan as it stands, read at one instant."""

    tenant: Cpts
    plan: Plan
    standing: PlanVersion
    people: Mapping[str, Person]

    @property
    def path(self) -> str:
        """Where its pages are."""
        return f"/cpts/{self.tenant.cpts_id}/plan"

    @property
    def state(self) -> str:
        """Say where the version stands."""
        status = STATUS_LABELS[self.standing.status]
        kind = KIND_LABELS[self.standing.kind].lower()
        return f"Version {self.standing.number} : {status}, {kind}"

    @property
    def is_draft(self) -> bool:
        """May it still be written?"""
        return self.standing.status is VersionStatus.DRAFT


@dataclass(frozen=True, kw_only=True)
class PlanPage(Page):
    """The sections of the plan."""

    path: str
    state: str
    is_draft: bool
    template: str  # the title of what it follows
    compared: str  # where the differences are shown; empty: with nothing
    sections: tuple[OutlineLine, ...]
    saved: str = ""


@dataclass(frozen=True)
class KnownField:
    """What Tocsin fills, and where it is read."""

    label: str
    source: str
    lines: tuple[str, ...]

    @property
    def short(self) -> bool:
        """Is it shown at once, or unfolded?"""
        return len(self.lines) <= _SHORT


@dataclass(frozen=True)
class WrittenField:
    """What people write: a text, lines of text, or the rows of a table."""

    name: str
    label: str
    hint: str = ""
    columns: tuple[tuple[str, str, str], ...] = ()
    rows: int = 0


@dataclass(frozen=True, kw_only=True)
class SectionPage(Page):
    """One section: what is known, what is to be written, who read it."""

    path: str
    state: str
    section_id: str
    title: str
    owner: str
    since: str
    checks: tuple[str, ...]
    cards: str  # where the cards are, if the section is theirs
    known: tuple[KnownField, ...]
    fields: tuple[WrittenField, ...]
    number: int
    revision: int
    nonce: str
    authors: tuple[tuple[str, str], ...]
    origins: tuple[tuple[str, str], ...]
    readers: tuple[tuple[str, str], ...]  # none: it was changed, or has left
    saved: str = ""
    form: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def is_wrong(self, table: str, rank: int) -> bool:
        """Is something refused in this row?"""
        return any(name.startswith(f"{table}.{rank}.") for name in self.errors)


def plan_page(known: PlanKnown) -> PlanPage:
    """Lay out the sections of the plan."""
    base = known.plan.based_on
    after = known.plan.number
    return PlanPage(
        cpts_name=known.tenant.name,
        fictitious=known.tenant.fictitious,
        path=known.path,
        state=known.state,
        is_draft=known.is_draft,
        template=known.plan.template.title,
        compared=f"{known.path}/diff?from={base}&to={after}" if base else "",
        sections=outline(known.plan, known.people),
    )


def section_page(
    known: PlanKnown,
    section_id: str,
    typed: Mapping[str, Value] | None = None,
    posted: Mapping[str, str] | None = None,
) -> SectionPage:
    """Lay out one section, with what was typed if it was refused.

    Raises:
        UnknownSectionError: The plan has no such section.
    """
    plan = known.plan
    form, content = form_of(plan, section_id), plan.section(section_id)
    line = next(x for x in outline(plan, known.people) if x.section_id == section_id)
    section = next(s for s in plan.template.sections if s.section_id == section_id)
    said = as_form(form, said_in(form, content) if typed is None else typed)
    usual = {
        "author": section.owner,
        "origin": ChangeOrigin.DRAFTING.value,
        "detail": "",
        "person": next(iter(plan.people_of(section.owner)), ""),
    }
    changed = any(change.section_id == section_id for change in plan.changes)
    writes = known.is_draft or typed is not None
    return SectionPage(
        cpts_name=known.tenant.name,
        fictitious=known.tenant.fictitious,
        path=known.path,
        state=known.state,
        section_id=section_id,
        title=section.title,
        owner=line.owner,
        since=line.since,
        checks=section.checks,
        cards=f"{known.path}/fiches" if section_id == CARDS else "",
        known=tuple(_known(known, section_id, everything=not writes)),
        fields=tuple(_written(known, section_id, said)) if writes else (),
        number=known.standing.number,
        revision=known.standing.revision,
        nonce=new_nonce(),
        authors=authors(plan),
        origins=ORIGINS,
        readers=() if changed or not known.is_draft else tuple(_readers(known)),
        form={**usual, **(posted or {}), **said},
    )


def authors(plan: Plan) -> tuple[tuple[str, str], ...]:
    """List in whose name the plan may be written: code and label."""
    roles = OWNERS | labels(plan.template.roles)
    codes = (*OWNERS, *(role.code for role in plan.template.held_roles))
    return tuple((code, roles[code]) for code in codes)


def _readers(known: PlanKnown) -> Iterator[tuple[str, str]]:
    """Name who holds a role, once each."""
    held = dict.fromkeys(
        who for h in known.plan.holders for who in (h.person_id, h.deputy_id) if who
    )
    for person_id in held:
        if person := known.people.get(person_id):
            yield person_id, person.full_name


def _known(
    known: PlanKnown, section_id: str, *, everything: bool
) -> Iterator[KnownField]:
    """Say what is not typed here: what Tocsin fills; all of it once it has left."""
    plan = known.plan
    words = SectionWords(plan.template, known.people, public=False)
    section = next(s for s in plan.template.sections if s.section_id == section_id)
    form = form_of(plan, section_id)
    printed = words.printed(section, plan.section(section_id)).fields
    sources = [source_of(section_id, f) if f.known else "" for f in form.fields]
    for rank, each in enumerate(printed):
        if each.known or everything:
            source = "" if form.table else sources[rank]
            label = each.label or section.title
            yield KnownField(label, source, tuple(_lines(each)))


def _lines(said: PrintedField) -> Iterator[str]:
    if said.table:
        for row in said.table.rows:
            yield ", ".join(filter(None, row))
    elif said.text:
        yield from said.text.splitlines()
    yield from said.items


def _written(
    known: PlanKnown, section_id: str, said: Mapping[str, str]
) -> Iterator[WrittenField]:
    form = form_of(known.plan, section_id)
    columns = dict(tables(form))
    fields = known.plan.section(section_id).fields
    regional = {f.name for f in fields if f.layer is Layer.REGIONAL}

    def hint(name: str, said: str) -> str:
        return f"{said} {REGIONAL}".strip() if name in regional else said

    def table(name: str, label: str) -> WrittenField:
        first = f"{name}.{{}}.{columns[name][0][0]}"
        rows = sum(first.format(rank) in said for rank in range(len(said)))
        return WrittenField(name, label, hint(name, ""), columns[name], rows)

    if form.table:
        yield table(ROWS, "")
        return
    for each in form.fields:
        if each.name in columns:
            yield table(each.name, each.label)
        elif not each.known:
            many = "Un par ligne." if each.shape is Shape.LIST else ""
            said_of_it = hint(each.name, each.hint or many)
            yield WrittenField(each.name, each.label, said_of_it)


def told(wrongs: tuple[Wrong, ...], form: Mapping[str, str]) -> dict[str, str]:
    """Say what is wrong beside each field of a form, by its name."""
    errors: dict[str, str] = {}
    for wrong in wrongs:
        name = wrong.name if wrong.name in form else str(wrong.place[0])
        rule = f"{wrong.rule[:1].upper()}{wrong.rule[1:]}"
        errors.setdefault(name, rule if rule.endswith((".", "…")) else f"{rule}.")
    return errors
