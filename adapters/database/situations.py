"""All that conducting a crisis depends on, read at one instant under its lock."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import (
    cards,
    crisis_types,
    oppositions,
    overcall,
    plans,
    report_hours,
    same_person,
    seats,
    tenants,
)
from adapters.database.cards import CardRun
from adapters.database.columns import in_crisis, named
from adapters.database.crises import CrisisRow
from adapters.database.tables import crisis_people, digests, recipients
from adapters.database.unit import Act
from domain.alert import NotSent
from domain.answer import Availability
from domain.audience import Candidate
from domain.cpts import Cpts
from domain.digest import Digest, Item
from domain.gate import CrisisFacts, TravelBan
from domain.lateness import Lateness
from domain.night import Night
from domain.opposition import barred
from domain.person import Absence, Link, Person, Status
from domain.plan import Plan
from domain.reference import CrisisRef
from domain.rest import Rest
from domain.union import DatedType, LaidCard, lay_out

_SAYS_NOTHING = (
    *(Availability.SILENT, Availability.RECEIVED),
    *(Availability.SHELTERED, Availability.OUT_OF_ZONE),
)


@dataclass(frozen=True)
class Known:
    """A crisis, its plan laid out, and what happened in it."""

    crisis: CrisisRow
    tenant: Cpts
    plan: Plan
    types: tuple[DatedType, ...]
    laid: tuple[LaidCard, ...]
    facts: CrisisFacts
    night: Night
    runs: tuple[CardRun, ...]
    directory: "Directory"

    @property
    def ref(self) -> CrisisRef:
        """The crisis."""
        return CrisisRef(cpts_id=self.crisis.cpts_id, crisis_id=self.crisis.crisis_id)

    @property
    def rest(self) -> Rest:
        """How long people rest between two posts."""
        return Rest.of(self.tenant, self.crisis.activation)

    @property
    def active_types(self) -> tuple[str, ...]:
        """The codes of the types that were not removed."""
        return tuple(t.code for t in self.types if t.removed_because is None)

    def card(self, card_id: str) -> LaidCard | None:
        """The card of this id, if the crisis has it."""
        return next((each for each in self.laid if each.card_id == card_id), None)


async def of_crisis(connection: AsyncConnection, crisis: CrisisRow) -> Known:
    """Read what conducting a crisis depends on."""
    ref = CrisisRef(cpts_id=crisis.cpts_id, crisis_id=crisis.crisis_id)
    tenant = await tenants.get(connection, ref.cpts_id)
    plan = await plans.frozen(connection, crisis)
    types = tuple(
        DatedType(
            code=row.type,
            scenarios=row.scenarios,
            t0=row.t0,
            added_at=row.added_at,
            removed_because=row.removed_because,
        )
        for row in await crisis_types.of_crisis(connection, ref)
    )
    said = crisis.activation
    runs = await cards.of_crisis(connection, ref)
    facts = CrisisFacts(
        zones=said.zones,
        orders=await cards.orders(connection, ref),
        events=await cards.events(connection, ref),
        bans=_bans(crisis),
        agreements=await report_hours.agreed(connection, ref, runs),
        lifted_at=crisis.lifted_at,
        pace=said.pace,
    )
    return Known(
        crisis=crisis,
        tenant=tenant,
        plan=plan,
        types=types,
        laid=_laid(plan, crisis, types),
        facts=facts,
        night=Night(
            plan.template.departures.night, tenant.zone_info, crisis.kinetic, said.pace
        ),
        runs=runs,
        directory=Directory(connection, ref),
    )


async def once_moved(connection: AsyncConnection, known: Known) -> Known:
    """Read again what the clock of a crisis moves: runs of cards, and their hours."""
    runs = await cards.of_crisis(connection, known.ref)
    agreements = await report_hours.agreed(connection, known.ref, runs)
    facts = replace(known.facts, agreements=agreements)
    return replace(known, facts=facts, runs=runs)


def _bans(crisis: CrisisRow) -> tuple[TravelBan, ...]:
    ban = crisis.ban
    return (TravelBan(ban.zones, ban.from_at, ban.until_at),) if ban else ()


_KEPT_AT_ONCE = 64
_kept: dict[tuple[object, ...], tuple[LaidCard, ...]] = {}  # the oldest first


def _laid(
    plan: Plan, crisis: CrisisRow, types: tuple[DatedType, ...]
) -> tuple[LaidCard, ...]:
    """Lay the cards out, once for the same plan and types: each tick asks."""
    key = (crisis.plan_sha256, types, crisis.chosen_kinetic)
    if key not in _kept:
        if len(_kept) >= _KEPT_AT_ONCE:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = lay_out(plan.template, types, crisis.chosen_kinetic)
    return _kept[key]


_DECIDING = (  # of a person, what says which waves are for them
    *("absent", "profession", "zone", "link", "status", "double_commitment"),
    *("reachable_at_night", "skills", "accepted_types"),
)
_EVERYONE = (
    select(crisis_people.c.person_id, *(crisis_people.c[name] for name in _DECIDING))
    .where(in_crisis(crisis_people))
    .order_by(crisis_people.c.person_id)
)
_ANSWERED = select(recipients.c.person_id).where(
    in_crisis(recipients), recipients.c.answer.not_in(_SAYS_NOTHING)
)
_DIGESTS = select(digests.c.person_id, digests.c.told).where(in_crisis(digests))


class Directory:
    """The frozen directory, with what each person did; read once, if it is needed.

    Several waves may leave in one act: none of them answers, or takes a seat.
    """

    def __init__(self, connection: AsyncConnection, ref: CrisisRef) -> None:
        self._connection = connection
        self._ref = ref
        self._read: dict[date, tuple[Candidate, ...]] = {}

    async def on(self, day: date) -> tuple[Candidate, ...]:
        """List everyone as they stand on a day."""
        if day not in self._read:
            self._read[day] = await _candidates(self._connection, self._ref, day)
        return self._read[day]


async def _candidates(
    connection: AsyncConnection, ref: CrisisRef, day: date
) -> tuple[Candidate, ...]:
    seated = await seats.assigned(connection, ref)
    answered = await _answered(connection, ref)
    calls = await overcall.calls(connection, ref, day)
    elsewhere = await same_person.choices(connection, ref)
    chose_another = {each.person_id for each in elsewhere}
    refused = await oppositions.of_cpts(connection, ref.cpts_id)
    barred_from = barred(refused, ref.crisis_id, asks=True)
    rows = await connection.execute(_EVERYONE, named(ref))
    return tuple(
        Candidate(
            person_id=who,
            person=_unnamed(day, (*facts, tuple(skills), tuple(types))),
            seated=who in seated,
            answered=who in answered,
            stopped=barred_from.get(who) is NotSent.STOPPED,
            elsewhere=who in chose_another,
            calls=calls.get(who, 0),
            opposed=barred_from.get(who) is NotSent.OPPOSED,
        )
        # taken apart at once: each name asked of a row costs a microsecond
        for who, *facts, skills, types in rows.all()
    )


@lru_cache(maxsize=4096)
def _unnamed(day: date, facts: tuple[Any, ...]) -> Person:
    """Give somebody as they decide of waves: many are alike, and none is named."""
    absent, profession, zone, link, status, committed, at_night, skills, types = facts
    return Person(
        rpps=None,
        last_name="",
        first_name="",
        profession=profession,
        zone=zone,
        link=Link(link),
        status=Status(status),
        skills=skills,
        accepted_types=types,
        double_commitment=committed,
        reachable_at_night=at_night,
        absences=(Absence(day, day),) if absent else (),
    )


async def _answered(connection: AsyncConnection, ref: CrisisRef) -> frozenset[str]:
    """List who said yes or no; « bien reçu », « à l'abri » are neither."""
    rows = await connection.execute(_ANSWERED, named(ref))
    return frozenset(rows.scalars())


