"""Somebody in danger answers: the board, the terminal and the leader know at once."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape

import httpx
import pytest
import sqlalchemy as sa

from acts.alert import RecordAnswer, record_answer
from acts.danger import HELP_WAVE, LEADER
from acts.steering import SafetyOrder, send_safety
from acts.wave import open_wave
from adapters.database import glance, plans, reached, standing, tables
from adapters.database.texts import of_batch
from adapters.database.unit import Database
from domain.alert import DeliveryState, WavePlan, WaveTimes
from domain.answer import Availability
from domain.board import Place
from domain.dispatch import BatchRef
from domain.letter import WaveText
from domain.link import Purpose, answer_subject, token
from domain.reference import CrisisRef
from domain.terminal_board import board as terminal_board
from tests.conducted import lift, opened
from tests.conftest import Now
from tests.web.conftest import plain
from tests.workflows.conftest import KEYS
from web.member_page import page_of
from web.views import Mood

ON_ONE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NONCE = re.compile(r'name="nonce" value="([^"]+)"')


@dataclass
class Shelter:
    """A crisis in which everyone was told to take shelter."""

    database: Database
    ref: CrisisRef
    people: Sequence[str] = ()  # the last of the directory: they hold no role
    leaders: Sequence[str] = ()
    path: str = field(init=False)

    def __post_init__(self) -> None:
        self.path = f"/{self.ref.cpts_id}/crise/{self.ref.crisis_id}"

    def page_of(self, person_id: str) -> str:
        subject = answer_subject(self.ref.crisis_id, person_id)
        return f"/r/{token(KEYS.link_key, Purpose.ANSWER, subject)}"

    async def says(self, person_id: str, answer: Availability) -> None:
        said = RecordAnswer(
            **self.ref.model_dump(),
            person_id=person_id,
            answer=answer,
            nonce=f"{person_id}:{answer}",
        )
        await record_answer(self.database, said)

    async def place_of(self, person_id: str) -> Place:
        async with self.database.read() as connection:
            everyone = await reached.of_crisis(connection, self.ref)
        return next(each.place for each in everyone if each.person_id == person_id)

    async def terminal(self) -> str:
        async with self.database.read() as connection:
            now = self.database.now()
            seen = await glance.picture(connection, self.ref.crisis_id, now)
        return terminal_board(seen)

    async def warn(self) -> None:
        order = SafetyOrder(**self.ref.model_dump(), message="abri", actor=LEADER)
        await send_safety(self.database, order)

    async def calls_for_help(self) -> list[tuple[WaveText, list[str]]]:
        """Give each call, and whom its mail still waits to leave for."""
        waves, deliveries = tables.waves.c, tables.deliveries.c
        calls = sa.select(waves.wave).where(waves.code == HELP_WAVE)
        rows = sa.select(deliveries.batch_id, deliveries.recipient_id).where(
            deliveries.wave.in_(calls), deliveries.state == DeliveryState.QUEUED
        )
        told: dict[str, list[str]] = {}
        async with self.database.read() as connection:
            for row in await connection.execute(rows.order_by(deliveries.wave)):
                told.setdefault(row.batch_id, []).append(row.recipient_id)
            read = []
            for batch_id, ids in told.items():
                ref = BatchRef(cpts_id=self.ref.cpts_id, batch_id=batch_id)
                text = await of_batch(connection, ref, "alerte@val.example")
                assert isinstance(text, WaveText)
                read.append((text, sorted(ids)))
        return read


@pytest.fixture
async def shelter(database: Database) -> Shelter:
    ref = await opened(database, ("CASUALTIES",), KEYS.link_key)
    table = tables.crisis_people.c
    async with database.read() as connection:
        everyone = await connection.execute(
            sa.select(table.person_id).order_by(table.last_name.desc())
        )
        plan, _ = await plans.in_force(connection, ref.cpts_id)
    made = Shelter(
        database,
        ref,
        tuple(everyone.scalars()),
        sorted(plan.people_of(LEADER)),
    )
    await made.warn()
    return made


async def post(
    browser: httpx.AsyncClient, path: str, answer: Availability, **more: str
) -> dict[str, str]:
    """Give what the form of a page posts."""
    page = await browser.get(path)
    nonce = NONCE.search(page.text)
    assert nonce is not None
    return {"nonce": nonce[1], "answer": answer, **more}


async def test_whoever_needs_help_comes_first_until_they_are_safe(
    shelter: Shelter, console: httpx.AsyncClient, now: Now
) -> None:
    hurt, safe, *_ = shelter.people
    assert "DANGER" not in await shelter.terminal()

    await shelter.says(hurt, Availability.NEEDS_HELP)
    await shelter.says(safe, Availability.SHELTERED)

    assert await shelter.place_of(hurt) is Place.NEEDS_HELP
    assert await shelter.place_of(safe) is Place.SAFE
    assert "DANGER     1 personne a besoin d'aide" in await shelter.terminal()
    people = (await console.get(shelter.path)).text.partition('id="h-people"')[2]
    assert people.partition("<tbody>")[2].lstrip().startswith('<tr class="late">')

    now.at += timedelta(minutes=5)
    await shelter.warn()  # silence to a second message changes nothing
    assert await shelter.place_of(hurt) is Place.NEEDS_HELP
    await shelter.says(hurt, Availability.OUT_OF_ZONE)
    assert await shelter.place_of(hurt) is Place.SAFE
    assert "DANGER" not in await shelter.terminal()


@ON_ONE
async def test_the_leader_and_her_deputy_are_told_who_where_and_when(
    shelter: Shelter, console: httpx.AsyncClient
) -> None:
    hurt, safe, *_ = shelter.people
    path, where = shelter.page_of(hurt), "2 rue des Lilas, 2e étage"
    form = await post(
        console, path, Availability.NEEDS_HELP, whereabouts=f" {where}\n "
    )

    noted, again = [await console.post(path, data=form) for _ in range(2)]
    quiet = shelter.page_of(safe)
    await console.post(quiet, data=await post(console, quiet, Availability.SHELTERED))

    said = f"transmis au pilotage, avec ce lieu : {where}"
    assert said in unescape(plain(noted))
    assert said in unescape(plain(again))
    ((text, mailed),) = await shelter.calls_for_help()
    assert mailed == shelter.leaders
    assert text.says["ou"] == where
    assert "signale un besoin d'aide" in text.sentence()
    listed = await console.get(
        f"{shelter.path}/personnes", params={"ou": Place.NEEDS_HELP}
    )
    assert f"Où : {where}" in unescape(plain(listed))
    assert "À secourir : besoin d'aide signalé (1)" in unescape(plain(listed))
    assert "tel:" in listed.text
    log = plain(await console.get(shelter.path))
    assert "Besoin d'aide signalé, pilotage prévenu." in log
    assert "Appel à l'aide" not in log
    async with shelter.database.read() as connection:
        entries = await connection.scalars(sa.select(tables.ledger_entries.c.canonical))
    assert not [told for told in entries if "Lilas" in told or hurt in told]


@ON_ONE
async def test_a_new_call_leaves_only_if_it_says_more_and_no_lifting_holds_it(
    shelter: Shelter, console: httpx.AsyncClient, now: Now
) -> None:
    hurt = shelter.leaders[0]
    path, asks = shelter.page_of(hurt), Availability.NEEDS_HELP
    for where in ("", "", "sous-sol", "sous-sol"):
        now.at += timedelta(minutes=1)
        form = await post(console, path, asks, whereabouts=where)
        await console.post(path, data=form)
    await lift(shelter.database, shelter.ref)
    async with shelter.database.read() as connection:
        stand = await standing.of_person(connection, shelter.ref, hurt)

    calls = await shelter.calls_for_help()

    assert [text.says["ou"] for text, _ in calls] == ["non précisé", "sous-sol"]
    assert {tuple(mailed) for _, mailed in calls} == {tuple(shelter.leaders[1:])}
    seated = stand.model_copy(update={"card_id": "T1-05"})
    at = shelter.database.now()
    assert page_of(seated, path, now=at).mood is Mood.NOTED  # before the post they hold
    asked = seated.model_copy(update={"answer": None})
    assert page_of(asked, path, now=at).mood is Mood.PROTECTING


@ON_ONE
async def test_a_place_that_names_a_patient_is_left_out_and_help_is_called(
    shelter: Shelter, console: httpx.AsyncClient
) -> None:
    path = shelter.page_of(shelter.people[0])
    form = await post(
        console,
        path,
        Availability.NEEDS_HELP,
        whereabouts="chez Camille, née le 3 mai 1931",
    )

    await console.post(path, data=form)

    ((call, _),) = await shelter.calls_for_help()
    assert call.says["ou"] == "non précisé"


@ON_ONE
async def test_each_message_opens_what_it_asks_whatever_came_after_it(
    shelter: Shelter, console: httpx.AsyncClient, now: Now
) -> None:
    person, ref = shelter.people[0], shelter.ref
    page = shelter.page_of(person)
    times = WaveTimes(
        t0=now.at, now=now.at, after=timedelta(0), within=timedelta(minutes=15)
    )
    asked = {
        "V1": (Availability.RECEIVED, Availability.UNAVAILABLE),
        "V2": (Availability.IMMEDIATE, Availability.UNAVAILABLE),
    }
    numbers = {}
    async with shelter.database.act(ref.cpts_id) as act:
        for code, answers in asked.items():
            wave = WavePlan.asking(code, code, answers, times)
            numbers[code] = (await open_wave(act, ref.crisis_id, wave, (person,))).wave
    await shelter.warn()  # the last message of all

    first = await console.get(page)
    form = await post(console, page, Availability.SHELTERED)
    safe = await console.post(page, data=form)
    for code, answer in (
        ("V2", Availability.IMMEDIATE),
        ("V1", Availability.UNAVAILABLE),
    ):
        form = await post(console, page, answer, wave=str(numbers[code]))
        assert (await console.post(page, data=form)).status_code == 200

    head = r"(?s)Êtes-vous en sécurité \?.*Mettez-vous à l'abri\. Urgence.*Qui demande"
    assert re.search(head, plain(first))
    for later in (first, safe):
        below = plain(later).partition("Qui demande")[2]
        assert "Êtes-vous disponible ?" in below
        assert "Confirmez la réception" in below
    assert "Merci, votre réponse est inscrite" in plain(safe)
    async with shelter.database.read() as connection:
        stand = await standing.of_person(connection, ref, person)
    said = {each.wave: each.answer for each in stand.questions}
    assert [said.pop(number) for number in numbers.values()] == [
        Availability.UNAVAILABLE,
        Availability.IMMEDIATE,
    ]
    assert Availability.SHELTERED in said.values()
