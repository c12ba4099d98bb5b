"""A code sent to an address of a member: the proof that it is theirs."""

from acts.code import ContactOf, Goes, TypedCode, check, issue
from acts.contact import VerifyContact, person_of, verify_within
from acts.wave import MEMBER
from adapters.database import tenants
from adapters.database.unit import Database
from domain.contact_errors import NoSuchContactError
from domain.reach import How
from domain.reference import NoticeRef


async def send_code(database: Database, to: ContactOf, key: bytes) -> NoticeRef:
    """Send a code to an address of the directory; say which letters to hand over.

    Raises:
        NoCarrierError: No code can go there.
        NoSuchContactError: The directory has no such address of theirs.
        TooManyCodesError: Several left today.
        UnknownPersonError: Nobody has this id.
    """
    async with database.act(to.cpts_id) as act:
        await tenants.hold(act)
        person = await person_of(act, to.person_id)
        address: str | None = getattr(person, to.medium.fact)
        if not address:
            raise NoSuchContactError(medium=to.medium)
        carried = database.providers.channels
        goes = Goes(name=person.full_name, address=address, carried=carried)
        return await issue(act, to, goes, key)


async def check_code(database: Database, typed: TypedCode, key: bytes) -> None:
    """Verify an address by the code that was sent there.

    Raises:
        StaleCodeError: Too old, tried too often, never sent, or the address changed.
        UnknownPersonError: Nobody has this id.
        WrongCodeError: Not that code.
    """
    async with database.act(typed.cpts_id) as act:  # a wrong try is kept too
        await tenants.hold(act)
        person = await person_of(act, typed.person_id)
        wrong = await check(act, typed, getattr(person, typed.medium.fact), key)
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
