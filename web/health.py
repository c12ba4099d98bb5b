"""`/healthz`, `/readyz`, `/auditz`: for whoever watches the server."""

from datetime import timedelta

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from adapters.database import audits, pulses
from adapters.temporal import alive
from domain.audit import AUDITED_WITHIN
from domain.ledger import instant
from web.desk import AtDesk, Desk

router = APIRouter()
FRESH = timedelta(seconds=30)


@router.get("/healthz")
async def healthz() -> JSONResponse:
    """Say that this process answers."""
    return JSONResponse({"ok": True})


@router.get("/readyz")
async def readyz(desk: AtDesk) -> JSONResponse:
    """Say if database, Temporal and a worker are there; 503 if one is not."""
    found = {
        "database": False,
        "temporal": await alive(desk.client),
        "worker": False,
    }
    try:
        found["worker"] = await _worker(desk)
        found["database"] = True
    except SQLAlchemyError:
        pass
    ready = all(found.values())
    return JSONResponse({"ready": ready, **found}, status_code=200 if ready else 503)


@router.get("/auditz")
async def auditz(desk: AtDesk) -> JSONResponse:
    """Say when crises were audited last, and what lacks; 503 if it is too long ago."""
    database = desk.instance.database
    async with database.read() as connection:
        beat = await pulses.last(connection, pulses.AUDITOR)
        raised = await audits.raised(connection)
    fresh = beat is not None and database.now() - beat < AUDITED_WITHIN
    found = {"ok": fresh, "audited_at": beat and instant(beat), "late": raised}
    return JSONResponse(found, status_code=200 if fresh else 503)


async def _worker(desk: Desk) -> bool:
    database = desk.instance.database
    async with database.read() as connection:
        beat = await pulses.last(connection, pulses.WORKER)
    return beat is not None and database.now() - beat < FRESH
