"""`tocsin provider`: who carries texts and calls, and where each calls back."""

import json

import typer

from adapters.database import pulses
from commands.acting import perform
from commands.options import AsJson
from domain.provider import Provider
from domain.typography import typeset
from instance import Instance
from workflows.messages import QUEUES

app = typer.Typer(help="Les fournisseurs de SMS et d'appels.", no_args_is_help=True)
_NOBODY = (
    "Aucun fournisseur : les courriels remplacent les SMS et les appels. Décrivez-les "
    "dans un fichier, et donnez-le par TOCSIN_PROVIDERS."
)
_KEEP = (
    "Ces adresses laissent parler le fournisseur en votre nom : ne les donnez qu'à lui."
)


@app.callback()
def provider() -> None:
    """Les fournisseurs de SMS et d'appels."""


@app.command("list")
def list_providers(*, as_json: AsJson = False) -> None:
    """Liste les fournisseurs : débit, coût, et l'adresse à donner à chacun."""

    async def work(instance: Instance) -> list[dict[str, object]]:
        every = instance.database.providers.every
        slow = await pulses.slow(instance.database)
        return [
            _document(instance, each) | {"slow": each.code in slow} for each in every
        ]

    found = perform(work)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in found:
        typer.echo("\n".join(_lines(each)))
    typer.echo(typeset(_KEEP if found else _NOBODY))


def _document(instance: Instance, known: Provider) -> dict[str, object]:
    """Say all of a provider but how to speak to it, which holds its secrets."""
    return {
        "code": known.code,
        "name": known.title,
        "channel": known.channel,
        "queue": QUEUES[known.channel],
        "per_second": known.rate,
        "connections": known.connections,
        "daily_cap": known.daily_cap,
        "slow_after_seconds": known.slow_after_s,
        "cost_centimes": str(known.cost),
        "receipts": known.receipts and instance.callback("receipts", known.code),
        "replies": known.replies and instance.callback("inbound", known.code),
    }


def _lines(said: dict[str, object]) -> list[str]:
    cap = said["daily_cap"]
    most = f"{cap} par jour au plus" if cap else "sans plafond"
    unit = "le segment" if said["channel"] == "SMS" else "l'appel"
    cost = str(said["cost_centimes"]).replace(".", ",")
    late = f"{said['slow_after_seconds']:g} s".replace(".", ",")
    slow = f"    lent      accepte en plus de {late} : le suivant est préféré"
    return [
        typeset(f"{said['name']} ({said['code']}), {said['channel']}"),
        f"    file {said['queue']}, {said['per_second']:g} par seconde, {most}",
        f"    coût      {cost} centimes {unit}",
        f"    accusés   {said['receipts'] or 'aucun'}",
        f"    réponses  {said['replies'] or 'aucune'}",
        *([typeset(slow)] if said["slow"] else []),
    ]
