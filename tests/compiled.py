"""Statements compiled once a run: each test has an engine of its own, and forgets."""

from typing import Any

import pytest
from sqlalchemy import Dialect, Engine, event
from sqlalchemy.ext.asyncio import AsyncEngine

from adapters.database import engines, outbox, unit

_dialects: dict[type[Dialect], Dialect] = {}
_compiled: dict[Any, Any] = {}


def _sharing(engine: Engine) -> None:
    """Let an engine use what others of its kind compiled, once it is connected."""
    engine.update_execution_options(compiled_cache=_compiled)

    @event.listens_for(engine, "connect")
    def connected(*_connection: object) -> None:
        engine.dialect = _dialects.setdefault(type(engine.dialect), engine.dialect)


def share(patch: pytest.MonkeyPatch) -> None:
    """Make every engine of this run share."""

    def asynchronous(url: str) -> AsyncEngine:
        engine = engines.async_engine(url)
        _sharing(engine.sync_engine)
        return engine

    def synchronous(url: str, **options: Any) -> Engine:  # noqa: ANN401 - its own
        engine = engines.sync_engine(url, **options)
        _sharing(engine)
        return engine

    patch.setattr(unit, "async_engine", asynchronous)
    patch.setattr(outbox, "sync_engine", synchronous)
