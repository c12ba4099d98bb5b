"""What a version of a plan says, section by section, and who said it."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from pydantic import BaseModel, ConfigDict

from domain.card import ActionCard

Row: TypeAlias = Mapping[str, str]
Value: TypeAlias = str | tuple[str, ...] | tuple[Row, ...]
"""What a field holds: a text, texts, or rows keyed by column."""


class Layer(StrEnum):
    """Who set a value: the lower layer shows wherever the one above says nothing."""

    NATIONAL = "NATIONAL"
    REGIONAL = "REGIONAL"
    CPTS = "CPTS"
    KNOWN = "CONNU"  # read from the directory, at each save


class ChangeOrigin(StrEnum):
    """Why a plan changed (Source: docs/sources.md#plan-differences)."""

    DRAFTING = "REDACTION"
    RETEX = "RETEX"
    EXERCISE = "EXERCICE"
    DIRECTORY = "ANNUAIRE"
    LAW = "TEXTE"
    PARTNER = "PARTENAIRE"
    TEMPLATE = "TRAME"
    IMPORT = "IMPORT"
    REVIEW = "REVUE"  # what the owner of a section answered


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class FieldValue(_Frozen):
    """One field as this version says it."""

    name: str
    value: Value
    layer: Layer
    was: str | None = None  # canonical JSON of the layer below, when this was written


class Attestation(_Frozen):
    """A check that a named person vouches for: an id, never a name."""

    check: int  # its rank among the checks of the section, from 0
    person_id: str
    role: str
    on: date
    note: str | None = None


class Reading(_Frozen):
    """« Relu le … par …, sans changement »."""

    person_id: str
    role: str
    on: date


class SectionContent(_Frozen):
    """One section of one version."""

    section_id: str
    fields: tuple[FieldValue, ...] = ()
    attestations: tuple[Attestation, ...] = ()
    reading: Reading | None = None

    def value(self, name: str) -> Value | None:
        """What a field holds, if anything."""
        return next((f.value for f in self.fields if f.name == name), None)

    def says(self, words: str) -> bool:
        """Does a field hold these words already, as one text or as lines of a list?"""
        texts = (
            [f.value] if isinstance(f.value, str) else f.value for f in self.fields
        )
        whole = ("\n".join(t for t in some if isinstance(t, str)) for some in texts)
        return any(words in each for each in whole)


class CardEdit(_Frozen):
    """A field of a card that a layer changed, with what the layer below said."""

    card_id: str
    field: str  # French key of the card: `echeance`, `quoi`
    was: str  # canonical JSON of the layer below, when this was edited
    value: str  # canonical JSON
    layer: Layer
    reason: str


class DisabledCard(_Frozen):
    """A card that this CPTS does not play, and why: shown in the differences."""

    card: ActionCard  # as it would be played
    after: str | None  # the card that stood just before it
    reason: str

    @property
    def card_id(self) -> str:
        """Its id: it keeps it."""
        return self.card.card_id


class Conflict(_Frozen):
    """What the layer below now says otherwise than both what it said and we say.

    Ours is played until somebody decides; three canonical JSON, `null` for nothing.
    """

    target: str  # `T1-01.echeance`, a card, or `SEC-08.orsan_region`
    theirs: str
    was: str
    ours: str


class Aside(_Frozen):
    """A part of an imported document that waits for its place: nothing is lost."""

    heading: str
    text: str  # of a table: cells between tabs, rows between line ends
    number: int = 0  # from 1, in the order of the document
    section_id: str | None = None  # where it may go
    field: str | None = None
    replaces: bool = False  # our own export, edited: the field says this instead
    closed: bool = False  # somebody decided that it goes nowhere


class Change(_Frozen):
    """One thing that this version says otherwise than the one before."""

    section_id: str  # SEC-16 for what changes a card
    target: str  # a field, or a card and its field: `T1-01.echeance`
    origin: ChangeOrigin
    author: str  # role code
    on: date
    detail: str | None = None  # « RETEX de la canicule, action 3 »
