"""What the rules refuse about the versions of the plan."""

from collections.abc import Mapping

from domain.errors import PlanError
from domain.section_rules import Place, Wrong

_SHOWN = 5


class UnknownVersionError(PlanError):
    """The plan has no version of this number."""

    code = "VERSION_INCONNUE"


class NeverPublicError(PlanError):
    """This form of a plan holds contacts: it has no public edition."""

    code = "FORMAT_JAMAIS_PUBLIC"


class NoDraftError(PlanError):
    """The last version left already: none is being written."""

    code = "AUCUN_BROUILLON"


class ChangedMeanwhileError(PlanError):
    """Somebody else saved the draft since it was read."""

    code = "PLAN_MODIFIE_ENTRE_TEMPS"


class UnknownSectionError(PlanError):
    """The template has no such section."""

    code = "SECTION_INCONNUE"


class UnknownRoleError(PlanError):
    """The template has no such role."""

    code = "ROLE_INCONNU"


class NoRoleError(PlanError):
    """Somebody who holds no role of the plan vouches for nothing in it."""

    code = "PERSONNE_SANS_ROLE"


class ChangedSectionError(PlanError):
    """This version changed the section: it was not read without a change."""

    code = "SECTION_DEJA_MODIFIEE"


class SectionFileError(PlanError):
    """The file of a section cannot be read; `place` and `rule` say why."""

    code = "FICHIER_DE_SECTION_REFUSE"


class RefusedSectionError(PlanError):
    """What was typed in a section may not be written; `wrongs` say what and why."""

    code = "SECTION_REFUSEE"

    def __init__(
        self,
        wrongs: tuple[Wrong, ...] = (),
        lines: Mapping[Place, int] | None = None,
        **facts: str | int,
    ) -> None:
        """Say the first few, by the lines of the file where there is one."""
        said = [_told(each, lines or {}) for each in wrongs[:_SHOWN]]
        if left := len(wrongs) - len(said):
            said.append(f"et {left} de plus")
        super().__init__(**{"wrong": " ; ".join(said), **facts} if said else facts)
        self.wrongs = wrongs


def _told(wrong: Wrong, lines: Mapping[Place, int]) -> str:
    places = (wrong.place[:end] for end in range(len(wrong.place), 0, -1))
    line = next((lines[place] for place in places if place in lines), None)
    return f"{f'ligne {line}, ' if line else ''}{wrong.label} : {wrong.rule}"


class UnknownPartError(PlanError):
    """No part of an imported document waits under this number."""

    code = "PARTIE_INCONNUE"


class PartWithoutPlaceError(PlanError):
    """Nothing says which field a part goes to."""

    code = "PARTIE_SANS_PLACE"


class UnknownFieldError(PlanError):
    """A section has no field of this name that somebody may fill in."""

    code = "CHAMP_INCONNU"
