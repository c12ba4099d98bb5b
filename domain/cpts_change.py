"""What a new file, or roster, changes in a CPTS, and what is to be read again."""

from collections.abc import Iterator, Sequence

from domain.cpts import Cpts, RoleCode
from domain.directory import person_named
from domain.person import Person
from domain.review import Trigger

BUREAU = "BUREAU"  # its members are called when nobody else answers
_IN_CHARGE = (RoleCode.DECISION, RoleCode.REFERENT_SSE)
_TERRITORY = frozenset(
    {
        "communes",
        "zones",
        "population_contractuelle",
        "taille_contractuelle",
        "risques_locaux",
    }
)


def changed_keys(was: Cpts, now: Cpts) -> tuple[str, ...]:
    """List the keys of the file that say something else, in its order."""
    before, after = was.model_dump(mode="json"), now.model_dump(mode="json")
    return tuple(key for key in after if after[key] != before[key])


def vacated(
    tenant: Cpts, was: Sequence[Person], now: Sequence[Person]
) -> Iterator[str]:
    """List the roles that a roster takes away from whoever held them, or stood in."""
    held = [(role.code, (role.holder, role.deputy)) for role in tenant.roles]
    for role, named in (*held, (BUREAU, tenant.bureau)):
        known = (name for name in named if name and person_named(was, name))
        if any(person_named(now, name) is None for name in known):
            yield role


def triggers(was: Cpts, now: Cpts) -> tuple[Trigger, ...]:
    """List what the plan must be read again for.

    Source: docs/sources.md#review
    """
    in_charge = any(was.role(code) != now.role(code) for code in _IN_CHARGE)
    territory = not _TERRITORY.isdisjoint(changed_keys(was, now))
    found = ((Trigger.PEOPLE, in_charge), (Trigger.TERRITORY, territory))
    return tuple(trigger for trigger, holds in found if holds)
