"""Campaigns: sendings that ask places or people a question, beside the waves."""

from pydantic import Field

from domain.message import MessageCode
from domain.sheet import Code, Sheet, Text
from domain.wave import Cascade


class CampaignSheet(Sheet):
    """What a plan says of one campaign."""

    code: Code
    audience: Text = Field(alias="qui")
    message: MessageCode
    answers: tuple[Code, ...] = Field(alias="reponses")
    channels: Cascade = Field(alias="canaux")
