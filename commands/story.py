"""The story of the demonstration: what the cell and the authorities do, and when."""

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from domain.authority import Authority
from domain.card import CardId, OrderSource
from domain.crisis import ActivatedType
from domain.situation import ReportTexts


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Scene(_Part):
    minute: int = Field(alias="a")  # after T0


class Taken(_Scene):
    """Somebody of the cell answers for a card."""

    card_id: CardId = Field(alias="fiche")


class Proven(Taken):
    """The cell ends a card."""

    proof: dict[str, str] = Field(alias="preuve")


class Ordered(Taken):
    """An authority gives the order that a card awaits."""

    source: OrderSource = Field(alias="ordre")
    reference: str


class SetAside(Taken):
    """The cell says why a card is without object."""

    reason: str = Field(alias="sans_objet")


class Declared(Taken):
    """The condition of a card comes true."""

    event: str = Field(alias="evenement")


class Protected(_Scene):
    """The cell tells everyone in some zones to take shelter, or to stay."""

    message: str = Field(alias="securite")
    zones: tuple[str, ...]


class Mission(_Scene):
    """The cell proposes a mission to whoever holds a seat of a card."""

    card_id: CardId = Field(alias="mission")
    place: str = Field(alias="lieu")
    zone: str
    contact: str


class Confirmed(_Scene):
    """The authority confirms its order in writing."""

    reference: str = Field(alias="ecrit")


class Proposed(_Scene):
    """The cell proposes the lifting."""

    criteria: str = Field(alias="propose_la_levee")


class Surveyed(_Scene):
    """The cell asks places if they are open."""

    survey: str = Field(alias="enquete")


class Reported(_Scene):
    """The cell writes a situation report, and the pilot sends it."""

    texts: ReportTexts = Field(alias="point")


CardScene = Taken | Proven | Ordered | SetAside | Declared
Scene = CardScene | Protected | Mission | Confirmed | Proposed | Surveyed | Reported


class Order(_Part):
    """The order that opens the crisis."""

    types: tuple[ActivatedType, ...]
    authority: Authority
    acting_for: str
    caller: str
    caller_function: str
    place: str
    perimeter: str
    mission: str


class Lifting(_Part):
    """The order that ends it."""

    minute: int = Field(alias="a")
    authority: Authority
    reference: str


class Story(_Part):
    """One crisis, from the order to its lifting."""

    order: Order = Field(alias="ordre")
    scenes: tuple[Scene, ...]
    end: Lifting = Field(alias="fin")


def load_story(path: Path) -> Story:
    """Read a story, every scalar a string."""
    return Story.model_validate(yaml.CBaseLoader(path.read_text("utf-8")).get_data())
