"""Two CPTS ask one person: the page of each asks them which, once."""

from html import unescape

import httpx

from adapters.database.unit import Database
from domain.link import Purpose, answer_subject, token
from domain.reference import CrisisRef
from tests.acts.test_two_cpts import OTHER, agreeing, called
from tests.posts import persons
from tests.web.conftest import filled, plain
from tests.workflows.conftest import KEYS
from tests.world import CPTS_ID

ASKED = "Deux CPTS vous appellent : pour laquelle ?"
NEIGHBOUR = "CPTS Voisine (fictive)"


def read(page: httpx.Response) -> str:
    return unescape(plain(page)).replace("\xa0", " ")


async def path(database: Database, ref: CrisisRef, number: int) -> str:
    who = (await persons(database, ref))[number]
    subject = answer_subject(ref.crisis_id, who)
    return f"/r/{token(KEYS.link_key, Purpose.ANSWER, subject)}"


async def test_who_is_called_by_two_cpts_is_asked_which_until_they_answer(
    database: Database, console: httpx.AsyncClient
) -> None:
    key = KEYS.link_key
    here = await called(database, agreeing(CPTS_ID, "CPTS du Val (fictive)"), key)
    there = await called(database, agreeing(OTHER, NEIGHBOUR), key)
    mine, theirs = [await path(database, ref, 0) for ref in (here, there)]

    first = await console.get(mine)
    assert ASKED in read(first)
    assert NEIGHBOUR in read(first)
    assert theirs in first.text
    shared = await console.get(await path(database, here, 6))
    assert NEIGHBOUR not in read(shared)

    form = filled(first, answer="DISPONIBLE_IMMEDIAT")
    form = {name: values[:1] for name, values in form.items()}
    await console.post(mine, data=form)

    for page in (mine, theirs):
        assert ASKED not in read(await console.get(page))
