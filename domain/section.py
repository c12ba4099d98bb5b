"""Sections of the common trunk: what every plan says, whatever the crisis."""

from typing import Annotated

from pydantic import Field

from domain.duration import Recurrence
from domain.sheet import Code, FieldName, Sheet, Text

SectionId = Annotated[str, Field(pattern=r"^SEC-\d{2}$")]


class Section(Sheet):
    """One section: who owns it, what it holds, what makes it complete."""

    section_id: SectionId = Field(alias="id")
    title: Text = Field(alias="titre")
    mark: Code = Field(alias="marque")
    owner: Code = Field(alias="proprietaire")
    reviewed_every: Recurrence = Field(alias="revision")
    fields: tuple[FieldName, ...] = Field(alias="champs", min_length=1)
    checks: tuple[Text, ...] = Field(alias="controles", min_length=1)
