"""Invited, a member opens their link, corrects, proves; a test says who is reached."""

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from urllib.parse import urlsplit

import httpx
import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from acts.inbound import take_message
from acts.opposition import Stop, stop
from acts.roll_call import OpenRollCall, open_roll_call
from adapters.database import contacts, notices, oppositions, people, tables, texts
from adapters.database.unit import Database
from domain.directory import RosterDiff
from domain.dispatch import Addressee, BatchRef
from domain.inbound import Inbound
from domain.letter import NoticeText
from domain.link import Purpose, notice_subject, token
from domain.opposition import Scope, Via
from domain.person import Link
from domain.reach import How, Medium, Reached
from domain.roll_call import RollCallKind
from stationery import Stationery
from tests.acts.test_cascade import carriers
from tests.conftest import Now
from tests.web.conftest import filled, plain
from tests.workflows.conftest import KEYS
from tests.world import CPTS_ID, settle

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = f"/cpts/{CPTS_ID}/joindre"


async def everyone(database: Database) -> dict[str, Reached]:
    async with database.read() as connection:
        found = await contacts.of_cpts(connection, CPTS_ID, database.now())
    return {each.person_id: each for each in found}


async def scopes(database: Database) -> list[tuple[str, Scope, Via]]:
    async with database.read() as connection:
        known = await oppositions.of_cpts(connection, CPTS_ID)
    return [(each.person_id, each.scope, each.via) for each in known]


async def give_own_numbers(database: Database) -> None:
    """Give each member a mobile that nobody shares."""
    async with database.act(CPTS_ID) as act:
        for number, (_, was) in enumerate(await people.all_of(act.connection, CPTS_ID)):
            own = replace(was, mobile=f"+3363998{number:04}")
            await people.apply(act, RosterDiff((), ((was, own),), ()))


async def leave(database: Database, channels: tuple[str, ...] = ("COURRIEL",)) -> None:
    """Say of what these channels carry that it left."""
    found = tables.deliveries
    async with database.write() as connection:
        queued = (found.c.state == "A_ENVOYER") & found.c.channel.in_(channels)
        await connection.execute(
            sa.update(found).where(queued).values(state="PARTIE", reply="250")
        )


def link(kind: str, topic: str, person_id: str) -> str:
    subject = notice_subject(f"plan-{CPTS_ID}", kind, topic, person_id)
    return f"/plan/{token(KEYS.link_key, Purpose.NOTICE, subject)}"


async def code_sent(database: Database, person_id: str) -> str:
    """Read the code of the last letter to somebody."""
    found = tables.batches.c
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(found.cpts_id, found.batch_id)
            .where(found.topic == f"code-{person_id}")
            .order_by(found.batch_id.desc())
        )
        ref = BatchRef.model_validate(dict(rows.mappings().first() or {}))
        words = await notices.said(connection, ref)
    return "".join(re.findall(r"\d", words.paragraphs[0]))[:6]


async def invited(database: Database, console: httpx.AsyncClient) -> tuple[str, str]:
    """Invite six members; give the first one, and their link."""
    await settle(database, 6)
    first, *_ = await everyone(database)
    gone = await console.post(f"{PATH}/appels", data={"kind": "INSCRIPTION"})
    again = await console.post(f"{PATH}/appels", data={"kind": "INSCRIPTION"})
    assert (gone.status_code, again.status_code) == (303, 422)
    await leave(database)
    return first, link("INSCRIPTION", "2026-11-22-inscription", first)


