"""A situation report counts facts, waits for the pilot, and leaves once."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from acts.conduct import conduct_crisis
from acts.document import MadeDocument, load_transmission, record_receipt
from acts.ending import LiftCrisis, lift_crisis
from acts.situation import (
    PrepareReport,
    SendReport,
    keep_workbook,
    prepare_report,
    send_situation,
    validated_report,
)
from acts.survey import AnswerForPlace, OpenSurvey, answer_for_place, open_survey
from adapters.database import (
    cards,
    documents,
    figures,
    glance,
    ledger,
    situation_reports,
    situations,
    tables,
    texts,
    workbooks,
)
from adapters.database.cards import CardRun
from adapters.database.unit import Database
from adapters.database.workbooks import Workbook
from domain.authority import Authority
from domain.card import CardState
from domain.dispatch import BatchRef
from domain.errors import (
    NoSituationReportError,
    NotValidatedError,
    PatientDataError,
    UnknownIndicatorError,
)
from domain.lateness import Lateness
from domain.ledger import instant
from domain.letter import TransmissionText
from domain.reference import CrisisRef, DocumentRef
from domain.situation import SituationReport
from domain.survey import PlaceGroup
from tests.conducted import prove
from tests.conftest import Now
from tests.places import opened
from tests.world import LINK_KEY

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
T0 = NOON - timedelta(minutes=10)  # as tests.world gives the order
EVERY = timedelta(hours=2)
FINGERPRINT = "A1B2"


@pytest.fixture
async def ref(database: Database, now: Now) -> CrisisRef:
    now.at = NOON
    return await opened(database)


async def prepared(
    database: Database, ref: CrisisRef, **said: object
) -> SituationReport:
    order = PrepareReport.model_validate({"ref": ref, "actor": "SECRETARIAT"} | said)
    return await prepare_report(database, order, FINGERPRINT)


async def sent(
    database: Database, ref: CrisisRef, workbook: MadeDocument | None = None
) -> DocumentRef:
    report = await validated_report(database, ref, "PILOTAGE")
    made = MadeDocument(
        kind="POINT_DE_SITUATION",
        title=report.title,
        path=f"documents/point-{report.number}.pdf",
        sha256=f"{report.number:064x}"[::-1],
    )
    order = SendReport(
        ref=ref, report=report, document=made, workbook=workbook, actor="PILOTAGE"
    )
    return await send_situation(database, order, LINK_KEY)


async def next_due(database: Database, ref: CrisisRef) -> datetime | None:
    async with database.read() as connection:
        due_at = await situation_reports.next_due(connection, ref)
        seen = await glance.picture(connection, ref.crisis_id, database.now())
    assert seen.next_report_at == due_at  # the terminal reads it in its own way
    return due_at


async def entries(database: Database, about: str, cpts_id: str) -> list[dict[str, Any]]:
    async with database.read() as connection:
        lines = await ledger.entries_about(connection, cpts_id, about, 10_000)
    return [json.loads(line.canonical) for line in lines]


async def test_a_report_counts_who_is_engaged_where_and_what_is_open(
    database: Database, ref: CrisisRef
) -> None:
    await open_survey(
        database, OpenSurvey(**ref.model_dump(), actor="SECRETARIAT"), LINK_KEY
    )
    for place, answer, slots in (
        ("OFF_PONT", "OUVERT", 4),
        ("MSP_NORD", "FERME", None),
    ):
        await answer_for_place(
            database,
            AnswerForPlace.model_validate(
                ref.model_dump()
                | {"structure_id": place, "answer": answer, "slots": slots}
                | {"nonce": f"nonce-{place}"}
            ),
        )
    people, seats = tables.crisis_people, tables.seats
    async with database.act(ref.cpts_id) as act:
        nurse = (
            await act.connection.execute(
                sa.select(people.c.person_id, people.c.zone)
                .where(people.c.profession == "INFIRMIER")
                .limit(1)
            )
        ).one()
        seat = await act.connection.scalar(sa.select(seats.c.seat_id).limit(1))
        await act.connection.execute(
            sa.update(seats)
            .where(seats.c.seat_id == seat)
            .values(person_id=nurse.person_id, taken_at=act.at)
        )
        await act.connection.execute(  # declared too: counted once
            sa.insert(tables.contributions).values(
                **ref.model_dump(),
                card_id="T2-04",
                person_id=nurse.person_id,
                fields={"creneaux_snp_ouverts": 6},
                at=act.at,
            )
        )

    report = await prepared(database, ref)

    assert [(r.label, r.zone, r.number) for r in report.engaged] == [
        ("Infirmier", nurse.zone, 1)
    ]
    assert report.people == 1
    assert sum(row.filled for row in report.needs) == 1
    assert {row.group: row.counts for row in report.places}[
        PlaceGroup.PHARMACIES
    ].model_dump() == {
        "open": 1,
        "slowed": 0,
        "closed": 0,
        "silent": 1,
        "closed_at_night": 0,
    }
    assert report.slots == 4
    known = {row.name: row.value for row in report.indicators}
    assert known["creneaux_snp_ouverts"] == 6
    assert known["vaccinations_realisees"] is None
    assert report.written_by != "SECRETARIAT"  # in words
    assert "p-" not in report.model_dump_json(include={"engaged", "places", "needs"})


async def test_the_same_report_is_prepared_until_it_is_sent(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    await prepared(
        database,
        ref,
        texts={"situation": "Fumées.", "cell": "Huit personnes."},
        indicators={"ehpad_en_difficulte": 2},
        next_at=NOON + timedelta(hours=7),
    )
    now.at += timedelta(minutes=5)
    again = await prepared(database, ref, texts={"situation": "Vent tombé."})

    assert again.number == 1
    assert again.made_at == now.at
    assert again.texts.situation == "Vent tombé."
    assert again.texts.cell == "Huit personnes."
    assert again.next_at == NOON + timedelta(hours=7)
    assert {r.name: r.value for r in again.indicators}["ehpad_en_difficulte"] == 2

    await sent(database, ref)
    following = await prepared(database, ref)

    assert following.number == 2
    assert following.texts.situation == ""
    assert following.texts.cell == "Huit personnes."
    assert {r.name: r.value for r in following.indicators}[
        "ehpad_en_difficulte"
    ] is None
    assert following.validated_by is None


async def test_a_report_leaves_once_with_its_receipt_and_says_if_it_is_late(
    database: Database, ref: CrisisRef, now: Now, wakes: list[str]
) -> None:
    assert await next_due(database, ref) == T0 + EVERY
    now.at = T0 + EVERY + timedelta(minutes=1)
    report = await prepared(database, ref)
    document = await sent(database, ref)

    assert ref.workflow_id in wakes
    assert report.next_at == now.at + EVERY
    assert await next_due(database, ref) == report.next_at
    (told,) = (
        e
        for e in await entries(database, ref.crisis_id, ref.cpts_id)
        if e["kind"] == "sitrep.sent"
    )
    assert (told["facts"]["number"], told["facts"]["late"]) == (1, True)
    assert told["actor"] == "PILOTAGE"
    assert len((await load_transmission(database, document)).batches) == 1
    await record_receipt(database, document, "nonce-recu")
    async with database.read() as connection:
        numbers = await figures.of_crisis(connection, ref, now.at)
        row = await situation_reports.latest(connection, ref)
    assert numbers.sitreps == 1
    assert [made.kind for made in numbers.documents] == ["POINT_DE_SITUATION"]
    assert row.content.validated_by
    with pytest.raises(NoSituationReportError):
        await sent(database, ref)


async def test_a_report_that_leaves_ends_the_run_in_hand_and_its_receipt_the_proof(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    for card_id in ("TC-03", "TC-04"):  # what it waits for
        await prove(database, ref, card_id)
    now.at = T0 + EVERY + timedelta(minutes=10)
    await conduct_crisis(database, ref)
    assert await told_late(database, ref) == {"TC-07"}  # like any late card
    await prepared(database, ref)
    document = await sent(database, ref)
    sent_at = now.at

    first, second = await runs_of(database, ref)
    assert (first.state, first.done_at) == (CardState.DONE, sent_at)
    assert second.state is CardState.TO_DO
    now.at += timedelta(hours=3)
    await record_receipt(database, document, "nonce-recu")

    (again, _) = await runs_of(database, ref)
    assert again.done_at == sent_at  # the receipt does not make it later
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(tables.proofs.c.actor, tables.proofs.c.fields).where(
                tables.proofs.c.card_id == "TC-07"
            )
        )
        proofs = {row.actor: row.fields for row in rows.all()}
    said = proofs["PILOTAGE"]
    assert said["numero"] == 1
    assert said["heure_envoi"] == instant(sent_at)
    assert said["valide_par"].startswith("Pilotage")
    assert said["accuse_ars"] is None  # nobody invents it
    assert proofs["AUTORITE"] == {**said, "accuse_ars": instant(now.at)}


async def runs_of(database: Database, ref: CrisisRef) -> list[CardRun]:
    async with database.read() as connection:
        runs = await cards.of_crisis(connection, ref)
    return [run for run in runs if run.card_id == "TC-07"]


async def told_late(database: Database, ref: CrisisRef) -> set[str]:
    """Name the cards of the pilot that a digest said to be late."""
    async with database.read() as connection:
        told = await situations.digests_sent(connection, ref)
    items = [item for digest in told for item in digest.items]
    late = {i.card_id for i in items if i.lateness is Lateness.LATE}
    return late & {"TC-07"}


async def test_an_hour_agreed_with_the_ars_is_the_deadline_of_the_next_run(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    for card_id in ("TC-03", "TC-04"):  # what it waits for
        await prove(database, ref, card_id)
    now.at = T0 + timedelta(minutes=90)
    agreed_at = now.at + timedelta(hours=5)

    await prepared(database, ref, next_at=agreed_at)
    await sent(database, ref)
    first, second = await runs_of(database, ref)
    now.at += timedelta(hours=4)  # past the rhythm of the plan, before the hour agreed
    await conduct_crisis(database, ref)
    early = await told_late(database, ref)
    now.at = agreed_at + timedelta(minutes=1)
    await conduct_crisis(database, ref)

    assert first.state is CardState.DONE
    assert second.due_at == agreed_at
    assert early == set()
    assert await told_late(database, ref) == {"TC-07"}


async def test_a_report_that_nobody_waited_for_ends_no_run(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    await prepared(database, ref)
    await sent(database, ref)
    now.at += timedelta(minutes=1)  # before the second is due
    await prepared(database, ref)
    document = await sent(database, ref)
    await record_receipt(database, document, "nonce-recu")

    (only,) = await runs_of(database, ref)
    assert only.state is CardState.DONE
    async with database.read() as connection:
        proofs = await cards.proofs_of(connection, ref, "TC-07")
    assert [proofs[1]["numero"], proofs[1]["accuse_ars"]] == [1, None]


async def test_a_report_that_was_written_down_by_hand_ends_no_other_run(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    for card_id in ("TC-03", "TC-04", "TC-07"):  # its proof says number 1
        await prove(database, ref, card_id)
    now.at = T0 + EVERY + timedelta(minutes=10)
    await conduct_crisis(database, ref)
    await prepared(database, ref)
    document = await sent(database, ref)
    await record_receipt(database, document, "nonce-recu")

    done, following = await runs_of(database, ref)
    assert (done.state, following.state) == (CardState.DONE, CardState.TO_DO)
    async with database.read() as connection:
        proofs = await cards.proofs_of(connection, ref, "TC-07")
    assert proofs == {1: dict.fromkeys(proofs[1], "1")}


async def test_the_excel_of_the_ars_goes_in_the_same_mail(
    database: Database, ref: CrisisRef
) -> None:
    own = Workbook(
        contact="ARS_DD", name="ars.xlsx", sha256="ab" * 32, mapping={"numero": "F!A1"}
    )
    await keep_workbook(database, ref.cpts_id, own, "COORDINATEUR")
    newer = own.model_copy(update={"mapping": {"heure": "F!A1"}})
    await keep_workbook(database, ref.cpts_id, newer, "COORDINATEUR")
    await prepared(database, ref)
    made = MadeDocument(
        kind="TABLEUR_ARS",
        title="Tableur",
        path="documents/point-1.xlsx",
        sha256="cd" * 32,
    )
    document = await sent(database, ref, made)

    batch = BatchRef(cpts_id=ref.cpts_id, batch_id=f"{document.document_id}.0")
    async with database.read() as connection:
        assert await workbooks.find(connection, ref.cpts_id, "ARS_DD") == newer
        assert await workbooks.find(connection, ref.cpts_id, "PREFECTURE") is None
        text = await texts.of_batch(connection, batch, "alerte@val.example")
        kept = await documents.of_crisis(connection, ref)
    assert isinstance(text, TransmissionText)
    assert [file.filename for file in text.beside] == ["point-1.xlsx"]
    assert {row.kind for row in kept} == {"POINT_DE_SITUATION", "TABLEUR_ARS"}
    noted = await entries(database, ref.cpts_id, ref.cpts_id)
    assert [e["facts"]["numbers"] for e in noted if e["kind"] == "workbook.kept"] == [
        ["numero"],
        ["heure"],
    ]


async def test_only_the_pilot_validates_what_is_being_prepared(
    database: Database, ref: CrisisRef
) -> None:
    with pytest.raises(NoSituationReportError):
        await validated_report(database, ref, "PILOTAGE")
    await prepared(database, ref)

    with pytest.raises(NotValidatedError):
        await validated_report(database, ref, "SECRETARIAT")


async def test_what_was_prepared_again_meanwhile_does_not_leave(
    database: Database, ref: CrisisRef, now: Now
) -> None:
    await prepared(database, ref)
    report = await validated_report(database, ref, "PILOTAGE")
    now.at += timedelta(minutes=1)
    await prepared(database, ref)
    made = MadeDocument(kind="POINT_DE_SITUATION", title="x", path="x", sha256="0" * 64)

    with pytest.raises(NoSituationReportError):
        await send_situation(
            database,
            SendReport(ref=ref, report=report, document=made, actor="PILOTAGE"),
            LINK_KEY,
        )
    async with database.read() as connection:
        assert await documents.of_crisis(connection, ref) == ()


async def test_a_report_that_would_name_a_patient_or_an_unknown_number_is_refused(
    database: Database, ref: CrisisRef
) -> None:
    with pytest.raises(PatientDataError):
        await prepared(database, ref, texts={"forecast": "M. X, né le 12/03/1950"})
    with pytest.raises(UnknownIndicatorError):
        await prepared(database, ref, indicators={"lits": 3})
    async with database.read() as connection:
        with pytest.raises(NoSituationReportError):
            await situation_reports.latest(connection, ref)


async def test_once_lifted_a_last_report_may_leave_and_none_is_due(
    database: Database, ref: CrisisRef
) -> None:
    await lift_crisis(
        database,
        LiftCrisis(**ref.model_dump(), authority=Authority.DG_ARS, actor="PILOTAGE"),
    )

    report = await prepared(database, ref)

    assert report.next_at is None
    assert await next_due(database, ref) is None


async def test_an_accelerated_exercise_reports_at_its_pace(
    database: Database, now: Now
) -> None:
    now.at = NOON
    ref = await opened(database, exercise=True, pace=60)

    assert await next_due(database, ref) == T0 + EVERY / 60
