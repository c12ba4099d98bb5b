"""`/r/{token}/fiche/{card}/{run}`: a card of the cell, from its holder's phone."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from acts.card import (
    CardOrder,
    ProveCard,
    SetCardAside,
    prove_card,
    set_card_aside,
    take_card,
)
from acts.survey import CARD as SURVEY_CARD
from adapters.database import cards, situations, surveys
from adapters.database.standing import Standing
from domain.calendar import french_hour
from domain.card import CardState
from domain.card_errors import (
    CardBlockedError,
    CardOverError,
    CardWaitsError,
    ProofIncompleteError,
)
from domain.errors import FormAlreadyPostedError, PlanError
from domain.link import Purpose
from domain.order_errors import CrisisOverError
from domain.own_card import OwnCard, own_cards, run_of
from domain.proof_label import proof_value
from domain.sentences import sentence
from domain.survey import PlaceCounts
from web.desk import AtDesk, Desk, Visitor
from web.member_cards_page import PROOF, Cell, Typed, card_page, cell_view
from web.opening import find, standing_of
from web.same_call import typed_calls
from web.views import CellView

router = APIRouter(prefix="/r/{token}/fiche/{card_id}/{run}")
_WRONG_REASON = (
    "Écrivez la raison, en quelques mots et 200 signes au plus ; rien n'a été inscrit."
)
_SAID: Mapping[type[PlanError], str] = {  # a phone has no command to type
    CardOverError: (
        "Quelqu'un vient de terminer cette fiche ; rien de plus n'a été inscrit."
    ),
    CardBlockedError: (
        "Une autre fiche doit être terminée avant celle-ci ; rien n'a été inscrit."
    ),
    CardWaitsError: (
        "Cette fiche attend un ordre : personne ne part avant, et rien n'a été inscrit."
    ),
    CrisisOverError: "La crise est close ; il n'y a plus rien à inscrire.",
    ProofIncompleteError: (
        "La preuve n'est pas inscrite : remplissez chaque champ, en 200 signes au plus."
    ),
}


@dataclass(frozen=True)
class Opened:
    """A card that a link opens, and whose page it is on."""

    desk: Desk
    path: str  # of the member's page
    cell: Cell
    card: OwnCard

    def page(self, typed: Typed, error: str = "") -> str:
        """Lay out the page of the card."""
        shown = card_page(self.cell, self.card, self.path, typed, error)
        return self.desk.views.own_card(shown)


async def _open(
    token: str, card_id: str, run: int, desk: AtDesk, visitor: Visitor
) -> Opened:
    link = await find(desk, visitor, Purpose.ANSWER, token)
    cell = await _cell(desk, await standing_of(desk, link))
    return Opened(desk, f"/r/{token}", cell, run_of(cell.cards, card_id, run))


AtCard = Annotated[Opened, Depends(_open)]


@router.get("", response_class=HTMLResponse)
async def show(at: AtCard) -> HTMLResponse:
    """Show what a card asks, and where it stands; nothing is written."""
    known = await _known_fields(at.desk, at.cell, at.card)
    return HTMLResponse(at.page(known))


class Do(StrEnum):
    """What the buttons of a card do."""

    TAKE = "prendre"
    PROVE = "prouver"
    CORRECT = "corriger"
    SET_ASIDE = "ecarter"


class CardForm(BaseModel):
    """What the buttons of a card post; the fields of a proof come besides."""

    model_config = ConfigDict(extra="allow")

    nonce: str = Field(min_length=8, max_length=64)
    do: Do
    state: CardState = CardState.NOT_APPLICABLE
    reason: str = ""

    @property
    def besides(self) -> dict[str, str]:
        """The fields of proofs, as the form names them."""
        return {name: str(value) for name, value in (self.model_extra or {}).items()}

    @property
    def proof(self) -> dict[str, str]:
        """The fields of a proof."""
        return {
            name.removeprefix(PROOF): value
            for name, value in self.besides.items()
            if name.startswith(PROOF)
        }


@router.post("")
async def act_on(at: AtCard, form: Annotated[CardForm, Form()]) -> Response:
    """Take the card, prove it, correct that, or set it aside with a reason."""
    try:
        await _do(at, form)
    except FormAlreadyPostedError:
        pass  # it was done the first time
    except (PlanError, ValidationError) as error:
        typed = Typed(form.proof, form.state, form.reason, form.besides)
        page = at.page(typed, _said(error))
        return HTMLResponse(page, HTTPStatus.UNPROCESSABLE_ENTITY)
    here = at.card.run.key
    return RedirectResponse(
        f"{at.path}/fiche/{here[0]}/{here[1]}", HTTPStatus.SEE_OTHER
    )


async def _do(at: Opened, form: CardForm) -> None:
    database, (card_id, run) = at.desk.instance.database, at.card.run.key
    named: dict[str, Any] = {
        **at.cell.known.ref.model_dump(),
        "card_id": card_id,
        "run": run,
        "actor": at.card.role,
        "nonce": f"{form.nonce}:{form.do}",
    }
    match form.do:
        case Do.TAKE:
            await take_card(database, CardOrder(**named), at.cell.person_id)
        case Do.PROVE:
            theirs = {card.run.card_id for card in at.cell.cards}
            also = {k: v for k, v in typed_calls(form.besides).items() if k in theirs}
            proven = ProveCard(**named, fields=form.proof, same_call=also)
            await prove_card(database, proven)
        case Do.CORRECT:
            fixed = ProveCard(**named, fields=form.proof, corrects=True)
            await prove_card(database, fixed)
        case Do.SET_ASIDE:
            why = {"state": form.state, "reason": form.reason}
            await set_card_aside(database, SetCardAside(**named, **why))


def _said(error: PlanError | ValidationError) -> str:
    if isinstance(error, ValidationError):  # only a reason may be too short or long
        return _WRONG_REASON
    return _SAID.get(type(error)) or sentence(error)


async def cell_of(desk: Desk, stand: Standing, path: str) -> CellView | None:
    """Give what somebody of the cell answers for; None: they hold no role."""
    if not stand.plan.roles_of(stand.person_id) or stand.crisis.state.is_over:
        return None
    cell = await _cell(desk, stand)
    return cell_view(cell, path) if cell.cards else None


async def _known_fields(desk: Desk, cell: Cell, card: OwnCard) -> Typed:
    """Fill in the proof that stands, or the counts of the last survey for its card."""
    database = desk.instance.database
    if card.run.over:
        async with database.read() as connection:
            ref = cell.known.ref
            kept = await cards.proofs_of_run(connection, ref, *card.run.key)
        stands = kept[0].fields if kept else {}
        return Typed({name: proof_value(stands[name], cell.zone) for name in stands})
    if card.run.card_id != SURVEY_CARD:
        return Typed()
    async with database.read() as connection:
        places = await surveys.places(connection, cell.known.crisis, cell.now)
    if places is None:
        return Typed()
    counts = PlaceCounts.of(place.state for place in places).proof()
    hour = {"heure": french_hour(cell.now, cell.zone)}
    return Typed({name: str(number) for name, number in counts.items()} | hour)


async def _cell(desk: Desk, stand: Standing) -> Cell:
    database = desk.instance.database
    async with database.read() as connection:
        known = await situations.of_crisis(connection, stand.crisis)
    runs = (run.scheduled for run in known.runs)
    own = own_cards(known.laid, runs, stand.plan.roles_of(stand.person_id))
    return Cell(known, stand.person_id, own, database.now())
