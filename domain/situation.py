"""The situation report: ten headings, numbers counted from the facts, a few texts.

It holds counts by profession and zone, never a name. `None` means « not collected »,
and is printed as such; silence of a place is never counted as closed.

Source: docs/sources.md#situation-reports
"""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.privacy import refuse_patient_data
from domain.report import Seal
from domain.sheet import FieldName
from domain.survey import PlaceCounts, PlaceGroup

VALIDATOR = "PILOTAGE"
NUMBERED = "Point de situation n° {}"


Count = Annotated[int, Field(ge=0)]
LONGEST_TEXT = 600
Said = Annotated[str, Field(max_length=LONGEST_TEXT)]
"""What the cell writes under a heading; nothing written says nothing."""


class _Counted(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ReportTexts(_Counted):
    """What only the cell can say; each stays until it is written again or sent."""

    situation: Said = ""
    instructions: Said = ""  # source, date, version
    cell: Said = ""
    difficulties: Said = ""
    forecast: Said = ""

    def rewritten(self, texts: Mapping[str, str]) -> Self:
        """Write some of them again.

        Raises:
            PatientDataError: One holds a patient's identity.
        """
        refuse_patient_data(*texts.values())
        return self.model_copy(update=dict(texts))

    def carried(self) -> Self:
        """Keep what stays true from one report to the next."""
        kept = self.model_dump(include={"instructions", "cell"})
        return type(self).model_validate(kept)


class EngagedRow(_Counted):
    """People engaged, of one profession in one zone."""

    profession: str
    label: str
    zone: str | None = None
    number: Count


class SeatsRow(_Counted):
    """Seats of a card: `profession` None is open to any profession of the card."""

    card: str
    profession: str | None = None
    zone: str | None = None
    needed: Count
    filled: Count


class IndicatorRow(_Counted):
    """An indicator of the types of the crisis."""

    name: FieldName
    value: Count | None = None
    typed: bool = False  # by the cell: stays until the report is sent


class CardCounts(_Counted):
    """Cards done, running and late; a late one may run."""

    done: Count = 0
    running: Count = 0
    late: Count = 0


class PlaceRow(_Counted):
    """The places of one group, by state."""

    group: PlaceGroup
    counts: PlaceCounts


class SituationReport(_Counted):
    """One situation report, as it is shown, validated and sent."""

    cpts_name: str
    fictitious: bool
    population: Count
    size: str
    communes: Count
    zones: tuple[str, ...]
    crisis_id: str
    types: tuple[str, ...]
    scenarios: tuple[str, ...]
    place: str
    exercise: bool
    pace: int
    reference: str | None
    t0: AwareDatetime  # when the order was received
    lifted_at: AwareDatetime | None = None
    number: Annotated[int, Field(ge=1)]
    made_at: AwareDatetime  # when the numbers were counted
    written_by: str  # a role
    validated_by: str | None = None
    headings: tuple[str, ...] = Field(min_length=10, max_length=10)
    texts: ReportTexts = ReportTexts()
    engaged: tuple[EngagedRow, ...] = ()
    needs: tuple[SeatsRow, ...] = ()
    places: tuple[PlaceRow, ...] = ()
    surveyed_at: AwareDatetime | None = None  # none: no survey was made
    slots: Count | None = None
    cards: CardCounts = CardCounts()
    indicators: tuple[IndicatorRow, ...] = ()
    agreed_at: AwareDatetime | None = None  # with the ARS, for the next one
    next_at: AwareDatetime | None = None  # none: the crisis is over
    timezone: str
    seal: Seal

    @property
    def title(self) -> str:
        """Its name: « Point de situation n° 3 »."""
        return NUMBERED.format(self.number)

    @property
    def people(self) -> int:
        """People engaged, each counted once."""
        return sum(row.number for row in self.engaged)

    @property
    def all_places(self) -> PlaceCounts | None:
        """The places of every group together."""
        if self.surveyed_at is None:
            return None
        return PlaceCounts(
            **{
                name: sum(getattr(row.counts, name) for row in self.places)
                for name in PlaceCounts.model_fields
            }
        )
