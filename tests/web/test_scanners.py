"""A mail scanner opens every link of every mail, twice, and nothing has changed."""

import re
from collections import deque
from datetime import timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from acts.circulation import Circulate, circulate_plan
from acts.conduct import conduct_crisis
from acts.document import MadeDocument
from acts.join import MakePoster, make_poster
from acts.plan_copy import SendCopy, send_copy
from acts.request import LinkOrder, make_request_link
from acts.roll_call import OpenRollCall, open_roll_call
from acts.survey import OpenSurvey, open_survey
from adapters.database.addressees import Seen, addressee
from adapters.database.columns import metadata
from adapters.database.statements import LOOK
from adapters.database.unit import Database
from adapters.documents import DocumentStore
from domain.link import Purpose
from domain.plan_version import PlanVersion
from domain.printed_plan import Copy, Edition
from domain.roll_call import RollCallKind
from domain.transmission import PUBLIC_PLAN
from instance import Instance
from tests.acts.test_plan_copy import printed
from tests.adopted import COORDINATOR, decide, submit
from tests.conducted import ROLES
from tests.conftest import Now
from tests.places import opened
from tests.workflows.conftest import KEYS
from tests.world import CPTS_ID, people
from web.desk import Desk

KEY = KEYS.link_key
_TARGET = re.compile(r'(?:href|src|action)="([^"#]+)"')


async def everything_asked(database: Database, folder: Path, now: Now) -> None:
    """Have every kind of mail leave: of a crisis, a plan, a document, a roll call."""
    ref = await opened(database, link_key=KEY)
    now.at += timedelta(hours=12)  # by day: partners are told
    await conduct_crisis(database, ref)
    await open_survey(
        database, OpenSurvey(**ref.model_dump(), actor="SECRETARIAT"), KEY
    )
    await submit(database)
    await send_copy(
        database,
        SendCopy(
            cpts_id=CPTS_ID, contact="ARS_DD", edition=Edition.CRISIS, actor=COORDINATOR
        ),
        printed,
        KEY,
    )
    await decide(database, signed_by=people(11)[ROLES.index("DECISION")].rpps)
    kept = DocumentStore(folder / "documents").put(b"%PDF-1.7 public")

    async def public(version: PlanVersion, _copy: Copy) -> MadeDocument:
        title = f"Plan, version {version.number}"
        path = "documents/plan.pdf"
        return MadeDocument(kind=PUBLIC_PLAN, title=title, path=path, sha256=kept)

    circulated = Circulate(cpts_id=CPTS_ID, actor=COORDINATOR)
    await circulate_plan(database, circulated, public, KEY)
    for kind in (RollCallKind.ENROL, RollCallKind.TEST):
        said = OpenRollCall(cpts_id=CPTS_ID, kind=kind, actor=COORDINATOR)
        await open_roll_call(database, said, KEY)


async def links_of(database: Database, instance: Instance) -> dict[str, Purpose]:
    """Give every link that a mail, a poster or an authority holds."""
    async with database.read() as connection:
        rows = (await connection.execute(LOOK)).all()
    asked = [addressee(Seen._make(row)) for row in rows if row.address]
    links = {instance.link(one.purpose, one.subject): one.purpose for one in asked}
    links |= {
        instance.shared_link(one.subject): Purpose.SHARED
        for one in asked
        if one.purpose is Purpose.ANSWER
    }
    order = LinkOrder(cpts_id=CPTS_ID, contact="ARS_DD", actor=COORDINATOR)
    value, _ = await make_request_link(database, order, KEY)
    poster = await make_poster(
        database,
        MakePoster(cpts_id=CPTS_ID, actor=COORDINATOR),
        KEY,
        partial(instance.address, Purpose.NOTICE),
    )
    links[instance.address(Purpose.REQUEST, value)] = Purpose.REQUEST
    return links | {poster.address: Purpose.NOTICE}


async def facts(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Give every row of every table: answers, proofs, the ledger."""
    async with database.read() as connection:
        return {
            table.name: [
                tuple(row) for row in await connection.execute(sa.select(table))
            ]
            for table in metadata.sorted_tables
        }


async def test_whoever_opens_every_link_twice_has_answered_nothing(
    pages: FastAPI, database: Database, tmp_path: Path, now: Now
) -> None:
    desk: Desk = pages.state.desk
    await everything_asked(database, tmp_path, now)
    links = await links_of(database, desk.instance)
    before = await facts(database)

    opened_pages: set[str] = set()
    scanned = set(links)
    waiting = deque(links)
    transport = httpx.ASGITransport(pages, client=("192.0.2.9", 4000))
    async with httpx.AsyncClient(transport=transport) as scanner:
        while waiting:
            url = waiting.popleft()
            await scanner.head(url)
            page = await scanner.get(url)
            if page.status_code == httpx.codes.OK:
                opened_pages.add(urlsplit(url).path.split("/")[1])
            found = {urljoin(url, each) for each in _TARGET.findall(page.text)}
            inside = {
                each for each in found if each.startswith("https://tocsin.example/")
            }
            waiting.extend(sorted(inside - scanned))
            scanned |= inside

    assert set(links.values()) == set(Purpose)
    assert set(opened_pages) == {"r", "p", "a", "recu", "plan"}
    assert await facts(database) == before
