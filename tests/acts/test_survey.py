"""Places are asked once each; a later answer replaces, and silence is not closed."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from acts.alert import load_wave
from acts.ending import LiftCrisis, lift_crisis
from acts.survey import (
    AnswerForPlace,
    OpenedSurvey,
    OpenSurvey,
    answer_for_place,
    open_survey,
)
from adapters.database import (
    cards,
    crises,
    figures,
    ledger,
    reached,
    surveys,
    tables,
    texts,
    waves,
)
from adapters.database.cards import CardRun
from adapters.database.outbox import Outbox
from adapters.database.unit import Database
from domain.authority import Authority
from domain.card import CardState
from domain.dispatch import Addressee, BatchRef
from domain.errors import (
    AnswerNotOfferedError,
    CrisisLiftedError,
    FormAlreadyPostedError,
    PatientDataError,
    SurveyClosedError,
    UnknownLinkError,
)
from domain.ledger import instant
from domain.letter import MessageKind, WaveText
from domain.link import Purpose, survey_subject
from domain.reference import CrisisRef
from domain.survey import PlaceAnswer, PlaceState
from tests.conftest import Now
from tests.places import opened
from tests.world import LINK_KEY, alerted

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@pytest.fixture
async def ref(database: Database, now: Now) -> CrisisRef:
    now.at = NOON
    return await opened(database)


async def asks(database: Database, ref: CrisisRef, nonce: str = "") -> OpenedSurvey:
    order = OpenSurvey(**ref.model_dump(), actor="SECRETARIAT", nonce=nonce)
    return await open_survey(database, order, LINK_KEY)


def said(ref: CrisisRef, place: str, answer: str, **more: object) -> AnswerForPlace:
    facts: dict[str, object] = {"nonce": f"{place}-{answer}", **ref.model_dump()}
    return AnswerForPlace.model_validate(
        facts | {"structure_id": place, "answer": answer} | more
    )


async def states(database: Database, ref: CrisisRef) -> dict[str, PlaceState]:
    async with database.read() as connection:
        crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
        places = await surveys.places(connection, crisis, database.now())
    assert places is not None
    return {each.place.code: each.state for each in places}


async def wave_of(database: Database, ref: CrisisRef, place: str) -> int:
    async with database.read() as connection:
        return (await surveys.asked(connection, ref))[place].wave.wave


async def entries(database: Database, ref: CrisisRef) -> list[dict[str, Any]]:
    async with database.read() as connection:
        lines = await ledger.entries_about(
            connection, ref.cpts_id, ref.crisis_id, 10_000
        )
    return [json.loads(line.canonical) for line in lines]


async def test_each_place_gets_one_mail_with_a_link_of_its_own(
    database: Database, ref: CrisisRef
) -> None:
    survey = await asks(database, ref)

    assert (survey.asked, survey.in_the_morning, survey.not_asked) == (4, 0, 0)
    wave = await wave_of(database, ref, "OFF_PONT")
    box = Outbox(database.url, now=database.now)
    try:
        batch = await box.take_over(
            BatchRef(
                cpts_id=ref.cpts_id,
                batch_id=f"{ref.crisis_id}.{wave}.enquete.1",
            )
        )
        letters = [await box.turn(batch, None, each) for each in batch.delivery_ids]
    finally:
        box.close()
    async with database.read() as connection:
        text = await texts.of_batch(connection, batch.ref, "alerte@val.example")
    assert isinstance(text, WaveText)
    assert text.kind is MessageKind.SURVEY
    assert "ouvert, ralenti ou fermé" in text.sentence()
    found = {each.subject: each for each in letters if isinstance(each, Addressee)}
    assert {each.purpose for each in found.values()} == {Purpose.SURVEY}
    assert {subject: each.address for subject, each in found.items()} == {
        survey_subject(ref.crisis_id, "OFF_PONT"): "pont@val.example",
        survey_subject(ref.crisis_id, "OFF_HALLES"): "halles@val.example",
        survey_subject(ref.crisis_id, "MSP_NORD"): "p0@val.example",  # of its people
    }


async def test_a_place_without_any_address_is_said_so(
    database: Database, ref: CrisisRef
) -> None:
    await asks(database, ref)

    table = tables.deliveries
    async with database.read() as connection:
        row = (
            await connection.execute(
                sa.select(table.c.state, table.c.reason).where(
                    table.c.recipient_id == "EHPAD_SUD"
                )
            )
        ).one()
    assert tuple(row) == ("NON_PARTIE", "SANS_ADRESSE")


async def test_a_place_has_one_current_answer_and_the_log_names_nobody(
    database: Database, ref: CrisisRef
) -> None:
    await asks(database, ref)

    first = said(ref, "OFF_PONT", "OUVERT", slots=4, name="Camille Fictive")
    await answer_for_place(database, first)
    await answer_for_place(database, first)  # the same form, posted twice
    await answer_for_place(database, said(ref, "OFF_PONT", "FERME"))

    assert await states(database, ref) == {
        "OFF_PONT": PlaceState.CLOSED,
        "OFF_HALLES": PlaceState.SILENT,
        "MSP_NORD": PlaceState.SILENT,
        "EHPAD_SUD": PlaceState.SILENT,
    }
    told = [e for e in await entries(database, ref) if e["kind"] == "survey.answer"]
    assert [e["facts"] for e in told] == [
        {"answer": "OUVERT", "changed": False},
        {"answer": "FERME", "changed": True},
    ]
    assert "Camille" not in json.dumps(told)
    assert "OFF_PONT" not in json.dumps(told)


async def test_somebody_of_the_place_is_recognised_and_a_stranger_is_not(
    database: Database, ref: CrisisRef
) -> None:
    await asks(database, ref)
    async with database.read() as connection:
        staff = await surveys.staff(connection, ref, "MSP_NORD")
    assert [person.last_name for person in staff] == ["Fictif00000", "Fictif00001"]

    for place, name in (("MSP_NORD", "Camille Fictif00001"), ("OFF_PONT", None)):
        await answer_for_place(
            database, said(ref, place, "DEGRADE", person_id=staff[1].person_id)
        )
        async with database.read() as connection:
            answers = await surveys.said(connection, ref)
        assert answers[place].name == name


async def survey_run(database: Database, ref: CrisisRef) -> CardRun:
    async with database.read() as connection:
        runs = await cards.of_crisis(connection, ref)
    return next(run for run in runs if run.card_id == "TC-13")


async def test_the_last_place_to_answer_ends_the_card_with_the_counts(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    await asks(database, ref)
    answers = dict.fromkeys(await states(database, ref), "OUVERT")
    answers["EHPAD_SUD"] = "DEGRADE"
    for place, answer in answers.items():
        run = await survey_run(database, ref)
        assert run.state is CardState.RUNNING  # somebody may still be silent
        await answer_for_place(database, said(ref, place, answer))
    await answer_for_place(database, said(ref, "OFF_PONT", "FERME"))  # it is over

    assert (await survey_run(database, ref)).state is CardState.DONE
    async with database.read() as connection:
        proofs = await cards.proofs_of(connection, ref, "TC-13")
    assert proofs == {
        1: {
            "ouverts": 3,
            "degrades": 1,
            "fermes": 0,
            "sans_reponse": 0,
            "heure": instant(now.at),
        }
    }


NIGHT = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)  # 7 h in Paris


async def held_until(database: Database, ref: CrisisRef, place: str) -> datetime | None:
    """Say when the mail of a place leaves; None once it will not."""
    async with database.read() as connection:
        wave = (await surveys.asked(connection, ref))[place].wave
    loaded = await load_wave(database, wave)
    return None if loaded.closed else loaded.next_due_at()


async def test_by_night_the_others_are_closed_until_they_are_asked_in_the_morning(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    now.at = NIGHT

    survey = await asks(database, ref)
    by_night = await states(database, ref)
    due = [await held_until(database, ref, place) for place in by_night]
    now.at = MORNING
    by_day = await states(database, ref)

    assert (survey.asked, survey.in_the_morning, survey.not_asked) == (1, 3, 0)
    assert survey.morning_at == MORNING
    assert by_night.pop("OFF_PONT") is PlaceState.SILENT
    assert set(by_night.values()) == {PlaceState.CLOSED_AT_NIGHT}
    assert sorted(filter(None, due)) == [NIGHT, MORNING, MORNING, MORNING]
    assert set(by_day.values()) == {PlaceState.SILENT}


async def test_the_card_ends_once_both_rounds_of_a_night_survey_answered(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    now.at = NIGHT
    await asks(database, ref)
    await answer_for_place(database, said(ref, "OFF_PONT", "OUVERT"))
    await answer_for_place(database, said(ref, "EHPAD_SUD", "OUVERT"))  # up already
    async with database.read() as connection:
        wave = (await surveys.asked(connection, ref))["EHPAD_SUD"].wave
        quiet = await waves.people_answering(connection, wave, ())
    now.at = MORNING
    for place in ("OFF_HALLES", "MSP_NORD"):
        assert (await survey_run(database, ref)).state is CardState.RUNNING
        await answer_for_place(database, said(ref, place, "FERME"))

    assert set(quiet) == {"OFF_HALLES", "MSP_NORD"}  # the others get no mail
    assert (await survey_run(database, ref)).state is CardState.DONE


async def test_two_surveys_of_one_night_ask_nobody_twice_in_the_morning(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    now.at = NIGHT
    await asks(database, ref)
    first = await wave_of(database, ref, "MSP_NORD")
    now.at += timedelta(hours=2)

    again = await asks(database, ref)

    assert (again.asked, again.in_the_morning, again.not_asked) == (1, 0, 3)
    assert await wave_of(database, ref, "MSP_NORD") == first
    assert await wave_of(database, ref, "OFF_PONT") > first


async def test_who_was_to_be_asked_after_the_lifting_is_not_silent(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    now.at = NIGHT
    await asks(database, ref)
    await lift_crisis(
        database,
        LiftCrisis(**ref.model_dump(), authority=Authority.DG_ARS, actor="PILOTAGE"),
    )
    now.at = MORNING

    found = await states(database, ref)

    assert found.pop("OFF_PONT") is PlaceState.SILENT
    assert set(found.values()) == {PlaceState.CLOSED_AT_NIGHT}
    closed = [
        e["facts"]["silent"]
        for e in await entries(database, ref)
        if e["kind"] == "wave.closed" and e["facts"]["code"] == "ENQUETE_FLASH"
    ]
    assert closed == [0, 0]  # the lifting ended both questions


async def test_the_same_form_opens_one_survey(
    database: Database, ref: CrisisRef
) -> None:
    await asks(database, ref, "form-0001")

    with pytest.raises(FormAlreadyPostedError):
        await asks(database, ref, "form-0001")


async def test_a_second_survey_asks_again_with_the_same_links(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    await asks(database, ref)
    await answer_for_place(database, said(ref, "OFF_PONT", "OUVERT"))
    now.at += timedelta(hours=1)
    await asks(database, ref)

    assert (await states(database, ref))["OFF_PONT"] is PlaceState.SILENT
    async with database.read() as connection:
        links = await connection.scalar(
            sa.select(sa.func.count()).where(tables.links.c.purpose == "survey")
        )
    assert links == 4


async def test_places_are_no_members(database: Database, ref: CrisisRef) -> None:
    await asks(database, ref)
    await answer_for_place(database, said(ref, "OFF_PONT", "DEGRADE"))
    async with database.act(ref.cpts_id) as act:  # all of it left
        await act.connection.execute(
            sa.update(tables.deliveries)
            .where(tables.deliveries.c.address.is_not(None))
            .values(state="PARTIE", sent_at=act.at)
        )

    await lift_crisis(
        database,
        LiftCrisis(**ref.model_dump(), authority=Authority.DG_ARS, actor="PILOTAGE"),
    )

    every, recipients = tables.waves, tables.recipients
    async with database.read() as connection:
        told = await connection.execute(
            sa.select(recipients.c.person_id)
            .join(every, recipients.c.wave == every.c.wave)
            .where(every.c.code == "LEVEE")
        )
        numbers = await figures.of_crisis(connection, ref, database.now())
        everyone = await reached.of_crisis(connection, ref)
    places = {"OFF_PONT", "OFF_HALLES", "MSP_NORD", "EHPAD_SUD"}
    assert not places & {each.person_id for each in everyone}
    assert not {"OFF_PONT", "MSP_NORD"} & set(told.scalars())
    asked = await entries(database, ref)
    people = sum(
        e["facts"]["asked"]
        for e in asked
        if e["kind"] == "wave.opened"
        and e["facts"]["code"] in {"V0", "V1", "V2", "V3", "VS"}
    )
    assert numbers.answers["NON_REPONSE"] <= people


async def test_a_crisis_that_is_over_takes_no_answer_and_opens_no_survey(
    database: Database, ref: CrisisRef
) -> None:
    await asks(database, ref)
    await lift_crisis(
        database,
        LiftCrisis(**ref.model_dump(), authority=Authority.DG_ARS, actor="PILOTAGE"),
    )

    with pytest.raises(CrisisLiftedError):
        await answer_for_place(database, said(ref, "OFF_PONT", "OUVERT"))
    with pytest.raises(SurveyClosedError):
        await asks(database, ref)


async def test_what_nobody_asked_is_not_answered(
    database: Database, ref: CrisisRef
) -> None:
    with pytest.raises(AnswerNotOfferedError):
        await answer_for_place(database, said(ref, "OFF_PONT", "OUVERT"))
    with pytest.raises(UnknownLinkError):
        await answer_for_place(database, said(ref, "NULLE", "OUVERT"))
    with pytest.raises(PatientDataError):
        await answer_for_place(
            database, said(ref, "OFF_PONT", "OUVERT", need="Lit, né le 12/03/1950")
        )


async def test_a_plan_without_a_survey_or_a_cpts_without_a_place_opens_none(
    database: Database, now: Now
) -> None:
    now.at = NOON
    small = await alerted(database, 6, cpts_id="val-petit")
    bare = await opened(database, places=())

    for crisis in (small, bare):
        with pytest.raises(SurveyClosedError):
            await asks(database, crisis)
        async with database.read() as connection:
            row = await crises.get(connection, crisis.cpts_id, crisis.crisis_id)
            assert await surveys.places(connection, row, database.now()) is None


def test_the_three_answers_are_those_of_the_plan() -> None:
    assert [answer.value for answer in PlaceAnswer] == ["OUVERT", "DEGRADE", "FERME"]
