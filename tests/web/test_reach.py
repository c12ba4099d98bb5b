"""« Qui pouvons-nous joindre ? »: the score, and one person after the other."""

from datetime import timedelta

import httpx
import pytest

from acts.directory import add_cpts
from adapters.database import contacts, people
from adapters.database.unit import Database
from domain.reach import How, Medium, Proof
from tests.conftest import Now
from tests.web.conftest import plain
from tests.world import CPTS_ID, cpts, settle

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = f"/cpts/{CPTS_ID}/joindre"


async def test_the_coordinator_sees_whom_to_ask_and_notes_what_a_call_proved(
    database: Database, console: httpx.AsyncClient
) -> None:
    await settle(database, 6)
    async with database.read() as connection:
        first, *_ = await contacts.of_cpts(connection, CPTS_ID, database.now())
    theirs = f"{PATH}/{first.person_id}"

    before = plain(await console.get(PATH))
    call = await console.post(f"{theirs}/verifie", data={"medium": "MOBILE"})
    none = await console.post(f"{theirs}/verifie", data={"medium": "TELEPHONE"})
    mail = await console.post(f"{theirs}/verifie", data={"medium": "COURRIEL"})
    known = plain(await console.get(theirs))
    after = plain(await console.get(PATH))

    assert "0 membre sur 6" in before
    assert "À solliciter : 6" in before.replace("\xa0", " ")
    assert call.status_code == mail.status_code == 303
    assert none.status_code >= 400
    assert "vérifié le 22 novembre 2026, par un appel" in known
    assert "Partagé avec une autre personne" in known  # one number for them all
    assert "1 membre sur 6" in after
    assert (await console.get(f"{PATH}/p-x")).status_code >= 400


async def test_the_coordinator_stops_and_takes_up_messages_as_somebody_said(
    database: Database, console: httpx.AsyncClient
) -> None:
    await settle(database, 6)
    async with database.read() as connection:
        first, *_ = await contacts.of_cpts(connection, CPTS_ID, database.now())
    theirs = f"{PATH}/{first.person_id}"

    await console.post(f"{theirs}/messages", data={"scope": "TOUJOURS", "on": "true"})
    stopped = plain(await console.get(theirs)).replace("\xa0", " ")
    await console.post(f"{theirs}/messages", data={"scope": "TOUJOURS", "on": "false"})
    taken_up = plain(await console.get(theirs))

    assert "ceux de sécurité compris : oui" in stopped
    assert "Reprendre ces messages" in stopped
    assert "Reprendre ces messages" not in taken_up


async def test_an_address_that_gave_a_mail_back_says_since_when(
    database: Database, console: httpx.AsyncClient
) -> None:
    await settle(database, 6)
    async with database.act(CPTS_ID) as act:
        (who, person), *_ = await people.all_of(act.connection, CPTS_ID)
        address = person.email or ""
        lost = Proof(address=address, verified_at=act.at, how=How.RETURNED, by="X")
        await contacts.prove(act, who, Medium.MAIL, lost)

    page = plain(await console.get(f"{PATH}/{who}"))

    assert "à vérifier : le 22 novembre 2026, un courriel n'a pas été remis" in (
        page.replace("\xa0", " ")
    )


async def test_a_proof_past_its_days_is_shown_as_stale(
    database: Database, console: httpx.AsyncClient, now: Now
) -> None:
    await settle(database, 6)
    async with database.read() as connection:
        first, *_ = await contacts.of_cpts(connection, CPTS_ID, database.now())
    theirs = f"{PATH}/{first.person_id}"
    await console.post(f"{theirs}/verifie", data={"medium": "MOBILE"})

    now.at += timedelta(days=182)
    fresh = plain(await console.get(theirs))
    now.at += timedelta(days=2)
    stale = plain(await console.get(theirs)).replace("\xa0", " ")
    score = plain(await console.get(PATH))

    assert "périmé" not in fresh
    assert "périmé : vérifié le 22 novembre 2026, par un appel" in stale
    assert "0 membre sur 6" in score  # and a stale one reaches nobody


async def test_an_empty_directory_says_where_to_begin(
    database: Database, console: httpx.AsyncClient
) -> None:
    await add_cpts(database, cpts(), "X")

    page = await console.get(PATH)

    assert f'href="/cpts/{CPTS_ID}/premier-jour"' in page.text
    assert "Inviter" not in plain(page)  # there is nobody to invite
