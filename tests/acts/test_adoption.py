"""A version leaves once, is answered, and is adopted only by who may."""

import asyncio
import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from acts.adoption import SubmitPlan, submit_plan
from acts.directory import import_roster
from acts.plan import new_plan
from adapters.database import ledger, plans, tables
from adapters.database.unit import Database
from domain.adoption_errors import (
    AlreadyDecidedError,
    ConflictsLeftError,
    DecisionDateError,
    IncompletePlanError,
    NoQuorumError,
    NotEntitledError,
    NotSubmittedError,
    OpinionAgainstError,
    OpinionAwaitedError,
    OpinionDateError,
    OpinionUnsaidError,
    RefusalUnsaidError,
    SilenceTooEarlyError,
)
from domain.content import Conflict
from domain.errors import PatientDataError
from domain.plan_errors import NoDraftError
from domain.plan_version import Opinion, PlanVersion, VersionKind, VersionStatus
from tests.adopted import (
    COORDINATOR,
    DEPUTY,
    DESPITE,
    PRESIDENT,
    answer,
    decide,
    drafted,
    id_of,
    submit,
    submitted,
    today,
)
from tests.conftest import Now
from tests.national import national
from tests.world import CPTS_ID, people

ADOPTED, SUBMITTED = VersionStatus.ADOPTED, VersionStatus.SUBMITTED


async def versions(database: Database) -> tuple[PlanVersion, ...]:
    async with database.read() as connection:
        return await plans.history(connection, CPTS_ID)


async def last_entry(database: Database) -> dict[str, object]:
    async with database.read() as connection:
        lines = await ledger.entries_about(
            connection, CPTS_ID, f"plan-{CPTS_ID}", 1_000
        )
    said: dict[str, object] = json.loads(lines[-1].canonical)
    return said


async def test_an_incomplete_plan_leaves_with_a_written_reason_only(
    database: Database,
) -> None:
    await drafted(database)
    with pytest.raises(IncompletePlanError, match="SEC-0"):
        await submit_plan(database, SubmitPlan(cpts_id=CPTS_ID, actor=COORDINATOR))

    version = await submit(database)

    assert version.status is SUBMITTED
    assert version.submitted_despite == DESPITE
    entry = await last_entry(database)
    assert entry["kind"] == "plan.submitted"
    facts = entry["facts"]
    assert isinstance(facts, dict)
    assert (facts["sha256"], facts["despite"]) == (version.sha256, DESPITE)
    async with database.read() as connection:
        size = await ledger.size(connection, CPTS_ID)
        assert await ledger.note_at(connection, CPTS_ID, size) is not None


async def test_a_version_leaves_once_and_is_written_on_no_more(
    database: Database,
) -> None:
    await drafted(database)
    done = await asyncio.gather(
        *(submit(database) for _ in range(3)), return_exceptions=True
    )

    assert sorted(isinstance(each, NoDraftError) for each in done) == [
        *(False, True, True)
    ]
    before = await versions(database)
    await new_plan(database, CPTS_ID, national(), COORDINATOR)
    after = await versions(database)
    assert after[:1] == before
    assert [v.status for v in after] == [SUBMITTED, VersionStatus.DRAFT]


async def test_conflicts_with_a_new_template_are_settled_first(
    database: Database,
) -> None:
    await drafted(database)
    async with database.act(CPTS_ID) as act:
        plan, version = await plans.draft(act.connection, CPTS_ID)
        conflict = Conflict(target="T1-01.echeance", theirs="3", was="1", ours="2")
        torn = plan.model_copy(update={"conflicts": (conflict,)})
        await plans.save_draft(act, torn, version.revision)

    with pytest.raises(ConflictsLeftError):
        await submit(database)


async def test_a_reason_never_names_a_patient(database: Database) -> None:
    await drafted(database)
    order = SubmitPlan(cpts_id=CPTS_ID, despite="née le 3 mars", actor=COORDINATOR)

    with pytest.raises(PatientDataError):
        await submit_plan(database, order)


async def test_nothing_is_answered_nor_decided_before_a_submission(
    database: Database,
) -> None:
    await drafted(database)

    with pytest.raises(NotSubmittedError):
        await answer(database, Opinion.FAVOURABLE)
    with pytest.raises(NotSubmittedError):
        await decide(database)


async def test_an_opinion_has_its_day_and_its_words(
    database: Database, now: Now
) -> None:
    await submitted(database)
    now.at += timedelta(days=10)

    for day in (today(database) - timedelta(days=11), today(database) + timedelta(1)):
        with pytest.raises(OpinionDateError):
            await answer(database, Opinion.FAVOURABLE, on=day)
    with pytest.raises(OpinionUnsaidError):
        await answer(database, Opinion.REMARKS, words=None)

    version = await answer(database, Opinion.REMARKS)
    assert version.opinion_words == "Lieux de repli à préciser."
    version = await answer(database, Opinion.FAVOURABLE, words=None)
    assert (await versions(database))[-1].opinion is Opinion.FAVOURABLE


async def test_silence_is_noted_once_its_time_is_over(
    database: Database, now: Now
) -> None:
    await submitted(database, ars_tacit_days=60)
    now.at += timedelta(days=60)
    with pytest.raises(SilenceTooEarlyError):
        await answer(database, Opinion.SILENCE)

    now.at += timedelta(days=1)
    version = await answer(database, Opinion.SILENCE)

    assert version.opinion is Opinion.SILENCE
    assert (await last_entry(database))["kind"] == "plan.opinion"


