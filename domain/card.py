"""Action cards: who does what, with how many people, by when."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.duration import Duration, SinceLifting
from domain.message import InGsm7
from domain.sheet import Code, FieldName, Pair, Sheet, Text, by_count
from domain.wave import Delay

ALL = "TOUTES"
ALL_SCENARIOS = "TOUS"

CardId = Annotated[str, Field(pattern=r"^(TC|T[1-5]|L[1-5C])-\d{2}$")]
ShortTitle = Annotated[str, Field(min_length=1, max_length=20), InGsm7]
Step = Annotated[str, Field(min_length=1, max_length=120)]


class Phase(StrEnum):
    """The part of the crisis a card belongs to."""

    ALERT = "ALERTE"
    BUILD_UP = "MONTEE_EN_PUISSANCE"
    CONDUCT = "CONDUITE"
    WAY_OUT = "SORTIE"
    RETEX = "RETEX"


class CardMode(StrEnum):
    """How a card takes people."""

    SEATS = "POSTE"
    CONTRIBUTION = "CONTRIBUTION"
    CELL = "CELLULE"


class CountsFrom(StrEnum):
    """The instant that the delays of a card count from."""

    T0 = "T0"
    ORDER = "ORDRE"  # the order it awaits
    LIFTING = "LEVEE"
    EVENT = "EVENEMENT"  # each time its condition comes true: it may run several times


class OrderSource(StrEnum):
    """Who may give the order that a card awaits."""

    SAMU = "SAMU"
    SDIS = "SDIS"
    ARS = "ARS"
    PREFECT = "PREFET"
    MINISTER = "MINISTRE"


class CardState(StrEnum):
    """Where a run of a card stands."""

    TO_DO = "A_FAIRE"
    WAITING = "EN_ATTENTE_ORDRE"
    TAKEN = "PRISE_EN_CHARGE"
    RUNNING = "EN_COURS"
    DONE = "FAITE"
    NOT_APPLICABLE = "SANS_OBJET"
    NOT_DONE = "NON_FAITE"


class Staffing(Sheet):
    """How many people a card wants; below the minimum, escalation."""

    minimum: int = Field(alias="min", ge=1)
    target: int = Field(alias="cible", ge=1)

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.minimum > self.target:
            message = "effectif : « min » dépasse « cible »"
            raise ValueError(message)
        return self


class ProofSheet(Sheet):
    """What ends a card: one kind of proof and its fields."""

    kind: Code
    fields: tuple[FieldName, ...] = Field(alias="champs", min_length=1)


class Milestone(Sheet):
    """A named part of a card, due before the whole."""

    name: FieldName = Field(alias="nom")
    due_after: Delay = Field(alias="echeance")
    depends_on: tuple[CardId, ...] = Field(default=(), alias="depend_de")


OrderGroup = Annotated[tuple[OrderSource, ...], Field(min_length=1)]
"""One order from any of these is enough."""


class ActionCard(Sheet):
    """One action card of a plan."""

    card_id: CardId = Field(alias="id")
    title: Annotated[str, Field(min_length=1, max_length=80)] = Field(alias="titre")
    short: ShortTitle | None = Field(default=None, alias="court")
    phase: Phase
    scenarios: tuple[Code, ...] = Field(min_length=1)
    roles: tuple[Code, ...] = Field(min_length=1)
    professions: tuple[Code, ...] = ()
    skills: tuple[Code, ...] = Field(default=(), alias="competences")
    skills_required: bool = Field(default=False, alias="competence_requise")
    staffing: Staffing = Field(alias="effectif")
    mode: CardMode
    needs: Annotated[tuple[Pair, ...], by_count] = Field(default=(), alias="besoins")
    contribution: tuple[FieldName, ...] = ()
    team_of: CardId | None = Field(default=None, alias="equipe_de")
    critical: bool = Field(default=False, alias="critique")
    wave: Code | None = Field(default=None, alias="vague")
    campaign: Code | None = Field(default=None, alias="campagne")
    counts_from: CountsFrom = Field(default=CountsFrom.T0, alias="depuis")
    due_after: Delay = Field(alias="echeance")
    recurs_after: Delay | None = Field(default=None, alias="recurrence")
    occurrences: tuple[Duration, ...] = ()
    repeats_until: SinceLifting | None = Field(default=None, alias="jusqu_a")
    final_run_after: Duration | None = Field(default=None, alias="passage_final")
    milestones: tuple[Milestone, ...] = Field(default=(), alias="jalons")
    awaited_orders: tuple[OrderGroup, ...] = Field(default=(), alias="attendre_ordre")
    depends_on: tuple[CardId, ...] = Field(default=(), alias="depend_de")
    same_call_as: CardId | None = Field(default=None, alias="meme_appel")
    condition: Text | None = None
    moves_people: bool = Field(default=False, alias="deplacement")
    steps: tuple[Step, ...] = Field(alias="quoi", min_length=3, max_length=6)
    proof: ProofSheet = Field(alias="preuve")
    partners: tuple[Code, ...] = Field(default=(), alias="partenaires")
    caution: Step = Field(alias="prudence")

    @property
    def open_seats(self) -> int:
        """Seats from the minimum to the target: any profession of the card."""
        seated = self.mode is CardMode.SEATS
        return self.staffing.target - self.staffing.minimum if seated else 0

    def concerns(self, scenario: str) -> bool:
        """Is the card part of this scenario?"""
        return ALL_SCENARIOS in self.scenarios or scenario in self.scenarios

    def welcomes(self, profession: str) -> bool:
        """May this profession carry the card out?"""
        return ALL in self.professions or profession in self.professions

    @property
    def compulsory_skills(self) -> tuple[str, ...]:
        """The skills without which nobody carries the card out."""
        return self.skills if self.skills_required else ()

    def suits(self, profession: str, skills: Iterable[str]) -> bool:
        """May somebody of this profession, with these skills, carry the card out?"""
        return self.welcomes(profession) and set(self.compulsory_skills) <= set(skills)
