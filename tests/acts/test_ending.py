"""A crisis ends once: proposed, lifted, a false alarm, stood down, closed."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from acts.alert import RecordAnswer, record_answer
from acts.crisis import OpenCrisis, open_crisis
from acts.document import MadeDocument, file_document, send_report
from acts.ending import (
    CancelCrisis,
    CloseCrisis,
    LiftCrisis,
    ProposeLifting,
    StandDown,
    cancel_crisis,
    close_crisis,
    lift_crisis,
    propose_lifting,
    stand_down,
)
from acts.order import ConfirmOrder, confirm_order
from acts.wave import open_wave
from adapters.database import conduct, crises, ledger, tables, texts, waves
from adapters.database.crises import CrisisRow
from adapters.database.unit import Database
from domain.alert import ClosedWhy, WavePlan
from domain.answer import Availability
from domain.authority import Authority
from domain.conduct import Step
from domain.crisis import CrisisState, Origin
from domain.dispatch import BatchRef
from domain.errors import (
    AlreadyLiftedError,
    CrisisLiftedError,
    PatientDataError,
    UnknownCrisisError,
)
from domain.letter import MessageKind, WaveText
from domain.order_errors import (
    AlreadyStoodDownError,
    CrisisOverError,
    LiftingAuthorityError,
    NeverRecognisedError,
    NotFiledError,
)
from domain.reference import CrisisRef
from tests.world import CPTS_ID, LINK_KEY, activation, settle

WHO = "PILOTAGE"
LOCAL: dict[str, object] = {
    "origin": Origin.LOCAL,
    "authority": None,
    "called_back_at": None,
    "reference": None,
}
NIR = "2 84 05 75 123 456 42"
D, P = tables.deliveries, tables.crisis_people
REPORT = MadeDocument(
    kind="RAPPORT", title="Compte rendu", path="documents/r.pdf", sha256="0f" * 32
)


async def begun(database: Database, **changes: object) -> CrisisRef:
    """Add a CPTS and open a crisis in it."""
    await settle(database, 6)
    said = activation(database.now(), **changes)
    order = OpenCrisis(cpts_id=CPTS_ID, activation=said, actor=WHO)
    return await open_crisis(database, order, LINK_KEY)


async def row_of(database: Database, ref: CrisisRef) -> CrisisRow:
    async with database.read() as connection:
        return await crises.get(connection, ref.cpts_id, ref.crisis_id)


async def entries(database: Database, ref: CrisisRef) -> list[dict[str, object]]:
    async with database.read() as connection:
        lines = await ledger.entries_about(
            connection, ref.cpts_id, ref.crisis_id, 10_000
        )
    return [json.loads(line.canonical) for line in lines]


async def reaches(database: Database, number: int) -> None:
    """Say that the first messages left."""
    async with database.write() as connection:
        some = sa.select(D.c.delivery_id).order_by(D.c.delivery_id).limit(number)
        await connection.execute(
            sa.update(D).where(D.c.delivery_id.in_(some)).values(state="PARTIE")
        )


def lifting(ref: CrisisRef, authority: Authority | None = None) -> LiftCrisis:
    return LiftCrisis(**ref.model_dump(), actor=WHO, authority=authority)


def cancelling(ref: CrisisRef, reason: str = "fumigène de chantier") -> CancelCrisis:
    return CancelCrisis(**ref.model_dump(), actor=WHO, reason=reason)


def proposing(ref: CrisisRef, criteria: str = "") -> ProposeLifting:
    return ProposeLifting(**ref.model_dump(), actor=WHO, criteria=criteria)


async def test_a_false_alarm_is_told_at_once_to_whoever_was_asked_and_to_nobody_else(
    database: Database, wakes: list[str]
) -> None:
    ref = await begun(database)
    await reaches(database, 4)
    wakes.clear()

    told = await cancel_crisis(database, cancelling(ref))

    crisis = await row_of(database, ref)
    assert told == 4
    assert crisis.state is CrisisState.CANCELLED
    assert crisis.cancelled_at == database.now()
    async with database.read() as connection:
        asking, telling = await waves.of_crisis(connection, ref)
        states = await connection.execute(
            sa.select(D.c.wave, D.c.state, D.c.reason, sa.func.count())
            .group_by(D.c.wave, D.c.state, D.c.reason)
            .order_by(D.c.wave, D.c.state)
        )
    assert asking.closed_why is ClosedWhy.CANCELLED
    assert (telling.message, telling.leaves_at) == ("annulation", database.now())
    assert telling.says == {"heure": "22h00", "motif": "fumigène de chantier"}
    assert states.all() == [
        (1, "NON_PARTIE", "CRISE_ANNULEE", 2),
        (1, "PARTIE", None, 4),
        (2, "A_ENVOYER", None, 4),
    ]
    assert set(wakes) == {ref.workflow_id, f"{ref.workflow_id}/wave/1"}


async def test_the_message_of_a_false_alarm_says_why_and_when(
    database: Database,
) -> None:
    ref = await begun(database)
    await reaches(database, 1)
    await cancel_crisis(database, cancelling(ref))

    batch = BatchRef(cpts_id=CPTS_ID, batch_id=f"{ref.crisis_id}.2.annulation.1")
    async with database.read() as connection:
        text = await texts.of_batch(connection, batch, "alerte@val.example")

    assert isinstance(text, WaveText)
    assert "FAUSSE ALERTE à 22h00 (fumigène de chantier)" in text.sentence()


async def test_a_false_alarm_is_told_once_and_takes_no_answer(
    database: Database,
) -> None:
    ref = await begun(database)
    await reaches(database, 6)

    done = await asyncio.gather(
        *(cancel_crisis(database, cancelling(ref)) for _ in range(3)),
        return_exceptions=True,
    )

    assert (
        sorted(map(str, (type(each) for each in done))).count(str(CrisisOverError)) == 2
    )
    async with database.read() as connection:
        assert len(await waves.of_crisis(connection, ref)) == 2
        person = await connection.scalar(sa.select(D.c.recipient_id).limit(1))
    with pytest.raises(CrisisOverError):
        await lift_crisis(database, lifting(ref, Authority.DG_ARS))
    answer = RecordAnswer(
        **ref.model_dump(),
        person_id=str(person),
        answer=Availability.IMMEDIATE,
        nonce="n1",
    )
    with pytest.raises(CrisisLiftedError):
        await record_answer(database, answer)


async def test_a_pre_alert_that_was_false_disturbs_nobody(database: Database) -> None:
    ref = await begun(database, called_back_at=None)

    assert await cancel_crisis(database, cancelling(ref)) == 0


@pytest.mark.parametrize(
    "reason", ["", "fumigène de chantier !", "forêt"], ids=range(3)
)
def test_the_reason_of_a_false_alarm_fits_a_text_message(reason: str) -> None:
    ref = CrisisRef(cpts_id=CPTS_ID, crisis_id="c-1")

    with pytest.raises(ValidationError):
        cancelling(ref, reason)


async def test_a_false_alarm_is_filed_and_its_report_posted_to_nobody(
    database: Database,
) -> None:
    ref = await begun(database)
    await cancel_crisis(database, cancelling(ref))
    report = await file_document(database, ref, REPORT)

    await send_report(database, report, LINK_KEY)

    assert (await row_of(database, ref)).filed_at is not None
    async with database.read() as connection:
        rows = await connection.execute(sa.select(tables.transmissions))
    assert rows.all() == []


async def test_what_protects_people_outlives_the_end(database: Database) -> None:
    ref = await begun(database)
    async with database.act(ref.cpts_id) as act:
        plan = WavePlan.informing("VS", MessageKind.LIFTED, act.at)
        await open_wave(act, ref.crisis_id, plan, ())

    await lift_crisis(database, lifting(ref, Authority.DG_ARS))

    async with database.read() as connection:
        by_code = {row.code: row for row in await waves.of_crisis(connection, ref)}
    assert by_code["VS"].closed_at is None
    assert by_code["V2"].closed_at is not None


async def test_a_lifting_is_proposed_as_often_as_needed_and_lifts_nothing(
    database: Database,
) -> None:
    ref = await begun(database)

    await propose_lifting(database, proposing(ref, "Plus de fumées."))
    await propose_lifting(database, proposing(ref))

    crisis = await row_of(database, ref)
    assert crisis.state is CrisisState.ACTIVE
    assert crisis.lifting_proposed_at == database.now()
    said = [e["facts"] for e in await entries(database, ref)][-2:]
    assert said == [{"criteria": "Plus de fumées."}, {"criteria": None}]


@pytest.mark.parametrize("authority", Authority)
async def test_any_authority_that_may_activate_may_lift(
    database: Database, authority: Authority
) -> None:
    ref = await begun(database, authority=Authority.DG_ARS)

    await lift_crisis(database, lifting(ref, authority))

    crisis = await row_of(database, ref)
    assert (crisis.state, crisis.lifted_by) == (CrisisState.LIFTED, authority)
    with pytest.raises(AlreadyLiftedError):
        await lift_crisis(database, lifting(ref, authority))


async def test_the_cpts_does_not_lift_alone_what_an_authority_ordered(
    database: Database,
) -> None:
    ref = await begun(database)

    with pytest.raises(LiftingAuthorityError):
        await lift_crisis(database, lifting(ref))

    assert (await row_of(database, ref)).state is CrisisState.ACTIVE


async def test_the_presidency_ends_an_initiative_that_nobody_recognised(
    database: Database,
) -> None:
    ref = await begun(database, **LOCAL)
    async with database.act(ref.cpts_id) as act:
        person = await act.connection.scalar(sa.select(P.c.person_id).limit(1))
        plan = WavePlan.informing("V2", MessageKind.REQUEST, act.at)
        await open_wave(act, ref.crisis_id, plan, (str(person),))
    await reaches(database, 1)

    with pytest.raises(NeverRecognisedError):
        await lift_crisis(database, lifting(ref, Authority.DG_ARS))
    await lift_crisis(database, lifting(ref))

    crisis = await row_of(database, ref)
    assert (crisis.state, crisis.lifted_by) == (CrisisState.LIFTED, None)
    async with database.read() as connection:
        last = len(await waves.of_crisis(connection, ref))
        batch = BatchRef(cpts_id=CPTS_ID, batch_id=f"{ref.crisis_id}.{last}.levee.1")
        text = await texts.of_batch(connection, batch, "alerte@val.example")
    assert isinstance(text, WaveText)
    assert "fin de l'alerte à 22h00 (la CPTS)" in text.sentence()


async def test_an_initiative_once_recognised_is_lifted_by_an_authority(
    database: Database,
) -> None:
    ref = await begun(database, **LOCAL)
    await confirm_order(
        database,
        ConfirmOrder(
            **ref.model_dump(), actor=WHO, reference="R", authority=Authority.DG_ARS
        ),
    )

    with pytest.raises(LiftingAuthorityError):
        await lift_crisis(database, lifting(ref))
    await lift_crisis(database, lifting(ref, Authority.PREFECT))

    assert (await row_of(database, ref)).state is CrisisState.LIFTED


@pytest.mark.parametrize("lifted", [False, True])
async def test_the_cell_stands_down_once_and_lifts_nothing(
    database: Database, *, lifted: bool
) -> None:
    ref = await begun(database)
    if lifted:
        await lift_crisis(database, lifting(ref, Authority.DG_ARS))
    before = (await row_of(database, ref)).state
    order = StandDown(**ref.model_dump(), actor=WHO)

    await stand_down(database, order)

    crisis = await row_of(database, ref)
    assert (crisis.state, crisis.stood_down_at) == (before, database.now())
    with pytest.raises(AlreadyStoodDownError):
        await stand_down(database, order)


async def test_a_crisis_closes_once_filed_and_says_what_remains(
    database: Database,
) -> None:
    ref = await begun(database, reference=None)
    order = CloseCrisis(**ref.model_dump(), actor=WHO)

    with pytest.raises(CrisisOverError):
        await close_crisis(database, order)
    await lift_crisis(database, lifting(ref, Authority.DG_ARS))
    with pytest.raises(NotFiledError):
        await close_crisis(database, order)
    report = await file_document(database, ref, REPORT)
    await send_report(database, report, LINK_KEY)
    remaining = await close_crisis(database, order)

    assert remaining.model_dump() == {"cards": 1, "receipts": 1, "reference": True}
    assert (await row_of(database, ref)).state is CrisisState.CLOSED
    assert (await entries(database, ref))[-1]["facts"] == remaining.model_dump()
    with pytest.raises(CrisisOverError):
        await close_crisis(database, order)


async def test_a_false_alarm_is_filed_by_its_workflow(database: Database) -> None:
    ref = await begun(database, called_back_at=None)
    await cancel_crisis(database, cancelling(ref))
    async with database.write() as connection:
        await connection.execute(
            sa.update(tables.waves).values(closed_at=database.now())
        )

    async with database.read() as connection:
        found = await conduct.of_crisis(connection, ref)

    assert found.step is Step.FILING


Does = Callable[[Database, CrisisRef], Awaitable[object]]
TEXTS: dict[str, Does] = {
    "propose": lambda db, ref: propose_lifting(db, proposing(ref, NIR)),
    "lift": lambda db, ref: lift_crisis(
        db, lifting(ref, Authority.DG_ARS).model_copy(update={"reference": NIR})
    ),
    "cancel": lambda db, ref: cancel_crisis(
        db, cancelling(ref).model_copy(update={"reason": NIR})
    ),
}
OTHERS: dict[str, Does] = {
    "propose": lambda db, ref: propose_lifting(db, proposing(ref)),
    "stand down": lambda db, ref: stand_down(
        db, StandDown(**ref.model_dump(), actor=WHO)
    ),
    "close": lambda db, ref: close_crisis(
        db, CloseCrisis(**ref.model_dump(), actor=WHO)
    ),
}


@pytest.mark.parametrize("does", TEXTS.values(), ids=TEXTS)
async def test_no_patient_enters_by_a_free_text(database: Database, does: Does) -> None:
    ref = await begun(database)

    with pytest.raises(PatientDataError):
        await does(database, ref)

    assert (await row_of(database, ref)).state is CrisisState.ACTIVE


@pytest.mark.parametrize("does", OTHERS.values(), ids=OTHERS)
async def test_a_false_alarm_has_no_other_end(database: Database, does: Does) -> None:
    ref = await begun(database)
    await cancel_crisis(database, cancelling(ref))

    with pytest.raises(CrisisOverError):
        await does(database, ref)
    with pytest.raises(UnknownCrisisError):
        await does(database, ref.model_copy(update={"crisis_id": "c-nulle"}))
