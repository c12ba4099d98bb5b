"""The pages over real facts, as browsers and scanners call them."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa

from acts.alert import record_answer
from acts.conduct import conduct_crisis
from acts.document import MadeDocument, file_document, send_report
from acts.ending import LiftCrisis, lift_crisis
from acts.mission import propose_mission
from acts.steering import SafetyOrder, send_safety
from adapters.database import pulses, tables, waves
from adapters.database.unit import Database
from adapters.signing import Signer
from domain.answer import Availability
from domain.authority import Authority
from domain.link import Purpose, answer_subject, token
from domain.reference import CrisisRef
from instance import TEMPLATES, Instance
from settings import Settings
from tests.conducted import opened
from tests.conftest import ORIGIN, Now
from tests.posts import EMPLOYEE, crisis_with_posts, mission_of, persons, yes
from tests.workflows.conftest import KEYS
from tests.world import alerted
from web.app import build
from web.desk import Desk
from web.layouts import Views

NONCE = re.compile(r'name="nonce" value="([^"]+)"')
LARGEST = 30_000


@pytest.fixture
def settings(tmp_path: Path, database: Database) -> Settings:
    return Settings(
        data_dir=tmp_path,
        database_url=database.url,
        base_url=f"https://{ORIGIN}",
        temporal_address="127.0.0.1:9",  # nobody answers there
    )


@pytest.fixture
async def visitor(
    settings: Settings, database: Database, signer: Signer
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser, before pages whose Temporal is away."""
    app = build(settings)
    async with app.router.lifespan_context(app):
        opened: Desk = app.state.desk
        instance = Instance(settings, KEYS, signer, database)
        app.state.desk = Desk(
            instance=instance, views=Views(TEMPLATES), client=opened.client
        )
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url=f"https://{ORIGIN}"
        ) as browser:
            yield browser


async def crisis(database: Database, number: int = 40) -> CrisisRef:
    return await alerted(database, number, link_key=KEYS.link_key)


async def path_of(database: Database, ref: CrisisRef, profession: str) -> str:
    table = tables.crisis_people
    async with database.read() as connection:
        found = await connection.execute(
            sa.select(table.c.person_id)
            .where(table.c.profession == profession)
            .order_by(table.c.last_name)
            .limit(1)
        )
    subject = answer_subject(ref.crisis_id, found.scalar_one())
    return f"/r/{token(KEYS.link_key, Purpose.ANSWER, subject)}"


async def answers(database: Database) -> list[str]:
    table = tables.recipients
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(table.c.answer).where(table.c.answer.is_not(None))
        )
    return list(rows.scalars())


def nonce_of(page: httpx.Response) -> str:
    found = NONCE.search(page.text)
    assert found, page.text
    return found[1]


async def test_a_scanner_that_follows_links_changes_nothing(
    visitor: httpx.AsyncClient, database: Database
) -> None:
    path = await path_of(database, await crisis(database), "INFIRMIER")

    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        await visitor.request(method, path)

    assert await answers(database) == []


async def test_a_page_is_small_needs_no_script_and_leaves_no_trace(
    visitor: httpx.AsyncClient, database: Database
) -> None:
    path = await path_of(database, await crisis(database), "INFIRMIER")

    page = await visitor.get(path)

    assert page.status_code == 200
    assert len(page.content) <= LARGEST
    assert "<script" not in page.text
    assert "Ne partez pas sans mission acceptée" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"


async def test_a_yes_takes_a_seat_and_the_same_form_posted_twice_takes_one(
    visitor: httpx.AsyncClient, database: Database
) -> None:
    path = await path_of(database, await crisis(database), "INFIRMIER")
    nonce = nonce_of(await visitor.get(path))
    form = {
        "nonce": nonce,
        "answer": Availability.IMMEDIATE.value,
        "delay_minutes": "15",
    }

    first = await visitor.post(path, data=form)
    again = await visitor.post(path, data=form)

    assert "vous êtes retenu" in first.text
    assert "vous êtes retenu" in again.text
    assert await answers(database) == ["DISPONIBLE_IMMEDIAT"]
    async with database.read() as connection:
        kinds = await connection.execute(
            sa.select(tables.ledger_entries.c.kind).where(
                tables.ledger_entries.c.kind == "answer"
            )
        )
    assert len(kinds.all()) == 1


