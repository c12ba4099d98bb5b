"""The cell holds, advances, and protects: with a reason, and never too late."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from acts.alert import RecordAnswer, record_answer
from acts.conduct import conduct_crisis
from acts.steering import SafetyOrder, WaveOrder, send_safety, steer_wave
from adapters.database import chronicle, tables, texts, waves
from adapters.database.unit import Database
from adapters.database.wave_plans import WaveState
from domain.answer import Availability
from domain.card_errors import MessageNotAllowedError, UnknownWaveError, WaveGoneError
from domain.dispatch import BatchRef
from domain.errors import PatientDataError
from domain.letter import WaveText
from domain.reference import CrisisRef
from domain.wave import Kinetic
from tests.conducted import lift, opened, sent_waves
from tests.conftest import Now


def decided(ref: CrisisRef, code: str, state: WaveState, why: str) -> WaveOrder:
    return WaveOrder(
        **ref.model_dump(), code=code, state=state, reason=why, actor="PILOTAGE"
    )


async def test_a_wave_held_stays_until_it_is_given_back(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ("CASUALTIES",))
    await steer_wave(database, decided(ref, "V1", WaveState.HELD, "l'ARS rappelle"))
    now.at += timedelta(hours=1)
    await conduct_crisis(database, ref)
    assert "V1" not in await sent_waves(database, ref)

    await steer_wave(database, decided(ref, "V1", WaveState.AUTO, "l'ARS a rappelé"))

    assert "V1" in await sent_waves(database, ref)


async def test_a_wave_leaves_before_its_hour_on_a_decision(database: Database) -> None:
    ref = await opened(database, ("CASUALTIES",))
    assert "V1" not in await sent_waves(database, ref)

    await steer_wave(database, decided(ref, "V1", WaveState.ADVANCED, "cellule prête"))

    assert "V1" in await sent_waves(database, ref)
    with pytest.raises(WaveGoneError):
        await steer_wave(database, decided(ref, "V1", WaveState.HELD, "trop tard"))


async def test_a_slow_night_lets_the_cell_sleep_unless_the_authority_insists(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ("SICK",), kinetic=Kinetic.SLOW)
    now.at += timedelta(hours=3)
    await conduct_crisis(database, ref)
    assert "V1" not in await sent_waves(database, ref)

    insists = "l'ARS insiste : cellule cette nuit"
    await steer_wave(database, decided(ref, "V1", WaveState.ADVANCED, insists))

    assert "V1" in await sent_waves(database, ref)
    async with database.read() as connection:
        lines = await chronicle.log_of(connection, ref.cpts_id, (ref.crisis_id,))
    assert any(line.facts.get("reason") == insists for line in lines)


async def test_reinforcements_are_called_because_the_authority_asks(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ("CASUALTIES",))
    now.at += timedelta(hours=2)
    await conduct_crisis(database, ref)
    assert "V3" not in await sent_waves(database, ref)

    await steer_wave(database, decided(ref, "V3", WaveState.ADVANCED, "relève"))

    assert "V3" in await sent_waves(database, ref)


async def test_a_decision_names_a_wave_of_the_plan_and_says_why(
    database: Database,
) -> None:
    ref = await opened(database, ("CASUALTIES",))

    with pytest.raises(UnknownWaveError):
        await steer_wave(database, decided(ref, "V9", WaveState.HELD, "attendre"))
    with pytest.raises(PatientDataError):
        await steer_wave(
            database,
            decided(ref, "V1", WaveState.HELD, "patient 1 85 05 78 006 084 36"),
        )
    with pytest.raises(ValidationError):
        decided(ref, "V1", WaveState.HELD, "")


def safety(ref: CrisisRef, message: str, *zones: str) -> SafetyOrder:
    return SafetyOrder(
        **ref.model_dump(), message=message, zones=zones, actor="PILOTAGE"
    )


async def keys_of(database: Database, ref: CrisisRef, wave: int) -> str:
    """Give what a call of this wave says of the keys of the telephone."""
    table = tables.batches.c
    wanted = sa.select(table.batch_id).where(table.wave == wave).limit(1)
    async with database.read() as connection:
        batch_id = str(await connection.scalar(wanted))
        batch = BatchRef(cpts_id=ref.cpts_id, batch_id=batch_id)
        said = await texts.of_batch(connection, batch, "alerte@val.example")
    assert isinstance(said, WaveText)
    return said.keys


async def test_safety_reaches_the_zone_whatever_people_said(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ("CASUALTIES",))
    now.at += timedelta(hours=1)  # V2 has left
    await conduct_crisis(database, ref)
    async with database.read() as connection:
        call = [r for r in await waves.of_crisis(connection, ref) if r.code == "V2"]
        asked = await connection.scalar(
            sa.select(tables.recipients.c.person_id)
            .join(
                tables.crisis_people,
                tables.crisis_people.c.person_id == tables.recipients.c.person_id,
            )
            .where(
                tables.recipients.c.wave == call[0].wave,
                tables.crisis_people.c.zone == "Nord",
            )
            .limit(1)
        )
    assert asked is not None
    said = RecordAnswer(
        **ref.model_dump(),
        person_id=asked,
        answer=Availability.UNAVAILABLE,
        nonce="n-1",
    )
    await record_answer(database, said)

    told = await send_safety(database, safety(ref, "abri", "Nord"))

    async with database.read() as connection:
        (row,) = [r for r in await waves.of_crisis(connection, ref) if r.code == "VS"]
        reached = await connection.execute(
            sa.select(tables.recipients.c.person_id).where(
                tables.recipients.c.wave == row.wave
            )
        )
        assert asked in set(reached.scalars())
    assert told == 30  # every other person works in the north
    assert row.message == "abri"
    assert row.says == {"zone": "Nord", "zones": "Nord"}
    assert "3 : besoin d'aide" in await keys_of(database, ref, row.wave)
    assert "3 : réécouter" in await keys_of(database, ref, call[0].wave)
    sheltered = said.model_copy(
        update={"answer": Availability.SHELTERED, "nonce": "n-2"}
    )
    stand = await record_answer(database, sheltered)
    assert stand.answer is Availability.SHELTERED


async def test_safety_still_leaves_after_the_lifting_but_nothing_else(
    database: Database,
) -> None:
    ref = await opened(database, ("CASUALTIES",))
    await lift(database, ref)

    assert await send_safety(database, safety(ref, "repli")) == 60
    with pytest.raises(MessageNotAllowedError):
        await send_safety(database, safety(ref, "V2"))


async def test_who_is_sheltered_is_still_asked_for_help(
    database: Database, now: Now
) -> None:
    ref = await opened(database, ("CASUALTIES",), zones=("Nord",))
    await send_safety(database, safety(ref, "poste", "Nord"))
    said = {**ref.model_dump(), "answer": Availability.SHELTERED}
    for person_id in (everyone := await recipients_of(database, "VS")):
        answer = RecordAnswer(**said, person_id=person_id, nonce=person_id)
        await record_answer(database, answer)
    now.at += timedelta(hours=1)

    await conduct_crisis(database, ref)

    assert await recipients_of(database, "V2") & everyone


async def recipients_of(database: Database, code: str) -> frozenset[str]:
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(tables.recipients.c.person_id)
            .join(tables.waves, tables.waves.c.wave == tables.recipients.c.wave)
            .where(tables.waves.c.code == code)
        )
        return frozenset(rows.scalars())
