"""The plan in force is circulated once; readings are counted, and name nobody."""

import asyncio
import json

import pytest
import sqlalchemy as sa

from acts.circulation import Circulate, circulate_plan, record_reading
from acts.document import MadeDocument
from acts.notice import load_notice
from adapters.database import ledger, plan_links, tables
from adapters.database.unit import Database
from domain.adoption_errors import AlreadyCirculatedError, NotAdoptedError
from domain.link import Purpose, notice_subject, token
from domain.notice import NoticeKind
from domain.plan_version import PlanVersion
from domain.printed_plan import Copy, Edition
from domain.reference import NoticeRef
from domain.transmission import PUBLIC_PLAN
from tests.acts.test_plan_copy import with_partners
from tests.adopted import COORDINATOR, decide, id_of, submitted
from tests.conftest import Now
from tests.world import CPTS_ID, LINK_KEY, rpps

PLAN_ID = f"plan-{CPTS_ID}"


async def printed(version: PlanVersion, copy: Copy) -> MadeDocument:
    assert copy.edition is Edition.PUBLIC
    return MadeDocument(
        kind=PUBLIC_PLAN,
        title=f"Plan, version {version.number}",
        path=f"documents/plan-v{version.number}.pdf",
        sha256="0f" * 32,
    )


async def circulate(database: Database) -> int:
    order = Circulate(cpts_id=CPTS_ID, actor=COORDINATOR)
    return await circulate_plan(database, order, printed, LINK_KEY)


def link_of(recipient_id: str, number: int = 1) -> str:
    kind, topic = NoticeKind.READING, f"v{number}"
    return token(
        LINK_KEY, Purpose.NOTICE, notice_subject(PLAN_ID, kind, topic, recipient_id)
    )


async def test_a_version_in_force_goes_to_everybody_once(database: Database) -> None:
    await submitted(database)
    with pytest.raises(NotAdoptedError):
        await circulate(database)
    await decide(database)
    await with_partners(database)

    done = await asyncio.gather(
        circulate(database), circulate(database), return_exceptions=True
    )

    assert 30 + 2 in done
    (refused,) = (each for each in done if each != 32)
    assert isinstance(refused, AlreadyCirculatedError)
    with pytest.raises(AlreadyCirculatedError):
        await circulate(database)
    assert len(await load_notice(database, NoticeRef(cpts_id=CPTS_ID, topic="v1"))) == 1
    async with database.read() as connection:
        lines = await ledger.entries_about(connection, CPTS_ID, PLAN_ID, 100)
        asked = await plan_links.readings(connection, CPTS_ID)
    facts = json.loads(lines[-1].canonical)["facts"]
    assert (facts["members"], facts["partners"]) == (30, 2)
    assert facts["without_address"] == 1
    assert asked == {1: (32, 0)}


async def test_a_reading_counts_once_and_is_tied_to_nobody(
    database: Database, now: Now
) -> None:
    await submitted(database)
    await decide(database)
    await circulate(database)
    reader = await id_of(database, rpps(3))
    async with database.read() as connection:
        link = await plan_links.find(connection, link_of(reader), now.at)

    await asyncio.gather(*(record_reading(database, link) for _ in range(3)))

    async with database.read() as connection:
        assert await plan_links.readings(connection, CPTS_ID) == {1: (30, 1)}
        rows = await connection.execute(sa.select(tables.plan_links.c.subject))
        assert set(rows.scalars()) == {None}
        about = f"{PLAN_ID}.v1.public"  # not the plan: crises print what is about it
        (line,) = await ledger.entries_about(connection, CPTS_ID, about, 100)
    assert '"plan.reading"' in line.canonical
    assert reader not in line.canonical
