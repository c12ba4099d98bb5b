"""Cards edited, added, disabled, enabled: what the draft says, a crisis plays."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from acts.crisis import OpenCrisis, open_crisis
from acts.plan import new_plan, open_next
from acts.plan_cards import (
    AddCard,
    DecideConflicts,
    DisableCard,
    EditCard,
    EnableCard,
    add_plan_card,
    decide_conflicts,
    disable_plan_card,
    edit_plan_card,
    enable_plan_card,
)
from adapters.database import crises, plans, situations, tables
from adapters.database.unit import Database
from domain.card import CountsFrom
from domain.card_field import with_fields
from domain.content import Change, ChangeOrigin, Layer
from domain.errors import PatientDataError
from domain.layer_errors import CardNeededError
from domain.plan import Plan
from domain.plan_errors import ChangedMeanwhileError, UnknownRoleError
from domain.plan_version import VersionStatus
from domain.reference import CrisisRef
from tests.adopted import COORDINATOR, drafted
from tests.layered import derived, local_card, region
from tests.national import national
from tests.world import CPTS_ID, LINK_KEY, activation

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
REASON = "Accord du SAMU en octobre"


async def seen(database: Database) -> dict[str, object]:
    """Say which draft was read, and who changes it."""
    async with database.read() as connection:
        _, standing = await plans.latest(connection, CPTS_ID)
    return {
        "cpts_id": CPTS_ID,
        "number": standing.number,
        "revision": standing.revision,
        "author": "REFERENT_SSE",
    }


async def latest(database: Database) -> Plan:
    async with database.read() as connection:
        plan, _ = await plans.latest(connection, CPTS_ID)
    return plan


async def shortened(database: Database, **changes: object) -> Plan:
    plan = await latest(database)
    delay = {"echeance": json.dumps({"rapide": "PT20M", "lente": "PT4H"})}
    said = {
        **await seen(database),
        "card": with_fields(plan.template.card("T1-02"), delay),
        "reason": REASON,
        **changes,
    }
    return await edit_plan_card(database, EditCard.model_validate(said))


async def disabled(database: Database, card_id: str = "T1-15") -> Plan:
    said = {**await seen(database), "card_id": card_id, "reason": REASON}
    return await disable_plan_card(database, DisableCard.model_validate(said))


async def crisis(database: Database) -> CrisisRef:
    types = [{"code": "CASUALTIES", "scenarios": ["INCENDIE"]}]
    order = OpenCrisis(
        cpts_id=CPTS_ID,
        activation=activation(database.now(), types=types),
        actor="REFERENT_SSE",
    )
    return await open_crisis(database, order, LINK_KEY)


async def test_a_crisis_opens_no_run_of_a_disabled_card_and_runs_a_shorter_delay(
    database: Database,
) -> None:
    await drafted(database)
    await shortened(database)
    await disabled(database, "T1-03")
    card = local_card(depend_de=["TC-01"], echeance={"rapide": "PT2H", "lente": "P1D"})
    added = {**await seen(database), "card": card, "reason": "Gymnase prêté"}
    await add_plan_card(database, AddCard.model_validate(added))

    ref = await crisis(database)

    async with database.read() as connection:
        row = await crises.get(connection, ref.cpts_id, ref.crisis_id)
        known = await situations.of_crisis(connection, row)
    runs = {run.card_id: run for run in known.runs}
    opened_from_t0 = {
        card.card_id
        for card in national().type_sheet("CASUALTIES").cards
        if card.counts_from is CountsFrom.T0 and card.concerns("INCENDIE")
    }
    assert opened_from_t0 - set(runs) == {"T1-03"}
    assert "L1-01" in runs
    short = runs["T1-02"]
    assert short.due_at is not None
    assert short.counted_from is not None
    assert short.due_at - short.counted_from == timedelta(minutes=20)


async def test_each_change_is_carried_by_the_plan_and_noted(database: Database) -> None:
    await drafted(database)
    await shortened(database, origin=ChangeOrigin.PARTNER)
    await disabled(database)
    order = {**await seen(database), "card_id": "T1-15"}
    plan = await enable_plan_card(database, EnableCard.model_validate(order))

    today = database.now().astimezone().date()
    assert plan.disabled == ()
    assert plan.changes[0] == Change(
        section_id="SEC-16",
        target="T1-02.echeance",
        origin=ChangeOrigin.PARTNER,
        author="REFERENT_SSE",
        on=today,
        detail=REASON,
    )
    assert plan == await latest(database)
    assert (await seen(database))["revision"] == 4


async def test_what_somebody_else_saved_meanwhile_is_not_lost(
    database: Database,
) -> None:
    await drafted(database)
    before = await seen(database)
    await disabled(database)

    with pytest.raises(ChangedMeanwhileError):
        await shortened(database, **before)

    assert [gone.card_id for gone in (await latest(database)).disabled] == ["T1-15"]


async def test_a_refusal_leaves_the_draft_as_it_was(database: Database) -> None:
    await drafted(database)
    before = await latest(database)

    with pytest.raises(CardNeededError):
        await disabled(database, "T1-05")
    with pytest.raises(UnknownRoleError):
        await shortened(database, author="CHEF")
    with pytest.raises(PatientDataError):
        await shortened(database, reason="Madame née le 3 mai 1950")

    assert await latest(database) == before


async def test_a_new_template_is_laid_under_the_draft_and_conflicts_are_decided(
    database: Database,
) -> None:
    await drafted(database)
    plan = await latest(database)
    card = with_fields(plan.template.card("T1-01"), {"echeance": '"PT10M"'})
    said = {**await seen(database), "card": card, "reason": REASON}
    await edit_plan_card(database, EditCard.model_validate(said))

    merged = await new_plan(database, CPTS_ID, derived(), COORDINATOR)
    order = {**await seen(database), "take": ["T1-01.echeance"]}
    decided = await decide_conflicts(database, DecideConflicts.model_validate(order))

    assert [c.target for c in merged.conflicts] == ["T1-01.echeance"]
    assert merged.template.template_id == derived().template_id
    origins = {c.target: c.origin for c in merged.changes}
    assert origins["T2-14.prudence"] is ChangeOrigin.TEMPLATE
    assert decided.conflicts == ()
    assert decided.template == derived()


async def test_a_region_completes_the_draft_and_its_known_values_stay_read(
    database: Database,
) -> None:
    await drafted(database)

    plan = await new_plan(database, CPTS_ID, national(), COORDINATOR, region())

    assert plan.region == "ESSAI"
    layers = {f.name: f.layer for f in plan.section("SEC-08").fields}
    assert layers == {"orsan_region": Layer.REGIONAL}
    assert plan.section("SEC-01").fields[0].layer is Layer.KNOWN


async def test_the_version_after_an_adopted_one_keeps_what_its_cards_became(
    database: Database,
) -> None:
    await drafted(database)
    await shortened(database)
    before = await disabled(database)
    async with database.write() as connection:
        await connection.execute(
            sa.update(tables.plan_versions).values(status=VersionStatus.ADOPTED)
        )

    after = await open_next(database, CPTS_ID, COORDINATOR)
    again = await open_next(database, CPTS_ID, COORDINATOR)

    assert (after.number, after.based_on, after.changes) == (2, 1, ())
    assert (after.edits, after.disabled) == (before.edits, before.disabled)
    assert after.template == before.template
    assert again == after
