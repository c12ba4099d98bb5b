"""What a template must hold together: each code known, each id once, each text fits."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from domain.card import ALL, ALL_SCENARIOS, ActionCard
from domain.crisis_type import TypeSheet
from domain.errors import TemplateError
from domain.folding import folded
from domain.message import overflow
from domain.template import Template
from domain.wave import SENDING_CODES, WAVE_CODES, Audience

CORE, ROLES, PROFESSIONS = "template.yaml", "roles.yaml", "professions.yaml"
REFERENCES, ANSWERS, SECTIONS = "references.yaml", "answers.yaml", "sections.yaml"
WAVES, DEPARTURES, MESSAGES = "waves.yaml", "departures.yaml", "messages.yaml"
REPORTS, LETTERS, EXERCISES = "reports.yaml", "letters.yaml", "exercises.yaml"
UPDATE, COMMON_CARDS = "update.yaml", "cards/common.yaml"
KEYS: Mapping[str, tuple[str, ...]] = {
    CORE: ("id", "titre", "note", "petit_plan", "marques"),
    ROLES: ("roles",),
    PROFESSIONS: ("professions",),
    REFERENCES: (
        *("competences", "liens", "statuts"),
        *("partenaires", "preuves", "structures"),
    ),
    ANSWERS: ("reponses", "pages", "voix"),
    SECTIONS: ("sections",),
    WAVES: ("vagues", "campagnes"),
    DEPARTURES: ("regles_de_depart", "departs"),
    MESSAGES: ("variables", "prefixe_exercice", "messages"),
    REPORTS: ("point_de_situation", "synthese_ars"),
    LETTERS: ("courriers", "definitions"),
    EXERCISES: ("exercices",),
    UPDATE: ("mise_a_jour",),
    COMMON_CARDS: ("cartes_communes",),
}
"""The first keys of each file; each type adds `cards/<its code, lower case>.yaml`."""
REQUIRED_MESSAGES = ("relance", "complet", "levee")
"""The messages that the product sends by itself."""


class Breach(NamedTuple):
    """A rule that is broken: in which file, about what, and the rule in French."""

    file: str
    about: str
    rule: str


def type_file(sheet: TypeSheet) -> str:
    """The file of a type, below the folder of the template."""
    return f"cards/{sheet.code.lower()}.yaml"


def check(template: Template) -> None:
    """Refuse a template whose parts do not agree.

    Raises:
        TemplateError: The first broken rule, with its file and what it is about.
    """
    for breach in breaches(template):
        raise TemplateError(file=breach.file, id=breach.about, rule=breach.rule)


def breaches(template: Template) -> Iterator[Breach]:
    """List the broken rules, file by file."""
    yield from _codes_given_twice(template)
    yield from _names_of_two_professions(template)
    yield from _answer_breaches(template)
    yield from _wave_breaches(template)
    yield from _message_breaches(template)
    yield from _card_breaches(template)


def _codes_given_twice(template: Template) -> Iterator[Breach]:
    lists: tuple[tuple[str, Iterable[str]], ...] = (
        (ROLES, (role.code for role in template.roles)),
        (PROFESSIONS, (profession.code for profession in template.professions)),
        (REFERENCES, (skill.code for skill in template.skills)),
        (REFERENCES, (partner.code for partner in template.partners)),
        (REFERENCES, (proof.code for proof in template.proofs)),
        (ANSWERS, (answer.code for answer in template.answers)),
        (WAVES, (wave.code for wave in template.waves)),
        (MESSAGES, (variable.code for variable in template.variables)),
        (MESSAGES, (message.code for message in template.messages)),
        ("cards", (sheet.code for sheet in template.types)),
        ("cards", (str(sheet.number) for sheet in template.types)),
        ("cards", (card.card_id for card in template.cards)),
        *((type_file(t), (s.code for s in t.scenarios)) for t in template.types),
    )
    for file, codes in lists:
        for code, times in Counter(codes).items():
            if times > 1:
                yield Breach(
                    file, code, "donné deux fois : un code ne sert qu'une fois"
                )


def _names_of_two_professions(template: Template) -> Iterator[Breach]:
    owners: dict[str, str] = {}
    for profession in template.professions:
        for name in (profession.code, profession.label, *profession.other_names):
            owner = owners.setdefault(folded(name), profession.code)
            if owner != profession.code:
                rule = f"« {name} » désigne déjà {owner}"
                yield Breach(PROFESSIONS, profession.code, rule)


def _unknown(
    file: str, about: str, codes: Iterable[str], known: Iterable[str]
) -> Iterator[Breach]:
    allowed = frozenset(known)
    for code in codes:
        if code not in allowed:
            yield Breach(file, about, f"code inconnu : {code}")


def _answer_breaches(template: Template) -> Iterator[Breach]:
    for answer in template.answers:
        yield from _unknown(ANSWERS, answer.code, answer.waves, SENDING_CODES)


def _wave_breaches(template: Template) -> Iterator[Breach]:
    audiences = {*Audience, *(role.code for role in template.roles)}
    offered = {a.code: a for a in template.answers if a.button is not None}
    messages = {message.code for message in template.messages}
    for wave in template.waves:
        yield from _unknown(WAVES, wave.code, (wave.code,), WAVE_CODES)
        yield from _unknown(WAVES, wave.code, wave.audience, audiences)
        yield from _unknown(WAVES, wave.code, wave.messages, messages)
        yield from _unknown(WAVES, wave.code, wave.answers, offered)
        for code in wave.answers:
            if code in offered and wave.code not in offered[code].waves:
                rule = f"la réponse {code} n'est pas prévue pour cette vague"
                yield Breach(WAVES, wave.code, rule)


def _message_breaches(template: Template) -> Iterator[Breach]:
    written = {message.code for message in template.messages}
    yield from _unknown(MESSAGES, "messages", REQUIRED_MESSAGES, written)
    for message in template.messages:
        if rule := overflow(message, template.exercise_prefix, template.variables):
            yield Breach(MESSAGES, message.code, rule)


def _card_breaches(template: Template) -> Iterator[Breach]:
    for card in template.common_cards:
        yield from _one_card(template, card, COMMON_CARDS)
        yield from _unknown(
            COMMON_CARDS, card.card_id, card.scenarios, (ALL_SCENARIOS,)
        )
    for sheet in template.types:
        scenarios = {ALL_SCENARIOS, *(scenario.code for scenario in sheet.scenarios)}
        for card in sheet.cards:
            yield from _one_card(template, card, type_file(sheet))
            yield from _unknown(
                type_file(sheet), card.card_id, card.scenarios, scenarios
            )


def _one_card(template: Template, card: ActionCard, file: str) -> Iterator[Breach]:
    pairs = (
        (card.roles, template.roles),
        (card.skills, template.skills),
        (card.partners, template.partners),
        ((card.proof.kind,), template.proofs),
        ((card.wave,) if card.wave else (), template.waves),
    )
    for codes, known in pairs:
        yield from _unknown(file, card.card_id, codes, (one.code for one in known))
    professions = {ALL, *(profession.code for profession in template.professions)}
    yield from _unknown(file, card.card_id, card.professions, professions)
