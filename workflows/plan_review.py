"""One yearly review of a plan, from its first step to the year's file."""

from contextlib import suppress

from temporalio import workflow
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

with workflow.unsafe.imports_passed_through():
    from activities.review import Reviewing
    from domain.reference import NoticeRef, ReviewRef
    from domain.review import ReviewConduct
    from workflows.messages import PLAN_REVIEW, WAKE
    from workflows.notice import NoticeWorkflow
    from workflows.policies import FACTS, REVIEW_LOOKS_EVERY, SHORTEST_WAIT

perform = workflow.execute_activity_method


@workflow.defn(name=PLAN_REVIEW)
class PlanReviewWorkflow:
    """One review: people are asked, reminded, then the coordinator is told."""

    @workflow.init
    def __init__(self, _ref: ReviewRef) -> None:
        self._woken = False

    @workflow.run
    async def run(self, ref: ReviewRef) -> None:
        """Do what is due, day after day, until the version is adopted and filed."""
        while not workflow.info().is_continue_as_new_suggested():
            self._woken = False  # before the act: a hint during it is not lost
            review = await perform(Reviewing.conduct_review, ref, **FACTS)
            for notice in review.notices:
                await start_notice(notice)
            if review.ended:
                return
            await self._wait(review)
        workflow.continue_as_new(ref)

    @workflow.signal(name=WAKE)
    def wake(self) -> None:
        """Look now. Only a hint: whatever changed is in the database."""
        self._woken = True

    async def _wait(self, review: ReviewConduct) -> None:
        limit = REVIEW_LOOKS_EVERY
        if review.next_at is not None:
            limit = min(limit, review.next_at - workflow.now())
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._woken, timeout=max(limit, SHORTEST_WAIT)
            )


async def start_notice(notice: NoticeRef) -> None:
    """Hand letters over at once: the worker would, within a minute."""
    with suppress(WorkflowAlreadyStartedError):
        await workflow.start_child_workflow(
            NoticeWorkflow.run,
            notice,
            id=notice.workflow_id,
            parent_close_policy=ParentClosePolicy.ABANDON,
        )
