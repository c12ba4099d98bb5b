"""People who enrol from a poster: they say who they are, and prove one address.

A name and an RPPS are public: by them alone nobody enters the directory, nor puts an
address there that it did not have. The coordinator settles it
(Source: docs/sources.md#contacts).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from domain.contact import is_mobile, mail, phone
from domain.person import Link, Person
from domain.reach import Medium

MOST_AN_HOUR = 100
"""Requests that one CPTS takes: a poster is read by people, not by machines."""
Name = Annotated[
    str, Field(pattern=r"^[^\W\d_]+(?:[' \u2019-][^\W\d_]+)*$", max_length=40)
]
"""Letters: a name is written in the letter that holds the code, a link is not."""


def _written(text: str) -> str:
    """Write a mail address or a telephone number one way.

    Raises:
        ValueError: It is neither; the sentence is in French.
    """
    return mail(text) if "@" in text else phone(text)


class JoinState(StrEnum):
    """Where a request stands."""

    ASKED = "DEMANDEE"  # the code was not typed
    WAITING = "A_TRANCHER"  # the coordinator settles it
    DONE = "INSCRITE"
    REFUSED = "REFUSEE"


class JoinForm(BaseModel):
    """What somebody says of themselves on the page of a poster."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    first_name: Name
    last_name: Name
    profession: str = Field(min_length=1, max_length=40)
    rpps: str | None = Field(default=None, pattern=r"^\d{11}$")
    address: Annotated[str, AfterValidator(_written)]

    @property
    def medium(self) -> Medium:
        """What kind of address they give."""
        if "@" in self.address:
            return Medium.MAIL
        return Medium.MOBILE if is_mobile(self.address) else Medium.PHONE

    @property
    def full_name(self) -> str:
        """The name as people say it."""
        return f"{self.first_name} {self.last_name}"

    @property
    def person(self) -> Person:
        """Whom the directory would hold: a member, asked for nothing yet."""
        new = Person(
            rpps=self.rpps,
            last_name=self.last_name,
            first_name=self.first_name,
            profession=self.profession,
            link=Link.MEMBER,
            reachable_at_night=False,
        )
        return self.written_on(new)

    def written_on(self, person: Person) -> Person:
        """Give somebody this address; who was of the territory is a member."""
        link = Link.MEMBER if person.link is Link.TERRITORY else person.link
        match self.medium:
            case Medium.MAIL:
                return replace(person, link=link, email=self.address)
            case Medium.MOBILE:
                return replace(person, link=link, mobile=self.address)
            case Medium.PHONE:
                return replace(person, link=link, phone2=self.address)

    def settles_alone(self, known: Person | None) -> bool:
        """Need nobody look? The directory had this address of this member already."""
        if known is None or known.link is Link.TERRITORY:
            return False
        had: str | None = getattr(known, self.medium.fact)
        return (had or "").casefold() == self.address.casefold()

    def find(self, people: Iterable[tuple[str, Person]]) -> tuple[str, Person] | None:
        """Find who has this identity, else the one person of this name; none if two."""
        new, everyone = self.person, tuple(people)
        for each in everyone:
            if each[1].identity == new.identity:
                return each  # whatever their name: married since, or misread
        found = [
            each
            for each in everyone
            if each[1].name_key == new.name_key and not (new.rpps and each[1].rpps)
        ]
        return found[0] if len(found) == 1 else None


class JoinRequest(BaseModel):
    """One request, as it stands."""

    model_config = ConfigDict(
        frozen=True, from_attributes=True, hide_input_in_errors=True
    )

    request_id: str
    asked_at: datetime
    state: JoinState
    content: JoinForm | None  # none once settled
    proved_at: datetime | None
