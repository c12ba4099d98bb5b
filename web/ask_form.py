"""What an authority types to ask for help, and the page that it types it on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from web.screens import TypeChoice
from web.views import Page


class AskForm(BaseModel):
    """What an authority types."""

    model_config = ConfigDict(str_max_length=5000, str_strip_whitespace=True)

    nonce: str = ""
    name: str = ""
    function: str = ""
    scenario: str = ""
    place: str = ""
    mission: str = ""
    exercise: str = ""


@dataclass(frozen=True, kw_only=True)
class AskPage(Page):
    """The page by which an authority asks for help."""

    contact: str
    call_back: str
    nonce: str = ""
    types: tuple[TypeChoice, ...] = ()
    form: AskForm = field(default_factory=AskForm)
    errors: Mapping[str, str] = field(default_factory=dict)
    received: str = ""
