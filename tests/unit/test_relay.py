"""One way failed: which one leaves in its place, and which keeps its hour."""

from datetime import UTC, datetime, timedelta

from domain.alert import DeliveryState
from domain.cascade import AGAIN
from domain.receipt import Receipt
from domain.relay import PlannedWay, next_way
from domain.wave import Channel

NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
FAILED = PlannedWay(
    delivery_id="c.1.p.APPEL",
    channel=Channel.CALL,
    state=DeliveryState.SENT,
    reason=None,
    receipt=Receipt.FAILED,
    leaves_at=NOW,
    sharing=None,
)
WAITING = {
    "state": DeliveryState.QUEUED,
    "receipt": None,
    "leaves_at": NOW + timedelta(minutes=2),
}
AGAIN_LATER = FAILED.model_copy(
    update={**WAITING, "delivery_id": f"{FAILED.delivery_id}{AGAIN}"}
)
TEXT = FAILED.model_copy(
    update={
        **WAITING,
        "delivery_id": "c.1.p.SMS",
        "channel": Channel.TEXT,
        "leaves_at": NOW + timedelta(minutes=9),
    }
)


def test_a_second_ring_keeps_its_minutes_after_a_first_that_failed() -> None:
    assert next_way((FAILED, AGAIN_LATER), NOW) is None
    assert next_way((FAILED, AGAIN_LATER, TEXT), NOW) == TEXT


def test_a_telephone_that_several_share_keeps_its_hour() -> None:
    shared = TEXT.model_copy(update={"sharing": 2})

    assert next_way((FAILED, shared), NOW) is None
