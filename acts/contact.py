"""The contacts of a member: proved by a call or by what was said."""

from pydantic import BaseModel, ConfigDict

from adapters.database import contacts, people, tenants
from adapters.database.unit import Act, Database
from domain.contact_errors import NoSuchContactError
from domain.mission_errors import UnknownPersonError
from domain.person import Person
from domain.reach import How, Medium, Proof

CONTACTS = ".contacts"
"""What their entries are about: by the thousand, they belong to no dossier."""


class VerifyContact(BaseModel):
    """What somebody checked of an address of a member."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    person_id: str
    medium: Medium
    how: How
    actor: str


async def verify_contact(database: Database, said: VerifyContact) -> None:
    """Keep that an address reaches its person.

    Raises:
        NoSuchContactError: The directory has no such address of theirs.
        UnknownPersonError: Nobody has this id.
    """
    async with database.act(said.cpts_id) as act:
        await tenants.hold(act)
        await verify_within(act, said)


async def verify_within(act: Act, said: VerifyContact) -> None:
    """Keep that an address reaches its person, inside an act that learnt it.

    An SMS or a key press proves the number that it came from.

    Raises:
        NoSuchContactError: The directory has no such address of theirs.
        UnknownPersonError: Nobody has this id.
    """
    person = await person_of(act, said.person_id)
    address = getattr(person, said.medium.fact)
    if not address:
        raise NoSuchContactError(medium=said.medium)
    proof = Proof(address=address, verified_at=act.at, how=said.how, by=said.actor)
    await contacts.prove(act, said.person_id, said.medium, proof)
    act.note(
        "contact.verified",
        about=act.cpts_id + CONTACTS,
        actor=said.actor,
        facts={"medium": said.medium, "how": said.how},
        sealed={"person": said.person_id},
    )


async def person_of(act: Act, person_id: str) -> Person:
    """Give somebody of the directory.

    Raises:
        UnknownPersonError: Nobody has this id.
    """
    known = dict(await people.all_of(act.connection, act.cpts_id))
    if person_id not in known:
        raise UnknownPersonError(person=person_id)
    return known[person_id]
