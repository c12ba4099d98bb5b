"""The life of a version of the plan: drafted, submitted, adopted, replaced.

Source: docs/sources.md#plan-versions
"""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class VersionStatus(StrEnum):
    """Where a version stands; once submitted it never changes."""

    DRAFT = "BROUILLON"
    SUBMITTED = "SOUMIS_ARS"
    ADOPTED = "ADOPTE"
    REPLACED = "REMPLACE"


class VersionKind(StrEnum):
    """What the contract pays a version for."""

    FIRST_WRITING = "FIRST_WRITING"
    UPDATE = "UPDATE"


class Opinion(StrEnum):
    """What the ARS answered to a version."""

    FAVOURABLE = "FAVORABLE"
    REMARKS = "REMARQUES"
    REFUSED = "REFUS"
    SILENCE = "SILENCE"  # nothing, in the time it had


class Decision(BaseModel):
    """What the bureau decided about one version, by its hash."""

    model_config = ConfigDict(frozen=True)

    adopted: bool
    on: date
    signed_by: str  # person id: who presides
    present: int
    quorum: int
    sha256: str
    reason: str | None = None  # of a refusal


class PlanVersion(BaseModel):
    """One version as it stands; its content is a `Plan`, read apart."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    cpts_id: str
    plan_id: str
    number: int
    kind: VersionKind
    status: VersionStatus
    based_on: int | None
    sha256: str
    revision: int  # +1 at each save of a draft: two people editing are told
    made_at: datetime
    submitted_at: datetime | None
    submitted_despite: str | None  # why it left incomplete
    opinion: Opinion | None
    opinion_at: datetime | None
    opinion_words: str | None
    decision: Decision | None
    adopted_at: datetime | None
    replaced_at: datetime | None

    @property
    def was_adopted(self) -> bool:
        """Was it adopted, whatever became of it since?"""
        return self.status in {VersionStatus.ADOPTED, VersionStatus.REPLACED}
