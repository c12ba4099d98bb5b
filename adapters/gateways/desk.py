"""One provider at work: kept connections, its rate, its cap; if it is away or slow."""

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from time import time

import httpx
import structlog

from adapters.gateways.rest import Pace, Rest
from adapters.gateways.signature import Signed
from domain.outgoing import Outgoing
from domain.provider import Provider
from domain.provider_call import Asked, Cause, OvhAccount, Reply

log = structlog.get_logger()
COUNTED_EVERY_S = 60.0
_NOT_HANDED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

Addresses = Callable[[Provider, Outgoing], Mapping[str, str]]
"""Gives `accuse` and `retour`: where this provider posts what becomes of a message."""
Spent = Callable[[str], Awaitable[int]]
"""Counts what a provider took in the last 24 hours."""


class Desk:
    """Where one provider is handed messages, one connection each."""

    def __init__(self, provider: Provider, addresses: Addresses, spent: Spent) -> None:
        self.provider = provider
        self._addresses = addresses
        self._spent = spent
        self._left: float = float("inf")
        self._counted_at = float("-inf")
        self._next_at = 0.0
        self._away = Rest()
        self._pace = Pace(provider.slow_after_s)
        self._busy = 0
        self._clock_ahead: float | None = None
        self._free = asyncio.Semaphore(provider.connections)
        # one connection each: a pool looks at all of its own at each request
        self._clients = [
            httpx.AsyncClient(
                timeout=provider.timeout_s,
                verify=_trusted(),
                limits=httpx.Limits(max_connections=1),
            )
            for _ in range(provider.connections)
        ]

    @property
    def is_slow(self) -> bool:
        """Is it slow, and not just now to be tried again by one message?"""
        return not self._pace.rest.lets_in(_now(), self._busy)

    @property
    def slowed(self) -> bool:
        """Did it become slow, and was no message taken quickly since?"""
        return self._pace.rest.times > 0

    async def is_away(self) -> bool:
        """Does it rest after a failure, or has it carried all that it may today?"""
        return _now() < self._away.over_at or await self._is_spent()

    async def take(self, patience: float, *, slow: bool) -> bool:
        """Take one of its connections and its turn; False if that takes too long.

        Args:
            patience: Seconds at most for each.
            slow: Is it asked because nobody quicker can? Otherwise not if it is slow.
        """
        if await self._is_spent() or not self._may(slow=slow):
            return False
        if self._next_at - _now() > patience:
            return False
        try:
            async with asyncio.timeout(patience):
                await self._free.acquire()
        except TimeoutError:
            return False
        if not self._may(slow=slow):  # it failed, or slowed down, meanwhile
            self._free.release()
            return False
        self._busy += 1
        turn_at = max(self._next_at, _now())
        self._next_at = turn_at + 1 / self.provider.rate
        try:
            await asyncio.sleep(turn_at - _now())
        except asyncio.CancelledError:
            self.give_back()
            raise
        return True

    def _may(self, *, slow: bool) -> bool:
        return self._away.lets_in(_now(), self._busy) and self.is_slow is slow

    def give_back(self) -> None:
        """Let another message have the connection."""
        self._busy -= 1
        self._free.release()

    async def hand_over(self, message: Outgoing) -> Reply:
        """Hand one message over, and remember how that went."""
        began = _now()
        reply = await self._ask(message)
        if reply.cause in {None, Cause.NUMBER}:
            self._left -= reply.cause is None
            self._away.end(began)
            self._note_pace(began)
        else:
            self._away.begin(_now())
            self._clock_ahead = None  # ours may have been set: the hour is asked again
        return reply

    def _note_pace(self, began: float) -> None:
        rest, took = self._pace.rest, _now() - began
        before = rest.times
        self._pace.note(began, began + took)
        if rest.times > before:
            log.warning(
                "provider.slow", provider=self.provider.code, took_s=round(took, 3)
            )
        elif rest.times < before:
            log.info("provider.quick_again", provider=self.provider.code)

    async def close(self) -> None:
        """Hang up."""
        for client in self._clients:
            await client.aclose()

    async def _is_spent(self) -> bool:
        """Has it carried all that it may in a day?"""
        cap = self.provider.daily_cap
        if cap is None:
            return False
        if _now() - self._counted_at > COUNTED_EVERY_S:
            self._counted_at = _now()
            self._left = cap - await self._spent(self.provider.code)
        return self._left <= 0

    async def _ask(self, message: Outgoing) -> Reply:
        """Say what the provider replied; no reply leaves a doubt."""
        client = self._clients.pop()  # one is left for whoever took a connection
        try:
            return await self._asked(client, message)
        finally:
            self._clients.append(client)

    async def _asked(self, client: httpx.AsyncClient, message: Outgoing) -> Reply:
        try:
            request = await self._request(client, message)
        except (httpx.HTTPError, ValueError) as error:
            return Reply(Cause.DOWN, type(error).__name__)
        try:
            reply = await client.send(request)
        except _NOT_HANDED as error:
            return Reply(Cause.DOWN, type(error).__name__)
        except httpx.HTTPError as error:
            return Reply(Cause.DOUBT, type(error).__name__)
        return self.provider.call.read(reply.status_code, reply.text)

    async def _request(
        self, client: httpx.AsyncClient, message: Outgoing
    ) -> httpx.Request:
        provider = self.provider
        asked = provider.call.fill(
            {
                "numero": message.number,
                "numero_sans_plus": message.number.removeprefix("+"),
                "texte": message.for_whom_reads(replies=provider.takes_replies),
                "reference": message.delivery_id,
                **self._addresses(provider, message),
            }
        )
        if provider.ovh is not None:
            return await self._signed(client, asked, provider.ovh)
        return client.build_request(
            asked.method,
            asked.url,
            headers=asked.headers,
            params=asked.query or None,
            data=asked.form or None,
            json=asked.document,
        )

    async def _signed(
        self, client: httpx.AsyncClient, asked: Asked, account: OvhAccount
    ) -> httpx.Request:
        if self._clock_ahead is None:  # a minute apart, and signatures are refused
            reply = await client.get(f"{account.endpoint}/auth/time")
            self._clock_ahead = float(reply.text) - time()
        body = json.dumps(asked.document, ensure_ascii=False)
        at = round(time() + self._clock_ahead)
        headers = Signed(asked.method, asked.url, body, at).headers(account)
        return client.build_request(
            asked.method, asked.url, headers=headers, content=body
        )


@cache
def _trusted() -> ssl.SSLContext:
    """Read the authorities once: it takes longer than a message."""
    return ssl.create_default_context()


def _now() -> float:
    return asyncio.get_running_loop().time()
