"""What may be asked of people is kept, and frozen with a crisis, places included."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from acts.crisis import OpenCrisis, open_crisis
from acts.directory import add_cpts, compare_roster, import_roster
from acts.plan import new_plan
from adapters.database import contacts, enrolments, tables
from adapters.database import people as people_rows
from adapters.database.unit import Database
from domain.cpts import Cpts
from domain.person import Absence, Link, Person, Status
from domain.reach import How, Medium, Proof
from domain.reference import CrisisRef
from domain.structure import Duty, Structure, StructureKind
from tests.conftest import Now
from tests.world import CPTS_ID, LINK_KEY, activation, cpts, people, template

ACTOR = "COORDINATEUR"
AWAY = Absence(date(2026, 11, 20), date(2026, 11, 25), "Léa Rey", "+33639980099")
PLACES = (
    Structure(
        code="OFF",
        kind=StructureKind.PHARMACY,
        nom="Pharmacie",
        commune="99001",
        garde=(Duty(du="2026-11-16", au="2026-11-22"),),
        telephone="0536490012",
    ),
    Structure(code="MSP", kind=StructureKind.HEALTH_HOUSE, nom="MSP", commune="99001"),
)
FULL = replace(
    people(1)[0],
    phone2="+33536490012",
    link=Link.MEMBER,
    status=Status.SALARIED,
    skills=("AFGSU2", "MCS"),
    accepted_types=("SICK",),
    double_commitment=True,
    reachable_at_night=False,
    employer_agrees=True,
    structures=("MSP", "OFF"),
    absences=(AWAY,),
)


def with_places() -> Cpts:
    return cpts().model_copy(update={"structures": PLACES})


async def imported(database: Database, *persons: Person) -> None:
    await import_roster(database, CPTS_ID, persons, ACTOR)


async def known(database: Database) -> dict[str, Person]:
    async with database.read() as connection:
        return dict(await people_rows.all_of(connection, CPTS_ID))


async def rows(database: Database, table: sa.Table) -> list[dict[str, Any]]:
    async with database.read() as connection:
        found = await connection.execute(sa.select(table))
        return [dict(row) for row in found.mappings()]


async def opened(database: Database) -> CrisisRef:
    await new_plan(database, CPTS_ID, template(), ACTOR)
    order = OpenCrisis(
        cpts_id=CPTS_ID, activation=activation(database.now()), actor="REFERENT_SSE"
    )
    return await open_crisis(database, order, LINK_KEY)


async def test_everything_said_of_a_person_is_kept(database: Database) -> None:
    await add_cpts(database, with_places(), ACTOR)

    await imported(database, FULL, *people(6)[1:])
    await imported(database, FULL, *people(6)[1:])

    assert FULL in (await known(database)).values()
    work = await rows(database, tables.structure_people)
    assert [(r["structure_id"], r["rank"]) for r in work] == [("MSP", 0), ("OFF", 1)]


async def test_a_later_file_with_fewer_columns_erases_nothing(
    database: Database,
) -> None:
    await add_cpts(database, with_places(), ACTOR)
    await imported(database, FULL)
    unsaid = frozenset({"rpps", "mobile", "link", "skills", "structures", "absences"})
    poorer = replace(
        FULL,
        rpps=None,
        mobile=None,
        link=Link.VOLUNTEER,
        skills=(),
        structures=(),
        absences=(),
        status=Status.SELF_EMPLOYED,
        unsaid=unsaid,
    )

    await imported(database, poorer)

    after = replace(FULL, status=Status.SELF_EMPLOYED)
    assert list((await known(database)).values()) == [after]


async def test_an_older_file_does_not_write_over_what_people_vouch_for(
    database: Database, now: Now
) -> None:
    zoe, anh = people(2)
    await add_cpts(database, cpts(), ACTOR)
    await imported(database, zoe, anh)
    ids = {person.last_name: who for who, person in (await known(database)).items()}
    async with database.act(CPTS_ID) as act:
        for person, medium, how in (
            (zoe, Medium.MAIL, How.CODE),
            (zoe, Medium.MOBILE, How.TYPED),  # the coordinator's word, not theirs
        ):
            address = getattr(person, medium.fact)
            proof = Proof(address=address, verified_at=act.at, how=how, by="X")
            await contacts.prove(act, ids[person.last_name], medium, proof)
        await enrolments.confirm(act, ids[anh.last_name], None)
    file = [
        replace(person, email="old@val.example", mobile="+33639980055")
        for person in (zoe, anh)
    ]

    tried = await compare_roster(database, CPTS_ID, file)
    done = await import_roster(database, CPTS_ID, tuple(file), ACTOR)
    after = await known(database)
    forced = await compare_roster(database, CPTS_ID, file, force=True)
    now.at += timedelta(days=200)  # the proof is stale: no better than the file
    late = await compare_roster(database, CPTS_ID, file)

    assert tried == done
    assert {p.last_name: fields for p, fields in done.kept} == {
        zoe.last_name: ("email",),
        anh.last_name: ("email", "mobile"),
    }
    assert after[ids[zoe.last_name]].email == zoe.email
    assert after[ids[zoe.last_name]].mobile == "+33639980055"
    assert after[ids[anh.last_name]] == anh
    assert forced.kept == ()
    assert len(forced.changed) == 2
    assert [person.last_name for person, _ in late.kept] == [anh.last_name]


async def test_who_gains_a_rpps_keeps_their_id_even_if_one_gone_had_it(
    database: Database,
) -> None:
    await add_cpts(database, cpts(), ACTOR)
    one, two = people(2)
    bare = replace(one, rpps=None)
    await imported(database, one, two)
    await imported(database, two)
    await imported(database, bare, two)
    before = {person: key for key, person in (await known(database)).items()}

    await imported(database, one, two)

    after = {person: key for key, person in (await known(database)).items()}
    assert after == {one: before[bare], two: before[two]}


async def test_a_crisis_freezes_people_with_what_may_be_asked(
    database: Database,
) -> None:
    await add_cpts(database, with_places(), ACTOR)
    await imported(database, replace(FULL, absences=()), *people(6)[1:])

    ref = await opened(database)

    ids = {p.last_name: i for i, p in (await known(database)).items()}
    async with database.read() as connection:
        frozen = await people_rows.frozen(connection, ref, ids[FULL.last_name])
    assert (frozen.link, frozen.status) == (Link.MEMBER, Status.SALARIED)
    assert (frozen.skills, frozen.accepted_types) == (FULL.skills, ("SICK",))
    assert (frozen.double_commitment, frozen.reachable_at_night) == (True, False)
    assert (frozen.employer_agrees, frozen.phone2) == (True, FULL.phone2)
    assert frozen.structures == ("MSP", "OFF")
    assert (frozen.absent, frozen.stands_in_for) == (False, None)


async def test_a_crisis_freezes_places_with_their_duty(database: Database) -> None:
    await add_cpts(database, with_places(), ACTOR)
    await imported(database, *people(6))

    ref = await opened(database)

    live = {r["structure_id"]: r for r in await rows(database, tables.structures)}
    copies = await rows(database, tables.crisis_structures)
    kept = {r["structure_id"]: r for r in copies}
    assert set(kept) == {"MSP", "OFF"}
    assert kept["OFF"] == {**live["OFF"], "crisis_id": ref.crisis_id}
    assert kept["OFF"]["duties"] == [{"du": "2026-11-16", "au": "2026-11-22"}]
    assert (kept["OFF"]["zone"], kept["MSP"]["kind"]) == ("Nord", "MSP")


@pytest.mark.parametrize("locum", [True, False])
async def test_a_locum_is_asked_in_place_of_who_is_away(
    database: Database,
    locum: bool,  # noqa: FBT001
) -> None:
    away = AWAY if locum else Absence(AWAY.first_on, AWAY.last_on)
    await add_cpts(database, cpts(), ACTOR)
    one, *others = people(6)
    await imported(database, replace(one, absences=(away,)), *others)

    ref = await opened(database)

    ids = {p.last_name: i for i, p in (await known(database)).items()}
    async with database.read() as connection:
        frozen = await people_rows.frozen(connection, ref, ids[one.last_name])
    asked = {r["person_id"] for r in await rows(database, tables.recipients)}
    assert (frozen.person_id in asked, frozen.absent) == (locum, not locum)
    if locum:
        assert (frozen.first_name, frozen.last_name) == ("Léa", "Rey")
        assert (frozen.email, frozen.mobile) == (None, "+33639980099")
        assert frozen.stands_in_for == one.full_name
