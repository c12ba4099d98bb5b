"""Providers of texts and calls over real HTTP, which do as a scenario says."""

from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack

import httpx

from benchmarks.stage import NotReadyError, free_port
from domain.receipt import Receipt
from domain.wave import Channel
from tests.provider_server import SILENCE, provider_server

CONNECTIONS = 4
TIMEOUT_S, SLOW_AFTER_S = 1, 0.35
OK = 200
STORIES = (  # what receipts say of a message, in the order they come
    ("REMIS", "REMIS"),
    ("REMIS", "ECHEC"),
    ("ECHEC", "REMIS"),
    ("REMIS", "EN_COURS"),
    ("ECHEC", "ECHEC"),
)
Rule = Callable[[int, str], int]
"""What the nth message, to this number, is replied: a status, or `SILENCE`."""


def takes_all(_nth: int, _number: str) -> int:
    """Take every message."""
    return OK


def some(status: int, every: int) -> Rule:
    """Reply so to one message in `every`, and take the others."""
    return lambda nth, _number: OK if nth % every else status


def always(status: int) -> Rule:
    """Reply so to every message."""
    return lambda _nth, _number: status


class Carrier:
    """One provider: what it was asked, and what it took."""

    def __init__(self, code: str, channel: Channel) -> None:
        self.code = code
        self.rule: Rule = takes_all
        self.on_taken: Callable[[str, str], object] = lambda _id, _accuse: None
        self.asked = 0
        self.taken: Counter[str] = Counter()  # by delivery
        self.unsaid: set[str] = set()  # deliveries that were taken without a word
        self.numbers: Counter[str] = Counter()
        self._channel = channel
        self._port = free_port()
        self._up = AsyncExitStack()

    async def start(self) -> None:
        """Open the door."""
        self._server = server = await self._up.enter_async_context(
            provider_server(self._port)
        )
        server.replies = self._reply

    def reply_after(self, seconds: float) -> None:
        """Take each message at once, and say so that much later."""
        self._server.delay_s = seconds

    async def stop(self) -> None:
        """Close it: whoever knocks is told that nobody is there."""
        await self._up.aclose()

    def described(self) -> dict[str, object]:
        """Write it as the file of providers does."""
        asked = ("numero", "texte", "reference", "accuse")
        return {
            "code": self.code,
            "canal": self._channel,
            "par_seconde": 10_000,
            "connexions": CONNECTIONS,
            "cout_centimes": 5,
            "delai_secondes": TIMEOUT_S,
            "lent_apres_secondes": SLOW_AFTER_S,
            "http": {
                "methode": "GET",
                "url": f"http://127.0.0.1:{self._port}/send",
                "parametres": {name: f"{{{name}}}" for name in asked},
            },
            "accuses": {
                "lit": {"etat": "etat"},
                "remis": ["REMIS"],
                "echec": ["ECHEC"],
            },
        }

    def _reply(self, asked: dict[str, str]) -> tuple[int, str]:
        self.asked += 1
        status = self.rule(self.asked, asked["numero"])
        if status in {OK, SILENCE}:
            self.taken[asked["reference"]] += 1
            self.numbers[asked["numero"]] += 1
            self.on_taken(asked["reference"], asked["accuse"])
        if status == SILENCE:
            self.unsaid.add(asked["reference"])
        return status, f"{status}"


async def tell(client: httpx.AsyncClient, accuse: str, states: tuple[str, ...]) -> None:
    """Say what becomes of a message, step by step.

    Raises:
        NotReadyError: A receipt was refused.
    """
    for state in states:
        reply = await client.get(accuse, params={"etat": state})
        if not reply.is_success:
            message = f"a receipt was refused: {reply.status_code}"
            raise NotReadyError(message)


def ending(story: tuple[str, ...]) -> str:
    """Say how a message ended: what arrived stays so, whatever is told."""
    return Receipt.DELIVERED if "REMIS" in story else Receipt.FAILED
