"""The board's few words, read from kept texts: the same as those of the models."""

from datetime import timedelta

from acts.ending import LiftCrisis, lift_crisis
from adapters.database import crises, glance, plans, tenants
from adapters.database.unit import Database
from domain.authority import Authority
from domain.reference import CrisisRef
from domain.terminal_board import Picture, board
from tests.conftest import Now
from tests.world import alerted


async def seen(database: Database, ref: CrisisRef) -> Picture:
    async with database.read() as connection:
        return await glance.picture(connection, ref.crisis_id, database.now())


async def test_the_words_of_the_board_are_those_of_the_plan_and_of_the_cpts(
    database: Database,
) -> None:
    ref = await alerted(database, 5)

    picture = await seen(database, ref)

    async with database.read() as connection:
        row = await crises.get(connection, ref.cpts_id, ref.crisis_id)
        plan = await plans.frozen(connection, row)
        tenant = await tenants.get(connection, ref.cpts_id)
    sheets = (plan.template.type_sheet(code) for code in row.activation.codes)
    assert picture.types == tuple(sheet.label for sheet in sheets)
    assert picture.zone == tenant.zone_info


async def test_the_board_says_when_the_next_report_is_due_before_any_is_prepared(
    database: Database, now: Now
) -> None:
    ref = await alerted(database, 5)
    on_time = " ".join(board(await seen(database, ref)).split())
    now.at += timedelta(hours=3)
    late = " ".join(board(await seen(database, ref)).split())
    said = LiftCrisis(**ref.model_dump(), authority=Authority.DG_ARS, actor="PILOTAGE")
    await lift_crisis(database, said)
    over = board(await seen(database, ref))

    due = "Points de situation : 0 envoyé ; prochain le 22 novembre 2026 à 23 h 50"
    assert f"{due} Registre" in on_time
    assert f"{due}, en retard" in late
    assert "prochain" not in over
