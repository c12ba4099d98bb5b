"""A ban on circulation: who forbids people to move, where, from when until when."""

from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from domain.authority import Authority


class Ban(BaseModel):
    """One ban; no zone named: everywhere; no end: until further notice."""

    model_config = ConfigDict(frozen=True)

    zones: tuple[str, ...] = ()
    from_at: AwareDatetime
    until_at: AwareDatetime | None = None
    authority: Authority
    reference: str | None = Field(default=None, min_length=1, max_length=120)

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.until_at is not None and self.until_at <= self.from_at:
            message = "la fin de l'interdiction ne suit pas son début"
            raise ValueError(message)
        return self
