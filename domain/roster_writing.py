"""Write people as lines of a roster that reads back the same."""

from collections import Counter
from collections.abc import Iterable, Iterator

from domain.cells import PERIODS
from domain.contact import phone, readable
from domain.cpts import Cpts
from domain.folding import folded
from domain.person import Person
from domain.template import Template

_YES = {True: "oui", False: "non", None: ""}


def lines_of(
    people: Iterable[Person], cpts: Cpts, template: Template
) -> Iterator[tuple[str, ...]]:
    """Give the cells of each person, in the order of `domain.roster.HEADINGS`."""
    labels = {each.code: each.label for each in template.professions}
    names = Counter(folded(commune.name) for commune in cpts.communes)
    communes = {
        commune.code: commune.name if names[folded(commune.name)] == 1 else commune.code
        for commune in cpts.communes
    }
    for person in people:
        yield (
            *(person.rpps or "", person.last_name, person.first_name),
            labels.get(person.profession, person.profession),
            *(communes.get(person.commune or "", ""), person.zone or ""),
            *(person.email or "", _number(person.mobile), _number(person.phone2)),
            *_ties(person),
            *_absences(person),
        )


def _ties(person: Person) -> tuple[str, ...]:
    return (
        *(person.link, person.status),
        *(", ".join(person.skills), ", ".join(person.accepted_types)),
        *(_YES[person.double_commitment], _YES[person.reachable_at_night]),
        *(_YES[person.employer_agrees], ", ".join(person.structures)),
    )


def _absences(person: Person) -> tuple[str, ...]:
    between = f" {PERIODS} "
    return (
        between.join(a.first_on.isoformat() for a in person.absences),
        between.join(a.last_on.isoformat() for a in person.absences),
        between.join(a.locum_name or "" for a in person.absences).strip(),
        between.join(_number(a.locum_mobile) for a in person.absences).strip(),
    )


def _number(e164: str | None) -> str:
    """As people write it; as the world does when that would be read otherwise."""
    if e164 is None:
        return ""
    try:
        return readable(e164) if phone(readable(e164)) == e164 else e164
    except ValueError:
        return e164
