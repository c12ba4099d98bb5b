"""A provider on this machine, which a test tells what to reply."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from domain.provider import Provider

SILENCE = 0  # a status: the message is taken, no reply ever comes


@dataclass
class Server:
    """What was asked, and what is replied to each."""

    url: str = ""
    replies: Callable[[dict[str, str]], tuple[int, str]] = lambda _asked: (200, "ok")
    delay_s: float = 0.0  # it takes a message at once, and says so later
    asked: list[dict[str, str]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    heard: asyncio.Condition = field(default_factory=asyncio.Condition)
    serving: set[asyncio.Task[None]] = field(default_factory=set)

    async def asked_times(self, number: int) -> None:
        """Wait until it was asked that many times."""
        async with asyncio.timeout(20), self.heard:
            await self.heard.wait_for(lambda: len(self.asked) >= number)

    @property
    def numbers(self) -> list[str]:
        """Whom it took a message for, or was asked to."""
        return [each["to"] for each in self.asked]

    def provider(self, code: str = "A", **more: object) -> Provider:
        """Describe it, quick unless said."""
        return Provider.model_validate(
            {
                "code": code,
                "canal": "SMS",
                "par_seconde": 1000,
                "connexions": 2,
                "cout_centimes": 5,
                "delai_secondes": 0.3,
                "http": {
                    "methode": "GET",
                    "url": f"{self.url}/send",
                    "parametres": {"to": "{numero}", "text": "{texte}"},
                    "accepte": {"statuts": [200], "identifiant_motif": "id=(.+)"},
                },
            }
            | more
        )

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Read requests one after the other, reply to each."""
        try:
            await self._converse(reader, writer)
        finally:
            writer.close()

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while head := await _head(reader):
            path, headers = head
            body = await reader.readexactly(int(headers.get("content-length", 0)))
            query = parse_qs(urlsplit(path).query)
            asked = {name: values[0] for name, values in query.items()}
            self.asked.append(asked | {"path": path})
            self.headers.append(headers)
            self.bodies.append(body.decode())
            async with self.heard:
                self.heard.notify_all()
            status, text = self.replies(asked)
            if status == SILENCE:
                await reader.read()  # until the other side is tired of it
                return
            await asyncio.sleep(self.delay_s)
            words = f"HTTP/1.1 {status} -\r\nContent-Length: {len(text)}\r\n\r\n{text}"
            writer.write(words.encode())
            await writer.drain()


async def _head(reader: asyncio.StreamReader) -> tuple[str, dict[str, str]] | None:
    try:
        block = await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    first, *lines = block.decode().strip().splitlines()
    pairs = (line.split(": ", 1) for line in lines)
    return first.split()[1], {name.lower(): value for name, value in pairs}


@asynccontextmanager
async def provider_server(port: int = 0) -> AsyncIterator[Server]:
    """Serve while the block lasts; on a port of its own unless said."""
    server = Server()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server.serving.add(asyncio.ensure_future(server.serve(reader, writer)))

    listening = await asyncio.start_server(connected, "127.0.0.1", port)
    host, port = listening.sockets[0].getsockname()
    server.url = f"http://{host}:{port}"
    try:
        yield server
    finally:
        listening.close()
        for each in server.serving:
            each.cancel()
        await asyncio.gather(*server.serving, return_exceptions=True)
