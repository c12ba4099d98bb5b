"""The tray on the console: said on the board, settled in one tap."""

import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa

from acts.alert import record_answer
from acts.crisis import OpenCrisis, open_crisis
from acts.directory import add_cpts, import_roster
from acts.inbound import take_message
from acts.mission import propose_mission
from acts.plan import new_plan
from adapters.database import tables
from adapters.database.unit import Database
from domain.inbound import Inbound
from domain.wave import Channel
from tests.posts import all_missions, crisis_of, mission_of, persons, two_posts, yes
from tests.posts import people as nurses
from tests.web.conftest import POSTED, plain
from tests.workflows.conftest import KEYS
from tests.world import CPTS_ID, activation, cpts, people, template

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HERE = f"/{CPTS_ID}/messages"


async def _texted(database: Database, *texts: str) -> str:
    """Ask four people, the last two on one telephone; give the path of the board."""
    await add_cpts(database, cpts(), "COORDINATEUR")
    roster = tuple(
        replace(each, mobile=f"+3363998000{min(i, 2)}")
        for i, each in enumerate(people(4))
    )
    await import_roster(database, CPTS_ID, roster, "COORDINATEUR")
    await new_plan(database, CPTS_ID, template(), "COORDINATEUR")
    order = OpenCrisis(
        cpts_id=CPTS_ID, activation=activation(database.now()), actor="REFERENT_SSE"
    )
    ref = await open_crisis(database, order, KEYS.link_key)
    for number, text in enumerate(texts, start=1):
        heard = Inbound(
            provider="KANNEL",
            channel=Channel.TEXT,
            number=f"+3363998000{number}",
            text=text,
            message_id=str(number),
            received_at=database.now() + timedelta(seconds=number),
        )
        await take_message(database, heard)
    return f"/{CPTS_ID}/crise/{ref.crisis_id}"


def _form(page: httpx.Response, button: str) -> dict[str, str]:
    """Press the first button of these words, as a browser would."""
    for form in re.findall(r"<form.*?</form>", page.text, re.DOTALL):
        pressed = re.search(
            rf'<button[^>]*?(?:name="(\w+)" value="(\w+)")?>{button}', form
        )
        if pressed:
            hidden = re.findall(r'name="(\w+)" value="([^"]*)">', form)
            own = {pressed[1]: pressed[2]} if pressed[1] else {}
            fields = {name: value for name, value in hidden if name in _HIDDEN}
            return fields | own
    raise AssertionError(button)


_HIDDEN = {"message", "crisis", "person", "mission_id"}


async def test_each_message_is_settled_in_one_tap(
    console: httpx.AsyncClient, database: Database
) -> None:
    board = await _texted(database, "je vous rappelle <b>", "Oui")
    page = await console.get(HERE)
    said = plain(page)

    assert "Messages reçus à trier : 2" in plain(await console.get(board))
    assert "je&#32;vous&#32;rappelle&#32;&lt;b&gt;" in said
    assert "<b>" not in page.text
    assert "qui répond ?" in said
    on_site = _form(page, "Aide depuis son lieu")
    for told in ("C'est inscrit", "déjà trié"):  # the same tap twice
        tapped = await console.post(HERE, data=on_site, headers=POSTED)
        assert tapped.status_code == 303
        assert told in plain(await console.get(tapped.headers["location"]))
    left = await console.get(HERE)
    wrong = {**_form(left, "Ne plus solliciter"), "person": "p-nobody"}
    refused = await console.post(HERE, data=wrong, headers=POSTED)
    await console.post(HERE, data=_form(left, "Ce n"), headers=POSTED)

    table = tables.recipients
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(table.c.answer).where(table.c.answer.is_not(None))
        )
    assert list(rows.scalars()) == ["DISPONIBLE_SUR_PLACE"]
    assert refused.status_code == 422
    assert "plusieurs personnes" in plain(refused)
    assert "Rien à trier" in plain(await console.get(HERE))


async def test_a_mission_that_a_text_accepts_is_accepted_in_one_tap(
    console: httpx.AsyncClient, database: Database
) -> None:
    everyone = tuple(
        replace(each, mobile=f"+3363998{n:04}") for n, each in enumerate(nurses())
    )
    ref = await crisis_of(database, everyone, two_posts(), KEYS.link_key)
    who = await persons(database, ref)
    await record_answer(database, yes(ref, who[1]))
    await propose_mission(database, mission_of(database, ref, who[1]))
    heard = Inbound(
        provider="KANNEL",
        channel=Channel.TEXT,
        number="+33639980001",
        text="Oui",
        message_id="1",
        received_at=database.now(),
    )
    await take_message(database, heard)

    page = await console.get(HERE)
    tapped = await console.post(HERE, data=_form(page, "Accepte"), headers=POSTED)

    assert "une mission attend sa réponse" in plain(page)
    assert tapped.status_code == 303
    assert [each.state for each in await all_missions(database, ref)] == ["ACCEPTEE"]
