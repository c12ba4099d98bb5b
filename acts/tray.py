"""The tray: messages that wait for somebody of the cell, and what each may be."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncConnection

from acts.alert import RecordAnswer, answer_within
from acts.inbound import TRAY, answer_of, stop_of
from acts.mission_answer import AnswerMission, answer_mission_within, theirs
from acts.opposition import stop_within
from acts.proposal import label_of
from adapters.database import inbound, standing
from adapters.database.inbound import InboundRow, Sender
from adapters.database.standing import Standing
from adapters.database.unit import Act, Database
from domain.answer import Availability
from domain.errors import AnswerNotOfferedError, CrisisLiftedError
from domain.mission import Mission, MissionReply, MissionState
from domain.mission_errors import EmployerUnsaidError, MissionClosedError
from domain.reference import CrisisRef
from domain.reply import ReplyState
from domain.reply_errors import (
    EmployerToAskError,
    MissionSettledError,
    ReplyNotOfferedError,
    ReplySettledError,
    ReplyTooLateError,
    UnknownReplyError,
)


class MaybeFrom(BaseModel):
    """Somebody whose message it may be, and what they were offered to answer."""

    model_config = ConfigDict(frozen=True)

    sender: Sender
    profession: str  # its label
    offered: tuple[Availability, ...]  # none: nothing is asked of them any more
    mission: str = ""  # the label of the one that awaits their answer
    mission_id: str = ""


class Kept(BaseModel):
    """One message of the tray."""

    model_config = ConfigDict(frozen=True)

    row: InboundRow
    maybe: tuple[MaybeFrom, ...]  # nobody: the number is to be called back


async def tray_of(connection: AsyncConnection, cpts_id: str) -> tuple[Kept, ...]:
    """List the messages that wait, the oldest first."""
    found = []
    for row in await inbound.waiting(connection, cpts_id):
        senders = await inbound.of_message(connection, cpts_id, row)
        maybe = [await _maybe(connection, each) for each in senders]
        found.append(Kept(row=row, maybe=tuple(maybe)))
    return tuple(found)


async def _maybe(connection: AsyncConnection, sender: Sender) -> MaybeFrom:
    seen = await standing.of_person(connection, sender.ref, sender.person_id)
    stand = seen.first()
    proposed = stand.proposed if sender.state.takes_answers else None
    goes_on = sender.state.takes_answers or stand.protects
    return MaybeFrom(
        sender=sender,
        profession=stand.plan.template.profession(sender.profession).label,
        offered=tuple(map(Availability, stand.offered)) if goes_on else (),
        mission=_label(stand, proposed) if proposed else "",
        mission_id=proposed.mission_id if proposed else "",
    )


def _label(stand: Standing, mission: Mission) -> str:
    return label_of(stand.plan.template.card(mission.card_id))


class SettleReply(BaseModel):
    """What a person of the cell reads in a message."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    inbound_id: str
    actor: str
    answer: Availability | None = None  # none: it is no answer
    mission: MissionReply | None = None  # what they say of a mission proposed
    mission_id: str = ""  # with it: the one that was read
    stops: bool = False  # they want no more requests of this alert
    crisis_id: str = ""  # with one or the other: who says it, and in which crisis
    person_id: str = ""


async def settle_reply(database: Database, said: SettleReply) -> None:
    """Settle a message that waits: the answer that it is, or none.

    Raises:
        EmployerToAskError: The message does not say if their employer agrees.
        MissionSettledError: The mission read awaits no answer any more.
        PlanError: The mission may not be answered so: as `answer_mission`.
        ReplyNotOfferedError: The wave does not offer this answer.
        ReplySettledError: It was settled before.
        ReplyTooLateError: The crisis is over.
        UnknownReplyError: No such message, or it cannot be this person's.
    """
    async with database.act(said.cpts_id) as act:
        row = await inbound.lock(act, said.inbound_id)
        if row.state is not ReplyState.WAITING:
            raise ReplySettledError
        writer: Sender | None = None
        if said.answer or said.mission or said.stops:
            found = await inbound.of_message(act.connection, act.cpts_id, row)
            writer = _named(found, said)
        if writer and said.answer is not None:
            answer = answer_of(row.inbound_id, row.channel, writer, said.answer)
            await _answer_read(act, answer)
        elif writer and said.mission is not None:
            mission = AnswerMission(
                **writer.ref.model_dump(),
                person_id=writer.person_id,
                mission_id=said.mission_id,
                nonce=f"{row.inbound_id}:{said.mission}",
                reply=said.mission,
            )
            await _answer_mission(act, mission)
        elif writer:
            await stop_within(act, stop_of(row.channel, writer, said.actor))
        await inbound.settle(act, row.inbound_id, said.actor)
        crisis_id = writer.crisis_id if writer else row.crisis_id
        act.note(
            "reply.settled",
            about=crisis_id or f"{act.cpts_id}{TRAY}",
            actor=said.actor,
            facts={
                "channel": row.channel,
                "answer": said.answer or said.mission,
                "stops": said.stops,
            },
            sealed={"person": writer.person_id} if writer else None,
        )


async def _answer_read(act: Act, said: RecordAnswer) -> None:
    """Record the answer read; its refusals speak to who reads, not to the member."""
    try:
        await answer_within(act, said)
    except CrisisLiftedError:
        raise ReplyTooLateError from None
    except AnswerNotOfferedError:
        raise ReplyNotOfferedError from None


async def _answer_mission(act: Act, said: AnswerMission) -> None:
    """Say what they say of the mission read, if it still awaits their answer."""
    ref = CrisisRef(cpts_id=said.cpts_id, crisis_id=said.crisis_id)
    stand = await standing.of_person(act.connection, ref, said.person_id)
    mission = theirs(stand, said.mission_id)
    label = label_of(stand.plan.template.card(mission.card_id))
    if mission.state is not MissionState.PROPOSED:
        raise MissionSettledError(mission=label)
    try:
        await answer_mission_within(act, said)
    except MissionClosedError:
        raise MissionSettledError(mission=label) from None
    except EmployerUnsaidError:
        raise EmployerToAskError from None


def _named(found: Sequence[Sender], said: SettleReply) -> Sender:
    for each in found:
        if (each.crisis_id, each.person_id) == (said.crisis_id, said.person_id):
            return each
    raise UnknownReplyError
