"""A review: opened, asked, chased, answered, ended; what happens joins it."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from acts.calendar import keep_calendar
from acts.cpts_change import change_cpts, compare_cpts
from acts.crisis import OpenCrisis, open_crisis
from acts.directory import add_cpts, compare_roster, import_roster
from acts.document import MadeDocument
from acts.ending import LiftCrisis, lift_crisis
from acts.plan import new_plan
from acts.plan_copy import SendCopy, send_copy
from acts.review import StartReview, start_review
from acts.review_answer import PROFILES, AnswerTask, Profile, answer_task
from acts.review_conduct import conduct_review
from adapters.database import ledger, people, plans, review_standing, reviews, tables
from adapters.database.unit import Database
from domain.authority import Authority
from domain.cpts import Cpts
from domain.errors import PatientDataError, UnknownPlanError
from domain.person import CrisisType, Link
from domain.plan_version import Opinion, PlanVersion
from domain.printed_plan import Copy, Edition
from domain.reference import CrisisRef, NoticeRef, ReviewRef
from domain.review import OWNER_OF_PLAN, ReviewState, ReviewTask, TaskAnswer, Trigger
from domain.review_errors import (
    NoDueDateError,
    NotAskedError,
    ReviewOpenError,
    UnknownReviewError,
    UnknownTaskError,
    WrongAnswerError,
)
from domain.transmission import PLAN
from domain.yearly_update import StepCode
from tests.adopted import answer, decide, submit
from tests.conftest import Now
from tests.national import national
from tests.world import CPTS_ID, LINK_KEY, activation, cpts, rpps, template
from tests.world import people as professionals

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PARIS = ZoneInfo("Europe/Paris")
DUE = date(2027, 3, 15)
REF = ReviewRef(cpts_id=CPTS_ID, year=2027)
HELD = (
    "DECISION",
    "REFERENT_SSE",
    "PILOTAGE",
    "ORGA_MEDICALE",
    "ORGA_PARAMEDICALE",
    "ORGA_PHARMACIE",
    "COMMUNICATION",
    "SUPPORT_LOGISTIQUE",
    "SECRETARIAT",
    "REFERENT_ZONE",
)


def tenant(**changes: object) -> Cpts:
    """A CPTS under contract, each role with a deputy; the presidency is person 0."""
    said = cpts().model_dump(mode="json", exclude_none=True)
    roles = [
        {"code": code, "titulaire": rpps(2 * i), "suppleant": rpps(2 * i + 1)}
        for i, code in enumerate(HELD)
    ]
    dates = {"date_contrat_aci": "2025-03-15", "date_anniversaire": "2027-03-15"}
    return Cpts.model_validate({**said, "roles": roles, **dates, **changes})


async def settle(database: Database, **changes: object) -> None:
    await add_cpts(database, tenant(**changes), "COORDINATEUR")
    await import_roster(database, CPTS_ID, professionals(24), "COORDINATEUR")
    await new_plan(database, CPTS_ID, national(), "COORDINATEUR")


def at(day: date, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=PARIS)


async def tasks(database: Database, period: str = "2027") -> dict[str, ReviewTask]:
    async with database.read() as connection:
        found = await reviews.tasks(connection, CPTS_ID, period)
    return {task.task_id: task for task in found}


async def letters(database: Database) -> list[tuple[str, str]]:
    """Who was written to, and with what subject, in the order of the letters."""
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(tables.deliveries.c.recipient_id, tables.notices.c.subject)
            .join(
                tables.notices,
                tables.notices.c.batch_id == tables.deliveries.c.batch_id,
            )
            .order_by(tables.deliveries.c.batch_id, tables.deliveries.c.recipient_id)
        )
        return [(row.recipient_id, row.subject) for row in rows]


async def paragraphs(database: Database) -> str:
    """All that the letters say."""
    async with database.read() as connection:
        words = await connection.scalars(sa.select(tables.notices.c.paragraphs))
        said = " ".join(" ".join(each) for each in words)
    return said.replace("\xa0", " ").replace("\u2019", "'")


async def person_id(database: Database, number: int) -> str:
    async with database.read() as connection:
        known = await people.all_of(connection, CPTS_ID)
    return next(i for i, person in known if person.rpps == rpps(number))


async def review(database: Database) -> reviews.ReviewRow:
    async with database.read() as connection:
        return await reviews.get(connection, REF)


def said(task_id: str, answer: TaskAnswer, **more: object) -> AnswerTask:
    given = {"period": "2027", "task_id": task_id, "answer": answer, **more}
    order = {"cpts_id": CPTS_ID, "actor": "COORDINATEUR", **given}
    return AnswerTask.model_validate(order)


async def steps_done(database: Database) -> set[str]:
    """What the page says is done, by the first words of each step."""
    async with database.read() as connection:
        said = await review_standing.of_cpts(connection, CPTS_ID, database.now())
    return {step.action for step in said.steps if step.done}


async def printed(version: PlanVersion, copy: Copy) -> MadeDocument:
    name = f"plan-v{version.number}-{copy.edition}"
    path, digest = f"documents/{name}.pdf", sha256(name.encode()).hexdigest()
    return MadeDocument(kind=PLAN, title=name, path=path, sha256=digest)


async def sent_to_the_ars(database: Database) -> None:
    order = SendCopy(
        cpts_id=CPTS_ID, contact="ARS_DD", edition=Edition.CRISIS, actor="COORDINATEUR"
    )
    await send_copy(database, order, printed, LINK_KEY)


async def opened(database: Database, now: Now, day: date) -> None:
    now.at = at(day)
    await settle(database)
    await start_review(database, StartReview(cpts_id=CPTS_ID, actor="COORDINATEUR"))


async def test_the_calendar_opens_a_review_on_its_day_and_once(
    database: Database, now: Now
) -> None:
    now.at = at(date(2026, 9, 15))
    await settle(database)

    early = await keep_calendar(database, LINK_KEY)
    now.at = at(date(2026, 9, 16))
    due = await keep_calendar(database, LINK_KEY)
    again = await keep_calendar(database, LINK_KEY)

    assert early.reviews == ()
    assert due.reviews == again.reviews == (REF,)
    assert due.notices == ()  # the contacts were asked the day before
    assert early.notices == (NoticeRef(cpts_id=CPTS_ID, topic="2026-T3"),)
    row = await review(database)
    assert (row.due_on, row.why[0].trigger) == (DUE, Trigger.CALENDAR)
    opening = national().yearly_update.steps[0].action
    assert await steps_done(database) == {opening}  # the draft was there before
    with pytest.raises(ReviewOpenError):
        await start_review(database, StartReview(cpts_id=CPTS_ID, actor="X"))


async def test_a_cpts_whose_day_fails_holds_up_no_other(
    database: Database, now: Now
) -> None:
    now.at = at(date(2026, 9, 16))
    await settle(database)
    broken = tenant(cpts_id="autre-val")
    await add_cpts(database, broken, "COORDINATEUR")
    await import_roster(database, "autre-val", professionals(24), "COORDINATEUR")
    await new_plan(database, "autre-val", national(), "COORDINATEUR")
    async with database.write() as connection:
        spoilt = sa.update(tables.plan_versions).values(content="{}")
        await connection.execute(
            spoilt.where(tables.plan_versions.c.cpts_id == "autre-val")
        )

    with pytest.raises(BaseExceptionGroup) as failed:
        await keep_calendar(database, LINK_KEY)

    assert len(failed.value.exceptions) == 1
    assert (await review(database)).due_on == DUE


@SQLITE
async def test_each_person_gets_one_letter_whatever_they_answer_for(
    database: Database, now: Now
) -> None:
    await opened(database, now, date(2026, 9, 16))

    first = await conduct_review(database, LINK_KEY, REF)
    again = await conduct_review(database, LINK_KEY, REF)

    assert first.notices == (NoticeRef(cpts_id=CPTS_ID, topic="2027"),)
    assert again.notices == ()
    asked = await tasks(database)
    assert "SEC-16.1" not in asked  # its own day comes later
    assert asked["SEC-01.1"].asked == OWNER_OF_PLAN
    assert asked["SEC-03.1"].asked == await person_id(database, 16)
    told = [who for who, _ in await letters(database)]
    assert len(told) == len(set(told)) > 5
    assert OWNER_OF_PLAN in told
    assert first.next_at == at(date(2026, 10, 1), 9)


@SQLITE
async def test_silence_is_reminded_then_goes_to_the_deputy_and_the_president(
    database: Database, now: Now
) -> None:
    await opened(database, now, date(2026, 9, 16))
    holders = []

    for day in (
        date(2026, 9, 16),
        date(2026, 11, 13),
        date(2027, 1, 14),
        date(2027, 2, 12),
        date(2027, 3, 8),
    ):
        now.at = at(day)
        await conduct_review(database, LINK_KEY, REF)
        task = (await tasks(database))["SEC-10.1"]
        holders.append((task.asked, task.rung))

    owner, deputy, president = [await person_id(database, n) for n in (12, 13, 0)]
    assert holders == [
        (owner, 0),
        (owner, 1),
        (deputy, 2),
        (president, 3),
        (president, 3),
    ]


@SQLITE
async def test_three_weeks_of_outage_over_the_due_date_are_one_digest(
    database: Database, now: Now
) -> None:
    await opened(database, now, date(2026, 9, 16))
    now.at = at(date(2027, 3, 5))
    await conduct_review(database, LINK_KEY, REF)
    before = await letters(database)

    now.at = at(date(2027, 3, 26))
    caught_up = await conduct_review(database, LINK_KEY, REF)

    new = Counter(await letters(database)) - Counter(before)
    assert new.total() == len({who for who, _ in new}) > 5  # one each
    assert not caught_up.ended
    assert caught_up.next_at == at(date(2027, 4, 2))


@SQLITE
async def test_nobody_is_written_to_on_a_day_off_nor_at_night(
    database: Database, now: Now
) -> None:
    await opened(database, now, date(2026, 9, 16))
    now.at = at(date(2026, 9, 19))  # a Saturday

    review = await conduct_review(database, LINK_KEY, REF)
    now.at = at(date(2026, 9, 21), 8)
    early = await conduct_review(database, LINK_KEY, REF)

    assert review.next_at == early.next_at == at(date(2026, 9, 21), 9)
    assert await letters(database) == []


@SQLITE
async def test_a_president_who_leaves_is_replaced_in_the_middle_of_the_chase(
    database: Database, now: Now
) -> None:
    await opened(database, now, date(2026, 9, 16))
    for day in (date(2026, 9, 16), date(2026, 11, 13), date(2027, 1, 14)):
        now.at = at(day)
        await conduct_review(database, LINK_KEY, REF)
    staying = tuple(p for p in professionals(24) if p.rpps != rpps(13))
    await import_roster(database, CPTS_ID, staying, "COORDINATEUR")

    now.at = at(date(2027, 1, 15))
    await conduct_review(database, LINK_KEY, REF)

    task = (await tasks(database))["SEC-10.1"]
    assert task.asked == await person_id(database, 0)  # the deputy left


async def test_a_section_read_without_change_is_said_so_in_the_draft(
    database: Database, now: Now
) -> None:
    await opened(database, now, date(2026, 9, 16))
    await conduct_review(database, LINK_KEY, REF)
    owner = await person_id(database, 12)
    read = said("SEC-10.1", TaskAnswer.UNCHANGED, by=owner, nonce="n1" * 6)

    await answer_task(database, read)
    await answer_task(database, read)

    async with database.read() as connection:
        plan, _ = await plans.latest(connection, CPTS_ID)
    reading = plan.section("SEC-10").reading
    assert reading
    assert (reading.person_id, reading.role) == (owner, "COMMUNICATION")
    assert reading.on == date(2026, 9, 16)

    changed = said("SEC-10.1", TaskAnswer.AMENDED, words="Autre porte-parole.")
    await answer_task(database, changed)

    async with database.read() as connection:
        plan, standing = await plans.latest(connection, CPTS_ID)
    assert plan.section("SEC-10").reading is None
    assert (await tasks(database))["SEC-10.1"].words == "Autre porte-parole."
    assert standing.revision == 3


@SQLITE
async def test_what_does_not_answer_is_refused(database: Database, now: Now) -> None:
    await opened(database, now, date(2026, 9, 16))
    await conduct_review(database, LINK_KEY, REF)
    unchanged = TaskAnswer.UNCHANGED

    with pytest.raises(WrongAnswerError):
        await answer_task(database, said("SEC-10.1", TaskAnswer.VERIFIED))
    with pytest.raises(NotAskedError):
        await answer_task(database, said("SEC-10.1", unchanged, by="p-other"))
    with pytest.raises(UnknownTaskError):
        await answer_task(database, said("SEC-99.1", unchanged))
    words = {"words": "Mme X, née le 3 mai 1950"}
    with pytest.raises(PatientDataError):
        await answer_task(database, said("SEC-10.1", TaskAnswer.AMENDED, **words))
    other = ReviewRef(cpts_id=CPTS_ID, year=1999)
    with pytest.raises(UnknownReviewError):
        await conduct_review(database, LINK_KEY, other)


@SQLITE
async def test_a_volunteer_corrects_what_they_accept_or_withdraws(
    database: Database, now: Now
) -> None:
    await opened(database, now, date(2026, 10, 1))
    await conduct_review(database, LINK_KEY, REF)
    first, second, third = [await person_id(database, n) for n in (20, 21, 22)]
    some = Profile(accepted_types=(CrisisType.SICK,), reachable_at_night=False)
    every = Profile(accepted_types=tuple(CrisisType), reachable_at_night=True)

    for who, given, profile in (
        (first, TaskAnswer.AMENDED, some),
        (second, TaskAnswer.WITHDRAWN, None),
        (third, TaskAnswer.AMENDED, every),
    ):
        order = said(f"PROFIL.{who}", given, by=who, profile=profile)
        await answer_task(database, order)

    async with database.read() as connection:
        known = dict(await people.all_of(connection, CPTS_ID))
        table = tables.ledger_entries.c
        query = sa.select(table.about).where(table.kind == "review.answered")
        abouts = set((await connection.execute(query)).scalars())
    assert abouts == {f"plan-{CPTS_ID}{PROFILES}"}  # that no crisis dossier holds
    assert known[first].accepted_types == ("SICK",)
    assert not known[first].reachable_at_night
    assert known[second].link is Link.MEMBER
    assert known[third].accepted_types == ()  # all


async def test_a_contact_that_nobody_reached_is_called_again_by_the_deputy(
    database: Database, now: Now
) -> None:
    now.at = at(date(2026, 7, 1))
    await settle(database)
    period = "2026-T3"

    await keep_calendar(database, LINK_KEY)
    owner, deputy = [await person_id(database, n) for n in (16, 17)]
    order = AnswerTask(
        cpts_id=CPTS_ID,
        period=period,
        task_id="AUTORITE.ARS_DD",
        answer=TaskAnswer.UNREACHED,
        by=owner,
        actor="SECRETARIAT",
    )
    await answer_task(database, order)
    for day in (date(2026, 7, 8), date(2026, 7, 16)):
        now.at = at(day)
        await keep_calendar(database, LINK_KEY)
    task = (await tasks(database, period))["AUTORITE.ARS_DD"]
    assert (task.asked, task.rung) == (deputy, 2)
    told = await paragraphs(database)
    assert "Appelez-les avant le 16 juillet 2026." in told
    assert "Appelez-les avant le 23 juillet 2026." in told  # a day still to come
    assert "Le plan doit être à jour" not in told

    found = {"answer": TaskAnswer.VERIFIED, "by": deputy}
    await answer_task(database, order.model_copy(update=found))
    now.at = at(date(2026, 7, 17))
    assert (await keep_calendar(database, LINK_KEY)).notices == ()

    async with database.read() as connection:
        (check,) = await reviews.checks(connection, CPTS_ID)
        assert set(await reviews.verified(connection, CPTS_ID)) == {"ARS_DD"}
    assert check.ended_at is not None


@SQLITE
async def test_without_a_plan_or_a_date_no_review_opens(
    database: Database, now: Now
) -> None:
    now.at = at(date(2027, 3, 1))
    await add_cpts(database, cpts("no-date"), "COORDINATEUR")
    await add_cpts(database, tenant(), "COORDINATEUR")

    assert (await keep_calendar(database, LINK_KEY)).reviews == ()
    with pytest.raises(NoDueDateError):
        await start_review(database, StartReview(cpts_id="no-date", actor="X"))
    with pytest.raises(UnknownPlanError):
        await start_review(database, StartReview(cpts_id=CPTS_ID, actor="X"))


@SQLITE
async def test_a_review_that_never_ends_is_missed_when_the_next_one_opens(
    database: Database, now: Now
) -> None:
    await opened(database, now, date(2026, 9, 16))

    now.at = at(date(2027, 9, 17))
    due = await keep_calendar(database, LINK_KEY)

    assert due.reviews == (ReviewRef(cpts_id=CPTS_ID, year=2028),)
    assert (await review(database)).state is ReviewState.MISSED
    assert (await conduct_review(database, LINK_KEY, REF)).ended


@SQLITE
async def test_a_step_is_said_done_once_it_is_and_nobody_to_ask_is_no_delay(
    database: Database, now: Now
) -> None:
    await opened(database, now, date(2026, 10, 1))
    agenda = {step.code: step.action for step in national().yearly_update.steps}
    await keep_calendar(database, LINK_KEY)
    called = {"period": "2026-T4", "task_id": "AUTORITE.ARS_DD"}
    verified = said("", TaskAnswer.VERIFIED).model_copy(update=called)
    await answer_task(database, verified)

    before = await steps_done(database)
    now.at = at(date(2026, 12, 1))
    await conduct_review(database, LINK_KEY, REF)
    asked = await steps_done(database)
    await submit(database)
    await answer(database, Opinion.FAVOURABLE)
    await decide(database)
    adopted = await steps_done(database)
    await sent_to_the_ars(database)

    assert agenda[StepCode.CONTACTS] in asked - before
    assert agenda[StepCode.PROFILES] not in asked  # volunteers stay silent
    assert agenda[StepCode.ADOPTION] in adopted
    assert await steps_done(database) - adopted == {agenda[StepCode.SENDING]}


@SQLITE
async def test_a_review_ends_once_the_version_adopted_has_left_to_the_ars(
    database: Database, now: Now
) -> None:
    await opened(database, now, date(2026, 9, 16))
    await conduct_review(database, LINK_KEY, REF)
    now.at = at(date(2027, 2, 12))
    await submit(database)
    await answer(database, Opinion.FAVOURABLE)
    await decide(database)
    now.at = at(DUE)
    early = await conduct_review(database, LINK_KEY, REF)
    now.at = at(DUE + timedelta(days=7))
    unsent = await conduct_review(database, LINK_KEY, REF)
    told = await paragraphs(database)
    await sent_to_the_ars(database)
    sent = await conduct_review(database, LINK_KEY, REF)

    assert not early.ended
    assert not unsent.ended
    assert told.count("La version adoptée n'est pas partie à l'ARS") == 2
    assert sent.ended
    assert (await review(database)).state is ReviewState.ENDED
    filed = (await noted(database))[-1]
    assert (filed["sent"], filed["received"], filed["circulated"]) == (1, 0, 0)
    now.at += timedelta(days=1)
    assert (await keep_calendar(database, LINK_KEY)).reviews == ()


async def noted(database: Database) -> list[dict[str, object]]:
    """The facts of the reviews that ended."""
    async with database.read() as connection:
        size = await ledger.size(connection, CPTS_ID)
        about = f"plan-{CPTS_ID}"
        lines = await ledger.entries_about(connection, CPTS_ID, about, size)
    entries = [json.loads(line.canonical) for line in lines]
    return [each["facts"] for each in entries if each["kind"] == "review.ended"]


@SQLITE
async def test_a_new_president_or_another_size_have_their_sections_read_again(
    database: Database, now: Now
) -> None:
    now.at = at(date(2026, 6, 1))
    await settle(database)
    roles = [
        {"code": code, "titulaire": rpps(2 * i + (i == 0)), "suppleant": rpps(22)}
        for i, code in enumerate(HELD)
    ]
    elected = tenant(roles=roles)

    dry = await compare_cpts(database, elected)
    done = await change_cpts(database, elected, "COORDINATEUR")
    again = await change_cpts(database, elected, "COORDINATEUR")

    assert dry.keys == done.keys == ("roles",)
    assert dry.review is None
    assert done.review == REF
    assert again.keys == ()
    assert set(await tasks(database)) == {"SEC-02.1", "SEC-03.1"}

    await conduct_review(database, LINK_KEY, REF)
    await answer_task(database, said("SEC-02.1", TaskAnswer.UNCHANGED))
    bigger = elected.model_copy(update={"population": 130_000})
    await change_cpts(database, bigger, "COORDINATEUR")
    await change_cpts(database, elected, "COORDINATEUR")
    row = await review(database)
    triggers = [why.trigger for why in row.why]
    assert triggers == [Trigger.PEOPLE, Trigger.TERRITORY, Trigger.TERRITORY]
    assert {"SEC-01.1", "SEC-05.1", "SEC-07.1"} <= set(await tasks(database))


@SQLITE
async def test_a_role_that_a_new_roster_leaves_without_anybody_is_read_again(
    database: Database, now: Now
) -> None:
    now.at = at(date(2026, 6, 1))
    await settle(database)
    everybody = professionals(24)
    gone = tuple(p for p in everybody if p.rpps not in {rpps(0), rpps(9), rpps(23)})
    moved = replace(everybody[23], mobile="+33639980099")  # who holds no role

    harmless = await import_roster(database, CPTS_ID, (*everybody[:23], moved), "X")
    dry = await compare_roster(database, CPTS_ID, gone)
    async with database.read() as connection:
        before = await reviews.of_cpts(connection, CPTS_ID)
    done = await import_roster(database, CPTS_ID, gone, "COORDINATEUR")
    again = await import_roster(database, CPTS_ID, gone, "COORDINATEUR")

    assert (harmless.vacated, before) == ((), ())
    assert dry.vacated == done.vacated == ("DECISION", "ORGA_PARAMEDICALE")
    assert again.vacated == ()
    (why,) = (await review(database)).why
    assert why.trigger is Trigger.PEOPLE
    assert why.detail == "DECISION, ORGA_PARAMEDICALE"
    assert set(await tasks(database)) == {"SEC-02.1", "SEC-03.1"}


@SQLITE
async def test_a_lifted_crisis_is_brought_into_the_plan_once(
    database: Database, now: Now
) -> None:
    now.at = at(date(2026, 6, 1))
    await settle(database)
    ref = await lifted(database, now)

    await keep_calendar(database, LINK_KEY)
    await keep_calendar(database, LINK_KEY)

    (why,) = (await review(database)).why
    assert (why.trigger, why.detail) == (Trigger.LIFTED, ref.crisis_id)
    assert set(await tasks(database)) == {"SEC-14.1", "SEC-16.1"}


@SQLITE
async def test_what_an_event_asks_is_reminded_without_waiting_for_the_agenda(
    database: Database, now: Now
) -> None:
    now.at = at(date(2026, 5, 4))
    await settle(database)
    elected = tenant(population_contractuelle=130_000)
    await change_cpts(database, elected, "COORDINATEUR")
    looks = [await conduct_review(database, LINK_KEY, REF)]
    rungs = []

    for day in (
        date(2026, 5, 18),
        date(2026, 5, 19),
        date(2026, 6, 3),
        date(2026, 7, 3),
    ):
        now.at = at(day)
        looks.append(await conduct_review(database, LINK_KEY, REF))
        rungs.append((await tasks(database))["SEC-05.1"].rung)

    assert looks[0].next_at == at(date(2026, 5, 19), 9)
    assert rungs == [0, 1, 2, 2]
    assert looks[-1].next_at == at(date(2026, 9, 16), 9)


async def lifted(database: Database, now: Now) -> CrisisRef:
    """A crisis of the CPTS, over as soon as it began."""
    order = OpenCrisis(
        cpts_id=CPTS_ID, activation=activation(now.at), actor="REFERENT_SSE"
    )
    ref = await open_crisis(database, order, LINK_KEY)
    over = {**ref.model_dump(), "authority": Authority.DG_ARS, "actor": "REFERENT_SSE"}
    await lift_crisis(database, LiftCrisis.model_validate(over))
    return ref


@SQLITE
async def test_a_short_template_has_authorities_called_by_the_coordinator_each_quarter(
    database: Database, now: Now
) -> None:
    now.at = at(date(2026, 7, 1))
    await add_cpts(database, tenant(), "COORDINATEUR")
    await import_roster(database, CPTS_ID, professionals(24), "COORDINATEUR")
    await new_plan(database, CPTS_ID, template(), "COORDINATEUR")

    await keep_calendar(database, LINK_KEY)
    now.at = at(date(2026, 10, 1))
    await keep_calendar(database, LINK_KEY)

    for period in ("2026-T3", "2026-T4"):
        task = (await tasks(database, period))["AUTORITE.ARS_DD"]
        assert task.asked == OWNER_OF_PLAN
    async with database.read() as connection:
        this, last = await reviews.checks(connection, CPTS_ID)
    assert this.ended_at is None
    assert last.ended_at == now.at
