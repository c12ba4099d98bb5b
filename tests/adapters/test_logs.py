"""Logs: one JSON object a line, event first, nobody's name in it."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import structlog

from adapters.logs import configure
from instance import PAGES


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    former, level = root.handlers[:], root.level
    root.handlers = []
    path = tmp_path / "logs" / "worker.log"
    configure("info", path)
    yield path
    for handler in root.handlers:
        handler.close()
    root.handlers = former
    root.setLevel(level)
    structlog.reset_defaults()


def test_the_event_comes_first_then_level_and_time(log: Path) -> None:
    structlog.get_logger("t").info("batch.dispatched", batch_id="b1", sent=212)

    line = json.loads(log.read_text())
    assert list(line) == ["event", "level", "at", "batch_id", "sent"]
    assert line["event"] == "batch.dispatched"
    assert line["at"].endswith("Z")
    assert line["sent"] == 212


def test_libraries_write_the_same_lines(log: Path) -> None:
    logging.getLogger("uvicorn").warning("port %d", 8400)

    line = json.loads(log.read_text())
    assert (line["event"], line["level"]) == ("port 8400", "warning")


@pytest.mark.parametrize(
    "personal",
    ["anne.roux@vallees-autan.example", "06 39 98 12 34", "+33639981234"],
)
def test_an_address_or_a_number_never_reaches_the_log(personal: str, log: Path) -> None:
    logging.getLogger("smtp").error("refused: %s", personal)

    assert personal not in log.read_text()
    assert "[masqué]" in log.read_text()


@pytest.mark.parametrize("page", sorted(set(PAGES.values())))
def test_the_token_of_a_link_never_reaches_the_log(page: str, log: Path) -> None:
    logging.getLogger("uvicorn").error("GET /%s/ABCDEFGHJK?x=1 failed", page)

    assert f"GET /{page}/[masqué]?x=1 failed" in log.read_text()


def test_the_secret_of_a_provider_never_reaches_the_log(log: Path) -> None:
    secret, digest = "a1b2c3d4" * 4, "a1b2c3d4" * 8
    logging.getLogger("uvicorn").error("POST /api/receipts/ovh/%s?id=7", secret)
    logging.getLogger("t").error("kept documents/%s", digest)

    assert "POST /api/receipts/ovh/[masqué]?id=7" in log.read_text()
    assert digest in log.read_text()


def test_ids_and_times_are_left_alone(log: Path) -> None:
    structlog.get_logger("t").info("sent", delivery_id="c-20261122-k7p2.1.p-0123456789")

    assert "c-20261122-k7p2.1.p-0123456789" in log.read_text()


def test_what_is_below_the_level_is_not_written(log: Path) -> None:
    structlog.get_logger("t").debug("detail")

    assert not log.read_text()


def test_without_a_file_lines_go_to_standard_error(
    log: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configure()
    logging.getLogger("t").error("away")

    assert json.loads(capsys.readouterr().err)["event"] == "away"
    assert not log.read_text()


def test_what_a_gateway_is_handed_over_is_not_written_down(log: Path) -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(202)

    with httpx.Client(transport=httpx.MockTransport(answer)) as client:
        client.get("http://gateway.example/", params={"to": "+33639980012"})

    assert log.read_text() == ""
