"""Reviews of a plan and checks of contacts: one row a round, and what each asks."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import contact_checks, review_tasks, reviews
from adapters.database.unit import Act
from domain.plan_version import VersionKind
from domain.reference import ReviewRef
from domain.review import (
    ReviewState,
    ReviewTask,
    TaskAnswer,
    TaskKind,
    Trigger,
)
from domain.review_errors import UnknownReviewError, UnknownTaskError


class Why(BaseModel):
    """Why a review opened, or what joined it since."""

    model_config = ConfigDict(frozen=True)

    trigger: Trigger
    on: date
    detail: str | None = None  # the id of a crisis, what changed in the file


class ReviewRow(BaseModel):
    """One yearly review as it stands."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    cpts_id: str
    year: int
    plan_id: str
    kind: VersionKind
    due_on: date
    state: ReviewState
    why: tuple[Why, ...]
    opened_at: datetime
    looked_on: date | None
    next_at: datetime | None
    letters: int
    ended_at: datetime | None

    @property
    def period(self) -> str:
        """What its tasks and letters are filed under."""
        return str(self.year)

    @property
    def ref(self) -> ReviewRef:
        """Where it is."""
        return ReviewRef(cpts_id=self.cpts_id, year=self.year)


class ContactCheckRow(BaseModel):
    """One quarterly check of the contacts of authorities."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    period: str
    plan_id: str
    opened_on: date
    looked_on: date | None
    letters: int
    ended_at: datetime | None


async def add(act: Act, row: Mapping[str, object], why: Why) -> None:
    """Open a review."""
    said = {"state": ReviewState.OPEN, "opened_at": act.at}
    reasons = [why.model_dump(mode="json")]
    await act.connection.execute(
        insert(reviews).values(cpts_id=act.cpts_id, why=reasons, **said, **row)
    )


async def of_cpts(connection: AsyncConnection, cpts_id: str) -> tuple[ReviewRow, ...]:
    """List the reviews of a CPTS, the last first."""
    rows = await connection.execute(
        select(reviews)
        .where(reviews.c.cpts_id == cpts_id)
        .order_by(reviews.c.year.desc())
    )
    return tuple(ReviewRow.model_validate(row) for row in rows.all())


async def get(connection: AsyncConnection, ref: ReviewRef) -> ReviewRow:
    """Give one review.

    Raises:
        UnknownReviewError: There is none of that year.
    """
    found = await connection.execute(_one(ref))
    row = found.one_or_none()
    if row is None:
        raise UnknownReviewError(cpts=ref.cpts_id, year=ref.year)
    return ReviewRow.model_validate(row)


async def lock(act: Act, ref: ReviewRef) -> ReviewRow:
    """Give one review, and hold it until the commit.

    Raises:
        UnknownReviewError: There is none of that year.
    """
    await act.connection.execute(_one(ref).with_for_update())
    return await get(act.connection, ref)


async def change(act: Act, year: int, values: Mapping[str, object]) -> None:
    """Write what changed in a review."""
    await act.connection.execute(
        update(reviews)
        .where(reviews.c.cpts_id == act.cpts_id, reviews.c.year == year)
        .values(**values)
    )


async def checks(
    connection: AsyncConnection, cpts_id: str
) -> tuple[ContactCheckRow, ...]:
    """List the checks of contacts of a CPTS, the last first."""
    rows = await connection.execute(
        select(contact_checks)
        .where(contact_checks.c.cpts_id == cpts_id)
        .order_by(contact_checks.c.period.desc())
    )
    return tuple(ContactCheckRow.model_validate(row) for row in rows.all())


async def add_check(act: Act, row: Mapping[str, object]) -> None:
    """Open a check of contacts."""
    await act.connection.execute(
        insert(contact_checks).values(cpts_id=act.cpts_id, **row)
    )


async def change_check(act: Act, period: str, values: Mapping[str, object]) -> None:
    """Write what changed in a check of contacts."""
    await act.connection.execute(
        update(contact_checks)
        .where(
            contact_checks.c.cpts_id == act.cpts_id, contact_checks.c.period == period
        )
        .values(**values)
    )


async def tasks(
    connection: AsyncConnection, cpts_id: str, period: str
) -> tuple[ReviewTask, ...]:
    """List what a review or a check of contacts asks."""
    rows = await connection.execute(
        select(review_tasks)
        .where(review_tasks.c.cpts_id == cpts_id, review_tasks.c.period == period)
        .order_by(review_tasks.c.task_id)
    )
    return tuple(ReviewTask.model_validate(row) for row in rows.all())


async def asked_of(
    connection: AsyncConnection, cpts_id: str, who: str
) -> tuple[tuple[str, ReviewTask], ...]:
    """List what somebody was asked in rounds that go on, each with its period."""
    rows = await connection.execute(
        select(review_tasks)
        .where(
            review_tasks.c.cpts_id == cpts_id,
            review_tasks.c.asked == who,
            review_tasks.c.period.in_(await _running(connection, cpts_id)),
        )
        .order_by(review_tasks.c.period, review_tasks.c.task_id)
    )
    return tuple((row.period, ReviewTask.model_validate(row)) for row in rows.all())


async def _running(connection: AsyncConnection, cpts_id: str) -> Sequence[str]:
    going = [r.period for r in await of_cpts(connection, cpts_id) if not r.ended_at]
    called = await checks(connection, cpts_id)
    return going + [each.period for each in called if not each.ended_at]


async def task(act: Act, period: str, task_id: str) -> ReviewTask:
    """Give one task, held until the commit.

    Raises:
        UnknownTaskError: Nobody is asked that.
    """
    found = await act.connection.execute(
        select(review_tasks)
        .where(
            review_tasks.c.cpts_id == act.cpts_id,
            review_tasks.c.period == period,
            review_tasks.c.task_id == task_id,
        )
        .with_for_update()
    )
    row = found.one_or_none()
    if row is None:
        raise UnknownTaskError(period=period, task=task_id)
    return ReviewTask.model_validate(row)


async def add_tasks(act: Act, period: str, new: Iterable[ReviewTask]) -> None:
    """Add what is asked."""
    rows = [
        {"cpts_id": act.cpts_id, "period": period, **each.model_dump()} for each in new
    ]
    if rows:
        await act.connection.execute(insert(review_tasks), rows)


async def change_task(
    act: Act, period: str, task_id: str, values: Mapping[str, object]
) -> None:
    """Write whom a task was asked of, or what they answered."""
    await act.connection.execute(
        update(review_tasks)
        .where(
            review_tasks.c.cpts_id == act.cpts_id,
            review_tasks.c.period == period,
            review_tasks.c.task_id == task_id,
        )
        .values(**values)
    )


async def verified(connection: AsyncConnection, cpts_id: str) -> dict[str, datetime]:
    """Say when each contact of an authority was last reached, by its code."""
    rows = await connection.execute(
        select(review_tasks.c.subject, review_tasks.c.answered_at)
        .where(
            review_tasks.c.cpts_id == cpts_id,
            review_tasks.c.kind == TaskKind.AUTHORITY,
            review_tasks.c.answer == TaskAnswer.VERIFIED,
        )
        .order_by(review_tasks.c.answered_at)
    )
    return {row.subject: row.answered_at for row in rows.all()}


def _one(ref: ReviewRef) -> Select[Any]:
    return select(reviews).where(
        reviews.c.cpts_id == ref.cpts_id, reviews.c.year == ref.year
    )