@pytest.mark.parametrize(
    ("answer", "more", "said"),
    [
        (Availability.ON_SITE, {"slots": "4"}, "votre aide est notée"),
        (Availability.LATER, {"from_at": "2026-11-23T08:00"}, "votre aide est notée"),
        (Availability.LATER, {"from_at": "demain"}, "votre aide est notée"),
        (Availability.UNAVAILABLE, {}, "Merci de votre réponse"),
    ],
)
async def test_an_answer_is_written_down_and_may_be_changed(
    visitor: httpx.AsyncClient,
    database: Database,
    answer: Availability,
    more: dict[str, str],
    said: str,
) -> None:
    path = await path_of(database, await crisis(database), "KINE")
    nonce = nonce_of(await visitor.get(path))

    page = await visitor.post(
        path, data={"nonce": nonce, "answer": answer.value} | more
    )

    assert said in page.text
    assert await answers(database) == [answer]
    changed = {"nonce": nonce_of(page), "answer": Availability.ENGAGED_ELSEWHERE.value}
    await visitor.post(path, data=changed)
    assert await answers(database) == ["DEJA_MOBILISE_AILLEURS"]


async def test_who_comes_too_late_is_in_reserve(
    visitor: httpx.AsyncClient, database: Database
) -> None:
    ref = await crisis(database)
    async with database.act(ref.cpts_id) as act:
        await act.connection.execute(
            sa.update(tables.seats).values(
                person_id="p-other-" + tables.seats.c.seat_id
            )
        )
    path = await path_of(database, ref, "INFIRMIER")
    form = {
        "nonce": nonce_of(await visitor.get(path)),
        "answer": Availability.IMMEDIATE.value,
    }

    page = await visitor.post(path, data=form)

    assert "vous êtes en réserve" in page.text
    assert 'value="DISPONIBLE_IMMEDIAT"' not in page.text


async def test_a_forged_an_expired_and_a_late_link_are_each_told_in_one_sentence(
    visitor: httpx.AsyncClient, database: Database, now: Now
) -> None:
    ref = await crisis(database)
    path = await path_of(database, ref, "INFIRMIER")
    nonce = nonce_of(await visitor.get(path))

    forged = await visitor.get("/r/23456789AB")
    malformed = await visitor.get("/r/..%2F..")
    other_purpose = await visitor.get(path.replace("/r/", "/recu/"))
    await lift_crisis(
        database,
        LiftCrisis(**ref.model_dump(), authority=Authority.DG_ARS, actor="PILOTAGE"),
    )
    form = {"nonce": nonce, "answer": Availability.IMMEDIATE.value}
    late = await visitor.post(path, data=form)
    over = await visitor.get(path)
    now.at += timedelta(days=91)
    expired = await visitor.get(path)

    assert [forged.status_code, malformed.status_code] == [404, 404]
    assert "est pas valable" in forged.text
    assert other_purpose.status_code == 404
    assert late.status_code == 410
    assert "alerte est terminée" in late.text
    assert "alerte est terminée" in over.text
    assert expired.status_code == 410
    assert "Ce lien a expiré" in expired.text
    assert await answers(database) == []  # neither that one, nor silence


@pytest.mark.parametrize(
    "form",
    [{}, {"nonce": "x" * 12}, {"nonce": "x" * 12, "answer": "PEUT-ETRE"}],
)
async def test_a_broken_form_writes_nothing(
    visitor: httpx.AsyncClient, database: Database, form: dict[str, str]
) -> None:
    path = await path_of(database, await crisis(database), "INFIRMIER")

    page = await visitor.post(path, data=form)

    assert page.status_code == 422
    assert "a été inscrit" in page.text
    assert await answers(database) == []


async def test_an_answer_that_is_not_offered_is_refused(
    visitor: httpx.AsyncClient, database: Database
) -> None:
    path = await path_of(database, await crisis(database), "INFIRMIER")
    form = {"nonce": "x" * 12, "answer": Availability.SILENT.value}

    page = await visitor.post(path, data=form)

    assert page.status_code == 400
    assert await answers(database) == []


