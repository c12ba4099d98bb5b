"""Every timeout, retry and window, by name."""

from datetime import datetime, timedelta
from typing import TypedDict

from temporalio import workflow
from temporalio.common import RetryPolicy

from workflows.messages import MAIL_QUEUE

WINDOW = 2  # batches of one wave under way at once
LOOK_EVERY = timedelta(seconds=15)  # an open wave, even if no hint comes
CRISIS_LOOKS_EVERY = timedelta(minutes=5)
REVIEW_LOOKS_EVERY = timedelta(days=7)  # people change, even if no hint comes
SHORTEST_WAIT = timedelta(milliseconds=100)
GIVEN_UP_FOR = timedelta(seconds=1)  # between two last attempts of a wave
HEARTBEAT = timedelta(seconds=3.5)


class Policy(TypedDict, total=False):
    """Options of `workflow.execute_activity_method`."""

    task_queue: str
    start_to_close_timeout: timedelta
    schedule_to_close_timeout: timedelta
    heartbeat_timeout: timedelta
    retry_policy: RetryPolicy


class LocalPolicy(TypedDict):
    """Options of `workflow.execute_local_activity_method`."""

    start_to_close_timeout: timedelta
    retry_policy: RetryPolicy


FACTS = Policy(
    start_to_close_timeout=timedelta(seconds=20),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=200),
        maximum_interval=timedelta(seconds=10),
    ),
)
LOOK = LocalPolicy(  # a local activity: one event, no round trip
    start_to_close_timeout=timedelta(seconds=5),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(milliseconds=200),
        maximum_interval=timedelta(seconds=10),
    ),
)
DOCUMENTS = Policy(
    start_to_close_timeout=timedelta(minutes=2),
    retry_policy=RetryPolicy(
        initial_interval=timedelta(seconds=1),
        maximum_interval=timedelta(minutes=1),
    ),
)


def sending(until: datetime, queue: str = MAIL_QUEUE) -> Policy:
    """Send over and over until then: a provider may be away for an hour.

    Two lanes, each with its workers: what may wait never delays an alert.
    """
    left = max(until - workflow.now(), timedelta(seconds=1))
    return Policy(
        task_queue=queue,
        schedule_to_close_timeout=left,
        heartbeat_timeout=HEARTBEAT,
        retry_policy=RetryPolicy(
            initial_interval=timedelta(seconds=0.5),
            backoff_coefficient=1.5,
            maximum_interval=timedelta(seconds=15),
        ),
    )
