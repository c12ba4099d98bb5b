"""A member stops the requests of an alert, or everything, and may come back."""

import httpx
import pytest
import sqlalchemy as sa

from adapters.database import oppositions, people, tables
from adapters.database.unit import Database
from domain.link import Purpose, answer_subject, token
from domain.opposition import Scope
from domain.reference import CrisisRef
from tests.web.conftest import plain
from tests.workflows.conftest import KEYS
from tests.world import CPTS_ID, alerted

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def scopes(database: Database) -> list[Scope]:
    async with database.read() as connection:
        return [each.scope for each in await oppositions.of_cpts(connection, CPTS_ID)]


async def page_of(database: Database, ref: CrisisRef) -> str:
    async with database.read() as connection:
        (who, _), *_ = await people.all_of(connection, CPTS_ID)
    subject = answer_subject(ref.crisis_id, who)
    return f"/r/{token(KEYS.link_key, Purpose.ANSWER, subject)}"


async def test_a_member_stops_this_alert_or_everything_and_comes_back(
    console: httpx.AsyncClient, database: Database
) -> None:
    ref = await alerted(database, 6, link_key=KEYS.link_key)
    mine = await page_of(database, ref)
    path = f"{mine}/arret"

    assert f'href="{path}"' in (await console.get(mine)).text
    assert "Plus de demandes pour cette alerte" in plain(await console.get(path))
    assert await scopes(database) == []  # a scanner opened it: nothing is stopped
    stopped = plain(await console.post(path, data={"scope": "ALERTE", "on": "true"}))
    assert await scopes(database) == [Scope.ALERT]
    await console.post(path, data={"scope": "ALERTE", "on": "false"})
    assert await scopes(database) == []
    ever = plain(await console.post(path, data={"scope": "TOUJOURS", "on": "true"}))

    assert "Plus de sollicitations pour cette alerte." in stopped
    assert "messages de sécurité de votre zone vous parviendront encore" in stopped
    assert "ceux de sécurité compris" in ever
    assert await scopes(database) == [Scope.EVER]


async def test_a_locum_stops_this_alert_only(
    console: httpx.AsyncClient, database: Database
) -> None:
    ref = await alerted(database, 6, link_key=KEYS.link_key)
    path = f"{await page_of(database, ref)}/arret"
    async with database.write() as connection:
        away = sa.update(tables.crisis_people).values(stands_in_for="Zoé Fictive")
        await connection.execute(away)

    page = plain(await console.get(path))
    await console.post(path, data={"scope": "TOUJOURS", "on": "true"})
    assert await scopes(database) == []
    await console.post(path, data={"scope": "ALERTE", "on": "true"})

    assert "pour toujours" not in page
    assert await scopes(database) == [Scope.ALERT]
