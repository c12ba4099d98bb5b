"""`/api/receipts/…`: a provider says what became of a message."""

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from acts.receipt import take_receipt
from domain.errors import UnknownLinkError
from domain.receipt import ReceiptNote
from web.desk import AtDesk
from web.provider_door import posted, provider_of

router = APIRouter()
_BY_ACCOUNT = "/api/receipts/{provider}/{secret}"
_BY_MESSAGE = _BY_ACCOUNT + "/{cpts_id}/{delivery_id}"


@router.api_route(_BY_ACCOUNT, methods=["GET", "POST"])
async def of_account(
    request: Request, provider: str, secret: str, desk: AtDesk
) -> PlainTextResponse:
    """Keep a receipt that names its message by an id of its own."""
    database = desk.instance.database
    known = provider_of(desk, provider, secret)
    note = ReceiptNote.read(known, await posted(request), database.now())
    return await _keep(desk, note)


@router.api_route(_BY_MESSAGE, methods=["GET", "POST"])
async def of_message(request: Request, desk: AtDesk) -> PlainTextResponse:
    """Keep a receipt whose address names its message."""
    named = request.path_params
    database = desk.instance.database
    known = provider_of(desk, named["provider"], named["secret"])
    note = ReceiptNote.read(known, await posted(request), database.now())
    about = {"cpts_id": named["cpts_id"], "delivery_id": named["delivery_id"]}
    return await _keep(desk, note and note.model_copy(update=about))


async def _keep(desk: AtDesk, note: ReceiptNote | None) -> PlainTextResponse:
    """Keep it; what has not ended yet is thanked for and left aside.

    Raises:
        UnknownLinkError: It names no message.
        UnknownReceiptError: No such message: the provider may try again.
    """
    if note is not None:
        if note.delivery_id is None and note.provider_id is None:
            raise UnknownLinkError
        await take_receipt(desk.instance.database, note)
    return PlainTextResponse("ok")
