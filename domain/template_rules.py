"""What a whole template must hold together; the parts have their own rules beside.

Source: docs/sources.md#template
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from domain.breach import (
    ANSWERS,
    CARDS,
    COMMON_CARDS,
    DEPARTURES,
    EXERCISES,
    LETTERS,
    MESSAGES,
    PROFESSIONS,
    REFERENCES,
    ROLES,
    SECTIONS,
    WAVES,
    Breach,
    type_file,
    unknown,
)
from domain.card_rules import rules_broken_by
from domain.code_rules import code_breaches
from domain.dependency_rules import dependency_breaches
from domain.errors import TemplateError
from domain.folding import folded
from domain.message import ROOM, overflow
from domain.template import Template
from domain.type_rules import type_breaches
from domain.wave_rules import departure_breaches

REQUIRED_MESSAGES = ("relance", "complet", "levee")
"""The messages that the product sends by itself."""


def check(template: Template) -> None:
    """Refuse a template whose parts do not agree.

    Raises:
        TemplateError: The first broken rule, with its file and what it is about.
    """
    for breach in breaches(template):
        raise TemplateError(file=breach.file, id=breach.about, rule=breach.rule)


def breaches(template: Template) -> Iterator[Breach]:
    """List the broken rules, those of each file first, then those between files."""
    yield from _codes_given_twice(template)
    yield from _names_of_two_professions(template)
    yield from _message_breaches(template)
    yield from _card_breaches(template)
    yield from code_breaches(template)
    yield from dependency_breaches(template)
    yield from type_breaches(template)
    yield from departure_breaches(template)


def _codes_given_twice(template: Template) -> Iterator[Breach]:
    lists: tuple[tuple[str, Iterable[str]], ...] = (
        (ROLES, (role.code for role in template.roles)),
        (PROFESSIONS, (profession.code for profession in template.professions)),
        (REFERENCES, (skill.code for skill in template.skills)),
        (REFERENCES, (partner.code for partner in template.partners)),
        (REFERENCES, (proof.code for proof in template.proofs)),
        (ANSWERS, (answer.code for answer in template.answers)),
        (SECTIONS, (section.section_id for section in template.sections)),
        (WAVES, (wave.code for wave in template.waves)),
        (WAVES, (campaign.code for campaign in template.campaigns)),
        (DEPARTURES, (state.code for state in template.departures.states)),
        (MESSAGES, (variable.code for variable in template.variables)),
        (MESSAGES, (message.code for message in template.messages)),
        (LETTERS, (letter.code for letter in template.letters)),
        (EXERCISES, (exercise.code for exercise in template.exercises)),
        (CARDS, (sheet.code for sheet in template.types)),
        (CARDS, (str(sheet.number) for sheet in template.types)),
        (CARDS, (card.card_id for card in template.cards)),
        *((type_file(t.code), [s.code for s in t.scenarios]) for t in template.types),
    )
    for file, codes in lists:
        for code, times in Counter(codes).items():
            if times > 1:
                rule = "donné deux fois : un code ne sert qu'une fois"
                yield Breach(file, code, rule)


def _names_of_two_professions(template: Template) -> Iterator[Breach]:
    owners: dict[str, str] = {}
    for profession in template.professions:
        for name in (profession.code, profession.label, *profession.other_names):
            owner = owners.setdefault(folded(name), profession.code)
            if owner != profession.code:
                rule = f"« {name} » désigne déjà {owner}"
                yield Breach(PROFESSIONS, profession.code, rule)


def _message_breaches(template: Template) -> Iterator[Breach]:
    written = {message.code for message in template.messages}
    yield from unknown(MESSAGES, "messages", REQUIRED_MESSAGES, written)
    for variable in template.variables:
        least = ROOM.get(variable.code, 0)
        if variable.longest < least:
            yield Breach(MESSAGES, variable.code, f"« max » est d'au moins {least}")
    for message in template.messages:
        if rule := overflow(message, template.exercise_prefix, template.variables):
            yield Breach(MESSAGES, message.code, rule)


def _card_breaches(template: Template) -> Iterator[Breach]:
    files = (
        (COMMON_CARDS, template.common_cards),
        *((type_file(sheet.code), sheet.cards) for sheet in template.types),
    )
    for file, cards in files:
        for card in cards:
            for rule in rules_broken_by(card):
                yield Breach(file, card.card_id, rule)
