"""What the CPAM notified or paid, typed in with its date and its reference."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from adapters.database import payments, tenants
from adapters.database.unit import Database
from domain.contract import Contract, missing_dates
from domain.cpts import Cpts
from domain.crisis import Reference
from domain.payment import ContractYear
from domain.payment_errors import (
    FuturePaymentError,
    NoContractDatesError,
    UnknownContractYearError,
)
from domain.payment_record import Part, Payment, PaymentState, Slice, standing
from domain.plan import plan_id_of
from domain.privacy import refuse_patient_data

Euros = Annotated[int, Field(ge=0, le=10_000_000)]


class RecordPayment(BaseModel):
    """What somebody reads on the letter of the CPAM, or on the bank statement."""

    model_config = ConfigDict(
        frozen=True, str_strip_whitespace=True, hide_input_in_errors=True
    )

    cpts_id: str
    year: int  # in which the contract year begins
    part: Part = Part.FIXED
    slice: Slice
    state: PaymentState
    amount: Euros
    on: date
    reference: Reference | None = None
    actor: str


async def record_payment(database: Database, said: RecordPayment) -> Payment:
    """Note a sum; typed again otherwise, it corrects by appending.

    The same, typed twice, changes nothing the second time.

    Raises:
        FuturePaymentError: Its day is to come.
        NoContractDatesError: The file of the CPTS lacks a date of its contract.
        PatientDataError: The reference holds a patient's identity.
        UnknownContractYearError: The mission has no such contract year yet.
        UnknownCptsError: No such CPTS.
    """
    refuse_patient_data(said.reference or "")
    async with database.act(said.cpts_id) as act:
        tenant = await tenants.hold(act)
        today = act.at.astimezone(tenant.zone_info).date()
        if said.on > today:
            raise FuturePaymentError
        typed = await payments.of_cpts(act.connection, said.cpts_id)
        payment = Payment(
            payment_id=f"pay-{len(typed) + 1:05}",
            year_first_on=_year(tenant, said.year, today).first_on,
            at=act.at,
            **said.model_dump(exclude={"cpts_id", "year", "actor"}),
        )
        before = next((p for p in standing(typed) if payment.replaces(p)), None)
        if before is not None and payment.repeats(before):
            return before
        await payments.add(act, payment)
        act.note(
            "payment.recorded",
            about=plan_id_of(said.cpts_id),
            actor=said.actor,
            facts={
                **payment.model_dump(mode="json", exclude={"at", "year_first_on"}),
                "year": said.year,
                "corrects": before.payment_id if before else None,
            },
        )
    return payment


def _year(tenant: Cpts, number: int, today: date) -> ContractYear:
    contract = Contract.of(tenant)
    if contract is None:
        raise NoContractDatesError(missing=" et ".join(missing_dates(tenant)))
    years = {year.first_on.year: year for year in contract.years(today)}
    if number not in years:
        first, *_, last = (*years, *years)
        raise UnknownContractYearError(year=number, first=first, last=last)
    return years[number]
