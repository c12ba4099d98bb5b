"""A code of six digits sent to an address, typed back: by mail, by text, read aloud."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from hmac import compare_digest, digest

from pydantic import BaseModel, ConfigDict, Field

from acts.notice import post_notice
from adapters.database import contact_codes, notices
from adapters.database.contact_codes import SentCode
from adapters.database.unit import Act
from domain.contact_errors import (
    NoCarrierError,
    StaleCodeError,
    TooManyCodesError,
    WrongCodeError,
)
from domain.enrolment import CODE_DIGITS, CODE_MINUTES, MOST_CODES, MOST_TRIES
from domain.errors import PlanError
from domain.notice import NoticeKind, NoticeOrder, Recipient
from domain.plan import plan_id_of
from domain.reach import Medium, code_channel
from domain.reference import NoticeRef
from domain.roll_call_letter import with_code
from domain.wave import Channel

_LIFE = timedelta(minutes=CODE_MINUTES)


class ContactOf(BaseModel):
    """One address of one person, or of somebody who asks to be one."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    person_id: str
    medium: Medium


class TypedCode(ContactOf):
    """The code that somebody typed back."""

    code: str = Field(min_length=1, max_length=20)


class Goes(BaseModel):
    """Where a code goes, and what carries texts and calls there."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    name: str
    address: str
    carried: tuple[Channel, ...]


async def issue(act: Act, to: ContactOf, goes: Goes, key: bytes) -> NoticeRef:
    """Send a new code; the one before opens nothing more.

    Raises:
        NoCarrierError: Nothing brings a code there.
        TooManyCodesError: Several left today for this address, or to this person.
    """
    channel = code_channel(to.medium, goes.address, goes.carried)
    if channel is None:
        raise NoCarrierError(medium=to.medium)
    last = await contact_codes.of(act, to.person_id, to.medium)
    day = act.at.replace(hour=0, minute=0, second=0, microsecond=0)
    asked = last.sent_today if last and last.sent_at >= day else 0
    there = await contact_codes.sent_since(act, goes.address, day)
    if max(asked, there) >= MOST_CODES:  # whoever asks, wherever it goes
        raise TooManyCodesError(medium=to.medium)
    code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
    sent = SentCode(
        address=goes.address,
        number=last.number + 1 if last else 1,
        sent_today=asked + 1,
        code_hash=_hash(key, to, goes.address, code),
        sent_at=act.at,
        tries=0,
    )
    await contact_codes.keep(act, to.person_id, to.medium, sent)
    order = NoticeOrder(
        kind=NoticeKind.CODE,
        channel=channel,
        plan_id=plan_id_of(act.cpts_id),
        topic=_topic(to.person_id),
        turn=sent.number,
        notice=with_code(code, CODE_MINUTES, channel),
        to=(
            Recipient(recipient_id=to.person_id, name=goes.name, address=goes.address),
        ),
        expires_at=act.at + _LIFE,
    )
    await post_notice(act, order, key)
    return NoticeRef(cpts_id=act.cpts_id, topic=order.topic)


async def forget(act: Act, ids: Collection[str]) -> None:
    """Empty every letter that brought a code to these people, and where it went."""
    await notices.blank(act, tuple(map(_topic, ids)))
    await contact_codes.forget(act, ids)


def _topic(person_id: str) -> str:
    return f"code-{person_id}"[:40]


async def check(
    act: Act, typed: TypedCode, address: str | None, key: bytes
) -> PlanError | None:
    """Say what is wrong with a code; a right one is spent, a wrong one is counted."""
    sent = await contact_codes.of(act, typed.person_id, typed.medium)
    if sent is None or sent.address != address or sent.tries >= MOST_TRIES:
        return StaleCodeError()
    if act.at - sent.sent_at > _LIFE:
        return StaleCodeError()
    code = "".join(typed.code.split())
    if compare_digest(sent.code_hash, _hash(key, typed, sent.address, code)):
        await contact_codes.spend(act, typed.person_id, typed.medium, sent)
        return None
    more = sent.model_copy(update={"tries": sent.tries + 1})
    await contact_codes.keep(act, typed.person_id, typed.medium, more)
    return WrongCodeError()


def _hash(key: bytes, of: ContactOf, address: str, code: str) -> bytes:
    about = f"{of.cpts_id}\x00{of.person_id}\x00{of.medium}\x00{address}\x00{code}"
    return digest(key, about.encode(), "sha256")
