"""What the workflow of a crisis has to do next."""

from datetime import datetime
from enum import Enum

from pydantic import BaseModel, ConfigDict

from domain.reference import DocumentRef, WaveRef


class Step(Enum):
    """What a crisis has to do first, once its waves run."""

    FILING = "filing"  # the report, the pack
    WAITING = "waiting"
    OVER = "over"


class Conduct(BaseModel):
    """What `crisis` needs to know of its crisis; no name in it."""

    model_config = ConfigDict(frozen=True)

    lifted: bool = False
    filed: bool = False
    open_waves: tuple[WaveRef, ...] = ()
    to_send: tuple[DocumentRef, ...] = ()
    next_at: datetime | None = None  # when something is due, if nobody does anything
    goes_on: bool = False  # once filed: cards of the way out still have a clock

    @property
    def step(self) -> Step:
        """Say what comes first: everyone is told before the report is written."""
        if self.filed:
            return Step.WAITING if self.goes_on else Step.OVER
        return Step.FILING if self.lifted and not self.open_waves else Step.WAITING
