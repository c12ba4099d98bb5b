"""Whose hours a seat has: one person's, or those of several in turn, rested."""

from datetime import datetime

from adapters.database import missions, seats
from adapters.database.standing import Standing
from adapters.database.unit import Act
from domain.card import ActionCard, CardMode
from domain.mission import MissionOrder, MissionState
from domain.mission_errors import NoSeatLeftError
from domain.person import Status
from domain.reference import CrisisRef
from domain.shift import Shift, has_room


def wants_seat(stand: Standing, card: ActionCard) -> bool:
    """Would this person have to take a seat to go? The team of a card goes on."""
    return _needs_seat(stand, card) and stand.card_id != card.card_id


def _needs_seat(stand: Standing, card: ActionCard) -> bool:
    """Does going on this card take a seat? A student comes in addition."""
    goes_on = stand.card_id is not None and stand.card_id == card.team_of
    seated = card.mode is CardMode.SEATS and stand.status is not Status.STUDENT
    return seated and not goes_on


async def check_room(
    act: Act, stand: Standing, card: ActionCard, wanted: MissionOrder
) -> None:
    """Refuse hours that others hold already (Source: docs/sources.md#missions).

    Raises:
        NoSeatLeftError: No seat of the card is left for this person at these hours.
    """
    if not _needs_seat(stand, card):
        return
    ref = CrisisRef(cpts_id=act.cpts_id, crisis_id=stand.crisis.crisis_id)
    needs = await needs_of(act, stand, card)
    suitable = await seats.holders(act.connection, ref, needs)
    seated = await seats.everyone(act.connection, ref.cpts_id, ref.crisis_id)
    shifts = await missions.shifts(act.connection, ref, card.card_id)
    if not has_room(suitable, seated, shifts, Shift.model_validate(wanted)):
        raise NoSeatLeftError(card=card.card_id)


def check_rest(
    stand: Standing, card: ActionCard, wanted: MissionOrder, now: datetime
) -> None:
    """Refuse a post without rest beside another (Source: docs/sources.md#rest).

    A mission that has not begun and that accepting would give up is no post; nor is
    that of the card from which their team goes on.

    Raises:
        RestNeededError: These hours are too near another post of theirs.
    """
    gives_up, goes_on = wants_seat(stand, card), stand.card_id == card.team_of
    posts = [
        mission
        for mission in stand.missions
        if mission.card_id != stand.card_id
        or mission.state is not MissionState.ACCEPTED
        or not (goes_on or (gives_up and mission.starts_at > now))
    ]
    hours = Shift.model_validate(wanted)
    stand.rest.refuse(posts, hours, now, stand.tenant.zone_info)


async def needs_of(act: Act, stand: Standing, card: ActionCard) -> tuple[str, ...]:
    """List the needs of a card that somebody may fill, kept ones first."""
    crisis_id = stand.crisis.crisis_id
    return tuple(
        need.need_id
        for need in await seats.needs_of(act.connection, act.cpts_id, crisis_id)
        if need.card_id == card.card_id
        and need.may_be_filled_by(stand.profession, stand.skills)
    )
