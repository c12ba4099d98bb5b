"""Ask the house that runs on this machine, which has everything loaded."""

import os
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from adapters.embedded import LOOPBACK, DamagedRunError, holder, read_run

_VAR = Path(__file__).resolve().parent.parent / "var"
_PATIENCE_S = 5


def ask(path: str) -> str | None:
    """Get a text from the running house; None: ask the database, it decides.

    That is so when no house holds the data folder, when another database was chosen,
    and when the house does not answer or refuses.
    """
    folder = Path(os.environ.get("TOCSIN_DATA_DIR") or _VAR)
    ours = ("", f"sqlite:///{folder}/tocsin.db")
    if os.environ.get("TOCSIN_DATABASE_URL", "") not in ours or holder(folder) is None:
        return None
    try:
        run = read_run(folder)
        if run is None:
            return None
        line = HTTPConnection(LOOPBACK, run.web_port, timeout=_PATIENCE_S)
        with closing(line):
            line.request("GET", path)
            said = line.getresponse()
            text = said.read().decode()
    except (DamagedRunError, HTTPException, OSError, UnicodeDecodeError):
        return None
    return text if said.status == HTTPStatus.OK else None
