"""`/cpts/{cpts}/paiement`: what the plan should bring, proved, notified, paid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, TypedDict

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from acts.payment import RecordPayment, record_payment
from adapters.database import money_facts, tenants
from adapters.payment_file import load_fixed_part, load_variable_part
from domain.cells import day
from domain.contract import Contract, missing_dates
from domain.cpts import Cpts
from domain.errors import PlanError
from domain.fixed_part import FixedPart
from domain.money import Story, money_years
from domain.money_words import NEVER_PROMISED, YearWords, contract_words, year_words
from domain.payment_errors import FuturePaymentError, UnknownContractYearError
from domain.payment_record import PaymentState, Slice
from domain.sentences import sentence
from instance import TEMPLATES
from web.console import ACTOR, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.views import Page

router = APIRouter(
    prefix="/cpts/{cpts_id}/paiement", dependencies=[Depends(from_this_machine)]
)
_WRONG = {
    "amount": "Écrivez un nombre entier d'euros.",
    "on": "Écrivez une date, par exemple 2027-04-12.",
    "reference": "La référence a 120 caractères au plus.",
    "slice": "Dites quelle tranche.",
    "state": "Dites si la CPAM annonce ou verse.",
    "year": "Choisissez une année.",
}


_REFUSED: Mapping[type[PlanError], str] = {
    FuturePaymentError: "on",
    UnknownContractYearError: "year",
}


class SumForm(BaseModel):
    """What is typed from the letter of the CPAM."""

    year: str = ""
    slice: str = ""
    state: str = ""
    amount: str = ""
    on: str = ""
    reference: str = ""


@dataclass(frozen=True, kw_only=True)
class PaymentPage(Page):
    """The money of a plan, contract year by contract year."""

    plan: str = ""  # its page, if there is a plan
    never_promised: str = NEVER_PROMISED
    missing: tuple[str, ...] = ()  # dates without which nothing can be computed
    rests_on: tuple[str, ...] = ()
    current: tuple[YearWords, ...] = ()  # this year and the next
    past: tuple[YearWords, ...] = ()
    rules: tuple[tuple[str, str], ...] = ()  # words, mark
    slices: tuple[tuple[str, str], ...] = tuple((s.value, s.label) for s in Slice)
    states: tuple[tuple[str, str], ...] = tuple(
        (s.value, s.label) for s in PaymentState
    )
    form: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    years: tuple[tuple[str, str], ...] = ()  # that have begun: number, name


@router.get("", response_class=HTMLResponse)
async def show(cpts_id: str, desk: AtDesk) -> HTMLResponse:
    """Show each contract year."""
    return await _shown(desk, cpts_id)


@router.post("")
async def note(
    cpts_id: str, desk: AtDesk, typed: Annotated[SumForm, Form()]
) -> Response:
    """Note what the CPAM wrote; a correction is added, nothing is erased."""
    said = typed.model_dump()
    try:
        on = day(typed.on) if typed.on else None
        reference = typed.reference.strip() or None
        order = RecordPayment.model_validate(
            {**said, "on": on, "reference": reference, "cpts_id": cpts_id}
            | {"actor": ACTOR, "amount": "".join(typed.amount.split())}
        )
        await record_payment(desk.instance.database, order)
    except PlanError as refused:
        name = _REFUSED.get(type(refused), "reference")
        return await _shown(desk, cpts_id, said, {name: sentence(refused)})
    except ValidationError as refused:
        wrong = (str(error["loc"][0]) for error in refused.errors())
        return await _shown(desk, cpts_id, said, {name: _WRONG[name] for name in wrong})
    except ValueError:
        return await _shown(desk, cpts_id, said, {"on": _WRONG["on"]})
    return RedirectResponse(f"/cpts/{cpts_id}/paiement", 303)


async def _shown(
    desk: Desk,
    cpts_id: str,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HTMLResponse:
    part = load_fixed_part(TEMPLATES / "part-fixe.yaml")
    database = desk.instance.database
    async with database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        story = await money_facts.read(connection, tenant, part)
    page = PaymentPage(
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        plan=f"/cpts/{cpts_id}/plan" if story.versions else "",
        missing=missing_dates(tenant),
        form=form or dict.fromkeys(SumForm.model_fields, ""),
        errors=errors or {},
        rules=tuple((rule.text, rule.mark.label) for rule in part.rules),
        **_of_contract(tenant, part, story, database.now()),
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return shown(desk, "payment", page, status)


class _OfContract(TypedDict, total=False):
    rests_on: tuple[str, ...]
    current: tuple[YearWords, ...]
    past: tuple[YearWords, ...]
    years: tuple[tuple[str, str], ...]


def _of_contract(
    tenant: Cpts, part: FixedPart, story: Story, now: datetime
) -> _OfContract:
    contract = Contract.of(tenant)
    if contract is None:
        return {}
    today = now.astimezone(tenant.zone_info).date()
    bounds = load_variable_part(TEMPLATES / "part-variable.yaml").bounds
    found = money_years(part, contract, story, today)
    words = tuple(year_words(year, part, contract) for year in found)
    over = sum(year.fixed.year.last_on < today for year in found)
    begun = (year.fixed for year in reversed(found) if year.begun)
    return {
        "rests_on": contract_words(contract, part, bounds.sizes(contract.population)),
        "current": words[over:],
        "past": words[:over][::-1],
        "years": tuple((str(year.number), year.name) for year in begun),
    }
