"""Who sits where: a yes takes a seat; who leaves it is relieved or replaced."""

from datetime import datetime

from acts.proposal import (
    hold_back,
    propose,
    recall_students,
    refuse_departure,
    refuse_night,
    tell_seated,
)
from acts.wave import MEMBER, SYSTEM
from adapters.database import cards, missions, reserve, seats, situations, waves
from adapters.database.situations import Known
from adapters.database.standing import Standing
from adapters.database.unit import Act
from domain.answer import Availability
from domain.card import CardMode
from domain.mission import Mission, MissionOrder, MissionReply, MissionState
from domain.mission_errors import NoDepartureError, RestNeededError
from domain.need import Need
from domain.person import Status
from domain.reference import CrisisRef
from domain.shift import Shift


async def seat(act: Act, before: Standing, answer: Availability) -> Standing:
    """Take a seat, keep the one held, or give it back."""
    if answer.takes_seat:
        expected = any(_takes_over(before, m, act.at) for m in before.open_missions)
        return before if before.card_id or expected else await _take(act, before)
    if answer is before.answer or not answer.says_if_available:
        return before
    if before.card_id is None and not before.open_missions:
        return before
    known = await situations.of_crisis(act.connection, before.crisis)
    for mission in before.open_missions:
        await decline(act, known, mission)
    return await release(act, known, before, before.open_missions)


def _takes_over(stand: Standing, mission: Mission, now: datetime) -> bool:
    """Will a seat be theirs by this mission, when whom they relieve goes?"""
    on_post = stand.plan.template.card(mission.card_id).mode is CardMode.SEATS
    agreed = mission.state is MissionState.ACCEPTED
    return agreed and on_post and mission.ends_at > now


async def _take(act: Act, before: Standing) -> Standing:
    """Take a free seat, if one may (Source: docs/sources.md#missions).

    A student takes none: they come in addition. An employee stays in reserve without
    the agreement of their employer, anybody until they rested after a post.
    """
    if before.covered or before.status is Status.STUDENT or before.needs_agreement:
        return before
    if before.rests_until(act.at):
        act.wake(before.crisis.ref.workflow_id)  # its clock seats them, once rested
        return before
    crisis_id = before.crisis.crisis_id
    needs = await seats.needs_of(act.connection, act.cpts_id, crisis_id)
    profession, skills = before.profession, before.skills
    fit = {n.need_id: n for n in needs if n.may_be_filled_by(profession, skills)}
    taken = await seats.take(act, crisis_id, tuple(fit), before.person_id)
    if taken is None:
        return before
    card_id = fit[taken].card_id
    await cards.start(act, crisis_id, card_id)
    return await recount(act, before.model_copy(update={"card_id": card_id}))


async def release(
    act: Act, known: Known, before: Standing, left: tuple[Mission, ...] = ()
) -> Standing:
    """Give back a seat: who relieves gets it, else the first in line who fits.

    Args:
        act: The act that holds the crisis.
        known: The crisis.
        before: Whose seat it is.
        left: The missions that are not done: the first in line is proposed them.
    """
    need_id = await seats.leave(act, known.ref.crisis_id, before.person_id)
    if need_id is not None:
        await call_next(act, known, need_id, before.person_id, left)
    nothing = {"card_id": None, "missions": ()}
    return await recount(act, before.model_copy(update=nothing))


async def decline(
    act: Act, known: Known, mission: Mission, *, employer_agrees: bool | None = None
) -> None:
    """Write that somebody does not do a mission; its students are called back."""
    values = {
        "state": MissionState.DECLINED,
        "answered_at": act.at,
        "employer_agrees": employer_agrees,
    }
    await missions.change(act, known.ref, mission.mission_id, values)
    await hold_back(act, known.ref, mission)
    note_reply(act, known, mission, MissionReply.DECLINE)
    await recall_students(act, known, known.plan.template.card(mission.card_id))


def note_reply(act: Act, known: Known, mission: Mission, reply: MissionReply) -> None:
    """Write in the ledger what somebody says of their mission."""
    act.note(
        "mission.answered",
        about=known.ref.crisis_id,
        actor=MEMBER,
        facts={
            "mission": mission.mission_id,
            "card": mission.card_id,
            "answer": str(reply),
        },
        sealed={"person": mission.person_id},
    )


async def call_next(
    act: Act, known: Known, need_id: str, leaver: str, left: tuple[Mission, ...]
) -> None:
    """Give a seat that reopens to who relieves, else to the first in line who fits.

    The first in line is told, and gets the mission that the leaver did not do if it
    may still leave; who relieves has a mission of their own. Who rests is left in line.
    """
    ref = known.ref
    needs = await seats.needs_of(act.connection, ref.cpts_id, ref.crisis_id)
    need = next(each for each in needs if each.need_id == need_id)
    for relief in await reserve.relieving(act.connection, ref):
        here = relief.card_id == need.card_id and relief.ends_at > act.at
        if here and need.may_be_filled_by(relief.profession, relief.skills):
            await seats.take(act, ref.crisis_id, (need_id,), relief.person_id)
            await _seated(act, known, need, relief.person_id)
            return
    proposed = await missions.of_crisis(act.connection, ref)
    resting = known.rest.resting(proposed, act.at)
    for waiting in await reserve.in_line(act.connection, ref):
        fits = need.may_be_filled_by(waiting.profession, waiting.skills)
        if fits and waiting.person_id not in {leaver, *resting}:
            await seats.take(act, ref.crisis_id, (need_id,), waiting.person_id)
            await _seated(act, known, need, waiting.person_id)
            await _hand_on(act, known, need, waiting.person_id, left)
            return
    if resting:
        act.wake(ref.workflow_id)  # its clock gives the seat to who has rested


async def _seated(act: Act, known: Known, need: Need, person_id: str) -> None:
    await cards.start(act, known.ref.crisis_id, need.card_id)
    act.note(
        "seat.passed",
        about=known.ref.crisis_id,
        actor=SYSTEM,
        facts={"card": need.card_id},
        sealed={"person": person_id},
    )


async def _hand_on(
    act: Act, known: Known, need: Need, person_id: str, left: tuple[Mission, ...]
) -> None:
    order = next((m for m in left if m.card_id == need.card_id), None)
    if order is not None and order.ends_at > act.at:
        names = MissionOrder.model_fields.keys() - {"person_id"}
        same = MissionOrder(person_id=person_id, **order.model_dump(include=names))
        theirs = await missions.of_person(act.connection, known.ref, person_id)
        hours, zone = Shift.model_validate(same), known.tenant.zone_info
        try:
            known.rest.refuse(theirs, hours, act.at, zone)
            refuse_departure(known, same, act.at)
            refuse_night(known, same, act.at)
        except (NoDepartureError, RestNeededError):
            pass  # the seat is theirs; the cell will propose once people may leave
        else:
            await propose(act, known, same, SYSTEM)
            return
    await tell_seated(act, known, known.plan.template.card(need.card_id), person_id)


async def recount(act: Act, stand: Standing) -> Standing:
    """Note that every seat is taken, or that one is free again; wake the waves."""
    covered = await seats.free(act, stand.crisis.crisis_id) == 0
    if covered is not stand.covered:
        await tell_waves(act, stand.crisis.ref, covered=covered)
    return stand.model_copy(update={"covered": covered})


async def tell_waves(act: Act, ref: CrisisRef, *, covered: bool) -> None:
    """Note in each open wave if every seat is taken, and wake it."""
    for wave in await waves.set_covered(act, ref, covered=covered):
        act.wake(wave.workflow_id)
