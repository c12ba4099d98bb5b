"""A crisis is ended from its board: proposed, lifted, stood down, closed."""

from datetime import timedelta

import httpx
import pytest

from adapters.database import crises
from adapters.database.crises import CrisisRow
from adapters.database.unit import Database
from domain.crisis import CrisisState
from domain.reference import CrisisRef
from tests.conducted import lift
from tests.conftest import Now
from tests.web.conftest import filled, plain
from tests.workflows.conftest import KEYS
from tests.world import alerted

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def ref(database: Database, now: Now) -> CrisisRef:
    opened = await alerted(database, 20, link_key=KEYS.link_key, reference=None)
    now.at += timedelta(minutes=30)
    return opened


def _path(ref: CrisisRef, act: str = "") -> str:
    return f"/{ref.cpts_id}/crise/{ref.crisis_id}{act and '/'}{act}"


async def _row(database: Database, ref: CrisisRef) -> CrisisRow:
    async with database.read() as connection:
        return await crises.get(connection, ref.cpts_id, ref.crisis_id)


async def _filed(database: Database, ref: CrisisRef) -> None:
    async with database.act(ref.cpts_id) as act:
        await crises.mark_filed(act, ref.crisis_id)


async def test_a_lifting_is_proposed_then_shown_until_the_authority_decides(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    path = _path(ref, "proposer-la-levee")
    page = await console.get(path)

    long = await console.post(path, data=filled(page, criteria="x" * 501))
    done = await console.post(path, data=filled(page, criteria="Plus de fumées"))
    proposed = plain(await console.get(_path(ref)))
    await lift(database, ref)
    lifted = plain(await console.get(_path(ref)))

    assert "C'est l'autorité qui lève" in plain(page)
    assert (long.status_code, done.status_code) == (422, 303)
    assert "500 caractères au plus" in plain(long)
    assert "Levée proposée à 22 h 30 : l'autorité décide." in proposed
    assert "Levée proposée à l'autorité : Plus de fumées." in proposed
    assert "l'autorité décide" not in lifted
    assert "Compte rendu en préparation" in lifted


async def test_the_cell_goes_home_once_told_which_cards_it_leaves(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    path = _path(ref, "desarmer")
    page, other = await console.get(path), await console.get(path)
    card = _path(ref, "fiche/T2-07/1")

    undone = {"do": "undone", "reason": "pas assez de monde"}
    await console.post(card, data=undone)
    done = await console.post(path, data=filled(page))
    again = await console.post(path, data=filled(page))
    late = await console.post(path, data=filled(other))
    gone = await console.get(path)

    assert "sans conclusion : terminez" in plain(page)
    assert "Non faite" in plain(await console.get(card))
    assert done.status_code == again.status_code == gone.status_code == 303
    assert late.status_code == 422
    assert "déjà désarmée" in plain(late)
    assert (await _row(database, ref)).state is CrisisState.ACTIVE_TO_CONFIRM
    assert "Cellule désarmée à 22 h 30." in plain(await console.get(_path(ref)))


async def test_a_crisis_closes_once_its_report_is_made_and_says_what_it_leaves(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    path = _path(ref, "cloturer")
    running = await console.get(path)
    await lift(database, ref)
    too_soon = await console.get(path)
    await _filed(database, ref)
    page = await console.get(path)
    done = await console.post(path, data=filled(page))
    board = plain(await console.get(_path(ref)))
    left = plain(await console.get(_path(ref, "decisions")))

    assert running.status_code == too_soon.status_code == 303
    assert "Reste ouvert :" in plain(page)
    assert "référence écrite non reçue" in plain(page)
    assert done.status_code == 303
    assert (await _row(database, ref)).state is CrisisState.CLOSED
    assert "Crise clôturée" in board
    assert "Sans conclusion" in board
    assert "en retard" not in board
    assert "il manque" not in board
    assert "Ajouter à la main courante" not in board
    assert "Inscrire la référence écrite" in left
    assert "Lever l'alerte" not in left


async def test_each_state_offers_its_own_ends_and_no_other(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    running = plain(await console.get(_path(ref, "decisions")))
    await lift(database, ref)
    await _filed(database, ref)
    lifted = plain(await console.get(_path(ref, "decisions")))

    for act in ("Proposer la levée", "Lever l'alerte", "Fausse alerte"):
        assert act in running
        assert act not in lifted
    assert "Désarmer la cellule" in running
    assert "Désarmer la cellule" in lifted
    assert "Clôturer la crise" not in running
    assert "Clôturer la crise" in lifted


async def test_a_note_says_the_role_of_whoever_writes_it(
    console: httpx.AsyncClient, ref: CrisisRef
) -> None:
    page = await console.get(_path(ref))
    for nonce, role in (("n-1", "PILOTAGE"), ("n-2", "ROI")):
        typed = filled(page, text=f"Note {role}", role=role, nonce=nonce)
        await console.post(_path(ref, "note"), data=typed)
    board = plain(await console.get(_path(ref)))

    assert "Note (Pilotage de la cellule de crise) : Note PILOTAGE" in board
    assert "Note (Coordination) : Note ROI" in board
