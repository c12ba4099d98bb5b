"""Every code that a template cites is one that it defines."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from domain.breach import (
    ANSWERS,
    COMMON_CARDS,
    DEPARTURES,
    LETTERS,
    REPORTS,
    SECTIONS,
    WAVES,
    Breach,
    type_file,
    unknown,
)
from domain.campaign import CampaignSheet
from domain.card import ALL, ALL_SCENARIOS, ActionCard
from domain.crisis_type import TypeSheet
from domain.departure import ANY_MESSAGE, STATES, StateDepartures
from domain.template import Template
from domain.wave import CAMPAIGN_CODES, SENDING_CODES, WAVE_CODES, Audience, WaveSheet

COORDINATOR = "COORDINATEUR"
"""Owns sections of the plan; no role of a crisis."""


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


def _codes(defined: Iterable[_Coded]) -> frozenset[str]:
    return frozenset(one.code for one in defined)


def code_breaches(template: Template) -> Iterator[Breach]:
    """List the codes that nothing defines, file by file."""
    yield from _answers_and_sections(template)
    yield from _sendings(template)
    yield from _departures(template)
    yield from _recipients(template)
    for card in template.common_cards:
        yield from _card(template, card, COMMON_CARDS, frozenset({ALL_SCENARIOS}))
    for sheet in template.types:
        yield from _type(template, sheet)


def _answers_and_sections(template: Template) -> Iterator[Breach]:
    for answer in template.answers:
        yield from unknown(ANSWERS, answer.code, answer.waves, SENDING_CODES)
    owners = _codes(template.roles) | {COORDINATOR}
    for section in template.sections:
        about = section.section_id
        yield from unknown(SECTIONS, about, (section.mark,), _codes(template.marks))
        yield from unknown(SECTIONS, about, (section.owner,), owners)


def _sendings(template: Template) -> Iterator[Breach]:
    audiences = {*Audience, *_codes(template.roles)}
    messages = _codes(template.messages)
    for wave in template.waves:
        yield from unknown(WAVES, wave.code, (wave.code,), WAVE_CODES)
        yield from unknown(WAVES, wave.code, wave.audience, audiences)
        yield from unknown(WAVES, wave.code, wave.messages, messages)
        yield from _offered(template, wave)
    for campaign in template.campaigns:
        yield from unknown(WAVES, campaign.code, (campaign.code,), CAMPAIGN_CODES)
        yield from unknown(WAVES, campaign.code, (campaign.message,), messages)
        yield from _offered(template, campaign)


def _offered(
    template: Template, sending: WaveSheet | CampaignSheet
) -> Iterator[Breach]:
    offered = {a.code: a for a in template.answers if a.button is not None}
    yield from unknown(WAVES, sending.code, sending.answers, offered)
    for code in sending.answers:
        if code in offered and sending.code not in offered[code].waves:
            rule = f"la réponse {code} n'est pas prévue pour cette vague"
            yield Breach(WAVES, sending.code, rule)


def _departures(template: Template) -> Iterator[Breach]:
    table, types = template.departures, frozenset(t.code for t in template.types)
    for state in table.states:
        yield from _state(template, state)
    cards = frozenset(card.card_id for card in template.cards)
    for condition in table.conditions:
        about = condition.awaits
        yield from unknown(DEPARTURES, about, (about,), cards)
        yield from unknown(DEPARTURES, about, condition.types, types)
        yield from unknown(DEPARTURES, about, condition.waves, _codes(template.waves))
        campaigns = _codes(template.campaigns)
        yield from unknown(DEPARTURES, about, condition.campaigns, campaigns)
    union = _codes(template.departure_rules.union)
    yield from unknown(DEPARTURES, "union", sorted(union), types)


def _state(template: Template, state: StateDepartures) -> Iterator[Breach]:
    about = state.code
    messages = _codes(template.messages) | {ANY_MESSAGE}
    yield from unknown(DEPARTURES, about, (about,), STATES)
    yield from unknown(DEPARTURES, about, state.waves, _codes(template.waves))
    yield from unknown(DEPARTURES, about, state.campaigns, _codes(template.campaigns))
    yield from unknown(DEPARTURES, about, state.messages, messages)


def _recipients(template: Template) -> Iterator[Breach]:
    report, partners = template.situation_report, _codes(template.partners)
    named = (*report.recipients, *report.on_request)
    yield from unknown(REPORTS, "point_de_situation", named, partners)
    for letter in template.letters:
        yield from unknown(LETTERS, letter.code, letter.recipients, partners)


def _type(template: Template, sheet: TypeSheet) -> Iterator[Breach]:
    file, about = type_file(sheet.code), sheet.code
    skills = (code for wave in sheet.waves for code in wave.skills_first)
    pairs = (
        (sheet.key_roles, template.roles),
        (sheet.key_professions, template.professions),
        (sheet.partners, template.partners),
        (_codes(sheet.waves), template.waves),
        (tuple(skills), template.skills),
    )
    for codes, known in pairs:
        yield from unknown(file, about, codes, _codes(known))
    scenarios = _codes(sheet.scenarios) | {ALL_SCENARIOS}
    for card in sheet.cards:
        yield from _card(template, card, file, scenarios)


def _card(
    template: Template, card: ActionCard, file: str, scenarios: frozenset[str]
) -> Iterator[Breach]:
    pairs = (
        (card.scenarios, scenarios),
        (card.roles, _codes(template.roles)),
        (card.professions, _codes(template.professions) | {ALL}),
        (card.skills, _codes(template.skills)),
        (card.partners, _codes(template.partners)),
        ((card.proof.kind,), _codes(template.proofs)),
        ((card.wave,) if card.wave else (), _codes(template.waves)),
        ((card.campaign,) if card.campaign else (), _codes(template.campaigns)),
    )
    for codes, known in pairs:
        yield from unknown(file, card.card_id, codes, known)
