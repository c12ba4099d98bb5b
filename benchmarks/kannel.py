"""A real Kannel gateway with its `fakesmsc`, on ports of its own."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

BEARERBOX, SMSBOX = "/usr/sbin/bearerbox", "/usr/sbin/smsbox"
FAKESMSC = "/usr/lib/kannel/test/fakesmsc"
PACKAGES = "kannel, kannel-extras"
_READY_S = 20.0
_TOOK = "Got message "
_CONFIGURATION = """\
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
smsbox-port = {smsbox}
admin-password = fictif
box-allow-ip = 127.0.0.1
log-file = {folder}/bearerbox.log
log-level = 3
dlr-storage = internal

group = smsc
smsc = fake
smsc-id = fake
port = {smsc}
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {http}
sendsms-interface = 127.0.0.1
global-sender = 38000
log-file = {folder}/smsbox.log
log-level = 3

group = sendsms-user
username = tocsin
password = fictif
concatenation = true
max-messages = 4

group = sms-service
keyword = default
catch-all = true
max-messages = 0
{service}
"""


def missing() -> tuple[str, ...]:
    """List the programs that are not installed."""
    return tuple(
        each for each in (BEARERBOX, SMSBOX, FAKESMSC) if not shutil.which(each)
    )


@dataclass(frozen=True, slots=True)
class Kannel:
    """A gateway that runs."""

    folder: Path
    http: int
    smsc: int

    @property
    def url(self) -> str:
        """Where a text is handed over."""
        return f"http://127.0.0.1:{self.http}/cgi-bin/sendsms"

    @contextmanager
    def fake_smsc(self) -> Iterator["FakeSmsc"]:
        """Plug a message centre in: it takes all, and may be made to say something."""
        log = self.folder / "fakesmsc.log"
        # its log is buffered otherwise, and lost when it is stopped
        words = [
            "stdbuf",
            "-oL",
            FAKESMSC,
            "-H",
            "127.0.0.1",
            "-r",
            str(self.smsc),
            "-v",
            "0",
        ]
        with log.open("wb") as out:
            process = subprocess.Popen(  # noqa: S603 - Kannel's own program
                words, stdin=subprocess.PIPE, stdout=out, stderr=subprocess.STDOUT
            )
        try:
            yield FakeSmsc(process, log)
        finally:
            process.terminate()
            process.communicate()


@dataclass(frozen=True, slots=True)
class FakeSmsc:
    """A message centre that runs, and what it took."""

    process: subprocess.Popen[bytes]
    log: Path

    def say(self, sender: str, receiver: str, text: str) -> None:
        """Send a text to the gateway, as a telephone would."""
        assert self.process.stdin is not None  # noqa: S101 - a pipe
        self.process.stdin.write(f"{sender} {receiver} text {text}\n".encode())
        self.process.stdin.flush()

    def took(self, number: int) -> str:
        """Wait until it took that many texts; give its log."""
        ends = time.monotonic() + _READY_S
        while (log := self.log.read_text("utf-8", "replace")).count(_TOOK) < number:
            if time.monotonic() > ends:
                message = f"fakesmsc took {log.count(_TOOK)} of {number}"
                raise TimeoutError(message)
            time.sleep(0.02)
        return log


@contextmanager
def kannel(folder: Path, service: str = "text = merci") -> Iterator[Kannel]:
    """Run a gateway while the block lasts.

    Args:
        folder: Where its configuration and its logs go.
        service: What it does of a text that comes in.
    """
    admin, smsbox, smsc, http = _ports(4)
    file = folder / "kannel.conf"
    file.write_text(
        _CONFIGURATION.format(
            admin=admin,
            smsbox=smsbox,
            smsc=smsc,
            http=http,
            folder=folder,
            service=service,
        )
    )
    running: list[subprocess.Popen[bytes]] = []
    try:
        for program, port in ((BEARERBOX, smsbox), (SMSBOX, http)):
            out = (folder / f"{Path(program).name}.out").open("wb")
            with out:
                words = [program, "-v", "4", str(file)]
                process = subprocess.Popen(  # noqa: S603 - Kannel's own programs
                    words, stdout=out, stderr=out
                )
                running.append(process)
            _wait_for(port)
        yield Kannel(folder, http, smsc)
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def _ports(number: int) -> list[int]:
    probes = [socket.socket() for _ in range(number)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _wait_for(port: int) -> None:
    ends = time.monotonic() + _READY_S
    while time.monotonic() < ends:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    message = f"Kannel does not answer on port {port}"
    raise TimeoutError(message)
