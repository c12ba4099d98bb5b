"""A letter about a plan: the same words to several people, each with their own link.

A code, and a test of alert, may go by text or be said aloud; the others are mails.

Source: docs/sources.md#notices
"""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from domain.wave import Channel

LEAVE = "desinscription"  # after the link of a letter that may be left


class NoticeKind(StrEnum):
    """What the link of a letter about a plan opens."""

    TASK = "TACHE"  # a section to read again, a place to see to
    PROFILE = "PROFIL"  # of a volunteer: what they accept, and their agreement
    AUTHORITY = "AUTORITE"  # a contact to confirm
    READING = "LECTURE"  # a version to read: counted, never named
    WORD = "MOT"  # nothing: the letter asks nothing
    ENROL = "INSCRIPTION"  # of a member: their own page
    EXACT = "EXACT"  # the same page, to confirm
    TEST = "ESSAI"  # of alert: one tap
    CODE = "CODE"  # nothing: the code is in the letter
    POSTER = "AFFICHE"  # no letter: printed, for whoever passes

    @property
    def is_routine(self) -> bool:
        """Does an opt-out of what is not urgent stop it?"""
        return self not in {NoticeKind.TEST, NoticeKind.CODE}

    @property
    def may_be_left(self) -> bool:
        """Is it of a campaign, which a mail program may leave in one click?"""
        return self in {NoticeKind.ENROL, NoticeKind.EXACT}

    @property
    def has_link(self) -> bool:
        """Does it open something?"""
        return self not in {NoticeKind.WORD, NoticeKind.CODE}


class Notice(BaseModel):
    """What a letter says to everybody."""

    model_config = ConfigDict(frozen=True)

    subject: str = Field(min_length=1, max_length=200)
    paragraphs: tuple[str, ...]
    button: str | None = Field(default=None, max_length=60)  # None: no link is shown


class Recipient(BaseModel):
    """To whom one letter goes; without an address it is counted as not sent."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    recipient_id: str  # a person, a contact, a task: what their link is about
    name: str
    address: str | None


class NoticeOrder(BaseModel):
    """The order to write to several people about a plan.

    `kind`, `topic` and recipient make the link: a reminder holds the same one.
    """

    model_config = ConfigDict(frozen=True)

    kind: NoticeKind
    channel: Channel = Channel.MAIL
    plan_id: str
    topic: str  # `v3`, `2027`: what all these letters are about
    turn: int = 0  # 0, then one more a reminder
    number: int | None = None  # of the version to read
    notice: Notice
    to: tuple[Recipient, ...]
    expires_at: datetime  # of the links
    leaves_at: datetime | None = None  # later than now: to who did not answer before
