"""Where a fact is: the ids that workflows carry, and the workflow that looks after it.

These travel in recorded payloads: add a field with a default, never rename one.
"""

from pydantic import BaseModel, ConfigDict


class CrisisRef(BaseModel):
    """One crisis of one CPTS."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    crisis_id: str

    @property
    def workflow_id(self) -> str:
        """Name the workflow of this crisis."""
        return f"crisis/{self.cpts_id}/{self.crisis_id}"


class WaveRef(BaseModel):
    """One wave of one crisis."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    crisis_id: str
    wave: int

    @property
    def workflow_id(self) -> str:
        """Name the workflow of this wave."""
        return f"crisis/{self.cpts_id}/{self.crisis_id}/wave/{self.wave}"


class WaveEnd(WaveRef):
    """The closing of one wave, as its workflow asks for it."""

    met: bool = False  # only because its need is met: a seat may be free again


class DocumentRef(BaseModel):
    """One document on its way to one authority."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    document_id: str

    @property
    def workflow_id(self) -> str:
        """Name the workflow of this transmission."""
        return f"send/{self.cpts_id}/{self.document_id}"


class NoticeRef(BaseModel):
    """The letters about one topic of the plan of one CPTS."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    topic: str

    @property
    def workflow_id(self) -> str:
        """Name the workflow that hands these letters over."""
        return f"plan/{self.cpts_id}/notice/{self.topic}"


class ReviewRef(BaseModel):
    """One yearly review of the plan of one CPTS."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    year: int  # in which it is due

    @property
    def workflow_id(self) -> str:
        """Name the workflow of this review."""
        return f"plan/{self.cpts_id}/review/{self.year}"