async def test_who_guesses_links_is_stopped_and_members_are_not(
    visitor: httpx.AsyncClient, database: Database
) -> None:
    path = await path_of(database, await crisis(database), "INFIRMIER")
    for _ in range(30):
        assert (await visitor.get(path)).status_code == 200

    seen = [
        (await visitor.get(f"/r/23456789{a}{b}")).status_code
        for a in "ABCDE"
        for b in "FGHJK"
    ]

    assert seen[:20] == [404] * 20
    assert seen[20:] == [429] * 5


async def test_the_ars_acknowledges_a_report_once(
    visitor: httpx.AsyncClient, database: Database
) -> None:
    ref = await crisis(database)
    made = MadeDocument(
        kind="RAPPORT",
        title="Compte rendu de crise",
        path="documents/r.pdf",
        sha256="0" * 64,
    )
    report = await file_document(database, ref, made)
    await send_report(database, report, KEYS.link_key)
    value = token(KEYS.link_key, Purpose.RECEIPT, report.document_id)

    page = await visitor.get(f"/recu/{value}")
    first = await visitor.post(f"/recu/{value}", data={"nonce": nonce_of(page)})
    again = await visitor.post(f"/recu/{value}", data={"nonce": nonce_of(page)})

    assert "Accuser réception" in page.text
    assert "Document reçu" in first.text
    assert "Document reçu" in again.text
    async with database.read() as connection:
        rows = await connection.execute(sa.select(tables.ledger_entries.c.kind))
    assert list(rows.scalars()).count("document.received") == 1


async def test_readiness_says_what_is_missing(
    visitor: httpx.AsyncClient, database: Database
) -> None:
    alive = await visitor.get("/healthz")
    before = (await visitor.get("/readyz")).json()
    await pulses.beat(database, pulses.WORKER)
    after = await visitor.get("/readyz")

    assert alive.json() == {"ok": True}
    assert before == {
        "ready": False,
        "database": True,
        "temporal": False,
        "worker": False,
    }
    assert after.status_code == 503  # Temporal is away
    assert after.json()["worker"]


