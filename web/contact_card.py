"""`/plan/{token}/contact.vcf`: our own card, for a phone to let alerts through."""

from collections.abc import Iterator

from fastapi import APIRouter
from fastapi.responses import Response

from adapters.database import tenants
from domain.cpts import Cpts
from web.desk import AtDesk, Visitor
from web.opening import find_plan_link

router = APIRouter()
_ESCAPED = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n"})


@router.get("/plan/{token}/contact.vcf")
async def card(token: str, desk: AtDesk, visitor: Visitor) -> Response:
    """Give the card: who writes, from where, whom to call."""
    link = await find_plan_link(desk, visitor, token)
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, link.cpts_id)
    text = "\r\n".join(_lines(tenant, desk.instance.settings.mail_from)) + "\r\n"
    return Response(
        text,
        media_type="text/vcard; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="alerte-cpts.vcf"'},
    )


def _lines(tenant: Cpts, sender: str) -> Iterator[str]:
    """Write a vCard 3.0 (RFC 2426), which every telephone reads."""
    name = f"ALERTE {tenant.name}".translate(_ESCAPED)
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    yield f"N:{name};;;;"
    yield f"FN:{name}"
    yield f"ORG:{tenant.name.translate(_ESCAPED)}"
    yield f"EMAIL;TYPE=INTERNET,PREF:{sender}"
    yield f"TEL;TYPE=WORK,VOICE:{tenant.coordinator.phone}"
    yield "NOTE:Mettez cette fiche en favori et autorisez-la la nuit."
    yield "END:VCARD"
