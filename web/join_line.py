"""One request that came from a poster, as the coordinator settles it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from domain.calendar import french_instant
from domain.contact import readable
from domain.join import JoinForm, JoinRequest
from domain.person import Person
from domain.reach import Medium, Reached

_WITHOUT = {
    Medium.MAIL: "sans courriel",
    Medium.MOBILE: "sans mobile",
    Medium.PHONE: "sans second numéro",
}


@dataclass(frozen=True)
class KnownPerson:
    """Whom the directory has already, with the address that would be replaced."""

    person_id: str
    name: str
    address: str


@dataclass(frozen=True)
class JoinLine:
    """Somebody who asked from a poster, and waits."""

    request_id: str
    who: str
    address: str
    asked_at: str
    known: KnownPerson | None


def lines_of(
    waiting: Iterable[JoinRequest],
    everyone: Iterable[Reached],
    labels: Mapping[str, str],
    zone: ZoneInfo,
) -> tuple[JoinLine, ...]:
    """Say of each who asks, and whom the directory has already.

    Args:
        waiting: The requests to settle.
        everyone: The directory.
        labels: Of professions, by code.
        zone: Of the CPTS.
    """
    known = tuple((each.person_id, each.person) for each in everyone)
    return tuple(
        JoinLine(
            request_id=each.request_id,
            who=_who(each.content, labels),
            address=_shown(each.content.medium, each.content.address),
            asked_at=french_instant(each.asked_at, zone),
            known=_known(each.content, known),
        )
        for each in waiting
        if each.content
    )


def _who(said: JoinForm, labels: Mapping[str, str]) -> str:
    rpps = f", RPPS {said.rpps}" if said.rpps else ""
    return f"{said.full_name}, {labels.get(said.profession, said.profession)}{rpps}"


def _known(
    said: JoinForm, everyone: Iterable[tuple[str, Person]]
) -> KnownPerson | None:
    found = said.find(everyone)
    if found is None:
        return None
    person_id, person = found
    address = getattr(person, said.medium.fact)
    had = _shown(said.medium, address) if address else _WITHOUT[said.medium]
    return KnownPerson(person_id, person.full_name, had)


def _shown(medium: Medium, address: str) -> str:
    return address if medium is Medium.MAIL else readable(address)