async def test_an_unknown_address_is_told_in_french(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/wp-login.php")

    assert page.status_code == 404
    assert "ne mène à aucune page" in page.text


async def test_a_mission_is_accepted_then_ended_from_the_page(
    visitor: httpx.AsyncClient, database: Database, now: Now
) -> None:
    ref = await crisis_with_posts(database, KEYS.link_key)
    nurse, *_ = await persons(database, ref)
    subject = answer_subject(ref.crisis_id, nurse)
    path = f"/r/{token(KEYS.link_key, Purpose.ANSWER, subject)}"
    await record_answer(database, yes(ref, nurse))
    await propose_mission(database, mission_of(database, ref, nurse))
    page = await visitor.get(path)
    form = {"nonce": nonce_of(page), "mission": "m1", "reply": "MISSION_ACCEPTEE"}

    back = await visitor.post(f"{path}/mission", data=form)
    accepted = await visitor.get(path)
    now.at += timedelta(hours=3)
    ended = {
        "nonce": nonce_of(accepted),
        "mission": "m1",
        "reply": "MISSION_TERMINEE",
        "worked_from": "2026-11-22T23:00",
        "worked_until": "2026-11-23T00:30",
    }
    await visitor.post(f"{path}/mission", data=ended)

    assert "Une mission vous est proposée" in page.text
    assert (back.status_code, back.headers["location"]) == (303, path)
    assert "Mission acceptée" in accepted.text
    assert 'value="MISSION_TERMINEE"' in accepted.text
    assert "heures confirmées" in (await visitor.get(path)).text
    assert len((await visitor.get(path)).content) <= LARGEST


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_employee_says_with_their_yes_if_the_employer_agrees(
    visitor: httpx.AsyncClient, database: Database
) -> None:
    ref = await crisis_with_posts(database, KEYS.link_key)
    subject = answer_subject(ref.crisis_id, (await persons(database, ref))[EMPLOYEE])
    path = f"/r/{token(KEYS.link_key, Purpose.ANSWER, subject)}"
    page = await visitor.get(path)
    form = {"nonce": nonce_of(page), "answer": Availability.IMMEDIATE.value}

    waiting = await visitor.post(path, data=form | {"employer": "non"})
    again = {"nonce": nonce_of(waiting), "answer": Availability.IMMEDIATE.value}
    seated = await visitor.post(path, data=again | {"employer": "oui"})

    assert page.text.count('name="employer"') == 2  # yes, no; of one answer
    assert "vous restez en réserve" in waiting.text
    assert "Vous êtes retenu(e) pour" in seated.text
    assert 'name="employer"' not in seated.text


async def test_numbers_are_asked_of_who_helps_from_their_own_place(
    visitor: httpx.AsyncClient, database: Database
) -> None:
    ref = await crisis_with_posts(database, KEYS.link_key)
    nurse, *_ = await persons(database, ref)
    subject = answer_subject(ref.crisis_id, nurse)
    path = f"/r/{token(KEYS.link_key, Purpose.ANSWER, subject)}"
    before = await visitor.get(path)
    helping = await visitor.post(
        path, data={"nonce": nonce_of(before), "answer": Availability.ON_SITE.value}
    )
    form = {"nonce": nonce_of(helping), "T2-04.contactes": "12", "T2-04.minutes": "45"}

    back = await visitor.post(f"{path}/contribution", data=form)
    wrong = await visitor.post(
        f"{path}/contribution",
        data=form | {"nonce": "another-nonce", "T2-04.contactes": "douze"},
    )

    assert "Personnes contactées" not in before.text
    assert "Personnes contactées" in helping.text
    assert back.status_code == 303
    assert wrong.status_code == 400
    shown = (await visitor.get(path)).text
    assert 'name="T2-04.contactes" value="12"' in shown
    assert 'name="T2-04.minutes" value="45"' in shown


async def test_the_cell_confirms_and_whoever_is_in_danger_says_so(
    visitor: httpx.AsyncClient, database: Database
) -> None:
    ref = await opened(database, ("CASUALTIES",), KEYS.link_key)
    async with database.read() as connection:
        cell = await connection.scalar(sa.select(tables.recipients.c.person_id))
    subject = answer_subject(ref.crisis_id, str(cell))
    path = f"/r/{token(KEYS.link_key, Purpose.ANSWER, subject)}"

    asked = await visitor.get(path)
    assert "Confirmez la réception" in asked.text
    assert "Bien reçu" in asked.text
    noted = await visitor.post(path, data={"nonce": nonce_of(asked), "answer": "RECU"})
    assert "votre réponse est inscrite" in noted.text

    danger = SafetyOrder(**ref.model_dump(), message="abri", actor="PILOTAGE")
    await send_safety(database, danger)
    asked = await visitor.get(path)
    assert "Êtes-vous en sécurité" in asked.text
    form = {"nonce": nonce_of(asked), "answer": "BESOIN_AIDE"}
    helped = await visitor.post(path, data=form)
    assert "La cellule de crise vous appelle" in helped.text


async def test_who_is_only_informed_reads_what_happens(
    visitor: httpx.AsyncClient, database: Database, now: Now
) -> None:
    ref = await opened(database, ("CASUALTIES",), KEYS.link_key)
    now.at += timedelta(hours=2)
    await conduct_crisis(database, ref)  # V4 informs everybody
    async with database.read() as connection:
        rows = await waves.of_crisis(connection, ref)
        asking = [row.wave for row in rows if row.asks]
        told = await connection.scalar(
            sa.select(tables.crisis_people.c.person_id).where(
                tables.crisis_people.c.person_id.not_in(
                    sa.select(tables.recipients.c.person_id).where(
                        tables.recipients.c.wave.in_(asking)
                    )
                )
            )
        )
    subject = answer_subject(ref.crisis_id, str(told))

    page = await visitor.get(f"/r/{token(KEYS.link_key, Purpose.ANSWER, subject)}")

    assert "Vous n’avez rien à répondre" in page.text  # noqa: RUF001 - as printed
    assert "<form" not in page.text
