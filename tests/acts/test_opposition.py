"""STOP: what it holds back at once, what still leaves, on both databases."""

import pytest
import sqlalchemy as sa

from acts.alert import remind_wave
from acts.notice import post_notice
from acts.opposition import Stop, resume, stop
from adapters.database import situations, tables
from adapters.database.unit import Database
from domain.mission_errors import UnknownPersonError
from domain.opposition import Scope, Via
from domain.reference import CrisisRef, WaveRef
from tests.acts.test_notice import order
from tests.world import CPTS_ID, LINK_KEY, OPENED, alerted, settle


async def reasons(database: Database, batch: str) -> dict[str, str | None]:
    """Say why the deliveries of a batch do not leave, by recipient."""
    found = tables.deliveries.c
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(found.recipient_id, found.reason).where(
                found.batch_id.contains(batch)
            )
        )
        return {row.recipient_id: row.reason for row in rows.all()}


async def notes(database: Database) -> list[str]:
    """List the entries of the ledger about what people stop."""
    found = tables.ledger_entries.c
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(found.kind)
            .where(found.kind.in_(("contact.stopped", "contact.resumed")))
            .order_by(found.seq)
        )
        return list(rows.scalars())


async def test_a_stop_ends_the_requests_of_this_alert_and_of_no_other(
    database: Database,
) -> None:
    ref = await alerted(database, 10)
    asked = await reasons(database, ".V2.")
    who = min(asked)
    said = Stop(**ref.model_dump(), person_id=who, scope=Scope.ALERT, via=Via.TEXT)

    await stop(database, said)
    await stop(database, said)  # sent twice

    assert await reasons(database, ".V2.") == {**asked, who: "ARRET_DEMANDE"}
    assert await notes(database) == ["contact.stopped"]
    other = CrisisRef(cpts_id=ref.cpts_id, crisis_id="another")
    async with database.read() as connection:
        here = await situations.Directory(connection, ref).on(OPENED.date())
        there = await situations.Directory(connection, other).on(OPENED.date())
    assert [each.person_id for each in here if each.stopped] == [who]
    assert not any(each.stopped for each in there)


async def test_a_reminder_never_follows_a_stop_for_ever(database: Database) -> None:
    ref = await alerted(database, 10)
    asked = await reasons(database, ".V2.")
    first, second, *_ = sorted(asked)
    async with database.write() as connection:  # they were all written to
        await connection.execute(sa.update(tables.deliveries).values(state="PARTIE"))
    for who, scope in ((first, Scope.EVER), (second, Scope.ROUTINE)):
        said = Stop(cpts_id=CPTS_ID, person_id=who, scope=scope, via=Via.PAGE)
        await stop(database, said)

    await remind_wave(database, WaveRef(**ref.model_dump(), wave=1))

    reminded = await reasons(database, ".relance.")
    assert (reminded[first], reminded[second]) == ("OPPOSITION", None)


async def test_routine_letters_stop_and_come_back(database: Database) -> None:
    await settle(database, 4)
    async with database.read() as connection:
        who = str(await connection.scalar(sa.select(tables.people.c.person_id)))
    letter = {"recipient_id": who, "name": "Zoé", "address": "zoe@val.example"}
    said = Stop(cpts_id=CPTS_ID, person_id=who, scope=Scope.ROUTINE, via=Via.MAIL)

    async def written(turn: int) -> str | None:
        async with database.act(CPTS_ID) as act:
            await post_notice(act, order(to=(letter,), turn=turn), LINK_KEY)
        return (await reasons(database, f".{turn}.lot"))[who]

    assert await written(0) is None
    await stop(database, said)
    assert (await reasons(database, ".0.lot"))[who] == "OPPOSITION"  # not left yet
    assert await written(1) == "OPPOSITION"
    await resume(database, said)
    await resume(database, said)
    assert await written(2) is None
    assert await notes(database) == ["contact.stopped", "contact.resumed"]


async def test_nobody_unknown_is_stopped(database: Database) -> None:
    await settle(database, 4)
    said = Stop(cpts_id=CPTS_ID, person_id="p-x", scope=Scope.EVER, via=Via.DESK)
    with pytest.raises(UnknownPersonError):
        await stop(database, said)
