"""What nobody typed in: the calendar notes it once, and tells the coordinator."""

from datetime import date

import pytest

from acts.calendar import keep_calendar
from adapters.database import plans, reviews
from adapters.database.unit import Database
from domain.plan_version import Opinion, PlanVersion, VersionStatus
from domain.reference import NoticeRef
from domain.review import Trigger
from domain.shipped_template import ShippedTemplate, newer
from tests.acts.test_review import at, paragraphs, settle
from tests.adopted import answer, decide, submitted
from tests.conftest import Now
from tests.national import national
from tests.world import CPTS_ID, LINK_KEY

SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MODES = {
    "opinion": "ne bloque rien",
    "validation": "attend sa validation",
    "tacit": "vaut accord",
}
OLDER, NEWEST, SMALL = (
    ShippedTemplate(id=name, titre=f"Modèle {name}")
    for name in ("fr-2022-12", "fr-2027-03", "fr-2028-01-socle")
)


async def last(database: Database) -> PlanVersion:
    async with database.read() as connection:
        return (await plans.history(connection, CPTS_ID))[-1]


async def kept(database: Database) -> tuple[NoticeRef, ...]:
    return (await keep_calendar(database, LINK_KEY)).notices


@SQLITE
@pytest.mark.parametrize("mode", MODES)
async def test_the_silence_of_the_ars_is_noted_once_told_and_adopts_nothing(
    database: Database, now: Now, mode: str
) -> None:
    now.at = at(date(2026, 9, 1))
    await submitted(database, ars_review_mode=mode)
    for day in (30, 31):  # the last day of its time, a Saturday
        now.at = at(date(2026, 10, day))
        await kept(database)
    early = await last(database)
    now.at = at(date(2026, 11, 2))

    told, again = await kept(database), await kept(database)

    version = await last(database)
    assert early.opinion is None
    assert (version.opinion, version.status) == (
        Opinion.SILENCE,
        VersionStatus.SUBMITTED,
    )
    assert [ref.topic for ref in told] == ["silence-v1"]
    assert again == ()
    assert MODES[mode] in await paragraphs(database)
    assert (await answer(database, Opinion.REFUSED)).opinion is Opinion.REFUSED


@SQLITE
async def test_an_ars_that_answered_and_a_bureau_that_decided_wait_for_nobody(
    database: Database, now: Now
) -> None:
    now.at = at(date(2026, 9, 1))
    await submitted(database)
    await decide(database)
    now.at = at(date(2026, 12, 1))

    await kept(database)

    assert (await last(database)).opinion is None


async def test_a_newer_template_joins_the_review_and_is_told_once(
    database: Database, now: Now
) -> None:
    now.at = at(date(2026, 6, 1))
    await settle(database)
    plan_before = await last(database)

    days = [
        await keep_calendar(database, LINK_KEY, (OLDER, NEWEST, SMALL))
        for _ in range(2)
    ]

    told = [ref.topic for done in days for ref in done.notices]
    async with database.read() as connection:
        (review,) = await reviews.of_cpts(connection, CPTS_ID)
        tasks = await reviews.tasks(connection, CPTS_ID, review.period)
    assert told.count("modele-fr-2027-03") == 1
    joined = [why.detail for why in review.why if why.trigger is Trigger.TEMPLATE]
    assert joined == ["fr-2027-03"]
    assert {"SEC-04", "SEC-15", "SEC-16"} <= {task.subject for task in tasks}
    assert "--template fr-2027-03" in await paragraphs(database)
    assert await last(database) == plan_before


def test_only_a_later_month_of_the_same_template_is_newer() -> None:
    shipped = (OLDER, NEWEST, SMALL)

    assert newer("fr-2022-12", shipped) == NEWEST
    assert newer("fr-2027-03", shipped) is None
    assert newer("fr-2022-12-socle", shipped) == SMALL
    assert newer("fr-2029-01", shipped) is None
    assert newer("maison", shipped) is None
    assert newer(national().template_id, (OLDER,)) is None
