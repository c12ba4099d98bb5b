"""A wave is held or advanced, and people are protected, from the board."""

import re
from datetime import timedelta

import httpx
import pytest

from adapters.database import wave_plans, waves
from adapters.database.unit import Database
from adapters.database.wave_plans import WaveState
from domain.reference import CrisisRef
from tests.conducted import opened
from tests.conftest import Now
from tests.web.conftest import filled, plain
from tests.workflows.conftest import KEYS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def ref(database: Database, now: Now) -> CrisisRef:
    crisis = await opened(database, ("SICK",), KEYS.link_key)
    now.at += timedelta(minutes=1)
    return crisis


def _path(ref: CrisisRef, act: str) -> str:
    return f"/{ref.cpts_id}/crise/{ref.crisis_id}/{act}"


async def test_a_wave_is_held_with_a_reason_and_one_that_left_is_not(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    path = _path(ref, "vagues")
    page = await console.get(path)
    held = {"code": "V2", "state": "RETENUE", "reason": "attendre l'ARS"}

    silent = await console.post(path, data=filled(page, code="V2", state="RETENUE"))
    done = await console.post(path, data=filled(page, **held))
    after = await console.get(path)
    late = await console.post(path, data=filled(after, **held | {"code": "V0"}))

    assert (silent.status_code, done.status_code, late.status_code) == (422, 303, 422)
    assert "Dites pourquoi" in plain(silent)
    board = plain(await console.get(_path(ref, "").removesuffix("/")))
    for text in (plain(after), board):
        assert re.search(r"[Rr]etenue à .* \(Coordination\) : attendre l'ARS", text)
    assert "est déjà partie" in plain(late)
    async with database.read() as connection:
        decided = await wave_plans.of_crisis(connection, ref)
    assert decided["V2"].state is WaveState.HELD


async def test_a_safety_message_is_confirmed_then_leaves_once(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    path = _path(ref, "securite")
    page = await console.get(path)

    none = await console.post(path, data=filled(page))
    sure = await console.post(path, data=filled(page, message="abri", zones=["Nord"]))
    async with database.read() as connection:
        before = await waves.of_crisis(connection, ref)
    done = [await console.post(path, data=filled(sure)) for _ in range(2)]
    async with database.read() as connection:
        after = await waves.of_crisis(connection, ref)

    assert none.status_code == 422
    assert "Envoyer : « Mettez-vous à l'abri » ?" in plain(sure)
    assert "VS" not in {each.code for each in before}
    assert [each.status_code for each in done] == [303, 303]
    assert [each.code for each in after].count("VS") == 1
