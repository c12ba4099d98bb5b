"""What a wave does to the facts: an answer, a reminder, its closing."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from acts.batch import close_within
from acts.cascade import ways_of_reminder
from acts.danger import call_for_help
from acts.seating import seat
from acts.wave import MEMBER, SYSTEM, open_wave
from adapters.database import (
    contacts,
    crises,
    deliveries,
    same_person,
    seats,
    standing,
    waves,
)
from adapters.database.links import use_nonce
from adapters.database.queueing import Said, queue
from adapters.database.standing import Standing
from adapters.database.unit import Act, Database
from adapters.database.waves import WaveRow
from domain.alert import (
    PROTECTING,
    THANKED,
    ClosedWhy,
    NotSent,
    Wave,
    WavePlan,
)
from domain.answer import Availability
from domain.errors import (
    AnswerNotOfferedError,
    CrisisLiftedError,
)
from domain.letter import MessageKind
from domain.privacy import names_patient
from domain.reference import CrisisRef, WaveRef
from domain.wave import Channel

REMINDER_SUFFIX = ".relance"
_HEARD_OUT = (ClosedWhy.COVERED, ClosedWhy.TIME)  # else the crisis ended first
_GIVEN_UP = {
    ClosedWhy.COVERED: NotSent.COVERED,
    ClosedWhy.LIFTED: NotSent.LIFTED,
    ClosedWhy.CANCELLED: NotSent.CANCELLED,
    ClosedWhy.TIME: NotSent.TOO_LATE,
    ClosedWhy.SENT: NotSent.TOO_LATE,
}


class RecordAnswer(BaseModel):
    """What somebody answers from their page."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    crisis_id: str
    person_id: str
    answer: Availability
    nonce: str
    wave: int | None = None  # what the form was about; else the last that offers it
    delay_minutes: int | None = Field(default=None, ge=1, le=240)
    from_at: datetime | None = None
    slots: int | None = Field(default=None, ge=0, le=99)
    employer_agrees: bool | None = None  # an employee says it with « yes, now »
    whereabouts: str | None = Field(default=None, max_length=200)  # in danger: where
    by: Channel | None = None  # none: on their page
    elsewhere: bool = False  # not said here: they chose another CPTS


async def record_answer(database: Database, said: RecordAnswer) -> Standing:
    """Note an answer, as `answer_within`, in an act of its own."""
    async with database.act(said.cpts_id) as act:
        return await answer_within(act, said)


async def answer_within(act: Act, said: RecordAnswer) -> Standing:
    """Note an answer; « yes, now » takes a seat if one is left; help is called.

    The same form posted twice changes nothing the second time. A place that names a
    patient is left out: the call for help is not.

    Returns:
        Where the person stands now.

    Raises:
        AnswerNotOfferedError: The wave does not offer this answer.
        CrisisLiftedError: The crisis is over.
        UnknownCrisisError: No such crisis.
        UnknownLinkError: This person was never asked.
    """
    if names_patient(said.whereabouts or ""):
        said = said.model_copy(update={"whereabouts": None})
    ref = CrisisRef(cpts_id=said.cpts_id, crisis_id=said.crisis_id)
    crisis = await crises.lock(act, said.crisis_id)  # one answer at a time
    stand = await standing.of_person(act.connection, ref, said.person_id)
    before = stand.answering(said.answer, said.wave)
    if not await use_nonce(act, said.nonce):
        return before
    if not (crisis.state.takes_answers or before.protects):
        raise CrisisLiftedError(crisis=said.crisis_id)
    if said.answer not in before.offered:
        raise AnswerNotOfferedError(answer=said.answer)
    if said.employer_agrees is not None:
        agreed = {"employer_agrees": said.employer_agrees}
        before = before.model_copy(update=agreed)
    seated = await seat(act, before, said.answer)
    told = {"answer": said.answer, "whereabouts": said.whereabouts}
    now = seated.model_copy(update=told | {"answered_at": act.at})
    await waves.answer(act, now.wave, said.person_id, _row(said, act.at))
    await _heard(act, before, said)
    _note_answer(act, before, now, said)
    if _is_news_of_danger(before, now):
        await call_for_help(act, now)
    return now


async def _heard(act: Act, before: Standing, said: RecordAnswer) -> None:
    """Take a first answer as a proof of the address; let other CPTS know of a yes."""
    ref, person_id = before.crisis.ref, said.person_id
    if before.answer is None and said.by is None and not said.elsewhere:
        await contacts.prove_by_answer(act, ref, person_id)
    if not (before.tenant.same_person and said.answer.says_if_available):
        return
    await same_person.say(act, ref, person_id, comes=said.answer.takes_seat)
    if said.answer.takes_seat:
        for other in await same_person.elsewhere(act.connection, ref, person_id):
            act.wake(other.ref.workflow_id)


def _is_news_of_danger(before: Standing, now: Standing) -> bool:
    """Do they ask for help, or say at last where they are?"""
    if now.answer is not Availability.NEEDS_HELP:
        return False
    same = before.answer is now.answer
    return not same or now.whereabouts not in {None, before.whereabouts}


def _row(said: RecordAnswer, at: datetime) -> dict[str, object]:
    detail = said.model_dump(
        mode="json",
        include={
            *("delay_minutes", "from_at", "slots", "employer_agrees"),
            "whereabouts",
        },
        exclude_none=True,
    )
    return {"answer": said.answer, "answered_at": at, "detail": detail or None}