async def test_a_member_corrects_what_is_known_and_a_volunteer_agrees(
    database: Database, console: httpx.AsyncClient
) -> None:
    first, mine = await invited(database, console)
    page = await console.get(mine)
    typed = {"email": "new@val.example", "mobile": "06 39 98 00 77", "night": "true"}
    form = filled(page, act="save", types=["SICK", "NRC"], **typed)

    refused = await console.post(mine, data=form)  # a volunteer who did not agree
    wrong = await console.post(mine, data={**form, "email": "no"})
    saved = await console.post(mine, data={**form, "consents": "true"})
    await console.post(mine, data={**form, "consents": "true"})  # posted twice

    assert "cochez votre accord" in plain(refused)
    assert wrong.status_code == 422
    assert "C'est enregistré." in plain(saved)
    known = (await everyone(database))[first]
    assert known.person.email == "new@val.example"
    assert known.person.mobile == "+33639980077"
    assert known.person.accepted_types == ("SICK", "NRC")
    assert known.person.link is Link.VOLUNTEER
    assert known.verified == 0  # the link proved the old address, no longer theirs
    result = plain(await console.get(f"{PATH}/appels/2026-11-22-inscription"))
    assert "Ont répondu : 1 sur 6, soit 16" in result.replace("\xa0", " ")
    off = await console.post(mine, data={"act": "routine", "on": "true"})
    assert "Recevoir de nouveau les courriels non urgents" in plain(off)


async def test_a_code_proves_an_address_once_and_not_for_long(
    database: Database, now: Now, console: httpx.AsyncClient
) -> None:
    first, mine = await invited(database, console)
    check = {"act": "check", "medium": "COURRIEL"}

    early = await console.post(mine, data={**check, "code": "000000"})
    sent = await console.post(mine, data={"act": "send", "medium": "COURRIEL"})
    text = await console.post(mine, data={"act": "send", "medium": "MOBILE"})
    code = await code_sent(database, first)
    false = str((int(code) + 1) % 1_000_000).zfill(6)
    missed = await console.post(mine, data={**check, "code": false})
    proved = await console.post(mine, data={**check, "code": f"{code[:3]} {code[3:]}"})
    used = await console.post(mine, data={**check, "code": code})

    assert "Ce code ne vaut plus" in plain(early)
    assert "Un code est parti" in plain(sent)
    assert "Aucun code ne peut partir" in plain(text)
    assert "Ce n'est pas le code envoyé" in plain(missed)
    assert "C'est vérifié." in plain(proved)
    assert used.status_code == 422
    mail = (await everyone(database))[first].contact(Medium.MAIL)
    assert mail is not None
    assert mail.proof is not None
    assert mail.proof.how is How.CODE
    await console.post(mine, data={"act": "send", "medium": "COURRIEL"})
    late = await code_sent(database, first)
    now.at += timedelta(minutes=31)
    stale = await console.post(mine, data={**check, "code": late})
    assert "Ce code ne vaut plus" in plain(stale)


async def test_five_codes_a_day_leave_for_one_address(
    database: Database, now: Now, console: httpx.AsyncClient
) -> None:
    _, mine = await invited(database, console)
    send = {"act": "send", "medium": "COURRIEL"}
    said = [plain(await console.post(mine, data=send)) for _ in range(6)]
    now.at += timedelta(days=1)
    said.append(plain(await console.post(mine, data=send)))

    told = ["déjà partis vers cette adresse" in each for each in said]
    assert told == [*(False,) * 5, True, False]


async def test_two_addresses_in_turn_do_not_double_the_codes_of_a_day(
    database: Database, console: httpx.AsyncClient
) -> None:
    _, mine = await invited(database, console)
    told = []

    for turn in range(6):
        email = f"one{turn % 2}@val.example"
        form = filled(await console.get(mine), act="save", email=email, types=["SICK"])
        await console.post(mine, data={**form, "consents": "true"})
        sent = await console.post(mine, data={"act": "send", "medium": "COURRIEL"})
        told.append("plusieurs codes" in plain(sent).casefold())

    assert told == [*(False,) * 5, True]


