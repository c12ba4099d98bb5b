"""An order changes in flight from its board: speed, types, circulation, reference."""

from datetime import timedelta

import httpx
import pytest

from adapters.database import crises, crisis_types
from adapters.database.crises import CrisisRow
from adapters.database.unit import Database
from domain.reference import CrisisRef
from domain.wave import Kinetic
from tests.conducted import opened
from tests.conftest import Now
from tests.web.conftest import filled, plain
from tests.workflows.conftest import KEYS

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def ref(database: Database, now: Now) -> CrisisRef:
    crisis = await opened(database, ("SICK",), KEYS.link_key)
    now.at += timedelta(minutes=30)
    return crisis


def _path(ref: CrisisRef, act: str = "") -> str:
    return f"/{ref.cpts_id}/crise/{ref.crisis_id}{act and '/'}{act}"


async def _row(database: Database, ref: CrisisRef) -> CrisisRow:
    async with database.read() as connection:
        return await crises.get(connection, ref.cpts_id, ref.crisis_id)


async def _types(database: Database, ref: CrisisRef) -> set[str]:
    async with database.read() as connection:
        return {each.code for each in await crisis_types.active(connection, ref)}


async def test_the_speed_is_changed_with_a_reason(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    path = _path(ref, "rythme")
    page = await console.get(path)
    slow = {"kinetic": "SLOW", "reason": "Le feu est fixé"}

    silent = await console.post(path, data=filled(page, kinetic="SLOW"))
    done = await console.post(path, data=filled(page, **slow))

    assert filled(page)["kinetic"] == ["FAST"]
    assert (silent.status_code, done.status_code) == (422, 303)
    assert "Dites pourquoi" in plain(silent)
    assert (await _row(database, ref)).chosen_kinetic is Kinetic.SLOW
    assert "(cinétique lente)" in plain(await console.get(_path(ref)))


ONE = "CARE_DISRUPTION/PANNE_RESEAUX"


async def test_a_type_joins_then_leaves_on_a_reference_of_the_authority(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    add, remove = _path(ref, "ajouter-un-type"), _path(ref, "retirer-un-type")
    alone = await console.get(remove)
    page = await console.get(add)
    ours = filled(page, scenarios=[ONE], reference="ARS-2")
    done = [await console.post(add, data=ours) for _ in range(2)]
    board = plain(await console.get(_path(ref)))
    joined = await _types(database, ref)
    leaving = await console.get(remove)
    which = await console.post(remove, data=filled(leaving, reference="ARS-3"))
    gone = {"type_code": "SICK", "reference": "ARS-3", "reason": "plus de fumées"}
    left = await console.post(remove, data=filled(leaving, **gone))

    assert alone.status_code == 303  # the only one cannot leave
    assert which.status_code == 422
    assert [each.status_code for each in done] == [303, 303]
    assert "Altération de l'offre de soins (cinétique" in board
    assert joined == {"SICK", "CARE_DISRUPTION"}
    assert "SICK/" not in page.text
    assert "Choisissez le type à retirer" in plain(which)
    assert left.status_code == 303
    assert await _types(database, ref) == {"CARE_DISRUPTION"}


async def test_one_type_joins_at_a_time(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    path = _path(ref, "ajouter-un-type")
    page = await console.get(path)
    both = [ONE, "EMERGING_AGENT/EMERGENT_VACCINATION"]

    none = await console.post(path, data=filled(page, reference="ARS-2"))
    two = await console.post(path, data=filled(page, scenarios=both, reference="A"))

    assert none.status_code == two.status_code == 422
    assert "un seul à la fois" in plain(two)
    assert f'value="{ONE}" checked' in two.text
    assert await _types(database, ref) == {"SICK"}


async def test_circulation_is_banned_shown_and_freed(
    console: httpx.AsyncClient, database: Database, ref: CrisisRef
) -> None:
    ban, free = (
        _path(ref, f"{act}-la-circulation") for act in ("interdire", "retablir")
    )
    not_yet = await console.get(free)
    page = await console.get(ban)
    said: dict[str, str | list[str]] = {
        "authority": "PREFET",
        "zones": ["Nord"],
        "reference": "Arrêté 12",
    }

    nobody = await console.post(ban, data=filled(page))
    back = filled(page, **said, until_at="2026-11-22T08:00")
    backwards = await console.post(ban, data=back)
    garbled = await console.post(ban, data=filled(page, **said, until_at="demain"))
    until = filled(page, **said, until_at="2026-11-23T06:00")
    done = await console.post(ban, data=until)
    banned = plain(await console.get(_path(ref)))
    who = await console.post(free, data=filled(await console.get(free)))
    form = filled(await console.get(free), authority="PREFET")
    freed = await console.post(free, data=form)

    assert not_yet.status_code == 303
    for refused in (nobody, backwards, garbled, who):
        assert refused.status_code == 422
    assert "Dites qui l'a décidé" in plain(nobody)
    assert "une fin qui suit le début" in plain(backwards)
    assert 'value="Nord" checked' in backwards.text
    assert (done.status_code, freed.status_code) == (303, 303)
    assert (
        "Circulation interdite par le préfet, zone Nord, dès 22 h 30, "
        "jusqu'au 23 novembre 2026 à 6 h 00 : aucune mission n'y part."
    ) in banned
    assert (await _row(database, ref)).ban is None
    assert "Circulation interdite par le préfet, zone" not in plain(
        await console.get(_path(ref))
    )
