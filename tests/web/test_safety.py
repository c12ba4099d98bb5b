"""A safety message says whom it reaches before it leaves, and names every zone."""

import httpx
import pytest

from acts.ending import CancelCrisis, cancel_crisis
from adapters.database import waves
from adapters.database.unit import Database
from adapters.database.waves import WaveRow
from domain.reference import CrisisRef
from tests.conducted import opened
from tests.web.conftest import filled, plain
from tests.workflows.conftest import KEYS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def ref(database: Database) -> CrisisRef:
    return await opened(database, ("CASUALTIES",), KEYS.link_key)


def _path(ref: CrisisRef, act: str = "securite") -> str:
    return f"/{ref.cpts_id}/crise/{ref.crisis_id}{act and '/'}{act}"


async def _sent(database: Database, ref: CrisisRef) -> tuple[WaveRow, ...]:
    async with database.read() as connection:
        rows = await waves.of_crisis(connection, ref)
    return tuple(row for row in rows if row.code == "VS")


async def test_a_safety_message_says_whom_it_reaches_before_it_leaves_once(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    page = await console.get(_path(ref))
    asked = await console.post(
        _path(ref), data=filled(page, message="abri", zones=["Nord"])
    )
    before = await _sent(database, ref)
    done = await console.post(_path(ref), data=filled(asked))
    again = await console.post(_path(ref), data=filled(asked))

    assert "Quel message" in plain(page)
    assert "Envoyer : « Mettez-vous à l'abri »" in plain(asked)
    assert "30 personnes (Nord) : le message part aussitôt." in plain(asked)
    assert before == ()
    assert done.status_code == again.status_code == 303
    (row,) = await _sent(database, ref)
    assert (row.message, row.says) == ("abri", {"zone": "Nord", "zones": "Nord"})
    board = plain(await console.get(_path(ref, "")))
    assert "Message de sécurité décidé, « mettez-vous à l'abri » : Nord." in board


async def test_a_safety_message_names_every_zone_that_it_reaches(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    page = await console.get(_path(ref))
    both = filled(page, message="repli", zones=["Nord", "Sud"])

    asked = await console.post(_path(ref), data=both)
    await console.post(_path(ref), data=filled(asked))

    assert "60 personnes (Nord, Sud)" in plain(asked)
    (row,) = await _sent(database, ref)
    assert row.says == {"zone": "Nord, Sud", "zones": "Nord, Sud"}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choisissez le message."),
        ({"message": "V2"}, "Choisissez le message."),
        ({"message": "abri", "zones": "Lune"}, "Lune"),
    ],
)
async def test_a_safety_message_that_makes_no_sense_is_refused_and_none_leaves(
    console: httpx.AsyncClient,
    database: Database,
    ref: CrisisRef,
    typed: dict[str, str],
    said: str,
) -> None:
    page = await console.get(_path(ref))

    refused = await console.post(_path(ref), data=filled(page, **typed))

    assert refused.status_code == 422
    assert said in plain(refused)
    assert "Envoyer maintenant" not in plain(refused)
    assert await _sent(database, ref) == ()


async def test_a_safety_message_still_leaves_after_a_false_alarm_off_the_board(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    running = await console.get(_path(ref, ""))
    alarm = CancelCrisis(**ref.model_dump(), actor="PILOTAGE", reason="fumigène")
    await cancel_crisis(database, alarm)
    board = await console.get(_path(ref, ""))
    left = await console.get(_path(ref, "decisions"))
    page = await console.get(_path(ref))
    asked = await console.post(_path(ref), data=filled(page, message="repli"))
    await console.post(_path(ref), data=filled(asked))

    assert f'{_path(ref)}"' in running.text
    assert f'{_path(ref)}"' not in board.text
    assert f'{_path(ref)}"' in left.text
    assert "(tout le territoire)" in plain(asked)
    assert len(await _sent(database, ref)) == 1
