"""Every kept history, open or finished, against today's workflows."""

from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from adapters.temporal import data_converter
from tests.workflows.conftest import KEYS
from worker import WORKFLOWS

HISTORIES = sorted((Path(__file__).parent / "histories").glob("*.json"))


@pytest.mark.parametrize(
    ("name", "text"),
    [(path.stem, path.read_text(encoding="utf-8")) for path in HISTORIES],
    ids=[path.stem for path in HISTORIES],
)
async def test_a_crisis_open_during_an_upgrade_goes_on(name: str, text: str) -> None:
    replayer = Replayer(
        workflows=WORKFLOWS,
        workflow_runner=SandboxedWorkflowRunner(),  # the worker has none (ADR 0020)
        data_converter=data_converter(KEYS.payload_key),
    )
    history = WorkflowHistory.from_json(name, text)

    replayed = await replayer.replay_workflow(history)

    assert replayed.replay_failure is None


def test_open_and_finished_histories_of_every_workflow_are_kept() -> None:
    kept = {path.stem.partition("-")[2] for path in HISTORIES}

    assert kept >= {
        "alert_wave-done",
        "alert_wave-open",
        "calendar-done",
        "crisis-done",
        "crisis-open",
        "notice-done",
        "plan_review-done",
        "plan_review-open",
        "transmission-open",
    }
