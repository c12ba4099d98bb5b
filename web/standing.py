"""`/crises/{id}/etat`: the terminal's board, for `tocsin crisis status`."""

from fastapi import APIRouter, Depends
from fastapi.responses import PlainTextResponse, Response

from adapters.database import glance
from domain.terminal_board import Picture, board
from web.desk import AtDesk, Desk
from web.door import from_this_machine

router = APIRouter(
    prefix="/crises/{crisis_id}", dependencies=[Depends(from_this_machine)]
)


@router.get("/etat.txt", response_class=PlainTextResponse)
async def text(crisis_id: str, desk: AtDesk) -> PlainTextResponse:
    """Lay out a crisis in plain lines."""
    return PlainTextResponse(board(await _picture(desk, crisis_id)))


@router.get("/etat.json")
async def numbers(crisis_id: str, desk: AtDesk) -> Response:
    """Give the numbers of a crisis."""
    found = (await _picture(desk, crisis_id)).numbers
    return Response(found.model_dump_json(), media_type="application/json")


async def _picture(desk: Desk, crisis_id: str) -> Picture:
    database = desk.instance.database
    async with database.read() as connection:
        return await glance.picture(connection, crisis_id, database.now())
