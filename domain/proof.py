"""What ends a run of a card: numbers, hours, references; never a patient."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict


class Proof(BaseModel):
    """A proof of one run; a correction is one more."""

    model_config = ConfigDict(frozen=True)

    card_id: str
    run: int
    kind: str
    fields: Mapping[str, Any]
    actor: str

    @property
    def key(self) -> tuple[str, int]:
        """The run it ends."""
        return self.card_id, self.run


class WrittenProof(BaseModel):
    """A proof as it was kept; the last one of a run stands, the former ones stay."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    fields: Mapping[str, Any]
    actor: str
    at: datetime
