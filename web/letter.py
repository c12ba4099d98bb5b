"""`/{cpts}/crise/{crise}/lettre`: ask the ARS in writing for the reference."""

from collections.abc import Mapping

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from archive import keep_letter, print_letter
from instance import Instance
from web.board import Ref, known_of
from web.console import ACTOR
from web.decision import Decision, Ready, Typed
from web.desk import AtDesk
from web.door import from_this_machine
from web.known import Known

router = APIRouter(
    prefix="/{cpts_id}/crise/{crisis_id}", dependencies=[Depends(from_this_machine)]
)


@router.get("/lettre.pdf")
async def read_letter(ref: Ref, desk: AtDesk) -> Response:
    """Print the letter as it would leave; nothing leaves."""
    known = await known_of(desk, ref)
    pdf = await print_letter(desk.instance, known.crisis)
    return Response(pdf, media_type="application/pdf")


def _ask(known: Known, _typed: Typed) -> Ready:
    async def ready(instance: Instance) -> None:
        pdf = await print_letter(instance, known.crisis)
        await keep_letter(instance, known.crisis, ACTOR, pdf)

    return ready


DECISIONS: Mapping[str, Decision] = {"lettre": Decision("letter", _ask)}
