"""Texts go to the first provider that takes them, and never to two."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from adapters.database import pulses
from adapters.database.unit import Database
from adapters.gateways.desk import Desk
from adapters.gateways.gateway import Gateway
from domain.dispatch import Handed, Outcome
from domain.outgoing import Outgoing
from domain.provider import Provider
from domain.wave import Channel
from stationery import Wire
from tests.conftest import Now
from tests.provider_server import SILENCE, Server, provider_server
from worker import show_pulse

TAKEN = {Handed.ACCEPTED, Handed.DOUBTFUL}


@pytest.fixture
async def first() -> AsyncIterator[Server]:
    async with provider_server() as server:
        yield server


@pytest.fixture
async def second() -> AsyncIterator[Server]:
    async with provider_server() as server:
        yield server


def addresses(_provider: Provider, _message: Outgoing) -> Mapping[str, str]:
    return {"accuse": "https://t.example/a", "retour": "https://t.example/r"}


@asynccontextmanager
async def gateway(*providers: Provider, spent: int = 0) -> AsyncIterator[Gateway]:
    async def counted(_code: str) -> int:
        return spent

    opened = Gateway(providers, addresses, counted)
    try:
        yield opened
    finally:
        await opened.close()


def text(number: int) -> Outgoing:
    return Outgoing("val-test", f"d{number}", f"+3363998{number:04}", "Bonjour")


async def send(opened: Gateway, *messages: Outgoing) -> Sequence[Outcome | None]:
    """Send each in turn; None where every provider was away."""
    said: list[Outcome | None] = []
    async with opened.line() as line:
        for message in messages:
            ready = line.is_ready or await line.make_ready()
            said.append(await line.send(message) if ready else None)
    return said


async def at_once(opened: Gateway, *messages: Outgoing) -> list[str]:
    """Send each on a line of its own; give who accepted, or may have."""
    said = await asyncio.gather(*(send(opened, each) for each in messages))
    assert all(each and each.handed in TAKEN for (each,) in said)
    return [str(each.provider) for (each,) in said if each]


async def test_the_first_provider_takes_all_while_it_can(
    first: Server, second: Server
) -> None:
    first.replies = lambda asked: (200, f"id={asked['to']}")

    async with gateway(first.provider(), second.provider("B")) as opened:
        said = await send(opened, text(1), text(2))

    assert [each and each.message_id for each in said] == [
        "+33639980001",
        "+33639980002",
    ]
    assert {each and (each.handed, each.provider) for each in said} == {
        (Handed.ACCEPTED, "A")
    }
    assert second.asked == []


async def test_what_the_first_surely_refused_goes_to_the_next(
    first: Server, second: Server
) -> None:
    first.replies = lambda _asked: (500, "down")

    async with gateway(first.provider(), second.provider("B")) as opened:
        said = await send(opened, text(1), text(2))

    assert [each and each.provider for each in said] == ["B", "B"]
    assert first.numbers == ["+33639980001"]  # it rests: the next was not offered
    assert second.numbers == ["+33639980001", "+33639980002"]


async def test_no_reply_leaves_a_doubt_and_nobody_else_is_asked(
    first: Server, second: Server
) -> None:
    first.replies = lambda _asked: (SILENCE, "")

    async with gateway(first.provider(), second.provider("B")) as opened:
        doubtful, after = await send(opened, text(1), text(2))

    assert doubtful is not None
    assert (doubtful.handed, doubtful.provider) == (Handed.DOUBTFUL, "A")
    assert after is not None
    assert after.provider == "B"
    assert (first.numbers, second.numbers) == (["+33639980001"], ["+33639980002"])


async def test_a_wrong_number_concerns_one_recipient_only(first: Server) -> None:
    first.replies = lambda asked: (400 if asked["to"].endswith("1") else 200, "")

    async with gateway(first.provider()) as opened:
        said = await send(opened, text(1), text(2))

    assert [each and each.handed for each in said] == [Handed.REFUSED, Handed.ACCEPTED]


async def test_a_number_that_one_refuses_may_suit_the_next(
    first: Server, second: Server
) -> None:
    first.replies = lambda _asked: (400, "overseas")

    async with gateway(first.provider(), second.provider("B")) as opened:
        (taken,) = await send(opened, text(1))
        second.replies = lambda _asked: (500, "")
        (refused,) = await send(opened, text(2))

    assert taken is not None
    assert (taken.handed, taken.provider) == (Handed.ACCEPTED, "B")
    assert refused is not None
    assert (refused.handed, refused.reply) == (Handed.REFUSED, "400 overseas")


async def test_a_provider_that_is_away_is_left_to_rest(first: Server) -> None:
    first.replies = lambda _asked: (503, "")

    async with gateway(first.provider()) as opened:
        later, nothing = await send(opened, text(1), text(2))

    assert later is not None
    assert later.handed is Handed.LATER
    assert nothing is None
    assert len(first.asked) == 1


async def test_nobody_listening_is_no_doubt() -> None:
    nowhere = Server(url="http://127.0.0.1:9").provider()

    async with gateway(nowhere) as opened:
        (said,) = await send(opened, text(1))

    assert said is not None
    assert said.handed is Handed.LATER


async def test_a_day_has_its_cap(first: Server, second: Server) -> None:
    capped = first.provider(plafond_par_jour=3)

    async with gateway(capped, second.provider("B"), spent=2) as opened:
        said = await send(opened, text(1), text(2))
    async with gateway(capped, spent=3) as opened:
        (nothing,) = await send(opened, text(3))

    assert [each and each.provider for each in said] == ["A", "B"]
    assert nothing is None


async def test_what_the_rate_of_the_first_delays_overflows_to_the_next(
    first: Server, second: Server
) -> None:
    slow = first.provider(par_seconde=0.5)

    async with gateway(slow, second.provider("B")) as opened:
        said = await send(opened, text(1), text(2), text(3))

    assert [each and each.provider for each in said] == ["A", "B", "B"]


async def test_who_failed_is_tried_by_one_and_the_others_follow(
    first: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.gateways.rest.FIRST_REST_S", 0.0)
    first.replies = lambda _asked: (200 if len(first.asked) > 1 else 503, "")

    async with gateway(first.provider()) as opened, asyncio.timeout(10):
        await send(opened, text(1))
        said = await asyncio.gather(send(opened, text(2)), send(opened, text(3)))

    assert [each.handed for (each,) in said if each] == [Handed.ACCEPTED] * 2


async def test_a_slow_provider_holds_up_only_its_own_connections(
    first: Server, second: Server
) -> None:
    first.replies = lambda _asked: (SILENCE, "")
    patient = first.provider(delai_secondes=3, connexions=1)

    async with gateway(patient, second.provider("B")) as opened:
        stuck = asyncio.ensure_future(send(opened, text(1)))
        await first.asked_times(1)
        (said,) = await send(opened, text(2))
        assert not stuck.done()
        stuck.cancel()

    assert said is not None
    assert said.provider == "B"


async def test_who_waited_for_one_that_failed_goes_to_the_next(
    first: Server, second: Server
) -> None:
    first.replies = lambda _asked: (SILENCE, "")
    narrow = first.provider(connexions=1)

    async with gateway(narrow, second.provider("B")) as opened:
        said = await at_once(opened, text(1), text(2), text(3))

    assert len(first.asked) == 1  # one doubt, and not one for each that waited
    assert sorted(said) == ["A", "B", "B"]


def slowed(server: Server, connexions: int) -> Provider:
    """Have it take messages at once, and say so later than its file allows."""
    server.delay_s = 0.35
    return server.provider(
        connexions=connexions, lent_apres_secondes=0.3, delai_secondes=5
    )


async def test_one_that_accepts_late_leaves_what_follows_to_the_next(
    first: Server, second: Server
) -> None:
    slow = slowed(first, connexions=1)

    async with gateway(slow, second.provider("B")) as opened:
        said = await at_once(opened, text(1)) + await at_once(opened, text(2))
        said += await at_once(opened, text(3), text(4), text(5))
        said += await at_once(opened, text(6))

    assert said == ["A", "A", "A", "B", "B", "B"]  # those that waited for it as well
    assert first.numbers == [text(each).number for each in (1, 2, 3)]
    assert sorted(second.numbers) == [text(each).number for each in (4, 5, 6)]


async def test_a_slow_provider_is_used_where_nobody_else_can(
    first: Server, second: Server
) -> None:
    second.replies = lambda _asked: (500, "")
    slow = slowed(first, connexions=3)

    async with gateway(slow, second.provider("B")) as opened:
        await at_once(opened, text(1), text(2), text(3))
        (refused_first,) = await at_once(opened, text(4))
        said = await at_once(opened, text(5), text(6))

    assert second.numbers == [text(4).number]
    assert (refused_first, said) == ("A", ["A", "A"])


async def test_a_slow_provider_is_tried_by_one_and_the_others_follow_once_it_is_quick(
    first: Server, second: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.gateways.rest.FIRST_REST_S", 0.0)
    slow = slowed(first, connexions=3)

    with capture_logs() as logs:
        async with gateway(slow, second.provider("B")) as opened:
            await at_once(opened, text(1), text(2), text(3))
            still_slow = await at_once(opened, text(4), text(5), text(6))
            first.delay_s = 0.0
            quick = await at_once(opened, text(7))
            quick += await at_once(opened, text(8), text(9))

    assert sorted(still_slow) == ["A", "B", "B"]
    assert quick == ["A", "A", "A"]
    assert [(each["event"], each["provider"]) for each in logs] == [
        ("provider.slow", "A"),
        ("provider.slow", "A"),
        ("provider.quick_again", "A"),
    ]


async def test_the_worker_says_which_provider_is_slow_while_it_is(
    first: Server, database: Database, now: Now, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.gateways.rest.FIRST_REST_S", 0.0)
    slow = slowed(first, connexions=3)

    async with gateway(slow) as opened:
        wires = (Wire(Channel.TEXT, opened),)
        await at_once(opened, text(1), text(2))
        await show_pulse(database, wires)
        not_yet = await pulses.slow(database)
        await at_once(opened, text(3))
        await show_pulse(database, wires)
        said = await pulses.slow(database)
        first.delay_s = 0.0
        await at_once(opened, text(4))
        now.at += timedelta(seconds=31)
        await show_pulse(database, wires)

    assert not_yet == frozenset()
    assert said == {"A"}
    assert await pulses.slow(database) == frozenset()


async def test_a_message_called_off_while_its_turn_comes_keeps_no_connection(
    first: Server,
) -> None:
    narrow = first.provider(par_seconde=5, connexions=1)

    async with gateway(narrow) as opened:
        await at_once(opened, text(1))
        waiting = asyncio.ensure_future(send(opened, text(2)))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
        said = await at_once(opened, text(3))

    assert said == ["A"]
    assert first.numbers == [text(1).number, text(3).number]


async def test_an_answer_is_asked_for_only_where_one_is_read(first: Server) -> None:
    asking = Outgoing("val-test", "d1", "+33639980001", "Bonjour.", "Répondez OUI.")
    reads = {"lit": {"numero": "from", "texte": "text"}}

    async with (
        gateway(first.provider()) as silent,
        gateway(first.provider(reponses=reads)) as open_to_all,
    ):
        await send(silent, asking)
        await send(open_to_all, asking)

    assert [each["text"] for each in first.asked] == [
        "Bonjour.",
        "Bonjour. Répondez OUI.",
    ]


def ovh_account(at: Server) -> dict[str, str]:
    return {
        "service": "sms-1",
        "cle_application": "ak",
        "secret_application": "as",
        "cle_consommateur": "ck",
        "adresse": at.url,
    }


async def test_ovh_is_asked_with_a_signature_by_its_own_clock(first: Server) -> None:
    ovh = first.provider(ovh=ovh_account(first), http=None)
    hour = 1_800_000_000

    def reply(_asked: dict[str, str]) -> tuple[int, str]:
        clock = first.asked[-1]["path"] == "/auth/time"
        return 200, str(hour) if clock else '{"ids": [7], "validReceivers": ["+33"]}'

    first.replies = reply
    async with gateway(ovh) as opened:
        (said,) = await send(opened, text(1))
        await send(opened, text(2))

    assert said is not None
    assert (said.handed, said.message_id) == (Handed.ACCEPTED, "7")
    assert [each["path"] for each in first.asked].count("/auth/time") == 1
    sent, body = first.headers[1], first.bodies[1]
    at = int(sent["x-ovh-timestamp"])
    assert abs(at - hour) <= 5
    signed = f"as+ck+POST+{first.url}/sms/sms-1/jobs+{body}+{at}"
    digest = hashlib.sha1(signed.encode(), usedforsecurity=False).hexdigest()
    assert sent["x-ovh-signature"] == f"$1${digest}"
    assert json.loads(body)["receivers"] == ["+33639980001"]


async def test_ovh_is_asked_the_hour_again_once_it_refuses(first: Server) -> None:
    """The clock of this machine was set right: no signature would hold any more."""

    def reply(_asked: dict[str, str]) -> tuple[int, str]:
        clock = first.asked[-1]["path"] == "/auth/time"
        return (200, "1800000000") if clock else (400, "Invalid signature")

    async def counted(_code: str) -> int:
        return 0

    first.replies = reply
    desk = Desk(first.provider(ovh=ovh_account(first), http=None), addresses, counted)
    for number in (1, 2):
        await desk.hand_over(text(number))
    await desk.close()

    assert [each["path"] for each in first.asked].count("/auth/time") == 2


async def test_ovh_away_before_anything_is_asked_is_no_doubt(first: Server) -> None:
    first.replies = lambda _asked: (500, "not an hour")

    async with gateway(first.provider(ovh=ovh_account(first), http=None)) as opened:
        (said,) = await send(opened, text(1))

    assert said is not None
    assert said.handed is Handed.LATER
