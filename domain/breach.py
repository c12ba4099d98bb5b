"""What a template breaks, and in which of its files."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

CORE, ROLES, PROFESSIONS = "template.yaml", "roles.yaml", "professions.yaml"
REFERENCES, ANSWERS, SECTIONS = "references.yaml", "answers.yaml", "sections.yaml"
WAVES, DEPARTURES, MESSAGES = "waves.yaml", "departures.yaml", "messages.yaml"
REPORTS, LETTERS, EXERCISES = "reports.yaml", "letters.yaml", "exercises.yaml"
UPDATE, FORMS = "update.yaml", "forms.yaml"
CARDS, COMMON_CARDS = "cards", "cards/common.yaml"
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
    FORMS: ("formulaires",),
    COMMON_CARDS: ("cartes_communes",),
}
"""The first keys of each file; each type adds `cards/<its code, lower case>.yaml`."""


class Breach(NamedTuple):
    """A rule that is broken: in which file, about what, and the rule in French."""

    file: str
    about: str
    rule: str


def type_file(code: str) -> str:
    """The file of a type, below the folder of the template."""
    return f"{CARDS}/{code.lower()}.yaml"


def unknown(
    file: str, about: str, codes: Iterable[str], known: Iterable[str]
) -> Iterator[Breach]:
    """List the codes that are not among those the template knows."""
    allowed = frozenset(known)
    for code in codes:
        if code not in allowed:
            yield Breach(file, about, f"code inconnu : {code}")
