"""The yearly update of a plan, counted in days from the date of the contract."""

from pydantic import Field

from domain.sheet import Sheet, Text


class UpdateStep(Sheet):
    """One step of the update; a negative day is before the date."""

    day: int = Field(alias="j", ge=-366, le=0)
    action: Text


class YearlyUpdate(Sheet):
    """The steps of the yearly update, and what calls for one at any time."""

    reference: Text
    steps: tuple[UpdateStep, ...] = Field(alias="etapes", min_length=1)
    other_triggers: tuple[Text, ...] = Field(alias="declencheurs_hors_calendrier")
