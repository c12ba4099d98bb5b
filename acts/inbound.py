"""A text or a key that comes: whose it is, the answer that it is, or the tray."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from acts import roll_call
from acts.alert import RecordAnswer, answer_within
from acts.opposition import Stop, stop_within
from acts.wave import MEMBER
from adapters.database import contacts, crises, inbound, roll_calls, standing, tenants
from adapters.database.inbound import Sender
from adapters.database.links import use_nonce
from adapters.database.roll_calls import Tested
from adapters.database.standing import Standing
from adapters.database.unit import Act, Database
from domain.answer import Availability
from domain.folding import folded
from domain.inbound import Inbound
from domain.opposition import Scope, Via
from domain.privacy import names_patient
from domain.reference import CrisisRef
from domain.reply import (
    Meaning,
    ReplyState,
    Understood,
    Waits,
    WasAsked,
    read_key,
    read_text,
    settle,
)
from domain.reply_errors import (
    UnknownSenderError,
)
from domain.wave import Channel

PROVIDER = "FOURNISSEUR"  # the actor of what a provider delivers
TRAY = ".messages"
"""What messages about no crisis are about: they belong to no dossier."""


async def take_message(database: Database, heard: Inbound) -> tuple[CrisisRef, ...]:
    """Take a message once, however often it is delivered.

    Returns:
        The crisis that it answers, if it does.

    Raises:
        UnknownSenderError: It is nobody's number, and no CPTS may read another's.
    """
    async with database.read() as connection:
        found = await _senders(connection, heard)
        test = None if found else await _tested(connection, heard)
    if test is not None:
        async with database.act(test.cpts_id) as act:
            if await use_nonce(act, heard.key):
                await roll_call.answer_within(act, test.recipient_id, test.topic)
        return ()
    async with database.read() as connection:
        concerned, why = await _concerned(connection, heard.number, found)
    if heard.delivery_id and len(found) > 1:  # the tray finds them by their telephone
        heard = heard.model_copy(update={"number": found[0].address})
    if writer := _writer(heard, found):
        async with database.act(writer.cpts_id) as act:
            return (writer.ref,) if await _take(act, heard, writer) else ()
    for cpts_id in concerned:
        async with database.act(cpts_id) as act:
            if await use_nonce(act, heard.key):
                await _keep(act, heard, why)
    return ()


async def _tested(connection: AsyncConnection, heard: Inbound) -> Tested | None:
    """Say whose test of alert this answers: by any word, or by the key asked for."""
    if heard.channel is Channel.CALL:
        wanted = heard.text == "1"
    else:
        said = read_text(heard.text, frozenset())
        wanted = said is None or said.meaning is not Meaning.STOP
    if not wanted:
        return None
    return await roll_calls.tested(connection, heard.number, heard.delivery_id)


async def _senders(connection: AsyncConnection, heard: Inbound) -> tuple[Sender, ...]:
    if heard.cpts_id and heard.delivery_id:
        return await inbound.of_delivery(connection, heard.cpts_id, heard.delivery_id)
    return await inbound.at_number(connection, heard.number)


async def _concerned(
    connection: AsyncConnection, number: str | None, found: Sequence[Sender]
) -> tuple[tuple[str, ...], Waits]:
    """Say which CPTS may read a message that nobody is known to have written."""
    if found:
        return tuple(dict.fromkeys(each.cpts_id for each in found)), Waits.SHARED
    if knowing := await inbound.knowing(connection, number):
        return knowing, Waits.LATE
    every = await tenants.names(connection)
    if len(every) > 1:
        raise UnknownSenderError
    return tuple(cpts_id for cpts_id, _ in every), Waits.UNKNOWN


def _writer(heard: Inbound, found: Sequence[Sender]) -> Sender | None:
    """Say who writes: the only one that it may be, or the one who signs."""
    if len(found) > 1:
        words = set(folded(heard.text).split())
        found = [each for each in found if words >= each.surname]
    return found[0] if len(found) == 1 else None


async def _take(act: Act, heard: Inbound, writer: Sender) -> bool:
    """Note the answer that a message is; else keep it, but for a courtesy."""
    await crises.lock(act, writer.crisis_id)  # a lifting waits, or is seen
    if not await use_nonce(act, heard.key):
        return False
    if heard.channel is Channel.TEXT and heard.number:
        await contacts.prove_by_text(act, writer.person_id, heard.number)
    seen = await standing.of_person(act.connection, writer.ref, writer.person_id)
    stand = seen.first(writer.wave)  # their call, else what awaits their answer
    reply = _read(heard, stand, writer)
    if reply is not None and reply.meaning is Meaning.STOP:
        await inbound.add(act, _row(heard, writer) | {"state": ReplyState.STOPPED})
        await stop_within(act, stop_of(heard.channel, writer, MEMBER))
        return False
    found = settle(reply, _asked(stand))
    if isinstance(found, Waits):
        await _keep(act, heard, found, writer)
        return False
    state = ReplyState.ANSWERED if found else ReplyState.COURTESY
    await inbound.add(act, _row(heard, writer) | {"state": state})
    if found is None or reply is None:
        return False
    said = answer_of(heard.key, heard.channel, writer, found)
    detail = {"delay_minutes": reply.delay_minutes, "wave": writer.wave}
    await answer_within(act, said.model_copy(update=detail))
    return True


def _read(heard: Inbound, stand: Standing, writer: Sender) -> Understood | None:
    if heard.channel is Channel.CALL:
        return read_key(heard.text, protects=stand.protects)
    return read_text(heard.text, writer.names)


def _asked(stand: Standing) -> WasAsked:
    return WasAsked(
        offered=stand.offered,
        answered=stand.answer not in {None, Availability.SILENT},
        proposed=stand.proposed is not None,
        over=not (stand.crisis.state.takes_answers or stand.protects),
    )


async def _keep(
    act: Act, heard: Inbound, why: Waits, writer: Sender | None = None
) -> None:
    """Keep a message for a person of the cell; what names a patient is not kept."""
    text = None if names_patient(heard.text) else heard.text
    waits = {"state": ReplyState.WAITING, "why": why, "text": text}
    await inbound.add(act, _row(heard, writer) | waits)
    act.note(
        "reply.kept",
        about=writer.crisis_id if writer else f"{act.cpts_id}{TRAY}",
        actor=PROVIDER,
        facts={"channel": heard.channel, "why": why},
        sealed={"number": heard.number or "—", "text": text or "—"},
    )


def _row(heard: Inbound, writer: Sender | None) -> dict[str, object]:
    return {
        **heard.model_dump(include={"channel", "number", "received_at"}),
        "inbound_id": heard.key,
        "crisis_id": writer.crisis_id if writer else None,
        "person_id": writer.person_id if writer else None,
    }


def answer_of(
    inbound_id: str, channel: Channel, writer: Sender, answer: Availability
) -> RecordAnswer:
    """Write the answer that a message is, said once by its channel."""
    return RecordAnswer(
        **writer.ref.model_dump(),
        person_id=writer.person_id,
        answer=answer,
        nonce=f"{inbound_id}:{answer}",
        by=channel,
    )


def stop_of(channel: Channel, writer: Sender, actor: str) -> Stop:
    """Write the STOP that a message is, for this alert only."""
    return Stop(
        **writer.ref.model_dump(),
        person_id=writer.person_id,
        scope=Scope.ALERT,
        via=Via(channel),
        actor=actor,
    )
