"""The board's few words, read from kept texts: the same as those of the models."""

from adapters.database import crises, glance, plans, tenants
from adapters.database.unit import Database
from tests.world import alerted


async def test_the_words_of_the_board_are_those_of_the_plan_and_of_the_cpts(
    database: Database,
) -> None:
    ref = await alerted(database, 5)

    async with database.read() as connection:
        row = await crises.get(connection, ref.cpts_id, ref.crisis_id)
        plan = await plans.frozen(connection, row)
        tenant = await tenants.get(connection, ref.cpts_id)
        codes = row.activation.codes
        labels = await glance.type_labels(connection, row, codes)
        zone = await glance.time_zone(connection, ref.cpts_id)

    assert labels == tuple(plan.template.type_sheet(code).label for code in codes)
    assert zone == tenant.zone_info
