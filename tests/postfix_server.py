"""A Postfix on this machine that loses some mails, and hands back what it lost."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.embedded import LOOPBACK, answers
from adapters.processes import Child, Keeper
from benchmarks.postfix import Postfix, postfix
from benchmarks.stage import await_that, free_port

_MAIN = """\
recipient_delimiter = +
transport_maps = regexp:{folder}/etc/transport
tocsin_destination_recipient_limit = 1
"""
_TRANSPORT = """\
/^alerte\\+[0-9a-f]+@val\\.example$/ tocsin:
/^absent@/ lost:5.1.1
/^plein@/ lost:5.2.2
/./ discard:
"""
_MASTER = """\
lost unix - n n - - pipe
  flags=F user=nobody argv=/bin/sh {folder}/etc/lose ${nexthop}
tocsin unix - n n - 1 pipe
  flags=R user=nobody argv=/bin/sh {folder}/etc/keep ${original_recipient}
"""
# what a real one hands to `tocsin bounce read --to …`, whose Python is root's alone
_KEEP = 'cd "{folder}/kept" && cat > "part-$$" && mv "part-$$" "$1"'
_LOSE = 'echo "$1 not here"; exit 69'


@dataclass(frozen=True)
class Bouncing:
    """One that runs: where it listens, where it leaves what came back."""

    port: int
    kept: Path
    server: Postfix

    @property
    def back(self) -> tuple[Path, ...]:
        """What came back whole: files named by the address that it came back to."""
        return tuple(sorted(self.kept.glob("*@*")))


@contextmanager
def postfix_server() -> Iterator[Bouncing]:
    """Start one; leaving the context stops it."""
    with postfix() as server:
        port, kept = free_port(), server.folder / "kept"
        kept.mkdir()
        shutil.chown(kept, "nobody")
        tables = {"transport": _TRANSPORT, "keep": _KEEP, "lose": _LOSE}
        server.configure(port, _MAIN, tables, _MASTER)
        log = server.folder / "master.log"
        keeper = Keeper(
            Child("postfix", server.command, log, server.folder), lambda *_: None
        )
        keeper.start()
        try:
            await_that("Postfix", lambda: answers(f"{LOOPBACK}:{port}"), 30)
            yield Bouncing(port, kept, server)
        finally:
            keeper.stop()
