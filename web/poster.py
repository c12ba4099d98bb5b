"""`/cpts/{cpts}/joindre`: the poster to print, and the requests that it brings."""

import asyncio
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import RedirectResponse, Response

from acts.join import MakePoster, SettleJoin, make_poster, settle_join
from adapters.pdf import PdfPress
from domain.contact_errors import UnknownJoinRequestError
from domain.link import Purpose
from instance import TEMPLATES
from web.console import ACTOR
from web.desk import AtDesk
from web.door import from_this_machine

router = APIRouter(
    prefix="/cpts/{cpts_id}/joindre", dependencies=[Depends(from_this_machine)]
)


@router.post("/affiche")
async def printed(cpts_id: str, desk: AtDesk) -> Response:
    """Give the poster of this year, as a PDF of one page."""
    instance = desk.instance
    order = MakePoster(cpts_id=cpts_id, actor=ACTOR)
    poster = await make_poster(
        instance.database,
        order,
        instance.keys.link_key,
        partial(instance.address, Purpose.NOTICE),
    )
    press = PdfPress(TEMPLATES / "documents")
    content = await asyncio.to_thread(press.render_poster, poster)
    name = f"affiche-{cpts_id}.pdf"
    return Response(
        content,
        media_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.post("/demandes/{request_id}")
async def settled(
    cpts_id: str, request_id: str, desk: AtDesk, *, accepted: Annotated[bool, Form()]
) -> Response:
    """Enrol who waits, or refuse; pressed twice, it is done once."""
    order = SettleJoin(
        cpts_id=cpts_id, request_id=request_id, accepted=accepted, actor=ACTOR
    )
    with suppress(UnknownJoinRequestError):
        await settle_join(desk.instance.database, order)
    return RedirectResponse(f"/cpts/{cpts_id}/joindre", HTTPStatus.SEE_OTHER)
