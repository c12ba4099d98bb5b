"""`tocsin plan check` and `attest`: what is missing, and who vouches for the rest."""

import json
from collections.abc import Iterator
from textwrap import wrap
from typing import Annotated

import typer

from acts.plan_check import AttestPlan, Checked, attest_plan, checked
from commands.acting import COORDINATOR, perform, recorded
from commands.options import Actor, AsJson
from domain.attest import Vouched
from domain.check_words import STATE_LABELS, idle, stake, to_fill, total
from domain.plan_check import CheckResult, CheckState, SectionCheck
from domain.typography import typeset
from instance import Instance

CptsId = Annotated[str, typer.Argument(help="Identifiant de la CPTS.", metavar="CPTS")]
_WIDE = 80


def check(cpts: CptsId, *, as_json: AsJson = False) -> None:
    """Dit ce qui manque au plan, section par section, et qui peut le remplir."""

    async def work(instance: Instance) -> Checked:
        database = instance.database
        async with database.read() as connection:
            return await checked(connection, cpts, database.now())

    found = perform(work)
    if as_json:
        typer.echo(json.dumps(_document(found), ensure_ascii=False))
        return
    for line in _lines(found):
        typer.echo(line)


def _lines(found: Checked) -> Iterator[str]:
    plan, result = found.plan, found.check
    yield from _wrapped(f"Plan version {plan.number} : {total(result)}.")
    if result.incomplete:
        yield from _wrapped(stake(plan))
    for section in to_fill(plan, result):
        yield ""
        mark = "  À REMPLIR" if section.warns else ""
        head = f"{section.section_id} {section.title}, {section.score}{mark}"
        yield from _wrapped(head)
        yield from _wrapped(f"  qui remplit : {section.owner}")
        for each in section.results:
            yield from _result(each)
    if said := idle(result):
        yield ""
        yield from _wrapped(said)


def _result(each: CheckResult) -> Iterator[str]:
    if each.state is CheckState.SATISFIED:
        return
    label = STATE_LABELS[each.state]
    yield from _wrapped(f"  {each.rank + 1}. {each.text} : {label}")
    for gap in each.gaps:
        yield from _wrapped(f"     - {gap.sentence} [{gap.field}]", "       ")


def _wrapped(line: str, indent: str = "     ") -> list[str]:
    return wrap(typeset(line), _WIDE, subsequent_indent=indent)


def _document(found: Checked) -> dict[str, object]:
    result = found.check
    return {
        "cpts_id": found.plan.cpts_id,
        "number": found.plan.number,
        "status": found.standing.status,
        "payment_at_stake": found.plan.kind if result.incomplete else None,
        "satisfied": result.satisfied,
        "total": result.total,
        "percent": result.percent,
        "incomplete": list(result.incomplete),
        "sections": [_section(each) for each in result.sections],
        "professions_without_card": list(result.idle),
    }


def _section(each: SectionCheck) -> dict[str, object]:
    return {
        "section": each.section.section_id,
        "title": each.section.title,
        "mark": each.section.mark,
        "owner": each.section.owner,
        "satisfied": each.satisfied,
        "total": len(each.results),
        "warns": each.warns,
        "checks": [
            {
                "check": result.rank + 1,
                "code": result.code,
                "text": result.text,
                "state": result.state,
                "attested_on": result.attestation and result.attestation.on.isoformat(),
                "gaps": [
                    {"field": g.field, "sentence": g.sentence} for g in result.gaps
                ],
            }
            for result in each.results
        ],
    }


def attest(  # noqa: PLR0913 - one option a way of vouching
    cpts: CptsId,
    section: Annotated[
        str | None,
        typer.Argument(help="La section ; sans elle, tout.", metavar="[SECTION]"),
    ] = None,
    *,
    person: Annotated[
        str, typer.Option("--person", help="Qui atteste : RPPS ou courriel.")
    ],
    number: Annotated[
        int | None,
        typer.Option("--check", help="Un seul contrôle, par son numéro.", min=1),
    ] = None,
    all_except: Annotated[
        str | None,
        typer.Option(
            "--all-except",
            help="« Tout relu, sauf… » : sections et fiches, entre virgules.",
        ),
    ] = None,
    actor: Actor = COORDINATOR,
) -> None:
    """Inscrit qui se porte garant d'un contrôle, d'une section, ou de tout le plan."""
    excepted = (all_except or "").upper().replace(",", " ").split()
    if (section is None) == (all_except is None):
        message = "donnez une section, ou --all-except (vide : tout)"
        raise typer.BadParameter(message, param_hint="SECTION")
    order = recorded(
        AttestPlan,
        cpts_id=cpts,
        person=person,
        section_id=section and section.upper(),
        check=number and number - 1,
        exceptions=tuple(excepted),
        actor=actor,
    )

    async def work(instance: Instance) -> Vouched:
        return await attest_plan(instance.database, order)

    vouched = perform(work)
    left = f", sauf {', '.join(excepted)}" if excepted else ""
    typer.echo(f"Attesté : {', '.join(vouched.checks)}{left}.")
