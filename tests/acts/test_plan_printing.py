"""The plan read to be printed: which version, what it changes, what was tried."""

from datetime import timedelta

import pytest

from acts.alert import RecordAnswer, record_answer
from acts.ending import LiftCrisis, lift_crisis
from acts.plan_printing import PlanPress, PrintPlan, print_plan, sum_up
from adapters.database import people, plans
from adapters.database.unit import Database
from domain.answer import Availability
from domain.ars_summary import ArsSummary, SummaryGroup
from domain.authority import Authority
from domain.errors import UnknownCptsError
from domain.plan_errors import NeverPublicError, UnknownVersionError
from domain.printed_plan import Copy, Edition, PlanFormat, PrintedPlan
from domain.reference import CrisisRef
from tests.adopted import drafted
from tests.compared import rewritten
from tests.conftest import Now
from tests.world import CPTS_ID, alerted, cpts, settle

PUBLIC = Copy(edition=Edition.PUBLIC)


def as_text(plan: PrintedPlan | ArsSummary) -> bytes:
    """Print what a press is handed, as it is."""
    return plan.model_dump_json().encode()


PRESS = PlanPress(
    plans={PlanFormat.PDF: as_text}, summary=as_text, fingerprint="SHA256:essai"
)


async def printed(database: Database, number: int | None = None) -> PrintedPlan:
    order = PrintPlan(CPTS_ID, PlanFormat.PDF, Copy(number=2), number)
    return PrintedPlan.model_validate_json(await print_plan(database, order, PRESS))


async def test_an_updated_version_is_printed_with_what_it_changes(
    database: Database,
) -> None:
    await drafted(database)
    async with database.act(CPTS_ID) as act:
        plan, _ = await plans.latest(act.connection, CPTS_ID)
        await plans.add(act, rewritten(plan).model_copy(update={"based_on": 1}))

    last, first = await printed(database), await printed(database, 1)

    assert (last.number, first.number) == (2, 1)
    assert last.differences[0].target.startswith("T1-02 ")
    assert first.differences == ()
    assert last.seal.size > 0
    assert last.seal.key_fingerprint == "SHA256:essai"


async def test_the_text_of_a_version_is_its_canonical_one(database: Database) -> None:
    await settle(database, 6)
    order = PrintPlan(CPTS_ID, PlanFormat.JSON, Copy(), 1)

    text = await print_plan(database, order, PRESS)

    async with database.read() as connection:
        plan, _ = await plans.latest(connection, CPTS_ID)
    assert text == plan.canonical().encode()


async def test_the_alert_of_the_last_exercise_says_who_answered_and_how_soon(
    database: Database, now: Now
) -> None:
    ref = await alerted(database, 20, exercise=True, pace=1)
    async with database.read() as connection:
        known = await people.all_of(connection, CPTS_ID)
    for minutes, (person_id, _) in zip((2, 3, 9), known, strict=False):
        now.at += timedelta(minutes=minutes)
        await answer(database, ref, person_id)
    lifting = {**ref.model_dump(), "authority": Authority.DG_ARS, "actor": "DECISION"}
    await lift_crisis(database, LiftCrisis.model_validate(lifting))

    said = await sum_up(database, CPTS_ID, PRESS)

    assert said.alert_test is not None
    assert (said.alert_test.answered, said.alert_test.median_minutes) == (3, 5)
    assert said.exercise_on == now.at.astimezone(cpts().zone_info).date()


async def answer(database: Database, ref: CrisisRef, person_id: str) -> None:
    said = RecordAnswer(
        **ref.model_dump(),
        person_id=person_id,
        answer=Availability.ON_SITE,
        nonce=f"n-{person_id}",
    )
    await record_answer(database, said)


async def test_what_is_missing_is_said_with_its_section(database: Database) -> None:
    await drafted(database)

    said = await sum_up(database, CPTS_ID, PRESS)

    assert "Annuaire de crise : 1 contrôle sur 4." in said.gaps


async def test_without_an_exercise_no_test_is_invented(database: Database) -> None:
    await settle(database, 6)

    order = PrintPlan(CPTS_ID, PlanFormat.SUMMARY, Copy())
    said = ArsSummary.model_validate_json(await print_plan(database, order, PRESS))

    assert said.alert_test is None
    assert said.everybody == SummaryGroup(
        label="Ensemble", by_type=(6,), at_night=6, total=6
    )


async def test_what_cannot_be_printed_is_refused(database: Database) -> None:
    with pytest.raises(UnknownCptsError):
        await printed(database)
    await settle(database, 6)
    with pytest.raises(UnknownVersionError):
        await printed(database, 9)
    order = PrintPlan(CPTS_ID, PlanFormat.SUMMARY, PUBLIC)
    with pytest.raises(NeverPublicError):
        await print_plan(database, order, PRESS)
