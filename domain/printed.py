"""The base of what documents print: frozen, nothing unknown, `None` not recorded."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Printed(BaseModel):
    """A part of what a document prints; its labels are French and ready to print."""

    model_config = ConfigDict(frozen=True, extra="forbid")
