"""What people say of their mission: accepted before leaving, declined, ended."""

from pydantic import AwareDatetime, BaseModel, ConfigDict

from acts.mission import check_led
from acts.proposal import recall_students, refuse_departure
from acts.seating import call_next, decline, note_reply, recount, release
from acts.shift import check_rest, check_room, needs_of, wants_seat
from acts.wave import MEMBER
from adapters.database import cards, crises, missions, seats, situations, standing
from adapters.database.links import use_nonce
from adapters.database.situations import Known
from adapters.database.standing import Standing
from adapters.database.unit import Act, Database
from domain.card import ActionCard, CardMode
from domain.errors import CrisisLiftedError
from domain.ledger import instant
from domain.mission import Mission, MissionReply, MissionState, check_worked
from domain.mission_errors import (
    EmployerUnsaidError,
    MissionClosedError,
    MissionHoursError,
    SeatHeldError,
    UnknownMissionError,
)
from domain.person import Status
from domain.reference import CrisisRef


class AnswerMission(BaseModel):
    """What somebody says of their mission, from their page."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    crisis_id: str
    person_id: str
    mission_id: str
    nonce: str
    reply: MissionReply
    employer_agrees: bool | None = None
    leaves_other: bool = False  # the seat of another card, confirmed
    worked_from: AwareDatetime | None = None
    worked_until: AwareDatetime | None = None


async def answer_mission(database: Database, said: AnswerMission) -> None:
    """Note what somebody says of their mission.

    Declining it, ending it, or an employer who does not agree gives the seat to who
    relieves them, else to the next of the waiting list. The same form posted twice
    changes nothing the second time.

    Raises:
        CrisisLiftedError: The crisis is over: a mission can only be ended.
        EmployerUnsaidError: An employee did not say if their employer agrees.
        MissionClosedError: It cannot be answered so any more.
        MissionHoursError: The hours worked cannot be true.
        NoDepartureError: Nobody leaves on this card any more.
        NoSeatLeftError: The last seat of its card at these hours was taken meanwhile.
        RestNeededError: They have another post since, too near.
        SeatHeldError: They hold another seat and did not confirm leaving it.
        StudentAloneError: No professional is on its card any more.
        UnknownCrisisError: No such crisis.
        UnknownLinkError: This person was never asked.
        UnknownMissionError: It is not theirs.
    """
    async with database.act(said.cpts_id) as act:
        await answer_mission_within(act, said)


async def answer_mission_within(act: Act, said: AnswerMission) -> None:
    """Note what somebody says of their mission, inside an act that heard it.

    Raises:
        PlanError: As `answer_mission`.
    """
    ref = CrisisRef(cpts_id=said.cpts_id, crisis_id=said.crisis_id)
    crisis = await crises.lock(act, said.crisis_id)
    stand = await standing.of_person(act.connection, ref, said.person_id)
    if not await use_nonce(act, said.nonce):
        return
    ends = said.reply is MissionReply.END
    if not ends and not crisis.state.takes_answers:
        raise CrisisLiftedError(crisis=said.crisis_id)
    mission = theirs(stand, said.mission_id)
    mission.after(said.reply)
    known = await situations.of_crisis(act.connection, crisis)
    match said.reply:
        case MissionReply.ACCEPT:
            await _accept(act, known, stand, said)
        case MissionReply.DECLINE:
            await _give_up(act, known, stand, mission)
        case MissionReply.END:
            await _end(act, known, stand, said)
    act.wake(ref.workflow_id)


def theirs(stand: Standing, mission_id: str) -> Mission:
    """Give one of their missions.

    Raises:
        UnknownMissionError: It is not theirs.
    """
    for mission in stand.missions:
        if mission.mission_id == mission_id:
            return mission
    raise UnknownMissionError(mission=mission_id)


async def _accept(act: Act, known: Known, stand: Standing, said: AnswerMission) -> None:
    mission = theirs(stand, said.mission_id)
    if mission.ends_at <= act.at:
        raise MissionClosedError(mission=mission.mission_id)
    refuse_departure(known, mission, act.at)
    card = known.plan.template.card(mission.card_id)
    agrees = said.employer_agrees if asks_employer(stand, card) else True
    if agrees is None:
        raise EmployerUnsaidError
    if not agrees:
        await _give_up(act, known, stand, mission, employer_agrees=False)
        return
    check_rest(stand, card, mission, act.at)
    await check_led(act, stand, card)
    await check_room(act, stand, card, mission)
    if wants_seat(stand, card):
        await _move(act, known, stand, said)
    values = {
        "state": MissionState.ACCEPTED,
        "answered_at": act.at,
        "employer_agrees": said.employer_agrees,
    }
    await missions.change(act, known.ref, mission.mission_id, values)
    note_reply(act, known, mission, MissionReply.ACCEPT)


def asks_employer(stand: Standing, card: ActionCard) -> bool:
    """Does this person need their employer's agreement for this card?"""
    return stand.status is Status.SALARIED and card.mode is CardMode.SEATS


