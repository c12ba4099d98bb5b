"""Logs: one JSON object a line, event first, ids only, UTC."""

import logging
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor, WrappedLogger

_FIRST = ("event", "level", "at")
_PERSONAL = re.compile(
    r"[^\s@<>\"']+@[^\s@<>\"']+"  # an address
    r"|(?<![\w-])(?:\+33|0)[ .]?[1-9](?:[ .]?\d\d){4}(?!\d)"  # a French number
    r"|(?<=/r/)[^/\s?#\"]+|(?<=/p/)[^/\s?#\"]+"  # the token of a link
    r"|(?<=/a/)[^/\s?#\"]+|(?<=/recu/)[^/\s?#\"]+|(?<=/plan/)[^/\s?#\"]+"
    r"|(?<=/)[0-9a-f]{32}(?![\w-])"  # the secret by which a provider calls back
)
_HIDDEN = "[masqué]"
_TALKATIVE = ("httpx",)  # each text handed over: whose number, which words and link


def configure(level: str = "info", path: Path | None = None) -> None:
    """Send everything, ours and the libraries', to a file or to standard error."""
    shared = _shared()
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = logging.FileHandler(path, encoding="utf-8")
    handler.setFormatter(
        ProcessorFormatter(foreign_pre_chain=shared, processors=_rendering())
    )
    root = logging.getLogger()
    for former in root.handlers[:]:
        root.removeHandler(former)
        former.close()
    root.addHandler(handler)
    root.setLevel(level.upper())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
    ]


def _rendering() -> Sequence[Processor]:
    return [
        ProcessorFormatter.remove_processors_meta,
        _event_first,
        _ids_only,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ]


def _event_first(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    rest = {name: fact for name, fact in event.items() if name not in _FIRST}
    return {name: event[name] for name in _FIRST if name in event} | rest


def _ids_only(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Hide addresses, numbers and tokens that a library may have put in its words."""
    return {
        name: _PERSONAL.sub(_HIDDEN, fact) if isinstance(fact, str) else fact
        for name, fact in event.items()
    }
