"""`/cpts/{cpts}/plan/fiches/…/modifier`: a card of the plan, edited or added."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import ValidationError
from starlette.datastructures import FormData

from acts.plan_cards import AddCard, EditCard, add_plan_card, edit_plan_card
from domain.card import ActionCard
from domain.card_editing import free_card_id
from domain.card_field import found
from domain.card_form import TICKED, card_texts, read_card
from domain.card_standing import card_standing
from domain.errors import FormAlreadyPostedError, PlanError
from domain.layer_errors import CardDisabledError, CardExistsError, CardRefusedError
from domain.plan_errors import ChangedMeanwhileError, NoDraftError
from domain.sentences import sentence
from web.console import shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.plan import known_plan
from web.plan_card_form import CardFormPage, error_of, errors_of, groups, names
from web.plan_cards import REASON
from web.plan_cards_page import USUAL
from web.plan_page import PlanKnown, authors

router = APIRouter(
    prefix="/cpts/{cpts_id}/plan/fiches", dependencies=[Depends(from_this_machine)]
)
_FIRST = "LC-00"  # a new card that starts from none


@dataclass(frozen=True)
class _Writing:
    """A card being written: where it starts from, and what was typed."""

    known: PlanKnown
    before: ActionCard | None
    card_id: str  # empty: it is new
    typed: Mapping[str, str]

    def page(
        self, errors: Mapping[str, str] | None = None, *, stale: bool = False
    ) -> CardFormPage:
        """Lay out the form, with what was typed."""
        known, fields = self.known, groups(self.known.plan.template, self.card_id)
        like = self.before.card_id if self.before else ""
        first = dict.fromkeys(names(fields), "")
        said = card_texts(self.before) if self.before and not self.typed else self.typed
        card_id = {"id": free_card_id(known.plan, like or _FIRST)}
        way = f"{known.path}/fiches/"
        return CardFormPage(
            cpts_name=known.tenant.name,
            fictitious=known.tenant.fictitious,
            path=known.path,
            state=known.state,
            at=f"{way}{self.card_id}/modifier" if self.card_id else f"{way}nouvelle",
            card_id=self.card_id,
            title=self.before.title if self.before and self.card_id else "",
            groups=fields,
            number=known.standing.number,
            revision=known.standing.revision,
            authors=authors(known.plan),
            like=like,
            form={**first, **USUAL, **card_id, **said},
            errors=errors or {},
            stale=stale,
        )


@router.get("/nouvelle", response_class=HTMLResponse)
async def begin(desk: AtDesk, cpts_id: str, comme: str = "") -> HTMLResponse:
    """Show the form of a new card, blank or like another.

    Raises:
        NoDraftError: The last version left already.
    """
    known = _written(await known_plan(desk, cpts_id))
    return shown(
        desk, "plan_card_form", _Writing(known, _like(known, comme), "", {}).page()
    )


@router.post("/nouvelle")
async def add(desk: AtDesk, cpts_id: str, request: Request) -> Response:
    """Add the card that was typed."""
    known, typed = await known_plan(desk, cpts_id), _typed(await request.form())
    return await _save(
        desk, _Writing(known, _like(known, typed.get("like", "")), "", typed)
    )


@router.get("/{card_id}/modifier", response_class=HTMLResponse)
async def edit(desk: AtDesk, cpts_id: str, card_id: str) -> HTMLResponse:
    """Show the form of a card, filled with what it says.

    Raises:
        CardDisabledError: It is to be enabled first.
        CardNotInPlanError: There is no such card.
        NoDraftError: The last version left already.
    """
    known = _written(await known_plan(desk, cpts_id))
    standing = card_standing(known.plan, card_id)
    if standing.disabled is not None:
        raise CardDisabledError(card=card_id)
    before = standing.card
    return shown(desk, "plan_card_form", _Writing(known, before, card_id, {}).page())


@router.post("/{card_id}/modifier")
async def save(desk: AtDesk, cpts_id: str, card_id: str, request: Request) -> Response:
    """Save the card that was typed."""
    known, typed = await known_plan(desk, cpts_id), _typed(await request.form())
    before = card_standing(known.plan, card_id).card
    return await _save(desk, _Writing(known, before, card_id, typed))


async def _save(desk: Desk, writing: _Writing) -> Response:
    typed = writing.typed
    card_id = writing.card_id or typed.get("id", "").strip().upper()
    errors, stale = {} if typed.get("reason", "").strip() else {"reason": REASON}, False
    said = read_card(card_id, typed, writing.before)
    try:
        card = ActionCard.model_validate(said)
        if not errors:
            await _give(desk, writing, card)
    except FormAlreadyPostedError:
        pass  # what it asked is done
    except ValidationError as refused:
        errors |= errors_of(refused, said, typed)
    except CardRefusedError as refused:
        errors |= error_of(str(refused.facts["rule"]))
    except CardExistsError as refused:
        errors |= {"id": sentence(refused)}
    except PlanError as refused:
        errors |= {"form": sentence(refused)}
        stale = isinstance(refused, ChangedMeanwhileError)
    if errors:
        page = writing.page(errors, stale=stale)
        return shown(desk, "plan_card_form", page, HTTPStatus.UNPROCESSABLE_ENTITY)
    done = "modifiee" if writing.card_id else "ajoutee"
    return RedirectResponse(f"{writing.known.path}/fiches/{card_id}?fait={done}", 303)


async def _give(desk: Desk, writing: _Writing, card: ActionCard) -> None:
    said = {**writing.typed, "cpts_id": writing.known.plan.cpts_id, "card": card}
    database = desk.instance.database
    if writing.card_id:
        await edit_plan_card(database, EditCard.model_validate(said))
    else:
        await add_plan_card(database, AddCard.model_validate(said))


def _written(known: PlanKnown) -> PlanKnown:
    if not known.is_draft:
        raise NoDraftError(cpts=known.plan.cpts_id, number=known.standing.number)
    return known


def _like(known: PlanKnown, card_id: str) -> ActionCard | None:
    """Give the card that a new one starts from; one of a CPTS is never critical."""
    card = found(known.plan.template.cards, card_id)
    return card and card.model_copy(update={"critical": False})


def _typed(form: FormData) -> dict[str, str]:
    """Read a form; the boxes of one name make one text."""
    typed = {name: str(value) for name, value in form.items()}
    boxes = {name: " ".join(map(str, form.getlist(name))) for name in TICKED}
    return {**typed, **boxes}
