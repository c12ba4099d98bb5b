"""What people read of each wave is what the clock will do."""

from datetime import timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from acts.conduct import conduct_crisis
from acts.ending import CancelCrisis, cancel_crisis
from acts.steering import SafetyOrder, WaveOrder, send_safety, steer_wave
from acts.wave_outlook import wave_outlooks
from adapters.database import crises, tables
from adapters.database.unit import Database
from adapters.database.wave_plans import WaveState
from domain.alert import DeliveryState
from domain.calendar import french_moment
from domain.reference import CrisisRef
from domain.wave import Kinetic
from tests.conducted import lift, opened, sent_waves
from tests.conftest import Now
from tests.national import national

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NONE_LEFT = "aucun message n'est parti"
PARIS = ZoneInfo("Europe/Paris")


async def _said(database: Database, ref: CrisisRef) -> dict[str, str]:
    now = database.now()
    async with database.read() as connection:
        crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
        planned = await wave_outlooks(connection, crisis, now)
    moment = partial(french_moment, now=now, zone=PARIS)
    return {
        each.code: each.in_words(national(), crisis.state, moment).replace("\xa0", " ")
        for each in planned
    }


def _steer(ref: CrisisRef, code: str, state: WaveState, why: str) -> WaveOrder:
    return WaveOrder(
        **ref.model_dump(), code=code, state=state, reason=why, actor="PILOTAGE"
    )


async def test_each_wave_says_its_hour_its_card_or_who_holds_it(
    database: Database,
) -> None:
    ref = await opened(database, ("SICK",))
    said = await _said(database, ref)
    assert said["VS"] == "part quand la cellule le décide"
    assert said["V0"].startswith("ouverte à ")
    assert said["V1"].startswith("part à ")
    assert said["V2"] == "attend « Qualifier la demande avec l'ARS »"
    assert said["V3"] == "part s'il manque du monde, ou des relèves"
    assert said["VP"] == "personne n'est à prévenir"

    await steer_wave(database, _steer(ref, "V2", WaveState.HELD, "l'ARS rappelle"))
    await steer_wave(database, _steer(ref, "V1", WaveState.ADVANCED, "salle prête"))
    await steer_wave(database, _steer(ref, "V3", WaveState.ADVANCED, "l'ARS insiste"))
    said = await _said(database, ref)
    assert said["V1"].startswith("ouverte à ")
    assert said["V2"].startswith("retenue à ")
    assert said["V2"].endswith("(Pilotage de la cellule de crise) : l'ARS rappelle")
    assert said["V3"].startswith("avancée à ")
    assert " : l'ARS insiste ; attend « " in said["V3"]

    safety = {"message": "abri", "actor": "PILOTAGE"}
    await send_safety(database, SafetyOrder(**ref.model_dump(), **safety))
    await lift(database, ref)
    said = await _said(database, ref)
    assert said["VS"].startswith("ouverte à ")
    assert said["V2"] == "n'est pas partie : la crise est levée"


async def test_the_night_says_whom_it_lets_sleep_and_when_the_rest_leaves(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ("CASUALTIES",))
    async with database.act(ref.cpts_id) as act:
        nobody = sa.update(tables.crisis_people).values(reachable_at_night=False)
        await act.connection.execute(nobody)
    await steer_wave(database, _steer(ref, "V2", WaveState.ADVANCED, "sans attendre"))

    said = await _said(database, ref)

    assert said["V1"] == "part à 22 h 05"
    assert said["V2"].startswith(
        f"ouverte à 22 h 00, {NONE_LEFT} ; la nuit laisse dormir "
    )
    assert said["V2"].endswith(
        " personnes, prévenues le 23 novembre 2026 à 7 h 00 au plus tard"
    )

    now.at += timedelta(minutes=14)
    await conduct_crisis(database, ref)
    early = (await sent_waves(database, ref)).count("V2")
    now.at += timedelta(minutes=1)  # the delay to answer ends, and a minimum lacks
    await conduct_crisis(database, ref)
    woken = (await sent_waves(database, ref)).count("V2")
    assert (early, woken) == (1, 2)


async def test_a_slow_night_holds_the_cell_back(database: Database, now: Now) -> None:
    ref = await opened(database, ("SICK",), kinetic=Kinetic.SLOW)
    now.at += timedelta(hours=3)
    await conduct_crisis(database, ref)

    said = await _said(database, ref)

    assert said["V1"] == "attend la fin de la nuit, à 7 h 00"


async def test_a_cell_on_watch_waits_for_the_crisis_then_for_nothing_once_false(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ("CASUALTIES",), called_back_at=None, reference=None)
    now.at += timedelta(hours=1)
    await conduct_crisis(database, ref)
    said = await _said(database, ref)
    assert said["V1"] == f"ouverte à 23 h 00, {NONE_LEFT} encore"
    assert said["V2"] == "attend que la crise soit active"

    false = CancelCrisis(**ref.model_dump(), reason="erreur", actor="PILOTAGE")
    await cancel_crisis(database, false)

    said = await _said(database, ref)
    assert said["V1"] == f"ouverte à 23 h 00, {NONE_LEFT}"
    assert said["V2"] == "n'est pas partie : fausse alerte"


async def test_a_wave_has_left_once_a_message_has(database: Database, now: Now) -> None:
    ref = await opened(database, ("CASUALTIES",), called_back_at=None, reference=None)
    now.at += timedelta(minutes=61)
    await conduct_crisis(database, ref)
    assert NONE_LEFT in (await _said(database, ref))["V1"]

    async with database.act(ref.cpts_id) as act:
        left = {"state": DeliveryState.SENT, "sent_at": now.at}
        await act.connection.execute(sa.update(tables.deliveries).values(**left))

    said = await _said(database, ref)
    assert said["V1"] == "partie à 23 h 01 (mise en veille)"
