"""Run the work of one command on the instance of this machine."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

import typer
from pydantic import BaseModel, ValidationError

from adapters.database.schema import is_ready
from adapters.garbage import search_rarely
from domain.reference import CrisisRef
from domain.refusal import first_refusal
from instance import Instance, opened
from settings import load

T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)
ENGINE_TIMEOUT_S = 4
_NAMES = {  # of what is typed
    "criteria": "état des critères",
    "need": "besoin",
    "phone": "téléphone",
    "reason": "motif",
    "reference": "référence",
    "text": "note",
}

COORDINATOR = "COORDINATEUR"
LEAD = "REFERENT_SSE"
GOING = "Les messages partent."
WAITING = (
    "Le moteur est arrêté : rien n'est perdu. Lancez « tocsin up », "
    "les messages partiront dans la minute."
)


def recorded(model: type[M], **facts: object) -> M:
    """Read what was typed as an order of the acts.

    Raises:
        typer.BadParameter: A fact does not hold; the sentence is in French.
    """
    try:
        return model.model_validate(facts)
    except ValidationError as refused:
        place, rule = first_refusal(refused, facts)
        message = f"{_NAMES.get(place, place)} : {rule}"
        raise typer.BadParameter(message) from refused


def perform(work: Callable[[Instance], Awaitable[T]]) -> T:
    """Open the instance, bring its schema to today's, do the work, close."""
    settings = load()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if not is_ready(settings.database_url):
        from adapters.database.migrate import upgrade  # noqa: PLC0415 - slow, and rare

        upgrade(settings.database_url)

    async def done() -> T:
        async with opened(settings) as instance:
            search_rarely()
            return await work(instance)

    return asyncio.run(done())


async def set_going(instance: Instance, ref: CrisisRef) -> bool:
    """Start or wake the workflow of a crisis; False: the worker will, within a minute.

    Nothing is lost when Temporal is away: the crisis is in the database.
    """
    # slow to import, and only two commands need them
    from temporalio.common import WorkflowIDConflictPolicy  # noqa: PLC0415

    from adapters.temporal import AWAY, connect  # noqa: PLC0415
    from workflows import messages  # noqa: PLC0415

    settings = instance.settings
    try:
        async with asyncio.timeout(ENGINE_TIMEOUT_S):
            client = await connect(
                instance.keys.payload_key,
                settings.temporal_address,
                settings.temporal_namespace or "default",
            )
            await client.start_workflow(
                messages.CRISIS,
                ref,
                id=ref.workflow_id,
                task_queue=messages.FACTS_QUEUE,
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                start_signal=messages.WAKE,
            )
    except AWAY:
        return False
    return True


def instant(option: str, text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Read `22:05` (the last time it was that hour) or an ISO 8601 instant.

    Raises:
        typer.BadParameter: Neither one nor the other.
    """
    try:
        if len(text) <= len("22:05"):
            hour = datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007 - zoned below
            local = now.astimezone(zone)
            at = local.replace(
                hour=hour.hour, minute=hour.minute, second=0, microsecond=0
            )
            return at if at <= local else at - timedelta(days=1)
        at = datetime.fromisoformat(text)
    except ValueError:
        message = f"« {text} » n'est pas une heure : écrivez 22:05, ou 2026-11-22T22:05"
        raise typer.BadParameter(message, param_hint=option) from None
    return at if at.tzinfo else at.replace(tzinfo=zone)
