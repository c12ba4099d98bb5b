"""What travels to Temporal is sealed; refusals are final; hints are only hints."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest
from cryptography.exceptions import InvalidTag
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
)
from typing_extensions import override

from adapters.temporal import (
    DEFAULT_ADDRESS,
    RefusalInterceptor,
    SealedCodec,
    Waker,
    connect,
    data_converter,
)
from domain.errors import DeliveryError, StorageError, UnknownBatchError
from domain.reference import CrisisRef

KEY = bytes(range(32))
REF = CrisisRef(cpts_id="val-test", crisis_id="c-20261122-k7p2")


async def test_a_payload_is_sealed_and_opened_again() -> None:
    converter = data_converter(KEY)

    sealed = await converter.encode([REF])

    assert b"val-test" not in sealed[0].SerializeToString()
    assert sealed[0].metadata["encoding"] == b"binary/encrypted"
    assert await converter.decode(sealed, [CrisisRef]) == [REF]


async def test_the_same_payload_is_never_sealed_twice_alike() -> None:
    codec = SealedCodec(KEY)
    payload = Payload(data=b"same")

    one, two = await codec.encode([payload, payload])

    assert one.data != two.data


async def test_a_payload_sealed_by_another_key_or_altered_is_not_opened() -> None:
    (sealed,) = await SealedCodec(KEY).encode([Payload(data=b"said")])
    altered = Payload(metadata=sealed.metadata, data=sealed.data[:-1] + b"\0")

    with pytest.raises(InvalidTag):
        await SealedCodec(bytes(32)).decode([sealed])
    with pytest.raises(InvalidTag):
        await SealedCodec(KEY).decode([altered])


async def test_a_payload_of_somebody_else_passes_as_it_is() -> None:
    foreign = Payload(metadata={"encoding": b"json/plain"}, data=b"{}")

    assert await SealedCodec(KEY).decode([foreign]) == [foreign]


async def test_the_message_of_a_failure_is_sealed_too() -> None:
    from temporalio.api.failure.v1 import Failure  # noqa: PLC0415 - heavy, used once

    converter = data_converter(KEY)
    failure = Failure()

    await converter.encode_failure(ApplicationError("Camille Fictive"), failure)

    assert b"Camille" not in failure.SerializeToString()
    read = await converter.decode_failure(failure)
    assert "Camille Fictive" in str(read)


class Raises(ActivityInboundInterceptor):
    """An activity that ends badly, or well."""

    def __init__(self, error: BaseException | None) -> None:
        self._error = error

    @override
    async def execute_activity(self, input: ExecuteActivityInput) -> object:
        if self._error is not None:
            raise self._error
        return "done"


def performed(error: BaseException | None) -> Awaitable[object]:
    inbound = RefusalInterceptor().intercept_activity(Raises(error))
    return inbound.execute_activity(cast("ExecuteActivityInput", None))


REFUSAL = UnknownBatchError(batch="b1")


@pytest.mark.parametrize(
    "error",
    [
        REFUSAL,
        ExceptionGroup("lines", [REFUSAL]),
        ExceptionGroup("lines", [ExceptionGroup("inner", [REFUSAL, REFUSAL])]),
    ],
)
async def test_a_refusal_is_final_and_carries_its_code(error: Exception) -> None:
    with pytest.raises(ApplicationError) as final:
        await performed(error)

    assert final.value.non_retryable
    assert final.value.type == "LOT_INCONNU"
    assert final.value.details == ({"batch": "b1"},)


@pytest.mark.parametrize(
    ("reason", "again"),
    [
        ("DISQUE_PLEIN", True),
        ("LECTURE_SEULE", True),
        ("DISQUE_EN_PANNE", True),
        ("DOCUMENT_ALTERE", False),
        ("DOCUMENT_ABSENT", False),
    ],
)
async def test_a_disk_that_may_recover_is_tried_again(
    reason: str, *, again: bool
) -> None:
    with pytest.raises(ApplicationError) as failed:
        await performed(StorageError(reason=reason))

    assert failed.value.non_retryable is not again


async def test_a_provider_away_is_tried_again() -> None:
    with pytest.raises(DeliveryError):
        await performed(DeliveryError("away"))


async def test_a_group_with_anything_else_inside_is_tried_again() -> None:
    """One line refused, another lost its server: the batch may still go."""
    away = DeliveryError("away")

    with pytest.raises((DeliveryError, UnknownBatchError)) as raised:
        await performed(ExceptionGroup("lines", [ExceptionGroup("i", [away]), REFUSAL]))

    assert not isinstance(raised.value, ApplicationError)
    assert raised.value is away


async def test_what_ends_well_is_left_alone() -> None:
    assert await performed(None) == "done"


@dataclass
class FakeClient:
    """A server that knows some workflows; a test may make it slow, or absent."""

    known: set[str] = field(default_factory=set)
    signalled: list[str] = field(default_factory=list)
    rounds: list[float] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    done: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    error: BaseException | None = None

    async def __call__(self) -> Client:
        if self.error is not None:
            raise self.error
        return cast("Client", self)

    def get_workflow_handle(self, workflow_id: str) -> Any:  # noqa: ANN401 - as theirs
        return FakeHandle(self, workflow_id)


@dataclass
class FakeHandle:
    client: FakeClient
    workflow_id: str

    async def signal(self, name: str) -> None:
        assert name == "wake"
        self.client.rounds.append(asyncio.get_running_loop().time())
        self.client.arrived.put_nowait(self.workflow_id)
        await self.client.gate.wait()
        if self.workflow_id not in self.client.known:
            raise RPCError("no such workflow", RPCStatusCode.NOT_FOUND, b"")
        self.client.signalled.append(self.workflow_id)
        self.client.done.put_nowait(self.workflow_id)


@pytest.fixture
def server() -> FakeClient:
    opened = FakeClient(known={"a", "b", "c"})
    opened.gate.set()
    return opened


def waker(server: FakeClient, every_s: float = 0.05) -> Waker:
    return Waker(server, "wake", every_s=every_s)


async def test_the_first_hint_is_sent_at_once(server: FakeClient) -> None:
    wake = waker(server, every_s=3600)

    wake("a")
    await server.done.get()

    await wake.flush()
    assert server.signalled == ["a"]


async def test_many_hints_are_one_round_and_one_signal_each(
    server: FakeClient,
) -> None:
    wake = waker(server)
    for _ in range(100):
        wake("b")
        wake("a")

    await wake.flush()

    assert server.signalled == ["a", "b"]


async def test_hints_wait_for_the_next_round(server: FakeClient) -> None:
    wake = waker(server)
    wake("a")
    await server.done.get()

    wake("b")
    wake("b")
    await server.done.get()

    first, second = server.rounds
    assert second - first >= 0.05
    assert server.signalled == ["a", "b"]
    await wake.flush()


async def test_a_hint_during_a_round_is_not_lost(server: FakeClient) -> None:
    server.gate.clear()
    wake = waker(server)
    wake("a")
    await server.arrived.get()
    wake("a")  # while the first is on its way: something changed again
    wake("b")

    server.gate.set()
    await wake.flush()

    assert server.signalled == ["a", "a", "b"]


async def test_a_hint_after_the_last_round_starts_another(server: FakeClient) -> None:
    wake = waker(server, every_s=0.0)
    wake("a")
    await wake.flush()

    wake("b")
    await wake.flush()

    assert server.signalled == ["a", "b"]


async def test_flushing_with_nothing_to_send_is_nothing(server: FakeClient) -> None:
    await waker(server).flush()

    assert server.signalled == []


async def test_a_workflow_that_is_gone_stops_nobody(server: FakeClient) -> None:
    server.known = {"b"}
    wake = waker(server)
    wake("a")
    wake("b")

    await wake.flush()

    assert server.signalled == ["b"]


@pytest.mark.parametrize(
    "error",
    [
        RPCError("away", RPCStatusCode.UNAVAILABLE, b""),
        RuntimeError("Failed client connect"),
        TimeoutError(),
    ],
)
async def test_an_absent_server_loses_hints_and_nothing_else(
    server: FakeClient, error: Exception
) -> None:
    server.error = error
    wake = waker(server, every_s=0.0)
    wake("a")
    await wake.flush()

    server.error = None
    wake("b")
    await wake.flush()

    assert server.signalled == ["b"]


async def test_pages_start_without_temporal() -> None:
    client = await connect(KEY, "127.0.0.1:1", "default", lazy=True)

    assert client.namespace == "default"


async def test_without_address_temporals_own_configuration_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "crises")

    client = await connect(KEY, None, "ignored", lazy=True)

    assert client.namespace == "crises"


async def test_without_any_configuration_the_usual_address_is_tried(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("TEMPORAL_ADDRESS", "TEMPORAL_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "absent.toml"))

    client = await connect(bytes(32), None, "default", lazy=True)

    assert client.service_client.config.target_host == DEFAULT_ADDRESS
