"""`/api/inbound/…`: a provider hands over a text, or a key that somebody pressed."""

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from acts.inbound import take_message
from domain.inbound import Inbound
from domain.reply_errors import UnknownSenderError
from web.desk import AtDesk
from web.provider_door import posted, provider_of

router = APIRouter()
log = structlog.get_logger()
_OF_ACCOUNT = "/api/inbound/{provider}/{secret}"
_OF_MESSAGE = _OF_ACCOUNT + "/{cpts_id}/{delivery_id}"


@router.api_route(_OF_ACCOUNT, methods=["GET", "POST"])
@router.api_route(_OF_MESSAGE, methods=["GET", "POST"])
async def take(request: Request, desk: AtDesk) -> PlainTextResponse:
    """Take it once, however often it is handed over; what holds no answer is left."""
    named = request.path_params
    database = desk.instance.database
    provider = provider_of(desk, named["provider"], named["secret"])
    heard = Inbound.read(provider, await posted(request), database.now())
    if heard is not None:
        about = {key: named.get(key) for key in ("cpts_id", "delivery_id")}
        heard = heard.model_copy(update=about)
        try:
            for ref in await take_message(database, heard):
                await desk.set_going(ref)  # a call for help waits for nobody
        except UnknownSenderError:  # told again, it would be nobody's still
            log.warning("inbound.from_nobody", key=heard.key)
    return PlainTextResponse("")  # Kannel would send it back as a text
