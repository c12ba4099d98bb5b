"""The flash survey of places: opened, and answered by whoever works there."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from acts.conduct import advance
from acts.held import NOT_OVER, OnCrisis, hold
from acts.runs import Ended, end_run, run_in_hand
from acts.wave import SYSTEM, open_wave
from adapters.database import (
    cards,
    crises,
    links,
    plans,
    situations,
    structures,
    surveys,
    tenants,
    waves,
)
from adapters.database.crises import CrisisRow
from adapters.database.unit import Act, Database
from domain.alert import WavePlan
from domain.calendar import paced
from domain.campaign import CampaignSheet
from domain.cpts import Cpts
from domain.errors import AnswerNotOfferedError, CrisisLiftedError, SurveyClosedError
from domain.ledger import instant
from domain.link import Purpose, survey_subject, token, token_hash
from domain.night import Night
from domain.plan import Plan
from domain.privacy import refuse_patient_data
from domain.reference import CrisisRef
from domain.structure import Structure
from domain.survey import SURVEY, PlaceAnswer, PlaceCounts, Round, to_ask

CARD = "TC-13"  # asks where every place stands
PLACE = "LIEU"  # the actor of an answer: somebody of the place
LINK_LIFE = timedelta(days=90)
SURVEY_LIFE = timedelta(days=1)  # then silence is written; a later answer still counts


class OpenedSurvey(BaseModel):
    """A survey that was just opened."""

    model_config = ConfigDict(frozen=True)

    asked: int  # now
    in_the_morning: int  # those that the night spares
    morning_at: datetime | None = None  # null: nobody is
    not_asked: int  # elsewhere, or asked in the morning by the survey before


class OpenSurvey(OnCrisis):
    """The order to ask the places of a crisis."""


async def open_survey(
    database: Database, order: OpenSurvey, link_key: bytes
) -> OpenedSurvey:
    """Ask the places of a crisis if they are open; those that sleep, in the morning.

    Raises:
        CrisisOverError: It is closed, or was a false alarm.
        FormAlreadyPostedError: The same form was taken before.
        SurveyClosedError: The state of the crisis or its plan allows none, or it has
            no place to ask.
        UnknownCrisisError: No such crisis.
    """
    ref = order.ref
    async with database.act(ref.cpts_id) as act:
        crisis = await hold(act, order, NOT_OVER)
        tenant = await tenants.get(act.connection, ref.cpts_id)
        plan = await plans.frozen(act.connection, crisis)
        campaign = _campaign(plan, crisis)
        places = await structures.of_crisis(act.connection, ref)
        rounds = to_ask(
            places,
            crisis.activation.zones,
            _night(plan, crisis, tenant),
            act.at,
            await surveys.asked(act.connection, ref),
        )
        if not rounds:
            raise SurveyClosedError(crisis=ref.crisis_id)
        for each in rounds:
            await _link(act, ref, each.places, link_key)
            wave = _plan(campaign, each, crisis.activation.pace)
            codes = [place.code for place in each.places]
            await open_wave(act, ref.crisis_id, wave, codes)
        await cards.start(act, ref.crisis_id, CARD)
        opened = _opened(rounds, len(places), act.at)
        act.note(
            "survey.opened",
            about=ref.crisis_id,
            actor=order.actor,
            facts=opened.model_dump(exclude={"morning_at"}),
        )
    return opened


def _campaign(plan: Plan, crisis: CrisisRow) -> CampaignSheet:
    template = plan.template
    allowed = template.departures.state(crisis.state).campaigns
    for campaign in template.campaigns:
        if campaign.code == SURVEY and SURVEY in allowed:
            return campaign
    raise SurveyClosedError(crisis=crisis.crisis_id)


def _night(plan: Plan, crisis: CrisisRow, tenant: Cpts) -> Night:
    return Night(
        table=plan.template.departures.night,
        zone=tenant.zone_info,
        kinetic=crisis.kinetic,
        pace=crisis.activation.pace,
    )


def _plan(campaign: CampaignSheet, asked: Round, pace: int) -> WavePlan:
    return WavePlan(
        code=SURVEY,
        message=campaign.message,
        answers=campaign.answers,
        leaves_at=asked.leaves_at,
        close_at=asked.leaves_at + paced(SURVEY_LIFE, pace),
    )


def _opened(rounds: Iterable[Round], places: int, now: datetime) -> OpenedSurvey:
    later = [each for each in rounds if each.leaves_at > now]
    asked = sum(len(each.places) for each in rounds)
    in_the_morning = sum(len(each.places) for each in later)
    return OpenedSurvey(
        asked=asked - in_the_morning,
        in_the_morning=in_the_morning,
        morning_at=min((each.leaves_at for each in later), default=None),
        not_asked=places - asked,
    )


async def _link(
    act: Act, ref: CrisisRef, asked: tuple[Structure, ...], key: bytes
) -> None:
    """Give each place its link, the first time it is asked."""
    linked = await links.places_of(act.connection, ref)
    subjects = {p.code: survey_subject(ref.crisis_id, p.code) for p in asked}
    rows = [
        {
            "token_hash": token_hash(token(key, Purpose.SURVEY, subject)),
            "purpose": Purpose.SURVEY,
            "crisis_id": ref.crisis_id,
            "structure_id": structure_id,
            "expires_at": act.at + LINK_LIFE,
        }
        for structure_id, subject in subjects.items()
        if structure_id not in linked
    ]
    await links.add(act, rows)


class AnswerForPlace(BaseModel):
    """What somebody says of a place."""

    model_config = ConfigDict(
        frozen=True, str_strip_whitespace=True, hide_input_in_errors=True
    )

    cpts_id: str
    crisis_id: str
    structure_id: str
    answer: PlaceAnswer
    nonce: str
    person_id: str | None = None  # one of its people, or else a name
    name: Annotated[str, Field(max_length=80)] = ""
    slots: int | None = Field(default=None, ge=0, le=999)
    need: Annotated[str, Field(max_length=200)] = ""
    reopens_at: datetime | None = None


async def answer_for_place(
    database: Database, said: AnswerForPlace, actor: str = PLACE
) -> None:
    """Note the answer of a place: it replaces the one before.

    The same form posted twice changes nothing the second time.

    Raises:
        AnswerNotOfferedError: No survey asked anything in this crisis.
        CrisisLiftedError: The crisis is over.
        PatientDataError: The text holds a patient's identity.
        UnknownCrisisError: No such crisis.
        UnknownLinkError: The crisis does not know this place.
    """
    ref = CrisisRef(cpts_id=said.cpts_id, crisis_id=said.crisis_id)
    refuse_patient_data(said.name, said.need)
    async with database.act(said.cpts_id) as act:
        crisis = await crises.lock(act, said.crisis_id)
        place = await structures.frozen(act.connection, ref, said.structure_id)
        if not await links.use_nonce(act, said.nonce):
            return
        if not crisis.state.takes_answers:
            raise CrisisLiftedError(crisis=said.crisis_id)
        asked = await surveys.asked(act.connection, ref)
        if not asked:
            raise AnswerNotOfferedError(answer=said.answer)
        before = await surveys.said(act.connection, ref)
        person_id, name = await _who(act, ref, said)
        detail = said.model_dump(
            mode="json",
            include={"slots", "need", "reopens_at"},
            exclude_defaults=True,
        )
        row: dict[str, object] = {
            "answer": said.answer,
            "detail": detail or None,
            "person_id": person_id,
            "name": name or None,
        }
        await surveys.answer(act, ref, place.code, row)
        heard = {"answer": said.answer, "answered_at": act.at, "detail": None}
        if place.code in asked:  # else it is elsewhere
            await waves.answer(act, asked[place.code].wave, place.code, heard)
        act.note(
            "survey.answer",
            about=said.crisis_id,
            actor=actor,
            facts={"answer": said.answer, "changed": place.code in before},
            sealed={
                "structure": place.code,
                "person": person_id or name or "—",
                "need": said.need or "—",
            },
        )
        await _prove(act, crisis)


async def _prove(act: Act, crisis: CrisisRow) -> None:
    """End the card once every place has said where it stands: nobody is left to call.

    With a place that is silent, or that is asked in the morning, the cell ends it.
    """
    places = await surveys.places(act.connection, crisis, act.at) or ()
    counts = PlaceCounts.of(each.state for each in places)
    if counts.silent or counts.closed_at_night or not places:
        return
    known = await situations.of_crisis(act.connection, crisis)
    run = run_in_hand(known, CARD)
    if run is not None:
        fields = {**counts.proof(), "heure": instant(act.at)}
        await end_run(act, known, run, Ended(fields, SYSTEM, act.at))
        await advance(act, known.ref)


async def _who(
    act: Act, ref: CrisisRef, said: AnswerForPlace
) -> tuple[str | None, str]:
    """Say who answers: one of the people of the place, else the name that was typed."""
    for person in await surveys.staff(act.connection, ref, said.structure_id):
        if person.person_id == said.person_id:
            return person.person_id, f"{person.first_name} {person.last_name}"
    return None, said.name
