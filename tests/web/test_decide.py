"""The acts on an order from its board: asked once, refused in a sentence, done once."""

from datetime import datetime, timedelta

import httpx
import pytest
import sqlalchemy as sa

from adapters.database import crises, tables
from adapters.database.crises import CrisisRow
from adapters.database.unit import Database
from domain.alert import DeliveryState
from domain.authority import Authority
from domain.crisis import CrisisState, Origin
from domain.reference import CrisisRef
from tests.conftest import Now
from tests.web.conftest import filled, plain
from tests.workflows.conftest import KEYS
from tests.world import CPTS_ID, alerted

PATIENT = "NIR 1 85 05 78 006 084 91"


def _path(ref: CrisisRef, act: str = "") -> str:
    return f"/{ref.cpts_id}/crise/{ref.crisis_id}{act and '/'}{act}"


async def _opened(database: Database, now: Now, **changes: object) -> CrisisRef:
    ref = await alerted(database, 20, CPTS_ID, KEYS.link_key, **changes)
    now.at += timedelta(minutes=30)
    return ref


async def _row(database: Database, ref: CrisisRef) -> CrisisRow:
    async with database.read() as connection:
        return await crises.get(connection, ref.cpts_id, ref.crisis_id)


async def _entries(database: Database, kind: str) -> int:
    kept = tables.ledger_entries.c.kind == kind
    async with database.read() as connection:
        return (
            await connection.scalar(
                sa.select(sa.func.count())
                .select_from(tables.ledger_entries)
                .where(kept)
            )
            or 0
        )


async def test_a_note_posted_twice_is_written_once_and_shown(
    console: httpx.AsyncClient, database: Database, now: Now
) -> None:
    ref = await _opened(database, now)
    form = filled(await console.get(_path(ref)), text="Le préfet demande un point.")

    first = await console.post(_path(ref, "note"), data=form)
    again = await console.post(_path(ref, "note"), data=form)
    board = await console.get(_path(ref))

    assert first.status_code == again.status_code == 303
    assert "Le préfet demande un point." in plain(board)
    assert await _entries(database, "log.noted") == 1


@pytest.mark.parametrize(
    ("text", "said"), [("x", "de 2 à 500"), (f"{PATIENT} va mieux", "patient")]
)
async def test_a_refused_note_is_kept_on_the_board(
    console: httpx.AsyncClient, database: Database, now: Now, text: str, said: str
) -> None:
    ref = await _opened(database, now)
    form = filled(await console.get(_path(ref)), text=text)

    refused = await console.post(_path(ref, "note"), data=form)

    assert refused.status_code == 422
    assert said in plain(refused)
    assert filled(refused)["text"] == [text]
    assert await _entries(database, "log.noted") == 0


async def test_the_call_back_opens_the_crisis_and_its_act_leaves_the_board(
    console: httpx.AsyncClient, database: Database, now: Now
) -> None:
    ref = await _opened(database, now, called_back_at=None, reference=None)
    path = _path(ref, "contre-appel")
    assert "Inscrire le contre-appel" in plain(await console.get(_path(ref)))
    page = await console.get(path)
    typed = filled(page)["called_back_at"][0]

    no_hour = await console.post(path, data=filled(page, called_back_at="tantôt"))
    too_early = f"{datetime.fromisoformat(typed) - timedelta(days=1):%Y-%m-%dT%H:%M}"
    before = await console.post(path, data=filled(page, called_back_at=too_early))
    done = await console.post(path, data=filled(page, reference="ARS-7"))
    gone = await console.get(path)

    assert no_hour.status_code == before.status_code == 422
    assert "Donnez la date et l'heure" in plain(no_hour)
    assert "précède celle de l'ordre" in plain(before)
    assert filled(no_hour)["called_back_at"] == ["tantôt"]
    assert done.status_code == gone.status_code == 303
    row = await _row(database, ref)
    assert (row.state, row.reference) == (CrisisState.ACTIVE, "ARS-7")
    assert "Inscrire le contre-appel" not in plain(await console.get(_path(ref)))


async def test_the_written_reference_is_given_once_whichever_is_typed_next(
    console: httpx.AsyncClient, database: Database, now: Now
) -> None:
    ref = await _opened(database, now, reference=None)
    path = _path(ref, "reference")
    page = await console.get(path)
    other = await console.get(path)

    empty = await console.post(path, data=filled(page))
    done = await console.post(path, data=filled(page, reference="ARS-2026-7"))
    again = await console.post(path, data=filled(page, reference="ARS-2026-7"))
    late = await console.post(path, data=filled(other, reference="ARS-2026-8"))

    assert "Écrivez la référence" in plain(empty)
    assert (empty.status_code, late.status_code) == (422, 422)
    assert done.status_code == again.status_code == 303
    assert "a déjà sa référence écrite" in plain(late)
    assert filled(late)["reference"] == ["ARS-2026-8"]
    assert (await _row(database, ref)).reference == "ARS-2026-7"


