"""The waves of a plan: who is asked, by which channel, how long we wait."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from domain.duration import Duration
from domain.message import MessageCode
from domain.sheet import Code, Sheet, Text


class Kinetic(StrEnum):
    """How fast a crisis goes: it chooses the delays."""

    FAST = "FAST"
    SLOW = "SLOW"


class Channel(StrEnum):
    """A way to reach somebody."""

    MAIL = "COURRIEL"
    TEXT = "SMS"
    CALL = "APPEL"


class Audience(StrEnum):
    """Groups that a wave may be sent to, besides the holders of roles."""

    VOLUNTEERS = "VOLONTAIRE"
    ALL_MEMBERS = "TOUS_MEMBRES"
    PARTNERS = "PARTENAIRES"


WAVE_CODES = ("VS", "V0", "V1", "V2", "V3", "V4", "VP")
"""Every wave a template may hold; a small plan holds some of them."""
CAMPAIGN_CODES = ("ENQUETE_FLASH", "INSCRIPTION")
"""Every campaign a template may hold."""
SENDING_CODES = (*WAVE_CODES, *CAMPAIGN_CODES, "MISSION")
"""The waves, and the other sendings that people answer."""
PARTNERS_WAVE = "VP"
NOT_TO_PEOPLE = (PARTNERS_WAVE, "ENQUETE_FLASH")
"""Those to partners and places of care: no recipient of theirs is counted a person."""


def _for_both(value: object) -> object:
    return {"rapide": value, "lente": value} if isinstance(value, str) else value


class _Delay(Sheet):
    fast: Duration = Field(alias="rapide")
    slow: Duration = Field(alias="lente")

    def of(self, kinetic: Kinetic) -> Duration:
        """The delay of this kinetic."""
        return self.fast if kinetic is Kinetic.FAST else self.slow

    @model_validator(mode="after")
    def _slow_is_never_shorter(self) -> Self:
        if self.slow < self.fast:
            message = "« lente » est plus courte que « rapide »"
            raise ValueError(message)
        return self


Delay = Annotated[_Delay, BeforeValidator(_for_both)]
"""A delay for each kinetic; one duration alone is valid for both."""


class ChannelStep(Sheet):
    """One channel of a cascade, and how long after the wave left it is used."""

    channel: Channel = Field(alias="canal")
    after: Duration = Field(alias="apres")


class Cascade(Sheet):
    """The channels of a wave for each kinetic."""

    fast: tuple[ChannelStep, ...] = Field(alias="rapide", min_length=1)
    slow: tuple[ChannelStep, ...] = Field(alias="lente", min_length=1)

    def of(self, kinetic: Kinetic) -> tuple[ChannelStep, ...]:
        """The channels of this kinetic, in the order of the file."""
        return self.fast if kinetic is Kinetic.FAST else self.slow


class WaveSheet(Sheet):
    """What a plan says of one wave."""

    code: Code
    audience: tuple[Code, ...] = Field(alias="qui", min_length=1)
    audience_filter: Text | None = Field(default=None, alias="filtre")
    condition: Text | None = None
    purpose: Text = Field(alias="but")
    messages: tuple[MessageCode, ...] = Field(min_length=1)
    answers: tuple[Code, ...] = Field(alias="reponses")
    channels: Cascade = Field(alias="canaux")
    leaves_after: Delay = Field(alias="depart")
    answer_within: Delay | None = Field(default=None, alias="accuse_attendu")
    on_silence: Text | None = Field(default=None, alias="si_silence")