async def test_an_opinion_never_blocks_unless_the_contract_says_so(
    database: Database,
) -> None:
    await submitted(database)
    await answer(database, Opinion.REFUSED)

    assert (await decide(database)).status is ADOPTED


async def test_a_validation_blocks_until_it_is_given(database: Database) -> None:
    await submitted(database, ars_review_mode="validation")
    with pytest.raises(OpinionAwaitedError):
        await decide(database)
    await answer(database, Opinion.REMARKS)
    with pytest.raises(OpinionAwaitedError):
        await decide(database)
    await answer(database, Opinion.REFUSED)
    with pytest.raises(OpinionAgainstError):
        await decide(database)

    await answer(database, Opinion.FAVOURABLE)

    assert (await decide(database)).status is ADOPTED


async def test_silence_is_consent_once_its_days_are_over(
    database: Database, now: Now
) -> None:
    await submitted(database, ars_review_mode="tacit", ars_tacit_days=30)
    now.at += timedelta(days=30)
    with pytest.raises(OpinionAwaitedError):
        await decide(database)

    now.at += timedelta(days=1)
    assert (await decide(database)).status is ADOPTED


async def test_a_refusal_stops_a_tacit_consent(database: Database, now: Now) -> None:
    await submitted(database, ars_review_mode="tacit", ars_tacit_days=30)
    await answer(database, Opinion.REFUSED)
    now.at += timedelta(days=31)

    with pytest.raises(OpinionAgainstError):
        await decide(database)


async def test_only_who_presides_or_stands_in_may_sign(database: Database) -> None:
    await submitted(database)
    for nobody in (people(30)[29].rpps, "personne@val.example"):
        with pytest.raises(NotEntitledError):
            await decide(database, signed_by=nobody)

    version = await decide(database, signed_by=DEPUTY)

    assert version.decision is not None
    assert version.decision.signed_by == await id_of(database, DEPUTY)
    assert version.decision.sha256 == version.sha256
    entry = await last_entry(database)
    assert entry["kind"] == "plan.decided"
    assert isinstance(entry["facts"], dict)
    assert entry["facts"]["deputy"] is True
    assert version.decision.signed_by not in json.dumps(entry)  # sealed


async def test_a_president_who_left_signs_no_more_and_the_deputy_does(
    database: Database,
) -> None:
    await submitted(database)
    left = tuple(p for p in people(30) if p.rpps != PRESIDENT)
    await import_roster(database, CPTS_ID, left, COORDINATOR)

    with pytest.raises(NotEntitledError):
        await decide(database)

    assert (await decide(database, signed_by=DEPUTY)).status is ADOPTED


async def test_a_decision_has_its_day_its_quorum_and_its_reason(
    database: Database, now: Now
) -> None:
    await submitted(database)
    now.at += timedelta(days=3)
    for day in (today(database) - timedelta(4), today(database) + timedelta(1)):
        with pytest.raises(DecisionDateError):
            await decide(database, on=day)
    with pytest.raises(NoQuorumError):
        await decide(database, present=3)
    with pytest.raises(RefusalUnsaidError):
        await decide(database, adopted=False)
    with pytest.raises(PatientDataError):
        await decide(database, adopted=False, reason="né le 3 mars")


async def test_a_refusal_keeps_the_version_and_opens_the_next(
    database: Database,
) -> None:
    await submitted(database)
    refused = await decide(database, adopted=False, reason="Il manque les lieux.")

    kept, following = await versions(database)
    assert kept == refused
    assert kept.status is SUBMITTED
    assert following.status is VersionStatus.DRAFT
    assert following.kind is VersionKind.FIRST_WRITING
    with pytest.raises(AlreadyDecidedError):
        await decide(database)


async def test_a_refusal_after_the_next_draft_opens_no_other(
    database: Database,
) -> None:
    await submitted(database)
    await new_plan(database, CPTS_ID, national(), COORDINATOR)

    await decide(database, adopted=False, reason="Il manque les lieux.")

    assert len(await versions(database)) == 2


async def test_the_version_adopted_replaces_the_one_in_force(
    database: Database, now: Now
) -> None:
    await submitted(database)
    first = await decide(database)
    now.at += timedelta(days=300)
    await new_plan(database, CPTS_ID, national(), COORDINATOR)
    await submit(database)

    second = await decide(database)

    before, after = await versions(database)
    assert (before.status, before.replaced_at) == (VersionStatus.REPLACED, now.at)
    assert before.sha256 == first.sha256
    assert (after.status, after.kind) == (ADOPTED, VersionKind.UPDATE)
    async with database.read() as connection:
        assert (await plans.in_force(connection, CPTS_ID))[1] == second.sha256


async def test_what_left_is_never_written_over(database: Database) -> None:
    """The content is bound by the hash that the bureau voted."""
    await submitted(database)
    await decide(database)
    async with database.read() as connection:
        rows = await connection.execute(sa.select(tables.plan_versions))
        row = rows.one()
        plan = await plans.version(connection, CPTS_ID, row.plan_id, row.number)
    async with database.act(CPTS_ID) as act:
        with pytest.raises(NoDraftError):
            await plans.save_draft(act, plan, row.revision)
