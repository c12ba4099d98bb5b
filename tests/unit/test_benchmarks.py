"""What `make bench` makes of its figures, and how its own mail server talks."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from benchmarks.cable import cable
from benchmarks.fault_rounds import Record
from benchmarks.mail_faults import closing_once, greylisting, putting_off
from benchmarks.measures import Measure, document, median_of, percentile, ratios
from benchmarks.nights import alone, played, settled
from benchmarks.policy import GO_ON, policy
from benchmarks.sink import Conversation
from benchmarks.sleepers import Sleepers
from benchmarks.stage import free_port
from domain.reference import CrisisRef
from domain.wave import Channel


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(number) for number in range(100, 0, -1)]

    assert percentile(values, 0.99) == 99
    assert percentile(values, 0.5) == 50
    assert percentile(values, 1) == 100
    assert percentile([7.0], 0.01) == 7


def test_a_slow_minute_cancels_in_a_pair() -> None:
    assert ratios([3.0, 30.0], [2.0, 20.0]) == (1.5, 1.5)
    with pytest.raises(ValueError, match="zip"):
        ratios([1.0], [])


def test_a_figure_at_its_bar_holds_and_beyond_it_does_not() -> None:
    assert Measure("m", 1.5, "x", "", bar=1.5).holds
    assert not Measure("m", 1.51, "x", "", bar=1.5).holds
    assert Measure("m", 1e9, "x", "").holds


def test_a_figure_may_have_to_be_as_high_as_its_bar() -> None:
    assert Measure("m", 80.0, "%", "", bar=80, at_least=True).holds
    assert not Measure("m", 79.9, "%", "", bar=80, at_least=True).holds


@pytest.mark.parametrize("deaf", [0.0, 0.1, 0.3])
def test_the_model_gives_back_the_rates_of_the_study(deaf: float) -> None:
    sleepers = Sleepers(7, deaf)

    texts, calls, mails = (
        sum(
            sleepers.answers_after(f"p{n}", channel, 0) is not None for n in range(4000)
        )
        for channel in (Channel.TEXT, Channel.CALL, Channel.MAIL)
    )

    assert texts / 4000 == pytest.approx(7 / 44, abs=0.02)
    assert calls / 4000 == pytest.approx(18 / 44, abs=0.025)
    assert mails == 0


def test_whom_nothing_wakes_answers_nothing_however_often() -> None:
    sleepers = Sleepers(7, 0.3)

    silent = sum(
        all(sleepers.answers_after(f"p{n}", Channel.CALL, k) is None for k in range(20))
        for n in range(1000)
    )

    assert silent / 1000 == pytest.approx(0.3, abs=0.05)


async def test_a_cascade_reaches_most_of_those_whom_a_text_leaves_asleep(
    tmp_path: Path,
) -> None:
    model = await settled(tmp_path / "model.db", 30)

    night = await played(model, Sleepers(1))

    assert night.asked == 30
    assert night.reached > 70
    assert alone(Sleepers(1), Channel.TEXT, 30) < 40
    assert night.sent[Channel.CALL] > 30  # some telephones rang twice
    assert set(night.by) <= {Channel.TEXT, Channel.CALL}


def test_the_summary_says_all_of_each_measure_and_nothing_of_the_others() -> None:
    taken = median_of("wave", "x", [3.0, 1.0, 2.00001], "median", bar=1.5)

    kept = json.loads(document([taken], {"commit": "abc"}))

    assert kept == {
        "wave": {
            "value": 2.0,
            "unit": "x",
            "bar": 1.5,
            "holds": False,
            "runs": [3.0, 1.0, 2.0],
            "how": "median",
        },
        "_about": {"commit": "abc"},
    }


MAIL = (
    b"MAIL FROM:<a@b>\r\nRCPT TO:<p@val.example>\r\nDATA\r\n"
    b"Message-ID: <c.1.p.COURRIEL@x>\r\n\r\nhello\r\n.\r\n"
)


@asynccontextmanager
async def sink(record: Path) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    talk = partial(Conversation, record)
    async with await loop.create_server(talk, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]


async def test_what_is_taken_is_recorded_even_if_nobody_is_told(tmp_path: Path) -> None:
    port = free_port()
    record = Record(tmp_path / "taken")
    ref = CrisisRef(cpts_id="x", crisis_id="c")
    async with sink(record.path) as there, cable(port, there, cut_at=2):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"EHLO us\r\n" + MAIL)
        await reader.readuntil(b"queued\r\n")
        writer.write(MAIL)
        left = b""
        with suppress(ConnectionResetError):
            left = await reader.read()
        writer.close()

    assert b"queued" not in left
    assert [what for _, *what in record.of(ref, 1)] == [
        ["c.1.p.COURRIEL@x", "p@val.example"]
    ] * 2
    record.forget()
    assert not record.of(ref, 1)


async def test_a_policy_answers_each_recipient_that_it_is_asked_about() -> None:
    async with policy(putting_off(2)) as service:
        port = int(service.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        said = []
        for recipient in ("p5@x", "p6@x", "p5@x", "p5@x"):
            asked = f"request=smtpd_access_policy\nrecipient={recipient}\n\n"
            writer.write(asked.encode())
            said.append((await reader.readuntil(b"\n\n")).split()[0])
        writer.close()

    assert said == [b"action=451", b"action=DUNNO", b"action=451", b"action=DUNNO"]


def test_a_rule_greylists_until_its_time_and_closes_once() -> None:
    shy, patient, closing = greylisting(3600), greylisting(0), closing_once(2)

    assert [shy("p1@x")[:3] for _ in range(2)] == ["450", "450"]
    assert patient("p1@x") == GO_ON
    assert [closing("p1@x")[:3] for _ in range(3)] == [GO_ON[:3], "421", GO_ON[:3]]
