"""What documents print, read from real rows."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from acts.alert import RecordAnswer, record_answer
from acts.crisis import OpenCrisis, open_crisis
from acts.document import (
    MadeDocument,
    file_document,
    post,
    record_receipt,
    send_report,
)
from acts.ending import LiftCrisis, lift_crisis
from acts.order import ConfirmOrder, RecordCallBack, confirm_order, record_call_back
from acts.survey import AnswerForPlace, OpenSurvey, answer_for_place, open_survey
from adapters.database import chronicle, crisis_facts, tables
from adapters.database.unit import Database
from adapters.signing import Signer
from domain.answer import Availability
from domain.authority import Authority
from domain.dossier import Gap, gaps
from domain.outcome import MissionCounts, PlaceRow
from domain.plan import plan_id_of
from domain.reference import CrisisRef, DocumentRef
from domain.report import CrisisFacts, Indicator
from domain.survey import PlaceAnswer
from tests.conftest import Now
from tests.places import opened
from tests.world import CPTS_ID, LINK_KEY, activation, alerted, settle


async def read(database: Database, ref: CrisisRef, signer: Signer) -> CrisisFacts:
    async with database.read() as connection:
        return await crisis_facts.read(
            connection, ref, signer.fingerprint, database.now()
        )


async def sent(database: Database, ref: CrisisRef, now: Now, receipt: str) -> None:
    report = await file_document(
        database,
        ref,
        MadeDocument(
            kind="RAPPORT",
            title="Compte rendu de crise",
            path="documents/compte-rendu.pdf",
            sha256="ab" * 32,
        ),
    )
    await send_report(database, report, LINK_KEY)
    if receipt:
        now.at += timedelta(hours=3)
        await record_receipt(database, report, receipt)


@pytest.mark.parametrize("reference", [None, "ARS-2026-118"])
async def test_an_opening_proves_recognition_only_with_its_reference(
    database: Database, signer: Signer, reference: str | None
) -> None:
    ref = await alerted(database, 5, reference=reference)

    facts = await read(database, ref, signer)

    assert (Indicator.RECOGNITION in facts.proofs) is (reference is not None)
    assert len(facts.proofs[Indicator.ORDER]) == 1
    assert facts.order.confirmed_by == (reference and "directeur général de l'ARS")


@pytest.mark.parametrize("reference", [None, "ARS-2026-118"])
async def test_a_call_back_proves_recognition_only_with_its_reference(
    database: Database, signer: Signer, now: Now, reference: str | None
) -> None:
    ref = await alerted(database, 5, reference=None, called_back_at=None)
    call = {**ref.model_dump(), "actor": "REFERENT_SSE", "called_back_at": now.at}
    await record_call_back(
        database, RecordCallBack.model_validate(call | {"reference": reference})
    )

    facts = await read(database, ref, signer)

    assert len(facts.proofs[Indicator.ORDER]) == 2
    assert len(facts.proofs.get(Indicator.RECOGNITION, ())) == (reference is not None)
    assert (facts.order.written_reference is None) is (reference is None)


async def test_cards_are_told_in_the_order_they_are_due(
    database: Database, signer: Signer
) -> None:
    ref = await alerted(database, 5)

    facts = await read(database, ref, signer)

    assert [card.id for card in facts.cards] == ["TC-01", "T2-07"]
    assert facts.actions == 1


async def test_a_card_is_late_only_if_the_run_that_tells_it_is(
    database: Database, signer: Signer, now: Now
) -> None:
    ref = await alerted(database, 5)
    run = tables.card_runs
    async with database.read() as connection:
        found = await connection.execute(sa.select(run).where(run.c.card_id == "T2-07"))
        first = found.one()._asdict()
    now.at = first["due_at"] + timedelta(minutes=1)

    async def is_late() -> bool:
        return (await read(database, ref, signer)).cards[-1].late

    assert await is_late()
    due_at = now.at + timedelta(hours=1)
    await write(database, run, {**first, "run": 2, "due_at": due_at})
    assert not await is_late()
    now.at = due_at + timedelta(minutes=1)
    assert await is_late()


@pytest.mark.parametrize("said", ["", "le préfet, par délégation"])
async def test_for_whom_a_caller_acts_is_known_only_if_it_was_said(
    database: Database, signer: Signer, said: str
) -> None:
    ref = await alerted(database, 5, authority=Authority.PREFECT, acting_for=said)

    facts = await read(database, ref, signer)

    assert facts.order.acting_for == (said or None)
    assert (Gap.ACTING_FOR in gaps(facts)) is (not said)


@pytest.mark.parametrize(
    ("receipt", "said"),
    [("", ""), ("n1", "Accusé le 23 novembre 2026 à 1 h 00.")],
)
async def test_a_document_says_to_whom_it_went_and_whether_it_arrived(
    database: Database, signer: Signer, now: Now, receipt: str, said: str
) -> None:
    ref = await alerted(database, 5)
    await sent(database, ref, now, receipt)

    facts = await read(database, ref, signer)

    (document,) = facts.documents_sent
    assert document.sent_to == "Délégation départementale (fictive)"
    receipts = (document.receipt or "").replace("\N{NO-BREAK SPACE}", " ")
    assert receipts == said
    told = " ".join(row.text for row in facts.timeline)
    assert "ARS_DD" not in told
    assert ("Réception confirmée" in told) is bool(receipt)


async def posted(database: Database, ref: CrisisRef, sha256: str) -> DocumentRef:
    made = MadeDocument(
        kind="POINT_DE_SITUATION", title="Point", path=f"{sha256}.pdf", sha256=sha256
    )
    document = await file_document(database, ref, made)
    async with database.act(ref.cpts_id) as act:
        await post(act, document, "PILOTAGE", LINK_KEY)
    return document


@pytest.mark.parametrize(
    ("authority", "replies"),
    [
        (Authority.DG_ARS, ["document.received", "order.confirmed"]),
        (Authority.PREFECT, ["document.received"]),  # recognises, and is not the ARS
    ],
)
async def test_a_reply_of_the_ars_counts_if_it_came_before_the_lifting(
    database: Database, signer: Signer, authority: Authority, replies: list[str]
) -> None:
    ref = await alerted(database, 5, reference=None, authority=authority)
    assert (await read(database, ref, signer)).authority_replies == 0
    first, late = [await posted(database, ref, each * 32) for each in ("ab", "cd")]
    said = {**ref.model_dump(), "actor": "PILOTAGE"}

    await record_receipt(database, first, "n1")
    await confirm_order(database, ConfirmOrder(**said, reference="ARS-4"))
    await lift_crisis(database, LiftCrisis(**said, authority=authority))
    await record_receipt(database, late, "n2")

    facts = await read(database, ref, signer)
    async with database.read() as connection:
        lines = await chronicle.log_of(connection, CPTS_ID, (ref.crisis_id,))
    proofs = facts.proofs[Indicator.REPLIES]
    assert [line.kind for line in lines if line.seq in proofs] == replies
    assert facts.authority_replies == len(proofs) == len(replies)


async def write(database: Database, table: sa.Table, *rows: Mapping[str, Any]) -> None:
    async with database.act(CPTS_ID) as act:
        base = {"cpts_id": CPTS_ID}
        await act.connection.execute(sa.insert(table), [base | {**row} for row in rows])


async def someone(database: Database, ref: CrisisRef) -> dict[str, list[str]]:
    """List who is in the crisis: profession → persons."""
    table = tables.crisis_people.c
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(table.profession, table.person_id)
            .where(table.crisis_id == ref.crisis_id)
            .order_by(table.person_id)
        )
        found: dict[str, list[str]] = {}
        for profession, person_id in rows.all():
            found.setdefault(profession, []).append(person_id)
    return found


def mission(
    number: int, person_id: str, at: datetime, state: str, hours: int = 0
) -> dict[str, object]:
    return {
        "crisis_id": "",
        "mission_id": f"m{number}",
        "card_id": "T2-07",
        "person_id": person_id,
        "wave": 1,
        "place": "EHPAD",
        "contact": "accueil",
        "starts_at": at,
        "ends_at": at + timedelta(hours=4),
        "state": state,
        "proposed_at": at,
        "worked_from": at if hours else None,
        "worked_until": at + timedelta(hours=hours) if hours else None,
    }


async def test_who_came_is_counted_from_confirmed_time_only(
    database: Database, signer: Signer, now: Now
) -> None:
    ref = await alerted(database, 10)
    people = await someone(database, ref)
    nurses, doctors = people["INFIRMIER"], people["MEDECIN_GENERALISTE"]
    rows = (
        mission(1, nurses[0], now.at, "TERMINEE", hours=3),
        mission(2, nurses[1], now.at, "ACCEPTEE"),
        mission(3, doctors[0], now.at, "DECLINEE"),
    )
    declared = {"crisis_id": ref.crisis_id, "card_id": "T2-07", "at": now.at}
    await write(
        database,
        tables.missions,
        *(row | {"crisis_id": ref.crisis_id} for row in rows),
    )
    await write(
        database,
        tables.contributions,
        {
            **declared,
            "person_id": doctors[0],
            "fields": {"creneaux": 4},
            "minutes": None,
        },
        {**declared, "person_id": doctors[1], "fields": {"creneaux": 7}, "minutes": 90},
    )

    facts = await read(database, ref, signer)

    came = {row.label: row.came for row in facts.professions}
    assert (came["Infirmier"], came["Médecin généraliste"]) == (1, 1)
    assert facts.participants == 2
    assert facts.unconfirmed == 2
    assert facts.missions == MissionCounts(
        proposed=3, accepted=2, declined=1, ended=1, confirmed=timedelta(hours=3)
    )
    (row,) = facts.contributions
    assert (row.people, [total for _, total in row.totals]) == (2, [11])
    assert sum(zone.asked for zone in facts.by_zone) == 10


async def test_what_nobody_wrote_is_unknown_not_zero(
    database: Database, signer: Signer
) -> None:
    ref = await alerted(database, 5)

    facts = await read(database, ref, signer)

    assert facts.participants is None
    assert facts.missions is None
    assert facts.places is None
    assert facts.difficulties is None
    assert facts.contributions == ()


async def test_the_curve_counts_first_answers_in_minutes_of_the_plan(
    database: Database, signer: Signer, now: Now
) -> None:
    ref = await alerted(database, 5, pace=60, exercise=True)
    person = (await someone(database, ref))["INFIRMIER"][0]
    for seconds, answer in ((7, Availability.UNAVAILABLE), (20, Availability.ON_SITE)):
        now.at += timedelta(seconds=seconds)
        said = RecordAnswer(
            **ref.model_dump(), person_id=person, answer=answer, nonce=f"n{seconds}"
        )
        await record_answer(database, said)

    facts = await read(database, ref, signer)

    assert [facts.curve[m].answered for m in (6, 7, 45)] == [0, 1, 1]
    assert facts.curve[-1].offered == 0  # what they said first


async def test_places_are_told_as_the_last_survey_reads_them(
    database: Database, signer: Signer, now: Now
) -> None:
    now.at = datetime(2026, 11, 22, 11, 0, tzinfo=UTC)
    ref = await opened(database)
    assert (await read(database, ref, signer)).places is None

    async def survey(place: str, answer: PlaceAnswer) -> None:
        await open_survey(
            database, OpenSurvey(**ref.model_dump(), actor="SECRETARIAT"), LINK_KEY
        )
        said = AnswerForPlace(
            **ref.model_dump(), structure_id=place, answer=answer, nonce=place
        )
        await answer_for_place(database, said)

    await survey("EHPAD_SUD", PlaceAnswer.CLOSED)
    day = await read(database, ref, signer)
    now.at = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
    await survey("OFF_PONT", PlaceAnswer.OPEN)  # the one on duty
    night = await read(database, ref, signer)

    assert [_told(row) for row in day.places or ()] == [
        ("Officine", 2, {"silent": 2}),
        ("Maison de santé pluriprofessionnelle", 1, {"silent": 1}),
        ("EHPAD ou établissement médico-social", 1, {"closed": 1}),
    ]
    assert [_told(row)[2] for row in night.places or ()] == [
        {"open": 1, "closed_at_night": 1},
        {"closed_at_night": 1},
        {"closed_at_night": 1},  # what it said by day is past
    ]


def _told(row: PlaceRow) -> tuple[str, int, dict[str, int]]:
    counts = row.model_dump(exclude={"kind", "listed"})
    some = {name: number for name, number in counts.items() if number}
    return row.kind.partition(" (")[0], row.listed, some


async def test_situation_reports_are_told_as_they_stand(
    database: Database, signer: Signer, now: Now
) -> None:
    ref = await alerted(database, 5)
    report = {"crisis_id": ref.crisis_id, "content": {}, "due_at": now.at}
    await write(
        database,
        tables.situation_reports,
        {**report, "number": 1, "sent_at": now.at + timedelta(minutes=1)},
        {
            **report,
            "number": 2,
            "sent_at": now.at,
            "content": {"texts": {"difficulties": "Plus de masques au Nord."}},
        },
        {**report, "number": 3, "sent_at": None},
    )

    facts = await read(database, ref, signer)

    assert facts.reports_sent == 2
    late = [row.is_late for row in facts.situation_reports or ()]
    assert late == [True, False, False]
    assert [row.text for row in facts.difficulties or ()] == [
        "Plus de masques au Nord."
    ]


async def test_an_entry_of_another_version_is_named_and_breaks_nothing(
    database: Database, signer: Signer
) -> None:
    ref = await alerted(database, 5)
    async with database.act(CPTS_ID) as act:
        act.note("moon.landed", about=ref.crisis_id, actor="SYSTEME", facts={})

    facts = await read(database, ref, signer)
    async with database.read() as connection:
        lines = await chronicle.log_of(connection, CPTS_ID, (ref.crisis_id,))

    assert chronicle.entry_rows(lines)[-1].kind == "autre fait (moon.landed)"
    assert "moon" not in " ".join(row.text for row in facts.timeline)


async def test_other_crises_that_may_be_paid_are_known_by_the_day_of_their_order(
    database: Database, signer: Signer, now: Now
) -> None:
    first = await alerted(database, 5)
    now.at += timedelta(days=40)
    for changes in ({"reference": "ARS-2"}, {"reference": "EX-1", "exercise": True}):
        order = OpenCrisis(
            cpts_id=CPTS_ID,
            activation=activation(now.at, **changes),
            actor="REFERENT_SSE",
        )
        await open_crisis(database, order, LINK_KEY)

    claim = (await read(database, first, signer)).claim

    assert claim is not None
    assert claim.activated_on == date(2026, 11, 22)
    assert claim.others_on == (date(2027, 1, 1),)
    assert claim.recognised_on == claim.activated_on


async def test_the_life_of_the_plan_is_no_part_of_the_crisis(
    database: Database, signer: Signer
) -> None:
    await settle(database)
    async with database.act(CPTS_ID) as act:  # a copy of the plan came back received
        facts = {"contact": "ARS_DD", "sha256": "cd" * 32}
        about = plan_id_of(CPTS_ID)
        act.note("document.received", about=about, actor="ARS", facts=facts)
    order = OpenCrisis(
        cpts_id=CPTS_ID, activation=activation(database.now()), actor="REFERENT_SSE"
    )
    read_back = await read(
        database, await open_crisis(database, order, LINK_KEY), signer
    )

    assert len(read_back.proofs[Indicator.PLAN]) == 1
    assert (read_back.authority_replies, read_back.plan_version) == (0, 1)
    assert not any(
        "eçu" in row.text or "Réception" in row.text for row in read_back.timeline
    )
