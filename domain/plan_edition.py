"""One version of a plan made ready to print, in one of its two editions.

Source: docs/sources.md#plan-editions
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.calendar import french_date, french_day
from domain.card_words import CardWords, labels
from domain.contact import readable
from domain.content import CardEdit, Layer
from domain.cpts import Cpts
from domain.crisis_type import TypeSheet
from domain.diff_labels import CARD_LABELS
from domain.diff_words import DiffWords
from domain.duration import Period
from domain.folding import in_order
from domain.person import Link, Person
from domain.plan import Plan
from domain.plan_diff import differences
from domain.plan_version import Opinion, PlanVersion, VersionStatus
from domain.printed_plan import (
    Copy,
    Edition,
    PrintedCards,
    PrintedDifference,
    PrintedLine,
    PrintedPerson,
    PrintedPlan,
)
from domain.printed_section import GONE, SectionWords
from domain.report import Seal
from domain.wording import KIND_LABELS

PAPER_LIVES = Period(6, "M")
"""How long a copy with telephones may be used."""
COMMON = "COMMUNES"
WITHHELD = "(retiré de l'édition publique)"
STATUS_LABELS = {
    VersionStatus.DRAFT: "Brouillon",
    VersionStatus.SUBMITTED: "Soumise à l'ARS",
    VersionStatus.ADOPTED: "Adoptée",
    VersionStatus.REPLACED: "Remplacée par une version plus récente",
}
OPINION_LABELS = {
    Opinion.FAVOURABLE: "favorable",
    Opinion.REMARKS: "avec remarques",
    Opinion.REFUSED: "refus",
    Opinion.SILENCE: "sans réponse dans le délai",
}
LAYER_LABELS = {
    Layer.NATIONAL: "la trame nationale",
    Layer.REGIONAL: "la région",
    Layer.CPTS: "la CPTS",
    Layer.KNOWN: "l'annuaire",
}
_PHONE = re.compile(r"(?<!\w)(?:\+\d{2} ?|0)[1-9](?:[ .\-\u00a0]?\d{2}){4}(?!\w)")
_MAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")


@dataclass(frozen=True, slots=True)
class PlanSource:
    """What a printed plan is made of, read at one instant."""

    plan: Plan
    version: PlanVersion
    tenant: Cpts
    people: Mapping[str, Person]  # of the directory, by id
    seal: Seal
    before: Plan | None = None  # the version that it is based on


def printed_plan(source: PlanSource, copy: Copy, made_at: datetime) -> PrintedPlan:
    """Make one copy; in public nobody is named, and no address is left anywhere."""
    tenant, plan, version = source.tenant, source.plan, source.version
    public = copy.edition is Edition.PUBLIC
    words = SectionWords(plan.template, source.people, public)
    made = PrintedPlan(
        cpts_id=tenant.cpts_id,
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        population=tenant.population,
        size=tenant.size,
        communes=len(tenant.communes),
        zones=tenant.zones,
        coordinator=None if public else _coordinator(tenant),
        title=plan.template.title,
        note=plan.template.note,
        copy_of=copy,
        number=plan.number,
        based_on=plan.based_on,
        kind=KIND_LABELS[version.kind],
        status=version.status,
        status_label=STATUS_LABELS[version.status],
        life=tuple(_life(source, words)),
        sections=tuple(
            words.printed(section, plan.section(section.section_id))
            for section in plan.template.sections
        ),
        cards=tuple(_cards(plan)),
        disabled=tuple(
            PrintedLine(label=f"{each.card_id} {each.card.title}", text=each.reason)
            for each in plan.disabled
        ),
        holders=() if public else tuple(_holders(source)),
        volunteers=() if public else tuple(_volunteers(source)),
        differences=_differences(source, public=public),
        aside=()
        if public
        else tuple(PrintedLine(label=a.heading, text=a.text) for a in plan.aside),
        sha256=version.sha256,
        seal=source.seal,
        made_at=made_at,
        expires_on=None
        if public
        else PAPER_LIVES.after(made_at.astimezone(tenant.zone_info)).date(),
        timezone=tenant.time_zone,
    )
    return _without_private(made, source.people.values()) if public else made


def _differences(source: PlanSource, *, public: bool) -> tuple[PrintedDifference, ...]:
    if source.before is None:
        return ()
    words = DiffWords.of(source.before, source.plan, source.people, public=public)
    return words.told(differences(source.before, source.plan))


def _coordinator(tenant: Cpts) -> str:
    who = tenant.coordinator
    return f"{who.name}, {readable(who.phone)}, {who.email}"


def _life(source: PlanSource, words: SectionWords) -> Iterable[PrintedLine]:
    """Say what happened to the version, and when."""
    version, zone = source.version, source.tenant.zone_info
    yield PrintedLine(label="Établie le", text=french_day(version.made_at, zone))
    if version.submitted_at:
        despite = f", incomplète : {version.submitted_despite}"
        said = french_day(version.submitted_at, zone)
        text = said + (despite if version.submitted_despite else "")
        yield PrintedLine(label="Soumise à l'ARS le", text=text)
    if version.opinion and version.opinion_at:
        said = (
            f"{OPINION_LABELS[version.opinion]}, {french_day(version.opinion_at, zone)}"
        )
        text = f"{said} : {version.opinion_words}" if version.opinion_words else said
        yield PrintedLine(label="Avis de l'ARS", text=text)
    if version.decision:
        done = version.decision
        verb = (
            "Adoptée par le bureau le" if done.adopted else "Refusée par le bureau le"
        )
        text = (
            f"{french_date(done.on)}, {done.present} présents pour un quorum de "
            f"{done.quorum}, sous la présidence de {words.who(done.signed_by)}"
        )
        yield PrintedLine(
            label=verb, text=f"{text} : {done.reason}" if done.reason else text
        )
    if version.replaced_at:
        text = french_day(version.replaced_at, zone)
        yield PrintedLine(label="Remplacée le", text=text)


def _cards(plan: Plan) -> Iterable[PrintedCards]:
    words = CardWords.of(plan.template)
    edits: dict[str, list[str]] = {}
    for edit in plan.edits:
        edits.setdefault(edit.card_id, []).append(_edited(edit))

    def printed(sheet: TypeSheet | None) -> PrintedCards:
        cards = plan.template.common_cards if sheet is None else sheet.cards
        made = tuple(words.printed(c, tuple(edits.get(c.card_id, ()))) for c in cards)
        if sheet is None:
            return PrintedCards(
                code=COMMON, label="Fiches communes à toutes les crises", cards=made
            )
        return PrintedCards(
            code=sheet.code,
            label=f"Type {sheet.number} : {sheet.label}",
            lines=tuple(_about(sheet, words)),
            cautions=sheet.cautions,
            deactivation=sheet.deactivation,
            questions=sheet.retex_questions,
            cards=made,
        )

    yield printed(None)
    yield from map(printed, plan.template.types)


def _edited(edit: CardEdit) -> str:
    what = CARD_LABELS.get(edit.field, edit.field)
    return f"« {what} » modifié par {LAYER_LABELS[edit.layer]} : {edit.reason}"


def _about(sheet: TypeSheet, words: CardWords) -> Iterable[PrintedLine]:
    said = {
        "Rôle de la CPTS": sheet.part_of_the_cpts,
        "Scénarios": " ; ".join(each.label for each in sheet.scenarios),
        "Rôles clés": " ; ".join(words.roles[code] for code in sheet.key_roles),
        "Professions clés": " ; ".join(
            words.professions[code] for code in sheet.key_professions
        ),
        "Ressources": " ; ".join(sheet.resources),
        "À informer": " ; ".join(words.partners[code] for code in sheet.partners),
    }
    return (PrintedLine(label=label, text=text) for label, text in said.items() if text)


def _holders(source: PlanSource) -> Iterable[PrintedPerson]:
    roles = labels(source.plan.template.roles)
    for holder in source.plan.holders:
        for person_id in filter(None, (holder.person_id, holder.deputy_id)):
            yield reached(source, person_id).model_copy(
                update={
                    "role": roles[holder.role],
                    "deputy": person_id == holder.deputy_id,
                }
            )


def _volunteers(source: PlanSource) -> Iterable[PrintedPerson]:
    types = {sheet.code: str(sheet.number) for sheet in source.plan.template.types}
    for person_id, person in sorted(source.people.items(), key=_place_and_name):
        if person.link is Link.VOLUNTEER:
            accepted = (types[code] for code in person.accepted_types if code in types)
            yield reached(source, person_id).model_copy(
                update={"types": ", ".join(accepted) or None}
            )


def _place_and_name(known: tuple[str, Person]) -> tuple[str, ...]:
    person_id, person = known
    name = in_order(person.last_name, person.first_name)
    return (person.zone or "", person.profession, *name, person_id)


def reached(source: PlanSource, person_id: str) -> PrintedPerson:
    """Say who somebody is, and how to reach them."""
    person = source.people.get(person_id)
    if person is None:
        return PrintedPerson(name=GONE, profession="", zone="")
    professions = labels(source.plan.template.professions)
    phones = (person.mobile, person.phone2)
    return PrintedPerson(
        name=person.full_name,
        profession=professions.get(person.profession, person.profession),
        zone=person.zone or "",
        phones=tuple(readable(phone) for phone in phones if phone),
        email=person.email,
        at_night=person.reachable_at_night,
    )


def _without_private(made: PrintedPlan, people: Iterable[Person]) -> PrintedPlan:
    """Take out what slipped into a free text: telephones, mails, names of people."""
    text = made.model_dump_json()
    whole = text.casefold()
    written = {
        name
        for person in people
        for name in (person.full_name, f"{person.last_name} {person.first_name}")
        if name.casefold() in whole
    }
    names = "|".join(re.escape(name) for name in sorted(written))
    hidden = [_PHONE, _MAIL, *([re.compile(names, re.IGNORECASE)] if names else [])]
    return PrintedPlan.model_validate(_hidden(json.loads(text), hidden))


def _hidden(value: object, hidden: Iterable[re.Pattern[str]]) -> object:
    match value:
        case dict():
            return {key: _hidden(held, hidden) for key, held in value.items()}
        case list():
            return [_hidden(held, hidden) for held in value]
        case str():
            for pattern in hidden:
                value = pattern.sub(WITHHELD, value)
    return value
