"""The form of a section: how each of its fields is written, and who checks what."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from domain.section import SectionId
from domain.sheet import Code, FieldName, Sheet, Text

ATTESTED = "ATTESTE"
"""The check of a section that only a named person can make."""
ROWS = "lignes"
"""The one field of a section whose fields are the columns of a table."""


class Shape(StrEnum):
    """What is written in a field."""

    TEXT = "TEXTE"
    LIST = "LISTE"  # texts
    TABLE = "TABLEAU"  # rows, keyed by column
    PERSON = "PERSONNE"  # an id of the directory: the name is put on when printing


class Column(Sheet):
    """One column of a table; one named `personne` holds ids, as `Shape.PERSON` does."""

    name: FieldName = Field(alias="nom")
    label: Text = Field(alias="libelle")


def _columns(value: object) -> object:
    """Turn `{nom: libelle}` into a list of columns; leave a list as it is."""
    if not isinstance(value, Mapping):
        return value
    return [{"nom": name, "libelle": label} for name, label in value.items()]


class FieldForm(Sheet):
    """One field: what people read beside it, and what they may write."""

    name: FieldName = Field(alias="nom")
    label: Text = Field(alias="libelle")
    shape: Shape = Field(default=Shape.TEXT, alias="forme")
    columns: Annotated[tuple[Column, ...], BeforeValidator(_columns)] = Field(
        default=(), alias="colonnes"
    )
    known: bool = Field(default=False, alias="connu")  # of the directory: never typed
    private: bool = Field(default=False, alias="prive")  # absent from what is public
    hint: Text | None = Field(default=None, alias="aide")


class SectionForm(Sheet):
    """How one section is written. `checks` follow `Section.checks`, one each."""

    section_id: SectionId = Field(alias="id")
    table: bool = Field(default=False, alias="tableau")  # fields are its columns
    keywords: tuple[Text, ...] = Field(default=(), alias="mots")  # of other plans
    fields: tuple[FieldForm, ...] = Field(alias="champs", min_length=1)
    checks: tuple[Code, ...] = Field(alias="controles", min_length=1)

    @property
    def written(self) -> tuple[FieldForm, ...]:
        """The fields that somebody writes in words: no table, nothing known."""
        if self.table:
            return ()
        words = (Shape.TEXT, Shape.LIST)
        return tuple(f for f in self.fields if f.shape in words and not f.known)

    def field(self, name: str) -> FieldForm:
        """The form of this field.

        Raises:
            KeyError: The section has no such field: a bug of the caller.
        """
        return {field.name: field for field in self.fields}[name]
