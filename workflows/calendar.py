"""Every day: what is due in each CPTS is opened, once a period."""

from contextlib import suppress

from temporalio import workflow
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from activities.review import Reviewing
    from domain.reference import ReviewRef
    from workflows.messages import CALENDAR
    from workflows.plan_review import PlanReviewWorkflow, start_notice
    from workflows.policies import DOCUMENTS

perform = workflow.execute_activity_method


@workflow.defn(name=CALENDAR)
class CalendarWorkflow:
    """One day of an instance; a Schedule starts it."""

    @workflow.run
    async def run(self) -> None:
        """Ask what is due, start what has no workflow yet."""
        due = await perform(Reviewing.keep_calendar, **DOCUMENTS)
        for review in due.reviews:
            await self._start_review(review)
        for notice in due.notices:
            await start_notice(notice)

    async def _start_review(self, review: ReviewRef) -> None:
        with suppress(WorkflowAlreadyStartedError):
            await workflow.start_child_workflow(
                PlanReviewWorkflow.run,
                review,
                id=review.workflow_id,
                parent_close_policy=ParentClosePolicy.ABANDON,
            )
