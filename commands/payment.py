"""`tocsin payment`: the money that the plan should bring, and what the CPAM wrote."""

import json
from datetime import date
from textwrap import wrap
from typing import Annotated

import typer

from acts.payment import RecordPayment, record_payment
from adapters.database import money_facts, tenants
from adapters.payment_file import load_fixed_part, load_variable_part
from commands.acting import COORDINATOR, perform, recorded
from commands.options import Actor, AsJson
from domain.cells import day
from domain.contract import Contract, missing_dates
from domain.cpts import Cpts, SizeClass
from domain.money import MoneyYear, Story, money_years
from domain.money_words import FICTITIOUS, NEVER_PROMISED, contract_words, year_words
from domain.payment import euros
from domain.payment_errors import NoContractDatesError, UnknownContractYearError
from domain.payment_record import Part, Payment, PaymentState, Slice
from domain.typography import typeset
from instance import TEMPLATES, Instance

app = typer.Typer(
    help="La part fixe, année par année : attendu, prouvé, notifié, payé.",
    no_args_is_help=True,
)
CptsId = Annotated[str, typer.Argument(help="Identifiant de la CPTS.", metavar="CPTS")]
Year = Annotated[
    int,
    typer.Option("--year", help="L'année civile où commence l'année de contrat."),
]
_WIDE, _LABEL = 80, 11


@app.command()
def show(
    cpts: CptsId,
    *,
    year: Annotated[
        int | None,
        typer.Option(
            "--year", help="Une seule : celle où l'année de contrat commence."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Montre ce que chaque année de contrat devrait apporter, jamais une promesse."""
    part = load_fixed_part(TEMPLATES / "part-fixe.yaml")

    async def work(instance: Instance) -> tuple[Cpts, Story, date]:
        database = instance.database
        async with database.read() as connection:
            tenant = await tenants.get(connection, cpts)
            story = await money_facts.read(connection, tenant, part)
        return tenant, story, database.now().astimezone(tenant.zone_info).date()

    tenant, story, today = perform(work)
    contract = Contract.of(tenant)
    if contract is None:
        raise NoContractDatesError(missing=" et ".join(missing_dates(tenant)))
    bounds = load_variable_part(TEMPLATES / "part-variable.yaml").bounds
    sizes = bounds.sizes(contract.population)
    years = _chosen(money_years(part, contract, story, today), year)
    if as_json:
        typer.echo(json.dumps(_document(tenant, sizes, years), ensure_ascii=False))
        return
    _tell(tenant.name, FICTITIOUS if tenant.fictitious else "", NEVER_PROMISED)
    _tell(*contract_words(contract, part, sizes))
    for each in years:
        words = year_words(each, part, contract)
        _tell("", words.title, words.alarm)
        for label, lines in words.rows:
            _tell_row(label, lines)
    _tell("", *(f"{rule.text} ({rule.mark.label})" for rule in part.rules))


def _chosen(years: tuple[MoneyYear, ...], number: int | None) -> tuple[MoneyYear, ...]:
    if number is None:
        return years
    found = tuple(year for year in years if year.fixed.number == number)
    if not found:
        first, last = (years[end].fixed.number for end in (0, -1))
        raise UnknownContractYearError(year=number, first=first, last=last)
    return found


def _tell(*lines: str) -> None:
    for at, line in enumerate(lines):
        if line or not at:
            typer.echo("\n".join(wrap(typeset(line), _WIDE)))


def _tell_row(label: str, lines: tuple[str, ...]) -> None:
    for line in lines:
        head = f"  {label:<{_LABEL - 2}}"
        rest = " " * (_LABEL + 2)
        told = wrap(typeset(line), _WIDE, initial_indent=head, subsequent_indent=rest)
        typer.echo("\n".join(told))
        label = ""


def _document(
    tenant: Cpts, sizes: tuple[SizeClass, ...], years: tuple[MoneyYear, ...]
) -> dict[str, object]:
    return {
        "cpts_id": tenant.cpts_id,
        "fictitious": tenant.fictitious,
        "size": tenant.size,
        "population": tenant.population,
        "sizes_of_population": sizes,
        "years": [_year(year) for year in years],
    }


def _year(year: MoneyYear) -> dict[str, object]:
    fixed = year.fixed
    return {
        "year": fixed.number,
        "first_on": fixed.starts_on.isoformat(),
        "last_on": fixed.year.last_on.isoformat(),
        "kind": fixed.kind,
        "advance_on": fixed.starts_on.isoformat(),
        "balance_on": fixed.balance_on.isoformat(),
        "prorata_scope": year.prorata_scope,
        "expected": {
            scope: {
                "advance": slices.advance,
                "balance": slices.balance,
                "amount": slices.amount,
            }
            for scope, slices in fixed.readings.items()
        },
        "scale": fixed.scale
        and fixed.scale.model_dump(
            mode="json", include={"agreement", "first_on", "mark", "sources"}
        ),
        "due_on": year.due.on.isoformat(),
        "due_rule": year.due.chosen,
        "due_readings": {code: on.isoformat() for code, on in year.due.readings},
        "standing": year.standing,
        "begun": year.begun,
        "after_contract": year.after_contract,
        "proved": {
            proof.need.text: [entry.seq for entry in proof.entries]
            for proof in year.proofs
            if proof.entries
        },
        "missing": [need.text for need in year.missing] if year.begun else [],
        "notified": [_sum(each) for each in year.typed(PaymentState.NOTIFIED)],
        "paid": [_sum(each) for each in year.typed(PaymentState.PAID)],
    }


def _sum(payment: Payment) -> dict[str, object]:
    return payment.model_dump(
        mode="json",
        include={"payment_id", "part", "slice", "amount", "on", "reference"},
    )


@app.command()
def record(  # noqa: PLR0913 - one option a line of the letter
    cpts: CptsId,
    amount: Annotated[int, typer.Argument(help="En euros.", metavar="SOMME", min=0)],
    *,
    year: Year,
    share: Annotated[Slice, typer.Option("--slice", help="Quelle tranche.")],
    state: Annotated[PaymentState, typer.Option("--state", help="Annoncé, ou versé.")],
    on: Annotated[str, typer.Option("--on", help="Date du courrier ou du versement.")],
    reference: Annotated[
        str | None, typer.Option("--reference", help="Référence du courrier.")
    ] = None,
    part: Annotated[
        Part, typer.Option("--part", help="Fixe ou variable.")
    ] = Part.FIXED,
    actor: Actor = COORDINATOR,
    as_json: AsJson = False,
) -> None:
    """Inscrit ce que la CPAM a notifié ou payé ; une correction s'ajoute."""
    order = recorded(
        RecordPayment,
        cpts_id=cpts,
        year=year,
        part=part,
        slice=share,
        state=state,
        amount=amount,
        on=_day(on),
        reference=reference,
        actor=actor,
    )

    async def work(instance: Instance) -> Payment:
        return await record_payment(instance.database, order)

    payment = perform(work)
    if as_json:
        typer.echo(payment.model_dump_json())
        return
    typer.echo(
        f"Inscrit : année {year}, {payment.slice.label} de {payment.part.label}, "
        f"{euros(payment.amount)} {payment.state.label}."
    )


def _day(text: str) -> date:
    try:
        return day(text)
    except ValueError as unread:
        raise typer.BadParameter(str(unread), param_hint="--on") from unread
