"""What a situation report counts, where the rows are: numbers only, no name."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import contributions as declared
from adapters.database import figures, plans, seal, seats, surveys, tenants
from adapters.database.crises import CrisisRow
from adapters.database.tables import contributions, crisis_people, missions
from adapters.database.tables import seats as seats_table
from domain.answer import Availability
from domain.figures import Figures
from domain.mission import MissionState
from domain.plan import Plan
from domain.reference import CrisisRef
from domain.report import Seal
from domain.situation import CardCounts, EngagedRow, IndicatorRow, PlaceRow, SeatsRow
from domain.survey import PlaceCounts, PlaceGroup, SurveyedPlace, last_departure


async def counted(
    connection: AsyncConnection, crisis: CrisisRow, fingerprint: str, now: datetime
) -> dict[str, Any]:
    """Count all that a situation report says in numbers, at one instant.

    Keyed by field of `SituationReport`.
    """
    ref = CrisisRef(cpts_id=crisis.cpts_id, crisis_id=crisis.crisis_id)
    plan = await plans.frozen(connection, crisis)
    tenant = await tenants.get(connection, crisis.cpts_id)
    numbers = await figures.of_crisis(connection, ref, now)
    places = await surveys.places(connection, crisis, now)
    asked = await surveys.asked(connection, ref)
    sealed = await seal.evidence(connection, crisis.cpts_id)
    said, template = crisis.activation, plan.template
    return {
        "cpts_name": tenant.name,
        "fictitious": tenant.fictitious,
        "population": tenant.population,
        "size": tenant.size,
        "communes": len(tenant.communes),
        "zones": tenant.zones,
        "timezone": tenant.time_zone,
        "crisis_id": crisis.crisis_id,
        "types": tuple(template.type_sheet(code).label for code in said.codes),
        "scenarios": tuple(each.label for each in template.scenarios_of(said.types)),
        "place": said.place,
        "exercise": said.exercise,
        "pace": said.pace,
        "reference": crisis.reference,
        "t0": crisis.t0,
        "made_at": now,
        "headings": template.situation_report.headings,
        "engaged": await _engaged(connection, ref, plan),
        "needs": await _needs(connection, ref, plan),
        "cards": CardCounts(
            done=numbers.cards.done,
            running=numbers.cards.running,
            late=numbers.cards.late,
        ),
        "places": _places(places or ()),
        "surveyed_at": last_departure(asked.values(), now),
        "slots": _slots(places),
        "indicators": await _indicators(connection, ref, plan, (numbers, places)),
        "seal": Seal(
            size=sealed.entries, root=sealed.root, key_fingerprint=fingerprint
        ),
    }


async def _engaged(
    connection: AsyncConnection, ref: CrisisRef, plan: Plan
) -> tuple[EngagedRow, ...]:
    """Count who holds a seat, accepted a mission or declared a contribution, once."""
    engaged = union(
        *(
            select(table.c.person_id).where(
                table.c.cpts_id == ref.cpts_id,
                table.c.crisis_id == ref.crisis_id,
                *narrower,
            )
            for table, narrower in (
                (seats_table, (seats_table.c.person_id.is_not(None),)),
                (missions, (missions.c.state == MissionState.ACCEPTED,)),
                (contributions, ()),
            )
        )
    ).subquery()
    rows = await connection.execute(
        select(crisis_people.c.profession, crisis_people.c.zone).where(
            crisis_people.c.cpts_id == ref.cpts_id,
            crisis_people.c.crisis_id == ref.crisis_id,
            crisis_people.c.person_id.in_(select(engaged.c.person_id)),
        )
    )
    labels = {each.code: each.label for each in plan.template.professions}
    found = Counter((row.profession, row.zone) for row in rows.all())
    return tuple(
        EngagedRow(profession=code, label=labels[code], zone=zone, number=number)
        for (code, zone), number in sorted(
            found.items(), key=lambda item: (labels[item[0][0]], item[0][1] or "")
        )
    )


async def _needs(
    connection: AsyncConnection, ref: CrisisRef, plan: Plan
) -> tuple[SeatsRow, ...]:
    """Give the seats by profession and zone, over all cards."""
    labels = {each.code: each.label for each in plan.template.professions}
    filled = await seats.filled(connection, ref.cpts_id, ref.crisis_id)
    return tuple(
        SeatsRow(
            card=plan.template.card(need.card_id).title,
            profession=labels[need.profession] if need.profession else None,
            zone=need.zone,
            needed=need.needed,
            filled=filled.get(need.need_id, 0),
        )
        for need in await seats.needs_of(connection, ref.cpts_id, ref.crisis_id)
    )


def _places(places: Iterable[SurveyedPlace]) -> tuple[PlaceRow, ...]:
    by_group = defaultdict(list)
    for each in places:
        by_group[PlaceGroup.of(each.place.kind)].append(each.state)
    return tuple(
        PlaceRow(group=group, counts=PlaceCounts.of(by_group[group]))
        for group in PlaceGroup
        if group in by_group
    )


def _slots(places: Iterable[SurveyedPlace] | None) -> int | None:
    """Add the slots that places offer; None when none said a number."""
    offered = [each.said.slots for each in places or () if each.said]
    known = [slots for slots in offered if slots is not None]
    return sum(known) if known else None


async def _indicators(
    connection: AsyncConnection,
    ref: CrisisRef,
    plan: Plan,
    counts: tuple[Figures, tuple[SurveyedPlace, ...] | None],
) -> tuple[IndicatorRow, ...]:
    """Give each indicator of the types: counted here, else declared, else unknown."""
    numbers, places = counts
    known: Mapping[str, int] = {
        **await _declared(connection, ref),
        **_of_survey(places),
        "volontaires_disponibles_immediats": numbers.answers[Availability.IMMEDIATE],
    }
    names = dict.fromkeys(
        name
        for code in numbers.types
        for name in plan.template.type_sheet(code).indicators
    )
    return tuple(IndicatorRow(name=name, value=known.get(name)) for name in names)


async def _declared(connection: AsyncConnection, ref: CrisisRef) -> Mapping[str, int]:
    found: Counter[str] = Counter()
    for card in await declared.totals(connection, ref):
        found.update(card.fields)
    return found


def _of_survey(places: tuple[SurveyedPlace, ...] | None) -> Mapping[str, int]:
    if places is None:
        return {}
    counts = PlaceCounts.of(each.state for each in places)
    return {
        "structures_ouvertes": counts.open,
        "structures_degradees": counts.slowed,
        "structures_fermees": counts.closed,
        "structures_sans_reponse": counts.silent,
    }
