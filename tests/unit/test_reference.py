"""The ids of workflows: what the design promises, and nothing of a person."""

import pytest

from domain.reference import CrisisRef, DocumentRef, WaveRef

CRISIS = {"cpts_id": "val-test", "crisis_id": "c-20261122-k7p2"}


@pytest.mark.parametrize(
    ("ref", "workflow_id"),
    [
        (CrisisRef(**CRISIS), "crisis/val-test/c-20261122-k7p2"),
        (WaveRef(**CRISIS, wave=2), "crisis/val-test/c-20261122-k7p2/wave/2"),
        (
            DocumentRef(cpts_id="val-test", document_id="c-20261122-k7p2.0f"),
            "send/val-test/c-20261122-k7p2.0f",
        ),
    ],
)
def test_a_workflow_is_named_as_the_design_says(
    ref: CrisisRef | WaveRef | DocumentRef, workflow_id: str
) -> None:
    assert ref.workflow_id == workflow_id


def test_a_recorded_reference_is_still_read() -> None:
    """Payloads are recorded for months: an unknown field is left aside."""
    recorded = '{"cpts_id": "val-test", "crisis_id": "c-1", "wave": 1, "lane": "x"}'

    read = WaveRef.model_validate_json(recorded)

    assert read == WaveRef(cpts_id="val-test", crisis_id="c-1", wave=1)
