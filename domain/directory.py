"""The directory as it is kept: what a file changes in it, whom a name names."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from domain.person import Absence, Link, Person, Status

_PLACES = ("rpps", "commune", "zone", "structures")


@dataclass(frozen=True, slots=True)
class RosterDiff:
    """What a new roster changes; `changed` holds pairs (before, after)."""

    new: tuple[Person, ...]
    changed: tuple[tuple[Person, Person], ...]
    gone: tuple[Person, ...]
    vacated: tuple[str, ...] = ()  # roles whose holder or deputy is no longer known
    kept: tuple[tuple[Person, tuple[str, ...]], ...] = ()
    """What people said themselves, which the file would have written over, by field."""

    def after(self, known: Iterable[Person]) -> tuple[Person, ...]:
        """Give the roster once all this is done to the one that was compared."""
        now = dict(self.changed)
        stay = (person for person in known if person not in self.gone)
        return (*(now.get(person, person) for person in stay), *self.new)


def diff(old: Iterable[Person], new: Iterable[Person]) -> RosterDiff:
    """Compare the directory with what a file says.

    What a file has no column for stays as it was. A file of the territory alone (the
    national extraction) says nothing of members: none of them leaves, is demoted, or
    gets the telephone of a structure; it only adds where they work
    (Source: docs/sources.md#directory).
    """
    before = {person.identity: person for person in old}
    read = tuple(new)
    of_territory = all(person.link is Link.TERRITORY for person in read)
    known = _known(before, read)
    pairs = [
        (was, _after(was, person, of_territory=of_territory))
        for person in read
        if (was := known.get(person.identity))
    ]
    found = {was.identity for was, _ in pairs}
    return RosterDiff(
        new=tuple(person for person in read if person.identity not in known),
        changed=tuple((was, now) for was, now in pairs if was != now),
        gone=tuple(
            person
            for key, person in before.items()
            if key not in found
            and (person.link is Link.TERRITORY or not (read and of_territory))
        ),
    )


def keep_own(change: RosterDiff, own: Mapping[str, Collection[str]]) -> RosterDiff:
    """Keep what people said or proved themselves: nobody knows how old a file is.

    Args:
        change: What the file would change.
        own: The fields that each person vouches for, by identity.
    """
    changed, kept = [], []
    for was, read in change.changed:
        fields = tuple(
            name
            for name in own.get(was.identity, ())
            if getattr(read, name) != getattr(was, name)
        )
        now = replace(read, **{name: getattr(was, name) for name in fields})
        if fields:
            kept.append((now, fields))
        if now != was:
            changed.append((was, now))
    return replace(change, changed=tuple(changed), kept=tuple(kept))


def person_named(people: Iterable[Person], named: str) -> Person | None:
    """Find who the file of the CPTS names, by RPPS or mail.

    A mail that several people share names nobody.
    """
    wanted = named.strip().casefold()
    found = [p for p in people if wanted in {p.rpps, p.email and p.email.casefold()}]
    return found[0] if len(found) == 1 else None


def in_place_of(
    person: Person, away: Absence, people: Iterable[Person]
) -> Person | None:
    """Give the locum of somebody away, with the profession and places of who is away.

    None: no locum is named, or it is a volunteer of the directory, asked as such.
    """
    if away.locum_name is None and away.locum_mobile is None:
        return None
    mobile = away.locum_mobile
    known = next((p for p in people if mobile and p.mobile == mobile), None)
    if known and known.link is Link.VOLUNTEER:
        return None
    *first, last = (away.locum_name or f"Remplaçant {person.last_name}").split()
    return replace(
        person,
        rpps=None,
        last_name=last,
        first_name=" ".join(first),
        email=known.email if known else None,
        mobile=mobile,
        phone2=None,
        status=Status.LOCUM,
        skills=known.skills if known else (),
        absences=(),
    )


def _after(was: Person, read: Person, *, of_territory: bool) -> Person:
    if not of_territory or was.link is Link.TERRITORY:
        return read.completed(was)
    lacking = {name: getattr(read, name) for name in _PLACES if not getattr(was, name)}
    return replace(was, **lacking)


def _known(
    before: Mapping[str, Person], read: tuple[Person, ...]
) -> Mapping[str, Person]:
    """Find who was known already, keyed by the identity that the file gives them.

    A file that gains or loses a column (RPPS, mail) still speaks of the same people:
    who is left over is known by mail, then by name and profession, if one person only
    may be meant.
    """
    known = {p.identity: before[p.identity] for p in read if p.identity in before}
    for key in (_mail, _name):
        taken = {was.identity for was in known.values()}
        left = _alone(key, (p for i, p in before.items() if i not in taken))
        unknown = _alone(key, (p for p in read if p.identity not in known))
        known |= {
            person.identity: left[name]
            for name, person in unknown.items()
            if name in left and not (person.rpps and left[name].rpps)
        }
    return known


def _mail(person: Person) -> str:
    return (person.email or "").casefold()


def _name(person: Person) -> str:
    return person.name_key


def _alone(
    key: Callable[[Person], str], people: Iterable[Person]
) -> Mapping[str, Person]:
    """The people whom this key names alone, by key."""
    groups: dict[str, list[Person]] = {}
    for person in people:
        groups.setdefault(key(person), []).append(person)
    return {
        name: group[0] for name, group in groups.items() if name and len(group) == 1
    }
