"""A place of care or of a partner: asked for itself, whoever answers."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from domain.cells import day
from domain.contact import Mail, Phone
from domain.sheet import Coded, Sheet, Text


class StructureKind(StrEnum):
    """What a place is."""

    SURGERY = "CABINET"
    HEALTH_HOUSE = "MSP"
    HEALTH_CENTRE = "CENTRE"
    PHARMACY = "OFFICINE"
    LABORATORY = "LABORATOIRE"
    CARE_HOME = "EHPAD"
    HOSPITAL = "ES"
    HOME_CARE = "DOMICILE"
    TOWN_HALL = "MAIRIE"


Day = Annotated[date, BeforeValidator(lambda v: day(v) if isinstance(v, str) else v)]
"""A day written 2026-12-20 or 20/12/2026."""


class Duty(Sheet):
    """Days on which a place is on duty at night, both included."""

    first_on: Day = Field(alias="du")
    last_on: Day = Field(alias="au")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last_on < self.first_on:
            message = "« garde » : « au » vient avant « du »"
            raise ValueError(message)
        return self


class Structure(Coded):
    """A place: its own hours, duty, telephone and mail."""

    kind: StructureKind
    name: Annotated[str, Field(min_length=1, max_length=120)] = Field(alias="nom")
    commune: Text
    zone: Text | None = None  # null: its commune's
    hours: Text | None = Field(default=None, alias="horaires")
    duties: tuple[Duty, ...] = Field(default=(), alias="garde")
    phone: Phone | None = Field(default=None, alias="telephone")
    email: Mail | None = Field(default=None, alias="courriel")
    finess: Annotated[str, Field(pattern=r"^[0-9AB]{9}$")] | None = None

    def on_duty(self, on: date) -> bool:
        """Is it on duty the night that begins on this day?"""
        return any(duty.first_on <= on <= duty.last_on for duty in self.duties)
