"""A poster leads to a page: an address proved, and nothing told of who is known."""

from dataclasses import replace
from datetime import timedelta
from html import unescape

import httpx
import sqlalchemy as sa

from acts.join import MakePoster, make_poster
from adapters.database import contact_codes, contacts, join_requests, people, tables
from adapters.database.unit import Database
from adapters.pdf import PdfPress
from domain.directory import RosterDiff
from domain.join import MOST_AN_HOUR, JoinForm
from domain.person import Link, Person
from domain.reach import Freshness, Reached
from instance import TEMPLATES
from tests.acts.test_cascade import carriers
from tests.web.conftest import filled, plain
from tests.web.test_enrol import code_sent, everyone
from tests.workflows.conftest import KEYS
from tests.world import CPTS_ID, settle

PATH = f"/cpts/{CPTS_ID}/joindre"


async def poster(database: Database) -> str:
    """Print the poster; give the page that it leads to."""
    order = MakePoster(cpts_id=CPTS_ID, actor="COORDINATEUR")
    made = await make_poster(database, order, KEYS.link_key, "/plan/{}".format)
    content = PdfPress(TEMPLATES / "documents").render_poster(made)
    assert content.startswith(b"%PDF")
    return made.address


def said(person: Person, address: str, **more: str) -> dict[str, str]:
    return {
        "first_name": person.first_name,
        "last_name": person.last_name.upper(),
        "profession": person.profession,
        "address": address,
        "act": "ask",
        **more,
    }


async def last_request(database: Database) -> str:
    found = tables.join_requests.c
    async with database.read() as connection:
        wanted = sa.select(found.request_id).where(found.state == "DEMANDEE")
        return str(await connection.scalar(wanted))


async def proved(
    database: Database, console: httpx.AsyncClient, page: str, form: dict[str, str]
) -> str:
    """Ask for a code, type it; give the words of the last page."""
    asked = await console.post(page, data=form)
    assert "Un code part vers" in plain(asked), plain(asked)
    code = await code_sent(database, await last_request(database))
    typed = filled(asked, code=code, act="check")
    return plain(await console.post(page, data=typed))


def named(known: dict[str, Reached], last_name: str) -> Reached:
    (found,) = (e for e in known.values() if e.person.last_name == last_name)
    return found


async def lacking(database: Database) -> tuple[Person, Person]:
    """Four members, of whom the first has no mail; give them, and the second."""
    await settle(database, 4)
    async with database.act(CPTS_ID) as act:
        one, two = [p for _, p in await people.all_of(act.connection, CPTS_ID)][:2]
        bare = Person(
            rpps="99000001190",
            last_name="Fictif-Faure",
            first_name="Zoé",
            profession=one.profession,
            link=one.link,
        )
        other = replace(two, last_name="Fictive", mobile=None)
        change = RosterDiff(new=(), changed=((one, bare), (two, other)), gone=())
        await people.apply(act, change)
    return bare, other


async def accept_all(database: Database, console: httpx.AsyncClient) -> None:
    async with database.read() as connection:
        waiting = await join_requests.waiting(connection, CPTS_ID)
    for request in waiting:
        settle_it = f"{PATH}/demandes/{request.request_id}"
        gone = await console.post(settle_it, data={"accepted": "true"})
        assert gone.status_code == 303


async def test_an_address_that_the_directory_had_is_verified_and_no_other_enters_it(
    database: Database, console: httpx.AsyncClient
) -> None:
    bare, other = await lacking(database)
    own = (other.email or "").capitalize()  # as telephones write it
    page = await poster(database)
    assert page == await poster(database)  # one link a year, printed twice

    asked = ((other, own), (other, "x@thief.example"), (bare, "y@thief.example"))
    told = [
        (await proved(database, console, page, said(person, address)))
        .replace("\xa0", " ")
        .replace(address, "…")
        for person, address in asked
    ]

    assert len(set(told)) == 1  # the same words, whoever asks
    known = await everyone(database)
    assert named(known, other.last_name).badge is Freshness.VERIFIED
    assert named(known, other.last_name).person.email == own
    assert named(known, bare.last_name).person.email is None  # names are public
    shown = unescape(plain(await console.get(PATH))).replace("\xa0", " ")
    assert "Demandes venues de l'affiche : 2" in shown
    assert "Dans l'annuaire : Zoé Fictif-Faure , sans courriel" in shown, shown
    assert f"Dans l'annuaire : {other.full_name} , {own}" in shown
    home = plain(await console.get("/")).replace("\xa0", " ")
    assert "Demandes d'inscription à trancher : 2" in home


async def test_whoever_says_the_rpps_of_another_replaces_nothing_but_an_address(
    database: Database, console: httpx.AsyncClient
) -> None:
    _, other = await lacking(database)
    page = await poster(database)
    form = said(other, "y@val.example", last_name="Mariée", rpps=other.rpps or "")
    await proved(database, console, page, form)
    before = await everyone(database)
    await accept_all(database, console)

    after = await everyone(database)
    assert len(after) == len(before)
    kept = named(after, other.last_name).person
    assert kept == replace(other, email="y@val.example")


