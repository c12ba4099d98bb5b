"""The five types of crisis: scenarios, resources, indicators, cards, lessons."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.card import ActionCard
from domain.errors import UnknownScenarioError
from domain.message import InGsm7
from domain.sheet import Code, Coded, FieldName, Labelled, Sheet, Text, by_code
from domain.wave import Kinetic

ScenarioLabel = Annotated[str, Field(min_length=1, max_length=28), InGsm7]
Caution = Annotated[str, Field(min_length=1, max_length=200)]


class TypeKinetic(StrEnum):
    """How fast crises of a type go; each scenario has its own kinetic."""

    FAST = "FAST"
    SLOW = "SLOW"
    MIXED = "MIXTE"


class Scenario(Labelled):
    """A scenario of a type; `short` is the {scenario} of the messages."""

    short: ScenarioLabel = Field(alias="court")
    kinetic: Kinetic = Field(alias="cinetique")


def fastest(scenarios: Iterable[Scenario]) -> Kinetic:
    """The kinetic of a crisis with several scenarios: the fastest wins."""
    fast = any(each.kinetic is Kinetic.FAST for each in scenarios)
    return Kinetic.FAST if fast else Kinetic.SLOW


class WaveFocus(Coded):
    """What a type adds to a wave: whom to ask first, and where."""

    skills_first: tuple[Code, ...] = Field(default=(), alias="competences_prioritaires")
    zone: Text | None = None
    instruction: Text | None = Field(default=None, alias="consigne")


class TypeSheet(Sheet):
    """One of the five types of crisis, its scenarios and its cards."""

    code: Code = Field(alias="type")
    number: int = Field(alias="numero", ge=1, le=5)
    label: Text = Field(alias="libelle")
    orsan_plans: tuple[Code, ...] = Field(alias="orsan")
    kinetic: TypeKinetic = Field(alias="cinetique")
    scenarios: Annotated[tuple[Scenario, ...], by_code] = Field(min_length=1)
    part_of_the_cpts: Text = Field(alias="role_de_la_cpts")
    key_roles: tuple[Code, ...] = Field(alias="roles_cles")
    key_professions: tuple[Code, ...] = Field(alias="professions_cles")
    waves: Annotated[tuple[WaveFocus, ...], by_code] = Field(alias="vagues")
    partners: tuple[Code, ...] = Field(alias="partenaires")
    resources: tuple[Text, ...] = Field(alias="ressources")
    indicators: tuple[FieldName, ...] = Field(alias="indicateurs")
    cautions: tuple[Caution, ...] = Field(alias="prudence", min_length=1)
    deactivation: tuple[Text, ...] = Field(alias="desactivation", min_length=1)
    retex_questions: tuple[Text, ...] = Field(alias="retex", min_length=1)
    cards: tuple[ActionCard, ...] = Field(alias="cartes", min_length=1)

    def scenario(self, code: str) -> Scenario:
        """The scenario of this code.

        Raises:
            UnknownScenarioError: The type has no such scenario.
        """
        for scenario in self.scenarios:
            if scenario.code == code:
                return scenario
        raise without((self,), (code,))


def without(sheets: Iterable[TypeSheet], codes: Iterable[str]) -> UnknownScenarioError:
    """Say that these are no scenarios of the types, and which are."""
    asked = tuple(sheets)
    return UnknownScenarioError(
        type=", ".join(sheet.code for sheet in asked),
        scenario=", ".join(codes) or "—",
        known=", ".join(each.code for sheet in asked for each in sheet.scenarios),
    )
