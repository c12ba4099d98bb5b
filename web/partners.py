"""`/{cpts}/crise/{crise}/partenaires`: each partner, what it says, whom to call."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from acts.partners import AnswerAsPartner, answer_as_partner
from adapters.database import partners
from domain.answer import PartnerAnswer
from domain.contact import readable
from domain.errors import PlanError, UnknownPartnerError
from domain.partner import (
    PARTNER_LABELS,
    Partner,
    PartnerState,
    ToldPartner,
    in_words,
)
from domain.reference import CrisisRef
from domain.sentences import sentence
from domain.typography import typeset
from web.board import Ref, known_of
from web.console import ACTOR, new_nonce, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.known import Known, around, moment
from web.views import Page

router = APIRouter(
    prefix="/{cpts_id}/crise/{crisis_id}/partenaires",
    dependencies=[Depends(from_this_machine)],
)
HERE = "partenaires"
_ORDER = list(PartnerState)
_UNHEARD = "Choisissez une réponse ; le besoin a 200 caractères au plus."
_NOT_TOLD = "pas prévenu par Tocsin"


class Heard(BaseModel):
    """What a partner said on the telephone."""

    partner: str = ""
    nonce: str = ""
    answer: str = ""
    need: str = ""
    phone: str = ""


@dataclass(frozen=True)
class EveryPartnerLine:
    """One partner, where it stands, and how to reach it."""

    code: str
    name: str
    about: str  # what it is, its zone
    phone: str
    email: str
    said: str
    to_call: bool
    told: bool  # may its answer be written down?


@dataclass(frozen=True, kw_only=True)
class PartnersPage(Page):
    """Every partner of a crisis."""

    path: str
    nonce: str
    counts: str  # in one sentence; empty: nobody was told
    partners: tuple[EveryPartnerLine, ...]
    running: bool
    buttons: tuple[tuple[str, str], ...]
    error: str = ""
    typed: Heard  # what was refused, to be corrected


@router.get("", response_class=HTMLResponse)
async def show(ref: Ref, desk: AtDesk) -> HTMLResponse:
    """List the partners: needs first, then whom to call."""
    return await _shown(desk, ref)


@router.post("/{partner}")
async def note_answer(
    ref: Ref, partner: str, desk: AtDesk, form: Annotated[Heard, Form()]
) -> Response:
    """Note what a partner said on the telephone; the same form twice notes it once."""
    known = await known_of(desk, ref)
    if all(each.partner.code != partner for each in known.told):
        raise UnknownPartnerError(crisis=ref.crisis_id, partner=partner)
    typed = form.model_copy(update={"partner": partner})
    try:
        said = AnswerAsPartner.model_validate(
            {
                **ref.model_dump(),
                **form.model_dump(exclude={"partner"}),
                "partner_id": partner,
                "nonce": f"{form.nonce}:{partner}",
            }
        )
        await answer_as_partner(desk.instance.database, said, ACTOR)
    except PlanError as error:
        return await _shown(desk, ref, sentence(error), typed)
    except ValidationError:
        return await _shown(desk, ref, _UNHEARD, typed)
    await desk.set_going(ref)
    return RedirectResponse(f"{known.path}/{HERE}", 303)


async def _shown(
    desk: Desk,
    ref: CrisisRef,
    error: str = "",
    typed: Heard | None = None,
) -> HTMLResponse:
    known = await known_of(desk, ref)
    async with desk.instance.database.read() as connection:
        everyone = await partners.of_crisis(connection, ref)
    told = sorted(known.told, key=lambda each: _ORDER.index(each.state))
    heard_of = {each.partner.code for each in told}
    page = PartnersPage(
        **around(known),
        nonce=new_nonce(),
        counts=in_words(told),
        partners=(
            *(_told(each, known) for each in told),
            *(_line(each, known) for each in everyone if each.code not in heard_of),
        ),
        running=known.crisis.state.takes_answers,
        buttons=tuple(
            (code.value, PARTNER_LABELS[PartnerState(code)])
            for code in reversed(PartnerAnswer)
        ),
        error=error,
        typed=typed or Heard(),
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return shown(desk, "partners", page, status)


def _told(each: ToldPartner, known: Known) -> EveryPartnerLine:
    said, words = each.said, [typeset(PARTNER_LABELS[each.state])]
    if said is not None:
        words = [f"{words[0]}, {moment(said.at, known)}", *filter(None, (said.need,))]
    return _line(
        each.partner,
        known,
        said=" : ".join(words),
        phone=each.phone,
        to_call=each.state
        in {PartnerState.NEED, PartnerState.UNREACHED, PartnerState.TO_CALL},
    )


def _line(
    partner: Partner,
    known: Known,
    *,
    said: str = _NOT_TOLD,
    phone: str | None = None,
    to_call: bool = False,
) -> EveryPartnerLine:
    labels = {each.code: each.label for each in known.plan.template.partners}
    known_phone = readable(partner.phone) if partner.phone else ""
    return EveryPartnerLine(
        code=partner.code,
        name=partner.name,
        about=", ".join(
            filter(
                None, (labels.get(partner.kind), partner.zone or "tout le territoire")
            )
        ),
        phone=known_phone if phone is None else phone,
        email=partner.email or "",
        said=said,
        to_call=to_call,
        told=phone is not None,
    )
