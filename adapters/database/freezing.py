"""The directory as a crisis freezes it: copied where it is, people away apart."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import String, Text, and_, cast, false, insert, select, update

from adapters.database import people
from adapters.database.columns import given, in_crisis
from adapters.database.tables import crisis_people
from adapters.database.tables import people as roster
from adapters.database.unit import Act
from domain.directory import in_place_of
from domain.person import FACTS, Absence, Person

_FACTS = tuple(name for name in FACTS if name in crisis_people.c)
_COPIED_FACTS = tuple(name for name in _FACTS if name in roster.c)
_CHANGED = update(crisis_people).where(
    in_crisis(crisis_people), crisis_people.c.person_id == given("k_person")
)
_HERE = and_(roster.c.cpts_id == given("k_cpts"), roster.c.gone_at.is_(None))
_ANY_ABSENCE = (
    select(roster.c.person_id)
    .where(_HERE, cast(roster.c.absences, Text) != "[]")
    .limit(1)
)
_COPIED = insert(crisis_people).from_select(
    ("cpts_id", "crisis_id", "person_id", *_COPIED_FACTS),
    select(
        roster.c.cpts_id,
        given("k_crisis", String),
        roster.c.person_id,
        *(roster.c[name] for name in _COPIED_FACTS),
    ).where(_HERE),
)
_ASKED = (
    select(crisis_people.c.person_id)
    .where(in_crisis(crisis_people), crisis_people.c.absent.is_(false()))
    .order_by(
        crisis_people.c.last_name,
        crisis_people.c.first_name,
        crisis_people.c.person_id,
    )
)


async def freeze(act: Act, crisis_id: str, day: date) -> tuple[str, ...]:
    """Copy the roster into a crisis as it is now; give the ids to ask, by name.

    Args:
        act: The opening of the crisis.
        crisis_id: Its id.
        day: Today where the CPTS is: locums stand in for who is away.
    """
    here = {"k_cpts": act.cpts_id, "k_crisis": crisis_id}
    await act.connection.execute(_COPIED, here)
    work = await people.places(act.connection, act.cpts_id)
    for changed in (
        [{"k_person": who, "structures": theirs} for who, theirs in work.items()],
        await _away(act, day),
    ):
        if changed:
            rows = [{**here, **each} for each in changed]
            await act.connection.execute(_CHANGED, rows)
    asked = await act.connection.execute(_ASKED, here)
    return tuple(asked.scalars())


async def _away(act: Act, day: date) -> list[dict[str, object]]:
    """Say what is frozen of those who are away: their locum, or that nobody is."""
    if await act.connection.scalar(_ANY_ABSENCE, {"k_cpts": act.cpts_id}) is None:
        return []
    known = await people.all_of(act.connection, act.cpts_id)
    everyone = [person for _, person in known]
    return [
        {"k_person": person_id, **_standing(person, away, everyone)}
        for person_id, person in known
        if (away := person.absence_on(day)) is not None
    ]


def _standing(
    person: Person, away: Absence, everyone: Sequence[Person]
) -> dict[str, object]:
    locum = in_place_of(person, away, everyone)
    alerted = locum or person
    return {
        **{name: getattr(alerted, name) for name in _FACTS},
        "absent": locum is None,
        "stands_in_for": person.full_name if locum else None,
    }
