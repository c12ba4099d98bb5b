"""Exercises and training that a plan asks for."""

from pydantic import Field

from domain.duration import Duration, Recurrence
from domain.sheet import FieldName, Labelled, Text


class ExerciseSheet(Labelled):
    """One kind of exercise: how often, what for, when it succeeds."""

    every: Recurrence = Field(alias="frequence")
    automatic: bool = Field(default=False, alias="automatique")
    lasts: Duration | None = Field(default=None, alias="duree")
    aims: tuple[Text, ...] = Field(alias="objectifs", min_length=1)
    measures: tuple[FieldName, ...] = Field(alias="mesures", min_length=1)
    success: Text = Field(alias="reussite")