async def digests_sent(
    connection: AsyncConnection, ref: CrisisRef
) -> tuple[Digest, ...]:
    """List every digest of a crisis."""
    rows = await connection.execute(_DIGESTS, named(ref))
    return tuple(
        Digest(
            person_id=row.person_id,
            at=datetime.fromisoformat(said["at"]),
            items=tuple(
                Item(card, number, milestone, Lateness(level))
                for card, number, milestone, level in said["items"]
            ),
            alone=said["alone"],
        )
        for row in rows.all()
        for said in row.told
    )


async def keep_digests(act: Act, ref: CrisisRef, sent: Iterable[Digest]) -> None:
    """Keep every digest of a crisis, person by person."""
    told: dict[str, list[Digest]] = {}
    for digest in sent:
        told.setdefault(digest.person_id, []).append(digest)
    same = (digests.c.cpts_id == ref.cpts_id, digests.c.crisis_id == ref.crisis_id)
    await act.connection.execute(delete(digests).where(*same))
    rows = [
        {
            **ref.model_dump(),
            "person_id": person_id,
            "sent_at": max(each.at for each in group),
            "told": [_written(each) for each in group],
        }
        for person_id, group in told.items()
    ]
    if rows:
        await act.connection.execute(insert(digests), rows)


def _written(digest: Digest) -> dict[str, object]:
    return {
        "at": digest.at.isoformat(),
        "alone": digest.alone,
        "items": [
            [item.card_id, item.number, item.milestone, item.lateness]
            for item in digest.items
        ],
    }