async def test_a_test_of_alert_says_who_was_reached_in_time_and_whom_to_call(
    database: Database, now: Now, console: httpx.AsyncClient
) -> None:
    await settle(database, 6)
    first, second, third, fourth, *_ = await everyone(database)
    for who, scope in ((third, Scope.ROUTINE), (fourth, Scope.EVER)):
        said = Stop(cpts_id=CPTS_ID, person_id=who, scope=scope, via=Via.DESK)
        await stop(database, said)
    await console.post(f"{PATH}/appels", data={"kind": "ESSAI"})
    await leave(database)
    call = "2026-11-22-essai"

    await console.get(link("ESSAI", call, first))
    seen = plain(await console.get(f"{PATH}/appels/{call}"))
    now.at += timedelta(minutes=20)
    thanks = await console.post(link("ESSAI", call, first))
    now.at += timedelta(seconds=1)
    await console.post(link("ESSAI", call, second))
    result = plain(await console.get(f"{PATH}/appels/{call}")).replace("\xa0", " ")

    assert "L'essai est en cours jusqu'à 22 h 20" in seen.replace("\xa0", " ")
    assert "À appeler" not in seen  # not before the twenty minutes are over
    assert "personne n'a encore répondu" in seen  # opening a link answers nothing
    assert "Merci : l'alerte vous parvient" in plain(thanks).replace("\xa0", " ")
    assert "1 sur 5 joint en 20 minutes : 20 %" in result  # all but who refused all
    assert "Ont répondu, à ce jour 2" in result
    assert "À appeler : 3" in result
    known = await everyone(database)
    assert [known[who].verified for who in (first, second, third)] == [1, 1, 0]
    assert (await console.get(f"{PATH}/appels/other")).status_code >= 400


async def test_a_test_of_alert_goes_by_every_channel_until_one_is_answered(
    database: Database, now: Now, console: httpx.AsyncClient
) -> None:
    database.providers = carriers("SMS", "APPEL")
    await settle(database, 6)
    first, second, third, *_ = list(await everyone(database))
    await give_own_numbers(database)
    await console.post(f"{PATH}/appels", data={"kind": "ESSAI"})
    call = "2026-11-22-essai"
    calls = await called(database, f"{call}-appel")
    assert {at for at, _ in calls.values()} == {now.at + timedelta(minutes=10)}
    await leave(database, ("COURRIEL", "SMS"))

    await console.post(link("ESSAI", f"{call}-sms", first))
    number = (await everyone(database))[second].person.mobile
    told = {"provider": "K", "received_at": now.at, "channel": "SMS"}
    text = {**told, "message_id": "1", "number": number, "text": "bien recu"}
    await take_message(database, Inbound.model_validate(text))
    await leave(database, ("APPEL",))
    about = {"cpts_id": CPTS_ID, "delivery_id": calls[third][1], "number": None}
    key = {**told, **about, "message_id": "2", "channel": "APPEL", "text": "1"}
    await take_message(database, Inbound.model_validate(key))

    known = await everyone(database)
    for who in (first, second, third):
        proved = [each.medium for each in known[who].contacts if each.proof]
        assert proved == [Medium.MOBILE]
    left = await called(database, f"{call}-appel", "DEJA_REPONDU")
    assert set(left) == {first, second}  # answered: their telephone does not ring
    result = plain(await console.get(f"{PATH}/appels/{call}")).replace("\xa0", " ")
    assert "3 sur 6 joints à cet instant" in result


async def called(
    database: Database, topic: str, reason: str | None = None
) -> dict[str, tuple[object, str]]:
    """Give hour and id of the calls about a topic, by person."""
    table, batch = tables.deliveries.c, tables.batches.c
    query = (
        sa.select(table.recipient_id, table.delivery_id, batch.leaves_at)
        .join(tables.batches, batch.batch_id == table.batch_id)
        .where(batch.topic == topic, table.reason.is_not_distinct_from(reason))
    )
    async with database.read() as connection:
        rows = (await connection.execute(query)).all()
    return {row.recipient_id: (row.leaves_at, row.delivery_id) for row in rows}


async def test_a_test_of_alert_is_marked_as_an_exercise_and_gives_our_card(
    database: Database, console: httpx.AsyncClient
) -> None:
    await settle(database, 6)
    first, *_ = await everyone(database)
    await console.post(f"{PATH}/appels", data={"kind": "ESSAI"})
    mine = link("ESSAI", "2026-11-22-essai", first)

    page = await console.get(mine)
    card = await console.get(f"{mine}/contact.vcf")
    batch = f"plan-{CPTS_ID}.2026-11-22-essai.ESSAI.0.lot.1"
    async with database.read() as connection:
        ref = BatchRef(cpts_id=CPTS_ID, batch_id=batch)
        words = await texts.of_batch(connection, ref, "tocsin@val.example")

    assert "EXERCICE EXERCICE" in page.text
    assert "FN:ALERTE CPTS du Val d'Essai (fictive)\r\n" in card.text
    assert isinstance(words, NoticeText)
    assert words.exercise


