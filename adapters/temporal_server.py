"""Temporal's development server, on a file of the data folder."""

import shutil
import subprocess
import sysconfig
from datetime import timedelta
from pathlib import Path

NAMESPACE = "tocsin"
RETENTION = timedelta(days=30)


class ServerUnfitError(Exception):
    """Temporal's server is not installed, or does not do what is asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TemporalServer:
    """The development server of Temporal, on a file of the data folder."""

    def __init__(self, folder: Path, address: str) -> None:
        """Find the program.

        Raises:
            ServerUnfitError: It is not installed.
        """
        scripts = sysconfig.get_path("scripts")
        program = shutil.which("temporal", path=scripts) or shutil.which("temporal")
        if program is None:
            raise ServerUnfitError("le programme « temporal » n'est pas installé")
        self._program = program
        self._folder = folder
        self._address = address

    @property
    def command(self) -> tuple[str, ...]:
        """The command that runs it; nobody but this machine reaches it."""
        host, _, port = self._address.rpartition(":")
        return (
            *(self._program, "server", "start-dev", "--headless"),
            *("--ip", host, "--port", port),
            *("--db-filename", str(self._folder / "temporal.db")),
            *("--sqlite-pragma", "journal_mode=WAL"),
            *("--sqlite-pragma", "synchronous=NORMAL"),
            *("--log-level", "warn"),
            *_OWN_SETTINGS,
        )

    def is_serving(self) -> bool:
        """Say if it answers a health check."""
        return not self._refusal("cluster", "health")

    def keep_namespace(self) -> None:
        """Have our namespace, with 30 days of memory (one by default).

        Raises:
            ServerUnfitError: The server refuses.
        """
        hours = f"{RETENTION // timedelta(hours=1)}h"
        named = ("--namespace", NAMESPACE, "--retention", hours)
        if self._refusal("namespace", "create", *named):  # there already, most likely
            refusal = self._refusal("namespace", "update", *named)
            if refusal:
                raise ServerUnfitError(refusal)

    def _refusal(self, *order: str) -> str:
        """Give an order to the server; return what it refused, or nothing."""
        done = subprocess.run(  # noqa: S603 - a program of ours, no shell
            (
                self._program,
                "operator",
                *order,
                "--address",
                self._address,
                *_OWN_SETTINGS,
            ),
            check=False,
            capture_output=True,
            text=True,
            timeout=20,
        )
        return (
            "" if done.returncode == 0 else done.stderr.strip() or "refus sans raison"
        )


# whatever the machine's own Temporal configuration says
_OWN_SETTINGS = ("--disable-config-env", "--disable-config-file")
