"""Which workflow to wake once a fact has changed: a hint, never an order."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Wakeup:
    """The business id of a workflow that should look at its facts now."""

    workflow_id: str


def crisis_workflow_id(cpts_id: str, crisis_id: str) -> str:
    """Name the workflow of a crisis."""
    return f"crisis/{cpts_id}/{crisis_id}"


def wave_workflow_id(cpts_id: str, crisis_id: str, wave: int) -> str:
    """Name the workflow of one wave."""
    return f"{crisis_workflow_id(cpts_id, crisis_id)}/wave/{wave}"


def transmission_workflow_id(cpts_id: str, document_id: str) -> str:
    """Name the workflow that takes one document to one authority."""
    return f"send/{cpts_id}/{document_id}"