async def _move(act: Act, known: Known, stand: Standing, said: AnswerMission) -> None:
    """Take a seat of the mission's card; the one held before goes to the next.

    None is empty: they relieve whoever holds one, and get it when they go.
    """
    mission = theirs(stand, said.mission_id)
    card = known.plan.template.card(mission.card_id)
    if stand.card_id is not None and not said.leaves_other:
        raise SeatHeldError
    others = tuple(m for m in stand.open_missions if m.card_id == stand.card_id)
    for other in others:
        await decline(act, known, other)
    crisis_id = known.ref.crisis_id
    left = await seats.leave(act, crisis_id, stand.person_id)
    fit = await needs_of(act, stand, card)
    await seats.take(act, crisis_id, fit, stand.person_id)
    await cards.start(act, crisis_id, card.card_id)
    if left is not None:
        await call_next(act, known, left, stand.person_id, others)
    await recount(act, stand)


async def _give_up(
    act: Act,
    known: Known,
    stand: Standing,
    mission: Mission,
    *,
    employer_agrees: bool | None = None,
) -> None:
    """Decline a mission; its seat goes to the next, unless another mission keeps it."""
    await decline(act, known, mission, employer_agrees=employer_agrees)
    if _gives_back(known, stand, mission):
        await release(act, known, stand, (mission,))


def _gives_back(known: Known, stand: Standing, mission: Mission) -> bool:
    """Does the seat held go with this mission? Another one on its card keeps it."""
    kept = any(
        other.card_id == mission.card_id
        for other in stand.open_missions
        if other != mission
    )
    return _in_seat(known, stand, mission) and not kept


def _in_seat(known: Known, stand: Standing, mission: Mission) -> bool:
    """Is this mission done from the seat held? The team of a card goes on."""
    card = known.plan.template.card(mission.card_id)
    return stand.card_id is not None and stand.card_id in {card.card_id, card.team_of}


async def _end(act: Act, known: Known, stand: Standing, said: AnswerMission) -> None:
    """Write the time that the person confirms; their seat goes to who relieves them.

    Once the crisis is lifted, nobody does: it stays theirs.
    """
    mission = theirs(stand, said.mission_id)
    if said.worked_from is None or said.worked_until is None:
        raise MissionHoursError
    check_worked(said.worked_from, said.worked_until, act.at)
    values = {
        "state": MissionState.ENDED,
        "worked_from": said.worked_from,
        "worked_until": said.worked_until,
    }
    await missions.change(act, known.ref, mission.mission_id, values)
    act.note(
        "mission.ended",
        about=known.ref.crisis_id,
        actor=MEMBER,
        facts={
            "mission": mission.mission_id,
            "card": mission.card_id,
            "worked_from": instant(said.worked_from),
            "worked_until": instant(said.worked_until),
        },
        sealed={"person": mission.person_id},
    )
    if _in_seat(known, stand, mission):
        await seats.serve(act, known.ref.crisis_id, stand.person_id)
    if known.crisis.state.takes_answers and _gives_back(known, stand, mission):
        await release(act, known, stand)
    await recall_students(act, known, known.plan.template.card(mission.card_id))
