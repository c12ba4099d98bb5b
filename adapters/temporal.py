"""Temporal: one way to connect, sealed payloads, refusals, wake-ups."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, Protocol

import structlog
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)
from typing_extensions import override

from domain.errors import PlanError

log = structlog.get_logger()
NONCE_SIZE = 12
HINT_TIMEOUT_S = 3
AWAY = (RPCError, RuntimeError, TimeoutError)  # what a call to an absent server raises


class SealedCodec(PayloadCodec):
    """AES-GCM over each payload; the key's id stands in the metadata."""

    def __init__(self, key: bytes, key_id: str = "1") -> None:
        self._cipher = AESGCM(key)
        self._key_id = key_id.encode()

    @override
    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._sealed(payload) for payload in payloads]

    @override
    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._opened(payload) for payload in payloads]

    def _sealed(self, payload: Payload) -> Payload:
        nonce = os.urandom(NONCE_SIZE)
        text = self._cipher.encrypt(nonce, payload.SerializeToString(), None)
        return Payload(
            metadata={"encoding": b"binary/encrypted", "key-id": self._key_id},
            data=nonce + text,
        )

    def _opened(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != b"binary/encrypted":
            return payload
        nonce, text = payload.data[:NONCE_SIZE], payload.data[NONCE_SIZE:]
        return Payload.FromString(self._cipher.decrypt(nonce, text, None))


def data_converter(payload_key: bytes) -> DataConverter:
    """Give the converter of every client: pydantic, sealed, failures included."""
    return replace(
        pydantic_data_converter,
        payload_codec=SealedCodec(payload_key),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


DEFAULT_ADDRESS = "localhost:7233"  # Temporal's own, when nothing names another


async def connect(
    payload_key: bytes, address: str | None, namespace: str, *, lazy: bool = False
) -> Client:
    """Connect worker, pages, commands and tests alike.

    Args:
        payload_key: 32 bytes that seal payloads and failures.
        address: Host and port; None reads Temporal's standard configuration.
        namespace: Used with `address`.
        lazy: Connect at the first call: pages start even when Temporal is away.
    """
    found: dict[str, Any] = {"target_host": address, "namespace": namespace}
    if address is None:
        from temporalio.envconfig import ClientConfig  # noqa: PLC0415 - rarely needed

        said = ClientConfig.load_client_connect_config()
        found = {"target_host": DEFAULT_ADDRESS, **said}
    return await Client.connect(
        **found, data_converter=data_converter(payload_key), lazy=lazy
    )


class Referred(Protocol):
    """Where a fact is, and the workflow that looks after it."""

    @property
    def workflow_id(self) -> str:
        """Name this workflow."""


async def start_once(client: Client, name: str, ref: Referred, queue: str) -> None:
    """Start the workflow of a fact; one that runs already goes on."""
    await client.start_workflow(
        name,
        ref,
        id=ref.workflow_id,
        task_queue=queue,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )


async def alive(client: Client) -> bool:
    """Say if the server answers."""
    try:
        async with asyncio.timeout(HINT_TIMEOUT_S):
            return await client.service_client.check_health()
    except AWAY:
        return False


class RefusalInterceptor(Interceptor):
    """A refusal of a rule is final, unless passing: retrying would ask it for ever."""

    @override
    def intercept_activity(
        self, next: ActivityInboundInterceptor
    ) -> ActivityInboundInterceptor:
        return _Refusals(next)


class _Refusals(ActivityInboundInterceptor):
    @override
    async def execute_activity(self, input: ExecuteActivityInput) -> object:
        try:
            return await self.next.execute_activity(input)
        except PlanError as refusal:
            raise _failure(refusal) from refusal
        except BaseExceptionGroup as group:
            refusals, others = group.split(PlanError)
            if refusals is not None and others is None:
                raise _failure(_first(refusals)) from group
            raise _plainest(group) from group


def _first(group: BaseExceptionGroup[PlanError]) -> PlanError:
    error = group.exceptions[0]
    return _first(error) if isinstance(error, BaseExceptionGroup) else error


def _plainest(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Give the first error itself: a group inside a failure says nothing."""
    error = group.exceptions[0]
    return _plainest(error) if isinstance(error, BaseExceptionGroup) else error


def _failure(refusal: PlanError) -> ApplicationError:
    return ApplicationError(
        refusal.code,
        refusal.facts,
        type=refusal.code,
        non_retryable=not refusal.passing,
    )


class Waker:
    """Wake workflows: hints, at most one round a second, lost without harm."""

    def __init__(
        self,
        client: Callable[[], Awaitable[Client]],
        signal: str,
        every_s: float = 1.0,
    ) -> None:
        self._client = client
        self._signal = signal
        self._every_s = every_s
        self._waiting: set[str] = set()
        self._pause = asyncio.Event()  # set: no more pauses
        self._round: asyncio.Task[None] | None = None

    def __call__(self, workflow_id: str) -> None:
        """Take a hint: sent at once, or with the next round."""
        self._waiting.add(workflow_id)
        if self._round is None or self._round.done():
            self._round = asyncio.get_running_loop().create_task(self._rounds())

    async def flush(self) -> None:
        """Send what waits without pausing: before a command ends."""
        if self._round is not None:
            self._pause.set()
            await self._round

    async def _rounds(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting, set()
            await self._hint(sorted(taken))
            with suppress(TimeoutError):
                await asyncio.wait_for(self._pause.wait(), self._every_s)

    async def _hint(self, workflow_ids: Iterable[str]) -> None:
        for workflow_id in workflow_ids:
            try:
                async with asyncio.timeout(HINT_TIMEOUT_S):
                    client = await self._client()
                    await client.get_workflow_handle(workflow_id).signal(self._signal)
            except AWAY as error:
                gone = getattr(error, "status", None) is RPCStatusCode.NOT_FOUND
                if not gone:
                    log.info("wake.lost", workflow_id=workflow_id)
