"""A Postfix of our own on this machine: it takes mails, and hands back what failed."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path("/usr/sbin/postfix")
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
recipient_delimiter = +
transport_maps = regexp:{folder}/etc/transport
smtpd_relay_restrictions = permit_mynetworks, reject
tocsin_destination_recipient_limit = 1
"""
_TRANSPORT = """\
/^alerte\\+[0-9a-f]+@val\\.example$/ tocsin:
/^absent@/ lost:5.1.1
/^plein@/ lost:5.2.2
/./ discard:
"""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
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
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
postlog unix-dgram n - n - 1 postlogd
lost unix - n n - - pipe
  flags=F user=nobody argv=/bin/sh {folder}/lose ${{nexthop}}
tocsin unix - n n - 1 pipe
  flags=R user=nobody argv=/bin/sh {folder}/keep ${{original_recipient}}
"""
# what a real one hands to `tocsin bounce read --to …`, whose Python is root's alone
_KEEP = 'cd "{folder}/kept" && cat > "part-$$" && mv "part-$$" "$1"'


_LOSE = 'echo "$1 not here"; exit 69'


@dataclass(frozen=True)
class Postfix:
    """One that runs: where it listens, where it leaves what came back."""

    port: int
    kept: Path

    @property
    def back(self) -> tuple[Path, ...]:
        """What came back whole: files named by the address that it came back to."""
        return tuple(sorted(self.kept.glob("*@*")))


@contextmanager
def postfix_server() -> Iterator[Postfix]:
    """Start one; leaving the context stops it."""
    with tempfile.TemporaryDirectory(prefix="tocsin-postfix-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        for name in ("etc", "queue", "data", "kept"):
            (folder / name).mkdir()
        shutil.chown(folder / "data", "postfix")
        shutil.chown(folder / "kept", "nobody")
        texts = {
            "etc/main.cf": _MAIN,
            "etc/transport": _TRANSPORT,
            "etc/master.cf": _MASTER,
            "keep": _KEEP,
            "lose": _LOSE,
        }
        for name, text in texts.items():
            (folder / name).write_text(text.format(folder=folder, port=port))
        _run(folder, "start")
        try:
            yield Postfix(port, folder / "kept")
        finally:
            _run(folder, "stop")


def _run(folder: Path, order: str) -> None:
    subprocess.run(  # noqa: S603 - our own server
        (PROGRAM, "-c", folder / "etc", order),
        check=True,
        env={**os.environ, "MAIL_CONFIG": str(folder / "etc")},
        capture_output=True,
    )
