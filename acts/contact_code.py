"""A code sent to an address, typed back by its person: the proof that it is theirs.

One function sends, whatever carries it: mail today; a text once a provider is behind
`CARRIED`.
"""

import secrets
from datetime import timedelta
from hmac import compare_digest, digest

from pydantic import BaseModel, ConfigDict, Field

from acts.contact import VerifyContact, person_of, verify_within
from acts.notice import post_notice
from acts.wave import MEMBER
from adapters.database import contact_codes, tenants
from adapters.database.contact_codes import SentCode
from adapters.database.unit import Act, Database
from domain.contact_errors import (
    NoCarrierError,
    NoSuchContactError,
    StaleCodeError,
    TooManyCodesError,
    WrongCodeError,
)
from domain.enrolment import CODE_DIGITS, CODE_MINUTES, MOST_CODES, MOST_TRIES
from domain.errors import PlanError
from domain.notice import NoticeKind, NoticeOrder, Recipient
from domain.person import Person
from domain.plan import plan_id_of
from domain.reach import How, Medium
from domain.reference import NoticeRef
from domain.roll_call_letter import with_code

CARRIED = (Medium.MAIL,)
"""What a code may be sent to."""
_LIFE = timedelta(minutes=CODE_MINUTES)
_A_DAY = timedelta(days=1)


class ContactOf(BaseModel):
    """One address of one person."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    person_id: str
    medium: Medium


class TypedCode(ContactOf):
    """The code that somebody typed back."""

    code: str = Field(min_length=1, max_length=20)


async def send_code(database: Database, to: ContactOf, key: bytes) -> NoticeRef:
    """Send a code to an address of the directory; say which letters to hand over.

    Raises:
        NoCarrierError: No code can go there.
        NoSuchContactError: The directory has no such address of theirs.
        TooManyCodesError: Several left today.
        UnknownPersonError: Nobody has this id.
    """
    if to.medium not in CARRIED:
        raise NoCarrierError(medium=to.medium)
    async with database.act(to.cpts_id) as act:
        await tenants.hold(act)
        person = await person_of(act, to.person_id)
        address = _address(person, to.medium)
        last = await contact_codes.of(act, to.person_id, to.medium)
        today = last is not None and act.at - last.sent_at < _A_DAY
        number = last.number + 1 if last else 1
        if last and today and last.sent_today >= MOST_CODES:
            raise TooManyCodesError(medium=to.medium)
        code = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS))
        sent = SentCode(
            address=address,
            number=number,
            sent_today=last.sent_today + 1 if last and today else 1,
            code_hash=_hash(key, to, address, code),
            sent_at=act.at,
            tries=0,
        )
        await contact_codes.keep(act, to.person_id, to.medium, sent)
        return await _post(act, to, person, (number, code), key)


async def _post(
    act: Act, to: ContactOf, person: Person, numbered: tuple[int, str], key: bytes
) -> NoticeRef:
    number, code = numbered
    ref = NoticeRef(cpts_id=act.cpts_id, topic=f"code-{to.person_id}"[:40])
    order = NoticeOrder(
        kind=NoticeKind.CODE,
        plan_id=plan_id_of(act.cpts_id),
        topic=ref.topic,
        turn=number,
        notice=with_code(code, CODE_MINUTES),
        to=(
            Recipient(
                recipient_id=to.person_id, name=person.full_name, address=person.email
            ),
        ),
        expires_at=act.at + _LIFE,
    )
    await post_notice(act, order, key)
    return ref


async def check_code(database: Database, typed: TypedCode, key: bytes) -> None:
    """Verify an address by the code that was sent there.

    Raises:
        StaleCodeError: Too old, tried too often, never sent, or the address changed.
        UnknownPersonError: Nobody has this id.
        WrongCodeError: Not that code.
    """
    async with database.act(typed.cpts_id) as act:  # a wrong try is kept too
        await tenants.hold(act)
        wrong = await _wrong(act, typed, key)
        if wrong is None:
            said = VerifyContact(
                cpts_id=typed.cpts_id,
                person_id=typed.person_id,
                medium=typed.medium,
                how=How.CODE,
                actor=MEMBER,
            )
            await verify_within(act, said)
    if wrong is not None:
        raise wrong


async def _wrong(act: Act, typed: TypedCode, key: bytes) -> PlanError | None:
    """Say what is wrong with a code; a right one is spent, a wrong one is counted."""
    sent = await contact_codes.of(act, typed.person_id, typed.medium)
    person = await person_of(act, typed.person_id)
    address = getattr(person, typed.medium.fact)
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


def _address(person: Person, medium: Medium) -> str:
    address: str | None = getattr(person, medium.fact)
    if not address:
        raise NoSuchContactError(medium=medium)
    return address


def _hash(key: bytes, of: ContactOf, address: str, code: str) -> bytes:
    about = f"{of.cpts_id}\x00{of.person_id}\x00{of.medium}\x00{address}\x00{code}"
    return digest(key, about.encode(), "sha256")
