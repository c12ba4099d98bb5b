"""`/{cpts}/crise/{crise}/enquete`: ask the places if they are open, and read them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from acts.survey import AnswerForPlace, OpenSurvey, answer_for_place, open_survey
from adapters.database import surveys
from domain.contact import readable
from domain.errors import FormAlreadyPostedError, PlanError
from domain.reference import CrisisRef
from domain.sentences import sentence
from domain.survey import PlaceAnswer, PlaceState, SurveyedPlace, last_departure
from domain.wording import PLACE_STATE_LABELS
from web.board import Ref, known_of
from web.console import ACTOR, new_nonce, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.known import Known, around, moment
from web.open_acts import is_open
from web.views import Page

router = APIRouter(
    prefix="/{cpts_id}/crise/{crisis_id}/enquete",
    dependencies=[Depends(from_this_machine)],
)
_FIRST = (  # whom to call, then whom to help
    PlaceState.SILENT,
    PlaceState.CLOSED,
    PlaceState.SLOWED,
    PlaceState.OPEN,
    PlaceState.CLOSED_AT_NIGHT,
)


_UNHEARD = "Choisissez une réponse ; le nom a 80 caractères au plus."


class Heard(BaseModel):
    """What somebody of a place said on the telephone."""

    nonce: str = ""
    answer: str = ""
    name: str = ""


@dataclass(frozen=True)
class SurveyedLine:
    """One place, what it said, and the number to call."""

    code: str
    name: str
    where: str
    phone: str
    said: str
    silent: bool


@dataclass(frozen=True, kw_only=True)
class PlacesPage(Page):
    """The reading of the flash survey."""

    path: str
    nonce: str
    left: str = ""  # when it last left
    coming: str = ""  # when it asks those that the night spares
    counts: tuple[tuple[str, int], ...] = ()
    places: tuple[SurveyedLine, ...] = ()
    open: bool  # may one be opened now?
    running: bool
    buttons: tuple[tuple[str, str], ...] = ()
    error: str = ""


@router.get("", response_class=HTMLResponse)
async def show(ref: Ref, desk: AtDesk) -> HTMLResponse:
    """Show where each place stands since the last survey left."""
    return await _shown(desk, ref)


@router.post("")
async def ask_places(
    ref: Ref, desk: AtDesk, nonce: Annotated[str, Form()] = ""
) -> Response:
    """Ask the places; the same form posted twice asks once."""
    known = await known_of(desk, ref)
    order = OpenSurvey(**ref.model_dump(), actor=ACTOR, nonce=nonce)
    try:
        await open_survey(desk.instance.database, order, desk.instance.keys.link_key)
    except FormAlreadyPostedError:
        pass  # what was asked is done
    except PlanError as error:
        return await _shown(desk, ref, sentence(error))
    else:
        await desk.set_going(ref)
    return RedirectResponse(f"{known.path}/enquete", 303)


@router.post("/{place}")
async def note_answer(
    ref: Ref, place: str, desk: AtDesk, form: Annotated[Heard, Form()]
) -> Response:
    """Note what a place said on the telephone."""
    known = await known_of(desk, ref)
    try:
        said = AnswerForPlace.model_validate(
            {
                **ref.model_dump(),
                "structure_id": place,
                "answer": form.answer,
                "nonce": f"{form.nonce}:{place}",
                "name": form.name,
            }
        )
        await answer_for_place(desk.instance.database, said, ACTOR)
    except PlanError as error:
        return await _shown(desk, ref, sentence(error))
    except ValidationError:
        return await _shown(desk, ref, _UNHEARD)
    await desk.set_going(ref)
    return RedirectResponse(f"{known.path}/enquete", 303)


async def _shown(desk: Desk, ref: CrisisRef, error: str = "") -> HTMLResponse:
    known = await known_of(desk, ref)
    async with desk.instance.database.read() as connection:
        asked = (await surveys.asked(connection, ref)).values()
        places = await surveys.places(connection, known.crisis, known.now) or ()
    left = last_departure(asked, known.now)
    coming = min((a.leaves_at for a in asked if a.waits(known.now)), default=None)
    page = PlacesPage(
        **around(known),
        nonce=new_nonce(),
        left=moment(left, known) if left else "",
        coming=moment(coming, known) if coming else "",
        counts=_counts(places),
        places=tuple(
            _line(each, known)
            for each in sorted(places, key=lambda each: _FIRST.index(each.state))
        ),
        open=is_open(known, "enquete"),
        running=known.crisis.state.takes_answers,
        buttons=tuple((code.value, PLACE_STATE_LABELS[code]) for code in PlaceAnswer),
        error=error,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return shown(desk, "places", page, status)


def _counts(places: Iterable[SurveyedPlace]) -> tuple[tuple[str, int], ...]:
    counted = Counter(each.state for each in places)
    return tuple(
        (PLACE_STATE_LABELS[state], counted[state])
        for state in _FIRST
        if counted[state]
    )


def _line(each: SurveyedPlace, known: Known) -> SurveyedLine:
    place, said = each.place, each.said
    words = [PLACE_STATE_LABELS[each.state]]
    if said is not None:
        by = f", par {said.name}" if said.name else ""
        words = [f"{words[0]}, {moment(said.at, known)}{by}"]
        if said.slots is not None:
            words.append(f"{said.slots} créneaux")
        if said.need:
            words.append(f"besoin : {said.need}")
        if said.reopens_at:
            words.append(f"rouvre {moment(said.reopens_at, known)}")
    return SurveyedLine(
        code=place.code,
        name=place.name,
        where=place.zone or place.commune,
        phone=readable(place.phone) if place.phone else "",
        said=" ; ".join(words),
        silent=each.state is PlaceState.SILENT,
    )