async def test_who_is_unknown_waits_for_the_coordinator_and_enters_in_one_tap(
    database: Database, console: httpx.AsyncClient
) -> None:
    bare, other = await lacking(database)
    page = await poster(database)
    new = said(bare, "y@val.example", last_name="D'Autan-Le Bel")
    await proved(database, console, page, new)
    await proved(database, console, page, said(other, "z@val.example"))
    before = await everyone(database)
    async with database.read() as connection:
        waiting = await join_requests.waiting(connection, CPTS_ID)

    shown = unescape(plain(await console.get(PATH)))
    assert all(each in shown for each in ("D'Autan-Le Bel", "Pas dans l'annuaire"))
    for request in waiting:
        accepted = str(request.content == JoinForm.model_validate(new)).lower()
        for _ in range(2):  # pressed twice
            settle_it = f"{PATH}/demandes/{request.request_id}"
            gone = await console.post(settle_it, data={"accepted": accepted})
            assert gone.status_code == 303

    after = await everyone(database)
    assert len(after) == len(before) + 1
    entered = named(after, "D'Autan-Le Bel")
    assert entered.person.link is Link.MEMBER  # asked for nothing yet
    assert entered.badge is Freshness.VERIFIED
    assert named(after, other.last_name).person.email == other.email
    left = [plain(await console.get(page)) for page in (PATH, "/")]
    assert not any("Demandes" in words for words in left)
    rows = sa.select(tables.join_requests.c.content)
    async with database.read() as connection:
        assert set((await connection.execute(rows)).scalars()) == {None}


async def test_a_telephone_is_proved_by_a_text_or_a_call_that_something_carries(
    database: Database, console: httpx.AsyncClient
) -> None:
    bare, _ = await lacking(database)
    page = await poster(database)
    mobile, landline = said(bare, "06 39 98 00 77"), said(bare, "05 36 49 00 12")

    alone = plain(await console.post(page, data=mobile))
    database.providers = carriers("SMS", "APPEL")
    by_text = await proved(database, console, page, mobile)
    by_call = await proved(database, console, page, landline)

    assert "Aucun code ne peut partir" in alone
    assert "est vérifié" in by_text
    assert "est vérifié" in by_call
    assert named(await everyone(database), bare.last_name).verified == 0
    await accept_all(database, console)
    known = named(await everyone(database), bare.last_name)
    assert (known.person.mobile, known.person.phone2, known.verified) == (
        "+33639980077",
        "+33536490012",
        2,
    )
    channels = sa.select(tables.deliveries.c.channel).distinct()
    async with database.read() as connection:
        assert set((await connection.execute(channels)).scalars()) == {"SMS", "APPEL"}
        await contacts.of_cpts(connection, CPTS_ID, database.now())


async def test_the_address_of_a_stranger_is_forgotten_with_its_code(
    database: Database, console: httpx.AsyncClient
) -> None:
    bare, _ = await lacking(database)
    page = await poster(database)
    await console.post(page, data=said(bare, "zoe@val.example"))
    kept = sa.select(tables.contact_codes.c.address)
    async with database.act(CPTS_ID) as act:
        before = (await act.connection.execute(kept)).scalars().all()
        await contact_codes.forget_strangers(act, act.at + timedelta(days=1))
        after = (await act.connection.execute(kept)).scalars().all()

    assert (before, after) == (["zoe@val.example"], [])


async def test_a_wrong_code_proves_nothing_and_too_many_requests_are_refused(
    database: Database, console: httpx.AsyncClient
) -> None:
    bare, _ = await lacking(database)
    page = await poster(database)
    asked = await console.post(page, data=said(bare, "zoe@val.example"))
    wrong = await console.post(page, data=filled(asked, code="12", act="check"))
    empty = await console.post(page, data=filled(asked, code="", act="check"))
    link = said(bare, "zoe@val.example", first_name="https://x.example")
    spam = await console.post(page, data=link)
    form = JoinForm.model_validate(said(bare, "zoe@val.example"))
    async with database.act(CPTS_ID) as act:
        for _ in range(MOST_AN_HOUR):
            await join_requests.add(act, people.new_id(), form)
    crowd = await console.post(page, data=said(bare, "zoe@val.example"))
    forged = filled(asked, request="p-aaaaaaaaaa", code="123456", act="check")
    lost = await console.post(page, data=forged)

    assert "Ce n'est pas le code envoyé" in plain(wrong)
    assert "Code reçu" in plain(wrong)  # to be typed again
    assert "six chiffres du code" in plain(empty)
    assert "Prénom : des lettres" in plain(spam).replace("\xa0", " ")
    assert "Trop de demandes" in plain(crowd)
    assert lost.status_code == 422
    printed = await console.post(f"{PATH}/affiche")
    assert printed.headers["content-type"] == "application/pdf"