async def test_exact_still_is_asked_only_of_who_said_it_long_ago(
    database: Database, console: httpx.AsyncClient
) -> None:
    await settle(database, 6)
    refused = await console.post(f"{PATH}/appels", data={"kind": "EXACT"})

    assert "Personne n'est à solliciter" in plain(refused)
    order = OpenRollCall(cpts_id=CPTS_ID, kind=RollCallKind.ENROL, actor="X")
    (ref,) = await open_roll_call(database, order, KEYS.link_key)
    assert ref.topic == "2026-11-22-inscription"


async def test_a_mail_program_leaves_routine_letters_in_one_click(
    database: Database, console: httpx.AsyncClient, pages: FastAPI
) -> None:
    first, mine = await invited(database, console)
    found = tables.batches.c
    async with database.read() as connection:
        rows = await connection.execute(sa.select(found.cpts_id, found.batch_id))
    ref = BatchRef.model_validate(dict(rows.mappings().one()))
    to = Addressee(
        delivery_id="d-1",
        name="Camille Fictif",
        address="p0@val.example",
        purpose=Purpose.NOTICE,
        subject=notice_subject(
            f"plan-{CPTS_ID}", "INSCRIPTION", "2026-11-22-inscription", first
        ),
    )
    compose = await Stationery(pages.state.desk.instance)(ref)
    mail = message_from_bytes(compose(to).message)

    path = urlsplit(mail["List-Unsubscribe"].strip("<>")).path
    looked = await console.get(path)
    unsaid = await console.post(path, data={"x": "y"})
    kept = await scopes(database)
    left = [
        await console.post(path, data={"List-Unsubscribe": "One-Click"})
        for _ in range(2)
    ]

    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert path == f"{mine}/desinscription"
    assert (looked.status_code, looked.headers["location"]) == (303, mine)
    assert unsaid.status_code == 422
    assert kept == []
    assert [each.status_code for each in left] == [200, 200]
    assert await scopes(database) == [(first, Scope.ROUTINE, Via.MAIL)]


async def test_what_is_no_campaign_is_not_left_by_a_mail_program(
    database: Database, console: httpx.AsyncClient
) -> None:
    await settle(database, 6)
    first, *_ = await everyone(database)
    await console.post(f"{PATH}/appels", data={"kind": "ESSAI"})
    path = f"{link('ESSAI', '2026-11-22-essai', first)}/desinscription"

    refused = await console.post(path, data={"List-Unsubscribe": "One-Click"})

    assert refused.status_code == 404
    assert await scopes(database) == []


async def test_one_person_is_read_alone_as_among_everybody(database: Database) -> None:
    await settle(database, 12)
    who = tables.people.c
    renamed = {
        "Fictif00009": "Zidane",
        "Fictif00010": "Étienne",
        "Fictif00011": "Abadie",
    }
    async with database.write() as connection:
        for was, name in renamed.items():
            mobile = "+33639980081" if name == "Étienne" else "+33639980082"
            await connection.execute(
                sa.update(tables.people)
                .where(who.last_name == was)
                .values(last_name=name, mobile=mobile)
            )

    async with database.read() as connection:
        now = database.now()
        by_name = await contacts.of_cpts(connection, CPTS_ID, now)
        ids = (each.person_id for each in by_name)
        alone = [await contacts.of_person(connection, CPTS_ID, i, now) for i in ids]
    names = [each.person.last_name for each in by_name]
    assert [n for n in names if n in renamed.values()] == [
        "Abadie",
        "Étienne",
        "Zidane",
    ]
    assert tuple(alone) == by_name  # two of these share a telephone
