"""`tocsin reply`: messages that came and wait for somebody to read them."""

from typing import Annotated

import typer

from acts.tray import Kept, MaybeFrom, SettleReply, settle_reply, tray_of
from adapters.database import tenants
from commands.acting import LEAD, perform, recorded, set_going
from commands.options import Actor
from domain.calendar import french_instant
from domain.contact import readable
from domain.reference import CrisisRef
from domain.reply_chronicle import HEARD_BY, MISSION_LABELS, WAITS_LABELS
from domain.reply_errors import UnknownReplyError
from domain.wording import ANSWER_LABELS
from instance import Instance

app = typer.Typer(
    help="Les messages reçus par SMS ou par téléphone, à trier.", no_args_is_help=True
)
CptsId = Annotated[str, typer.Argument(help="Identifiant de la CPTS.", metavar="CPTS")]


@app.command("list")
def list_kept(cpts: CptsId) -> None:
    """Montre les messages qui attendent d'être lus, et de qui ils peuvent venir."""

    async def work(instance: Instance) -> list[str]:
        async with instance.database.read() as connection:
            zone = (await tenants.get(connection, cpts)).zone_info
            kept = await tray_of(connection, cpts)
        lines = []
        for each in kept:
            row = each.row
            at, how = french_instant(row.received_at, zone), HEARD_BY[row.channel]
            why = WAITS_LABELS[row.why or ""]
            lines.append(f"{row.inbound_id} {at} {how}, {_number(row.number)} : {why}")
            lines.append(f"    « {row.text} »" if row.text else _WITHHELD)
            lines += [f"    {_whose(who)}" for who in each.maybe]
        lines.append(f"Messages à trier : {len(kept)}.")
        return lines

    for line in perform(work):
        typer.echo(line)


_STOP = "STOP"
_SAID = {
    "": "ce n'est pas une réponse",
    _STOP: "ne plus solliciter",
    **ANSWER_LABELS,
    **MISSION_LABELS,
}
_WITHHELD = "    (texte non gardé : il semble désigner un patient)"


def _number(number: str | None) -> str:
    return readable(number) if number else "numéro masqué"


def _whose(who: MaybeFrom) -> str:
    sender = who.sender
    missions = MISSION_LABELS if who.mission else ()
    offered = " ".join((*missions, *who.offered)) or "plus rien n'est demandé"
    if who.mission:
        offered += f" (mission {who.mission_id}, « {who.mission} »)"
    name = f"{sender.last_name} {sender.first_name}, {who.profession}"
    return f"{sender.person_id} {name} ({sender.crisis_id}) : {offered}"


@app.command()
def settle(  # noqa: PLR0913 - one option a fact of the message
    cpts: CptsId,
    message: Annotated[str, typer.Argument(help="Message.", metavar="MESSAGE")],
    answer: Annotated[
        str,
        typer.Argument(
            help="La réponse qu'il donne, ou STOP ; rien : ce n'en est pas une.",
            metavar="[REPONSE]",
        ),
    ] = "",
    *,
    person: Annotated[
        str,
        typer.Option(help="De qui, si plusieurs partagent le numéro.", metavar="ID"),
    ] = "",
    mission: Annotated[
        str,
        typer.Option(help="La mission lue ; sinon, celle qui attend.", metavar="ID"),
    ] = "",
    actor: Actor = LEAD,
) -> None:
    """Trie un message : la réponse qu'il donne, ou aucune."""

    async def work(instance: Instance) -> None:
        async with instance.database.read() as connection:
            kept = await tray_of(connection, cpts)
        whose = _only(kept, message, person) if answer else None
        said = recorded(
            SettleReply,
            cpts_id=cpts,
            inbound_id=message,
            actor=actor,
            answer=None if answer in {"", _STOP, *MISSION_LABELS} else answer,
            mission=answer if answer in MISSION_LABELS else None,
            mission_id=mission or (whose.mission_id if whose else ""),
            stops=answer == _STOP,
            crisis_id=whose.sender.crisis_id if whose else "",
            person_id=whose.sender.person_id if whose else "",
        )
        await settle_reply(instance.database, said)
        if whose:
            await set_going(instance, CrisisRef(cpts_id=cpts, crisis_id=said.crisis_id))

    perform(work)
    typer.echo(f"Message trié : {_SAID[answer]}.")


def _only(kept: tuple[Kept, ...], message: str, person: str) -> MaybeFrom:
    """Give whose message it is, if one person only may have written it.

    Raises:
        UnknownReplyError: It is not in the tray, or of several people.
    """
    maybe = [
        who
        for each in kept
        if each.row.inbound_id == message
        for who in each.maybe
        if person in {"", who.sender.person_id}
    ]
    if len(maybe) != 1:
        raise UnknownReplyError
    return maybe[0]
