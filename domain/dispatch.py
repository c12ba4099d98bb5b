"""Handing messages to a provider: batches, fences, and what the provider said."""

from datetime import datetime
from enum import Enum

from pydantic import BaseModel, ConfigDict

from domain.link import Purpose
from domain.wave import Channel


class BatchRef(BaseModel):
    """Where a batch is; travels in workflow payloads."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    batch_id: str


class NoticeBatch(BatchRef):
    """A batch of notices, and the channel that carries it."""

    channel: Channel = Channel.MAIL  # what a history kept before there were others
    leaves_at: datetime | None = None  # later; None: now


class Batch(BaseModel):
    """A batch taken over: what it still owes, under a fence of its own."""

    model_config = ConfigDict(frozen=True)

    ref: BatchRef
    fence: int
    delivery_ids: tuple[str, ...]  # those in doubt come last


class Addressee(BaseModel):
    """Whom one reserved delivery goes to, and what their link is about."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    delivery_id: str
    name: str
    address: str
    purpose: Purpose
    subject: str  # of the link: a person in a crisis, or a document
    shared: bool = False  # several people have this number: their names are there
    return_code: str | None = None  # of a mail: which one came back


class Handed(Enum):
    """What became of a message handed to a provider."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # for good: this recipient will not get it
    LATER = "later"  # this recipient not now; the same message may go again
    DOUBTFUL = "doubtful"  # no reply came: it is given to nobody else


class Outcome(BaseModel):
    """What the provider answered for one delivery."""

    model_config = ConfigDict(frozen=True)

    delivery_id: str
    handed: Handed
    reply: str
    provider: str | None = None  # None: the mail server
    message_id: str | None = None  # the provider's