async def test_a_local_initiative_says_who_recognises_it(
    console: httpx.AsyncClient, database: Database, now: Now
) -> None:
    ref = await _opened(
        database,
        now,
        origin=Origin.LOCAL,
        authority=None,
        called_back_at=None,
        reference=None,
    )
    path = _path(ref, "reference")
    page = await console.get(path)

    nobody = await console.post(path, data=filled(page, reference="ARS-7"))
    named = filled(page, reference="ARS-7", authority="PREFET")
    done = await console.post(path, data=named)

    assert nobody.status_code == 422
    assert "Dites qui l'a décidé" in plain(nobody)
    assert done.status_code == 303
    assert (await _row(database, ref)).confirmed_by is Authority("PREFET")


async def test_what_no_authority_recognised_is_lifted_by_the_presidency(
    console: httpx.AsyncClient, database: Database, now: Now
) -> None:
    ref = await _opened(
        database,
        now,
        origin=Origin.LOCAL,
        authority=None,
        called_back_at=None,
        reference=None,
    )
    path = _path(ref, "lever")
    page = await console.get(path)

    prefect = await console.post(path, data=filled(page, authority="PREFET"))
    ours = await console.post(path, data=filled(page, authority="CPTS"))

    assert "La présidence de la CPTS" in plain(page)
    assert prefect.status_code == 422
    assert ours.status_code == 303
    assert (await _row(database, ref)).state is CrisisState.LIFTED


async def test_a_false_alarm_is_confirmed_on_a_second_screen_and_told_once(
    console: httpx.AsyncClient, database: Database, now: Now
) -> None:
    ref = await _opened(database, now)
    path = _path(ref, "fausse-alerte")
    page = await console.get(path)

    nobody = await console.post(path, data=filled(page, reason="erreur"))
    async with database.act(ref.cpts_id) as act:
        everyone = sa.update(tables.deliveries).values(state=DeliveryState.SENT)
        await act.connection.execute(everyone)
    sure = await console.post(path, data=filled(page, reason="erreur"))
    still = (await _row(database, ref)).state
    done = await console.post(path, data=filled(sure))
    again = await console.post(path, data=filled(sure))

    assert "Annuler l'alerte : « erreur »" in plain(sure)
    assert "Personne n'a encore été joint" in plain(nobody)
    assert "personnes déjà jointes : l'annulation" in plain(sure)
    assert still is CrisisState.ACTIVE
    assert done.status_code == again.status_code == 303
    assert (await _row(database, ref)).state is CrisisState.CANCELLED
    assert await _entries(database, "crisis.cancelled") == 1
    assert "Fausse alerte</a>" not in (await console.get(_path(ref))).text


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("un motif bien trop long pour le message", "20 caractères"),
        ("né le 3/5/1985", "patient"),
    ],
)
async def test_a_motive_that_cannot_leave_is_told_before_any_confirmation(
    console: httpx.AsyncClient, database: Database, now: Now, reason: str, said: str
) -> None:
    ref = await _opened(database, now)
    path = _path(ref, "fausse-alerte")

    refused = await console.post(
        path, data=filled(await console.get(path), reason=reason)
    )

    assert refused.status_code == 422
    assert said in plain(refused)
    assert filled(refused)["reason"] == [reason]
    assert "confirmed" not in filled(refused)


async def test_the_form_of_a_lifting_is_taken_once(
    console: httpx.AsyncClient, database: Database, now: Now
) -> None:
    ref = await _opened(database, now)
    path = _path(ref, "lever")
    form = filled(await console.get(path), authority="PREFET")

    answers = [await console.post(path, data=form) for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 303]
    assert await _entries(database, "crisis.lifted") == 1
    async with database.read() as connection:
        used = await connection.scalars(sa.select(tables.nonces.c.nonce))
        assert form["nonce"][0] in set(used)


async def test_an_act_that_does_not_exist_has_no_page(
    console: httpx.AsyncClient, database: Database, now: Now
) -> None:
    ref = await _opened(database, now)

    assert (await console.get(_path(ref, "oublier"))).status_code == 404
