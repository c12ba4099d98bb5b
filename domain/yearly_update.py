"""The yearly update of a plan, counted in days from the date of the contract."""

from enum import StrEnum

from pydantic import Field

from domain.sheet import Sheet, Text


class StepCode(StrEnum):
    """What a step of the update is for."""

    OPENING = "OUVERTURE"
    PROFILES = "PROFILS"
    CONTACTS = "CONTACTS"
    PLACES = "LIEUX"
    CARDS = "FICHES"
    SENDING = "ENVOI"
    OPINION = "AVIS"
    ADOPTION = "ADOPTION"
    CIRCULATION = "DIFFUSION"
    FILING = "DOSSIER"


class UpdateStep(Sheet):
    """One step of the update; a negative day is before the date."""

    code: StepCode
    day: int = Field(alias="j", ge=-366, le=0)
    action: Text


class YearlyUpdate(Sheet):
    """The steps of the yearly update, and what calls for one at any time."""

    reference: Text
    steps: tuple[UpdateStep, ...] = Field(alias="etapes", min_length=1)
    other_triggers: tuple[Text, ...] = Field(alias="declencheurs_hors_calendrier")
