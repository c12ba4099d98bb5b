"""`/{cpts}/crise/{crise}/missions`: list them, propose one, call one off."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError

from acts.mission import (
    CancelMission,
    ProposeMission,
    cancel_mission,
    propose_mission,
)
from adapters.database import missions, people, sitting
from domain.errors import FormAlreadyPostedError, PlanError
from domain.mission import Mission, MissionOrder
from domain.mission_errors import UnknownMissionError, UnknownPersonError
from domain.reference import CrisisRef
from domain.seating import Sitting
from domain.sentences import sentence
from web.board import Ref, known_of
from web.console import ACTOR, new_nonce, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.known import Known, around
from web.mission_page import (
    CallOffPage,
    MissionLine,
    MissionsPage,
    ProposePage,
    free,
    missions_of,
)
from web.open_acts import is_open
from web.order_form import YES, local_instant

router = APIRouter(
    prefix="/{cpts_id}/crise/{crisis_id}/missions",
    dependencies=[Depends(from_this_machine)],
)
HERE = "missions"
_LASTS = timedelta(hours=4)  # likely; the form says otherwise
_TO_THE_MINUTE = timedelta(seconds=59)  # a form says no seconds
_ANYWHERE = ("", "Non précisée")
_WRONG = {
    "card_id": "Choisissez la fiche.",
    "place": "Écrivez où se rendre : 120 caractères au plus.",
    "zone": "Choisissez la zone du lieu.",
    "contact": "Écrivez qui attend sur place, et son numéro : 80 caractères au plus.",
    "starts_at": "Donnez la date et l'heure du début.",
    "ends_at": "Donnez la date et l'heure de la fin.",
}


@dataclass(frozen=True)
class _Field:
    """Who may leave, and who was asked to."""

    known: Known
    sitting: tuple[Sitting, ...]
    students: tuple[Sitting, ...]
    missions: tuple[Mission, ...]
    names: Mapping[str, str]  # keyed by person

    def person(self, person_id: str) -> Sitting:
        """Give somebody who said yes.

        Raises:
            UnknownPersonError: They did not.
        """
        for each in (*self.sitting, *self.students):
            if each.person_id == person_id:
                return each
        raise UnknownPersonError(person=person_id)

    def mission(self, mission_id: str) -> MissionLine:
        """Give one mission.

        Raises:
            UnknownMissionError: There is none.
        """
        for each in missions_of(self.known, self.missions, self.names):
            if each.mission_id == mission_id:
                return each
        raise UnknownMissionError(mission=mission_id)


async def _field(desk: Desk, ref: CrisisRef) -> _Field:
    known = await known_of(desk, ref)
    async with desk.instance.database.read() as connection:
        rows = await missions.of_crisis(connection, ref)
        ids = tuple({each.person_id for each in rows})
        named = await people.named(connection, ref, ids)
        return _Field(
            known=known,
            sitting=await sitting.of_crisis(connection, ref, known.now),
            students=await sitting.students(connection, ref, known.now),
            missions=rows,
            names={p.person_id: f"{p.last_name} {p.first_name}" for p in named},
        )


@router.get("", response_class=HTMLResponse)
async def show(ref: Ref, desk: AtDesk) -> HTMLResponse:
    """List the missions, and who said yes and has none."""
    found = await _field(desk, ref)
    known = found.known
    page = MissionsPage(
        **around(known),
        missions=missions_of(known, found.missions, found.names),
        seated=free(known, (each for each in found.sitting if each.card)),
        reserve=free(known, (each for each in found.sitting if not each.card)),
        students=free(known, found.students),
        open=is_open(known, HERE),
    )
    return shown(desk, "missions", page)


@router.get("/proposer/{person_id}")
async def ask(ref: Ref, person_id: str, desk: AtDesk) -> Response:
    """Ask where, whom to meet, from when until when."""
    found = await _field(desk, ref)
    if not is_open(found.known, HERE):
        return RedirectResponse(f"{found.known.path}/{HERE}", 303)
    return _shown(desk, found, person_id, _likely(found, found.person(person_id)))


def _cards(known: Known, person: Sitting) -> tuple[tuple[str, str], ...]:
    """List the cards with seats that welcome somebody: code, number and short title."""
    template = known.plan.template
    found = (
        template.card(code)
        for code in dict.fromkeys(each.card_id for each in known.needs)
    )
    return tuple(
        (card.card_id, f"{card.card_id}, {card.short or card.title}")
        for card in found
        if card.suits(person.profession, person.skills)
    )


def _likely(found: _Field, person: Sitting) -> dict[str, str]:
    """Fill the form: the card of their seat, the place of its last mission."""
    known = found.known
    card = person.card or next((code for code, _ in _cards(known, person)), "")
    rested = person.rests_until + _TO_THE_MINUTE if person.rests_until else known.now
    begin = max(known.now, rested).astimezone(known.zone)
    last = [each for each in found.missions if each.card_id == card][-1:]
    return {
        "card_id": card,
        "place": last[0].place if last else "",
        "zone": (last[0].zone or "") if last else "",
        "contact": last[0].contact if last else "",
        "starts_at": f"{begin:%Y-%m-%dT%H:%M}",
        "ends_at": f"{begin + _LASTS:%Y-%m-%dT%H:%M}",
    }


@router.post("/proposer/{person_id}")
async def propose(ref: Ref, person_id: str, desk: AtDesk, request: Request) -> Response:
    """Propose it; the same form posted twice proposes once."""
    form = await request.form()
    typed = {name: str(form.get(name, "")) for name in _WRONG}
    found = await _field(desk, ref)
    known = found.known
    try:
        said = ProposeMission(
            **ref.model_dump(),
            mission=_order(known, person_id, typed),
            actor=ACTOR,
            nonce=str(form.get("nonce", "")),
            wished=form.get("wished") == YES,
        )
        await propose_mission(desk.instance.database, said)
        await desk.set_going(ref)
    except FormAlreadyPostedError:
        pass  # what was asked is done
    except ValidationError as error:
        names = (str(each["loc"][0]) for each in error.errors())
        wrong = {name: _WRONG[name] for name in names}
        return _shown(desk, found, person_id, typed, wrong)
    except PlanError as error:
        return _shown(desk, found, person_id, typed, {"": sentence(error)})
    return RedirectResponse(f"{known.path}/{HERE}", 303)


def _order(known: Known, person_id: str, typed: Mapping[str, str]) -> MissionOrder:
    hours = {
        name: local_instant(typed[name], known.zone, known.now)
        for name in ("starts_at", "ends_at")
    }
    zone = typed["zone"] or None
    said = {**typed, **hours, "zone": zone, "person_id": person_id}
    return MissionOrder.model_validate(said)


def _shown(
    desk: Desk,
    found: _Field,
    person_id: str,
    form: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
) -> HTMLResponse:
    known = found.known
    person = found.person(person_id)
    page = ProposePage(
        **around(known),
        nonce=new_nonce(),
        person=free(known, (person.model_copy(update={"mission": None}),))[0],
        cards=_cards(known, person),
        zones=(_ANYWHERE, *((zone, zone) for zone in known.tenant.zones)),
        form=form,
        errors=errors or {},
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return shown(desk, "mission_propose", page, status)


@router.get("/{mission_id}/annuler")
async def ask_again(ref: Ref, mission_id: str, desk: AtDesk) -> Response:
    """Say what calling it off does; or it is over."""
    found = await _field(desk, ref)
    mission = found.mission(mission_id)
    if not mission.open:
        return RedirectResponse(f"{found.known.path}/{HERE}", 303)
    page = CallOffPage(**around(found.known), nonce=new_nonce(), mission=mission)
    return shown(desk, "mission_cancel", page)


@router.post("/{mission_id}/annuler")
async def call_off(
    ref: Ref, mission_id: str, desk: AtDesk, nonce: Annotated[str, Form()] = ""
) -> Response:
    """Call it off; the same form posted twice calls it off once."""
    found = await _field(desk, ref)
    if found.mission(mission_id).open:
        said = CancelMission(
            **ref.model_dump(), mission_id=mission_id, actor=ACTOR, nonce=nonce
        )
        with suppress(FormAlreadyPostedError):  # posted at the same instant: it is done
            await cancel_mission(desk.instance.database, said)
        await desk.set_going(ref)
    return RedirectResponse(f"{found.known.path}/{HERE}", 303)
