"""One telephone, several people: its text asks who answers, a mail never does."""

import httpx
import sqlalchemy as sa
from fastapi import FastAPI

from adapters.database.addressees import Seen, addressee
from adapters.database.statements import LOOK
from adapters.database.unit import Database
from domain.dispatch import Addressee, BatchRef
from domain.link import LENGTH, Purpose, answer_subject, shared, token
from domain.wave import Channel
from stationery import Notepad
from tests.acts.test_cascade import opened, rows
from tests.web.conftest import filled, plain
from tests.workflows.conftest import KEYS
from tests.world import LINK_KEY, people
from web.desk import Desk

ASKED = "Ce téléphone est à plusieurs. Qui répond ?"


def words(page: httpx.Response) -> str:
    return plain(page).replace("\xa0", " ")


async def asked_of(database: Database) -> list[tuple[BatchRef, Addressee]]:
    async with database.read() as connection:
        found = [Seen._make(row) for row in await connection.execute(LOOK)]
        cpts_id = await connection.scalar(sa.text("select cpts_id from cpts"))
    return [
        (BatchRef(cpts_id=str(cpts_id), batch_id=each.batch_id), addressee(each))
        for each in found
        if each.address
    ]


async def test_who_shares_a_telephone_picks_their_own_page_and_answers_there(
    database: Database, console: httpx.AsyncClient
) -> None:
    ref = await opened(database, people(4), "SMS")  # all on one fictitious mobile
    texts = [row for row in await rows(database) if row["channel"] == "SMS"]
    carrier = next(row for row in texts if row["reason"] is None)
    other = next(row for row in texts if row["carried_by"])

    def own(row: dict[str, object], key: bytes = LINK_KEY) -> str:
        subject = answer_subject(ref.crisis_id, str(row["recipient_id"]))
        return token(key, Purpose.ANSWER, subject)

    by_text = f"/r/{shared(KEYS.link_key, own(carrier))}"
    first = await console.get(by_text)
    assert ASKED in words(first)
    shown, _, after = first.text.partition("</nav>")
    assert own(other, KEYS.link_key) in shown  # pages and crisis have one key in life
    assert own(carrier, KEYS.link_key) not in shown
    assert by_text not in after  # their buttons post to their own page
    theirs = await console.get(f"/r/{own(other)}")
    form = filled(theirs, answer="INDISPONIBLE")
    form = {name: values[:1] for name, values in form.items()}
    said = await console.post(f"/r/{own(other)}", data=form)

    assert "Merci de votre réponse" in plain(said)
    assert "Votre réponse est inscrite" not in plain(await console.get(by_text))


async def test_a_mail_names_nobody_else_and_no_mark_is_guessed_from_it(
    database: Database, console: httpx.AsyncClient
) -> None:
    ref = await opened(database, people(4), "SMS")
    carrier = next(row for row in await rows(database) if row["sharing"])
    subject = answer_subject(ref.crisis_id, str(carrier["recipient_id"]))
    own = token(LINK_KEY, Purpose.ANSWER, subject)

    by_mail = await console.get(f"/r/{own}")
    guessed = await console.get(f"/r/{shared(LINK_KEY, own)}")

    assert by_mail.status_code == httpx.codes.OK
    assert ASKED not in words(by_mail)
    assert '<nav class="sharers' not in by_mail.text
    assert guessed.status_code == httpx.codes.NOT_FOUND  # not the key of the pages


async def test_the_text_to_a_telephone_of_several_alone_holds_the_mark(
    database: Database, pages: FastAPI
) -> None:
    await opened(database, people(4), "SMS")
    desk: Desk = pages.state.desk
    notepad = Notepad(desk.instance, Channel.TEXT)
    batch, to = next(found for found in await asked_of(database) if found[1].shared)
    own = desk.instance.link(to.purpose, to.subject)

    compose = await notepad(batch)
    alone = to.model_copy(update={"shared": False})
    marked = shared(KEYS.link_key, own[-LENGTH:])

    assert f"/r/{marked}" in compose(to).text
    assert own in compose(alone).text
    assert marked not in compose(alone).text
