"""What a new file changes in a CPTS, and what must be read again because of it."""

from domain.cpts import Cpts, RoleCode
from domain.review import Trigger

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


def triggers(was: Cpts, now: Cpts) -> tuple[Trigger, ...]:
    """List what the plan must be read again for.

    Source: docs/sources.md#review
    """
    in_charge = any(was.role(code) != now.role(code) for code in _IN_CHARGE)
    territory = not _TERRITORY.isdisjoint(changed_keys(was, now))
    found = ((Trigger.PEOPLE, in_charge), (Trigger.TERRITORY, territory))
    return tuple(trigger for trigger, holds in found if holds)
