"""Missions as the cell proposes and cancels them."""

from acts.held import NOT_OVER, OnCrisis, hold
from acts.proposal import (
    call_off,
    propose,
    recall_students,
    refuse_departure,
    refuse_night,
)
from acts.shift import check_rest, check_room
from adapters.database import missions, situations, standing
from adapters.database.situations import Known
from adapters.database.standing import Standing
from adapters.database.unit import Act, Database
from domain.card import ActionCard
from domain.errors import UnknownLinkError
from domain.mission import MissionOrder, MissionState
from domain.mission_errors import (
    MissionClosedError,
    MissionOpenError,
    StudentAloneError,
    UnfitPersonError,
    UnknownPersonError,
)
from domain.person import Status
from domain.reference import CrisisRef


class ProposeMission(OnCrisis):
    """The order to propose a mission."""

    mission: MissionOrder
    wished: bool = False  # the person asked to be written to at night


async def propose_mission(database: Database, order: ProposeMission) -> str:
    """Propose a mission to one person; its mail leaves when the night table lets it.

    Returns:
        Its id.

    Raises:
        CrisisOverError: The crisis is closed, or was a false alarm.
        FormAlreadyPostedError: The same form was taken before.
        MissionHoursError: Its hours cannot be worked.
        MissionOpenError: A proposal awaits this person's answer.
        NoDepartureError: Nobody leaves on this card, or not before the morning.
        NoSeatLeftError: No seat of this card is left for this person at these hours.
        PatientDataError: A free text holds a patient's identity.
        RestNeededError: They would not have rested since another post.
        StudentAloneError: No professional is on this card.
        UnfitPersonError: They did not offer to come, or the card wants others.
        UnknownCardError: The crisis has no such card.
        UnknownCrisisError: No such crisis.
        UnknownPersonError: This person was never asked.
    """
    wanted = order.mission
    async with database.act(order.cpts_id) as act:
        crisis = await hold(act, order, NOT_OVER)
        wanted.check(act.at)
        known = await situations.of_crisis(act.connection, crisis)
        refuse_departure(known, wanted, act.at)
        refuse_night(known, wanted, act.at, wished=order.wished)
        try:
            stand = await standing.of_person(
                act.connection, order.ref, wanted.person_id
            )
        except UnknownLinkError as never:
            raise UnknownPersonError(person=wanted.person_id) from never
        await _check_fit(act, known, stand, wanted)
        return await propose(act, known, wanted, order.actor, wished=order.wished)


async def _check_fit(
    act: Act, known: Known, stand: Standing, wanted: MissionOrder
) -> None:
    card = known.plan.template.card(wanted.card_id)
    said = stand.answer is not None and stand.answer.offers_help
    offers = said or stand.card_id is not None
    if not offers or not card.suits(stand.profession, stand.skills):
        raise UnfitPersonError(card=wanted.card_id)
    for mission in stand.open_missions:
        if mission.state is MissionState.PROPOSED:
            raise MissionOpenError(mission=mission.mission_id)
    check_rest(stand, card, wanted, act.at)
    await check_led(act, stand, card)
    await check_room(act, stand, card, wanted)


async def check_led(act: Act, stand: Standing, card: ActionCard) -> None:
    """Refuse that a student be alone (Source: docs/sources.md#missions).

    Raises:
        StudentAloneError: No professional has accepted a mission on this card.
    """
    ref = CrisisRef(cpts_id=act.cpts_id, crisis_id=stand.crisis.crisis_id)
    if stand.status is Status.STUDENT and not await missions.is_led(
        act.connection, ref, card.card_id
    ):
        raise StudentAloneError(card=card.card_id)


class CancelMission(OnCrisis):
    """The order to call a mission off."""

    mission_id: str


async def cancel_mission(database: Database, order: CancelMission) -> None:
    """Call a mission off and tell the person by mail; their seat stays theirs.

    Raises:
        CrisisOverError: The crisis is closed, or was a false alarm.
        FormAlreadyPostedError: The same form was taken before.
        MissionClosedError: It is over, or was declined.
        UnknownCrisisError: No such crisis.
        UnknownMissionError: No such mission.
    """
    async with database.act(order.cpts_id) as act:
        crisis = await hold(act, order, NOT_OVER)
        mission = await missions.get(act.connection, order.ref, order.mission_id)
        if not mission.state.is_open:
            raise MissionClosedError(mission=order.mission_id)
        known = await situations.of_crisis(act.connection, crisis)
        await call_off(act, known, mission, order.actor)
        await recall_students(act, known, known.plan.template.card(mission.card_id))