def _note_answer(act: Act, before: Standing, now: Standing, said: RecordAnswer) -> None:
    act.note(
        "answer",
        about=now.crisis.crisis_id,
        actor=SYSTEM if said.elsewhere else MEMBER,
        facts={
            "wave": now.wave.wave,
            "answer": str(now.answer),
            "seat": now.card_id is not None,
            "changed": before.answer not in {None, Availability.SILENT},
            **({"by": said.by} if said.by else {}),
            **({"elsewhere": True} if said.elsewhere else {}),
        },
        sealed={
            "person": now.person_id,
            "profession": now.profession,
            "zone": now.zone or "—",
        },
    )


async def load_wave(database: Database, ref: WaveRef) -> Wave:
    """Say where a wave stands.

    Raises:
        UnknownCrisisError: No such wave.
    """
    async with database.read() as connection:
        row = await waves.get(connection, ref)
        owing = await deliveries.open_batches(connection, ref)
    by_now = max(database.now(), row.leaves_at)
    later = {
        b.batch_id: b.leaves_at for b in owing if b.leaves_at and b.leaves_at > by_now
    }
    alone = all(batch.channel is Channel.MAIL for batch in owing)
    return Wave(
        batch_ids=tuple(b.batch_id for b in owing if b.batch_id not in later),
        lanes={} if alone else {b.batch_id: b.channel for b in owing},
        next_batch_at=min(later.values(), default=None),
        asks=row.asks,
        covered=row.covered_at is not None and not row.goes_on,
        closed=row.closed_at is not None,
        leaves_at=row.leaves_at,
        remind_at=None if row.reminded_at else row.remind_at,
        close_at=row.close_at,
    )


async def remind_wave(database: Database, ref: WaveRef) -> None:
    """Queue one reminder to those who were reached and said nothing; once a wave.

    Raises:
        UnknownCrisisError: No such wave.
    """
    async with database.act(ref.cpts_id) as act:
        await crises.lock(act, ref.crisis_id)  # a lifting waits, or is seen
        wave = await waves.lock(act, ref)
        met = wave.covered_at and not wave.goes_on
        if wave.reminded_at or wave.closed_at or met:
            return
        crisis_ref = CrisisRef(cpts_id=ref.cpts_id, crisis_id=ref.crisis_id)
        reached = frozenset(await deliveries.reached(act.connection, crisis_ref))
        quiet = await waves.people_answering(act.connection, ref, ())
        silent = [person for person in quiet if person in reached]
        said = Said(ref, MessageKind.REMINDER, REMINDER_SUFFIX)
        await queue(act, said, silent, await ways_of_reminder(act, ref, wave))
        await waves.change(act, ref, {"reminded_at": act.at})
        act.note(
            "wave.reminded",
            about=ref.crisis_id,
            actor=SYSTEM,
            facts={"wave": ref.wave, "code": wave.code, "silent": len(silent)},
        )


async def close_wave(database: Database, ref: WaveRef, *, met: bool = False) -> bool:
    """Close a wave: silence is written down, the reserve is thanked; once a wave.

    Args:
        database: The facts.
        ref: The wave.
        met: Only because its need is met; somebody may have withdrawn since.

    Returns:
        False if it goes on: a seat is free again.

    Raises:
        UnknownCrisisError: No such wave.
    """
    async with database.act(ref.cpts_id) as act:
        crisis = await crises.lock(act, ref.crisis_id)
        wave = await waves.lock(act, ref)
        if wave.closed_at:
            return True
        if met and not wave.covered_at:
            return False
        owing = await deliveries.open_batches(act.connection, ref)
        why = ClosedWhy.TIME if wave.asks or owing else ClosedWhy.SENT
        if wave.asks and wave.covered_at:
            why = ClosedWhy.COVERED
        await _close(act, ref, wave, why)
        if why is ClosedWhy.COVERED:
            await _thank(act, ref)
        act.wake(CrisisRef(cpts_id=ref.cpts_id, crisis_id=crisis.crisis_id).workflow_id)
    return True


async def close_open_waves(act: Act, ref: CrisisRef, why: ClosedWhy) -> None:
    """Close every open wave of a crisis, inside the act that ends it.

    What protects people goes on (Source: docs/sources.md#departures).
    """
    for row in await waves.of_crisis(act.connection, ref):
        if row.closed_at is None and row.code not in PROTECTING:
            wave_ref = WaveRef(**ref.model_dump(), wave=row.wave)
            await _close(act, wave_ref, row, why)
            act.wake(wave_ref.workflow_id)


async def _close(act: Act, ref: WaveRef, wave: WaveRow, why: ClosedWhy) -> None:
    if owing := await deliveries.open_batches(act.connection, ref):  # else all is told
        await deliveries.give_up(act, ref, _GIVEN_UP[why])
    for batch in owing:
        await close_within(act, batch.batch_id)
    asked = wave.asks and wave.leaves_at <= act.at and why in _HEARD_OUT
    silent = await waves.write_silence(act, ref) if asked else 0
    await waves.change(act, ref, {"closed_at": act.at, "closed_why": why})
    act.note(
        "wave.closed",
        about=ref.crisis_id,
        actor=SYSTEM,
        facts={"wave": ref.wave, "code": wave.code, "why": why, "silent": silent},
    )


async def _thank(act: Act, ref: WaveRef) -> None:
    """Tell those who offered help and hold no seat that the need is met."""
    offered = await waves.people_answering(act.connection, ref, THANKED)
    crisis = CrisisRef(cpts_id=ref.cpts_id, crisis_id=ref.crisis_id)
    seated = await seats.assigned(act.connection, crisis)
    reserve = [person for person in offered if person not in seated]
    if reserve:
        plan = WavePlan.informing("COMPLET", MessageKind.COVERED, act.at)
        await open_wave(act, ref.crisis_id, plan, reserve)
