"""A Postfix of our own on this machine, with folders of its own, gone with us."""

import os
import shutil
import stat
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

_PROGRAM = Path("/usr/sbin/postfix")
_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
multi_instance_name = postfix-tocsin
multi_instance_enable = yes
alternate_config_directories =
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = relay.val.example
mydomain = val.example
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
smtpd_relay_restrictions = permit_mynetworks, reject
"""
_LISTENS = "127.0.0.1:{port} inet n - n - - smtpd\n"
_MASTER = """\
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
postlog unix-dgram n - n - 1 postlogd
"""
_HELD = ("maildrop", "incoming", "active", "deferred")


def is_here() -> bool:
    """Can one run? It insists on being started by root."""
    return _PROGRAM.exists() and os.geteuid() == 0


@dataclass(frozen=True, slots=True)
class Postfix:
    """One that is laid out: in which folder."""

    folder: Path

    def configure(
        self, port: int, main: str, tables: Mapping[str, str], master: str = ""
    ) -> None:
        """Write what it reads when it starts; `{folder}` is its own.

        Args:
            port: Where it listens.
            main: Settings added to those it cannot do without.
            tables: Content of each file, by name, beside its settings.
            master: Services added to the usual ones.
        """
        files = {"main.cf": _MAIN + main, "master.cf": _LISTENS + _MASTER + master}
        for name, text in (files | dict(tables)).items():
            filled = text.replace("{folder}", str(self.folder))
            self._etc.joinpath(name).write_text(filled.replace("{port}", str(port)))
        self._ask(_PROGRAM, "check")  # lays out the folders of its queue

    @property
    def command(self) -> tuple[str, ...]:
        """What to run: `master`, as `postfix start` does, in the foreground."""
        folder = Path(self._ask("postconf", "-h", "daemon_directory"))
        return (str(folder / "master"), "-c", str(self._etc))

    @property
    def version(self) -> str:
        """Which one it is."""
        return "Postfix " + self._ask("postconf", "-h", "mail_version")

    @property
    def holds(self) -> int:
        """Count the messages it took and has not delivered.

        One that it was still taking when it stopped is none: it was not acknowledged,
        and stays as an unfinished file, not yet marked as ready by its mode.
        """
        queue = self.folder / "queue"
        files = chain.from_iterable((queue / name).rglob("*") for name in _HELD)
        return sum(_is_ready(each) for each in files)

    @property
    def _etc(self) -> Path:
        return self.folder / "etc"

    def _ask(self, program: str | Path, *words: str) -> str:
        done = subprocess.run(  # noqa: S603 - our own server
            (program, "-c", self._etc, *words),
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "MAIL_CONFIG": str(self._etc)},
        )
        return done.stdout.strip()


def _is_ready(file: Path) -> bool:
    try:
        found = file.stat()
    except FileNotFoundError:  # it left meanwhile
        return False
    return stat.S_ISREG(found.st_mode) and bool(found.st_mode & stat.S_IXUSR)


@contextmanager
def postfix() -> Iterator[Postfix]:
    """Have folders for one, which go; whoever runs it stops it first."""
    prefix = "tocsin-postfix-"
    with TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as made:
        folder = Path(made)
        folder.chmod(0o755)  # it works as several users
        for name in ("etc", "queue", "data"):
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix")
        yield Postfix(folder)
