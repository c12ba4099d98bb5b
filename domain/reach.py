"""How a member may be reached, what proves it, and the share of members who can be.

Source: docs/sources.md#contacts
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.contact import is_mobile
from domain.person import Link, Person, shared_addresses
from domain.wave import Channel

WANTED = 2  # verified media: never one alone


class Medium(StrEnum):
    """Something that reaches somebody: an address, a number."""

    MAIL = "COURRIEL"
    MOBILE = "MOBILE"
    PHONE = "TELEPHONE"  # the second number, a landline or not

    @property
    def fact(self) -> str:
        """The field of `Person` that holds it."""
        return _FACTS[self]


_FACTS = {Medium.MAIL: "email", Medium.MOBILE: "mobile", Medium.PHONE: "phone2"}


class How(StrEnum):
    """What proved that an address reaches its person, or does not."""

    CODE = "CODE"  # sent there, typed back
    ANSWER = "REPONSE"  # to something that only went there
    CALL = "RAPPEL"  # somebody called, and they answered
    TYPED = "SAISIE"  # said to the coordinator
    RETURNED = "RETOUR"  # a mail came back: it proves the contrary


_BY_THEMSELVES = (How.CODE, How.ANSWER)
_OF_THEIR_PAGE = (
    *_FACTS.values(),
    *("link", "accepted_types", "reachable_at_night"),
)


class Proof(BaseModel):
    """The last proof that an address reaches its person."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    address: str
    verified_at: datetime
    how: How
    by: str


class Freshness(StrEnum):
    """What an address is worth today."""

    VERIFIED = "VERIFIE"
    STALE = "PERIME"  # proved, too long ago
    UNVERIFIED = "A_VERIFIER"


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach a person, and what it is worth."""

    medium: Medium
    address: str
    freshness: Freshness
    proof: Proof | None  # of this very address
    shared: bool  # with somebody else


@dataclass(frozen=True, slots=True)
class Reached:
    """A person and the ways to reach them."""

    person_id: str
    person: Person
    contacts: tuple[Contact, ...]

    @property
    def verified(self) -> int:
        """How many of these ways are verified."""
        return sum(each.freshness is Freshness.VERIFIED for each in self.contacts)

    def vouches_for(self, *, confirmed: bool) -> tuple[str, ...]:
        """List the fields that they said themselves, or proved not too long ago.

        Args:
            confirmed: Did they confirm their own page once?
        """
        if confirmed:
            return _OF_THEIR_PAGE
        return tuple(
            each.medium.fact
            for each in self.contacts
            if each.freshness is Freshness.VERIFIED
            and each.proof
            and each.proof.how in _BY_THEMSELVES
        )

    @property
    def badge(self) -> Freshness:
        """What the directory shows of them: the best of what is known."""
        known = {each.freshness for each in self.contacts}
        return next((each for each in Freshness if each in known), Freshness.UNVERIFIED)

    def contact(self, medium: Medium) -> Contact | None:
        """Give one of the ways."""
        return next((each for each in self.contacts if each.medium is medium), None)


@dataclass(frozen=True, slots=True)
class ReachLine:
    """Members of one profession in one zone: how many have two verified ways."""

    profession: str
    zone: str  # empty: unknown
    members: int
    two: int
    one: int


@dataclass(frozen=True, slots=True)
class Reach:
    """The score of a CPTS, and whom to ask, the least reachable first."""

    lines: tuple[ReachLine, ...]
    to_ask: tuple[Reached, ...]

    @property
    def members(self) -> int:
        """How many members there are."""
        return sum(line.members for line in self.lines)

    @property
    def two(self) -> int:
        """How many of them have two verified ways."""
        return sum(line.two for line in self.lines)

    @property
    def percent(self) -> int:
        """The share of members with two verified ways; rounded down."""
        return self.two * 100 // self.members if self.members else 0


def code_channel(
    medium: Medium, address: str, carried: Collection[Channel]
) -> Channel | None:
    """Say what brings a code to an address: never a text to a landline."""
    if medium is Medium.MAIL:
        return Channel.MAIL
    ways = (Channel.TEXT, Channel.CALL) if is_mobile(address) else (Channel.CALL,)
    return next((way for way in ways if way in carried), None)


def reached(
    people: Mapping[str, Person],
    proofs: Mapping[str, Mapping[Medium, Proof]],
    now: datetime,
    valid_for: timedelta,
) -> tuple[Reached, ...]:
    """Say of each person how they may be reached.

    Args:
        people: By id.
        proofs: By id, then by medium.
        now: The instant.
        valid_for: The age at which a proof is stale.
    """
    shared = frozenset(each.address for each in shared_addresses(people.values()))
    since = now - valid_for
    return tuple(
        Reached(who, person, _contacts(person, proofs.get(who, {}), since, shared))
        for who, person in people.items()
    )


def _contacts(
    person: Person,
    proofs: Mapping[Medium, Proof],
    since: datetime,
    shared: Collection[str],
) -> tuple[Contact, ...]:
    found = []
    for medium in Medium:
        address = getattr(person, medium.fact)
        if not address:
            continue
        proof = proofs.get(medium)
        if proof is not None and proof.address.casefold() != address.casefold():
            proof = None  # of an address that is no longer theirs
        fresh = Freshness.UNVERIFIED
        if proof is not None and proof.how is not How.RETURNED:
            late = proof.verified_at < since
            fresh = Freshness.STALE if late else Freshness.VERIFIED
        is_shared = address.casefold() in shared
        found.append(Contact(medium, address, fresh, proof, is_shared))
    return tuple(found)


def reach(everyone: Iterable[Reached]) -> Reach:
    """Count the members who may be reached by two verified ways."""
    members = [each for each in everyone if each.person.link is not Link.TERRITORY]
    counted: dict[tuple[str, str], Counter[int]] = {}
    for each in members:
        key = (each.person.profession, each.person.zone or "")
        counted.setdefault(key, Counter())[min(each.verified, WANTED)] += 1
    lacking = [each for each in members if each.verified < WANTED]
    return Reach(
        lines=tuple(
            ReachLine(*key, count.total(), count[WANTED], count[1])
            for key, count in sorted(counted.items())
        ),
        to_ask=tuple(sorted(lacking, key=lambda each: each.verified)),
    )
