"""An order is completed while the crisis runs: call-back, writing, types, ban."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from acts.ban import BanCirculation, EndBan, ban_circulation, end_ban
from acts.crisis import OpenCrisis, open_crisis
from acts.crisis_log import NoteInLog, note_in_log
from acts.crisis_type import AddType, RemoveType, add_type, remove_type
from acts.ending import CancelCrisis, cancel_crisis
from acts.order import (
    ConfirmOrder,
    RecordCallBack,
    SetKinetic,
    confirm_order,
    record_call_back,
    set_kinetic,
)
from adapters.database import crises, crisis_log, ledger, tables
from adapters.database.crises import CrisisRow
from adapters.database.unit import Database
from domain.authority import Authority
from domain.ban import Ban
from domain.crisis import CrisisState, Origin
from domain.errors import (
    FutureInstantError,
    OrderAlreadyOpenError,
    PatientDataError,
    PlanError,
    UnknownCrisisError,
    UnknownTypeError,
)
from domain.order_errors import (
    AlreadyConfirmedError,
    CallBackNotAwaitedError,
    CallBackTooEarlyError,
    CrisisOverError,
    LastTypeError,
    NoBanError,
    TypeAlreadyGivenError,
    TypeNotGivenError,
    UnknownZoneError,
    UnnamedAuthorityError,
)
from domain.reference import CrisisRef
from domain.wave import Kinetic
from tests.conftest import Now
from tests.world import CPTS_ID, LINK_KEY, OPENED, activation, settle

WHO = "REFERENT_SSE"
LOCAL: dict[str, object] = {
    "origin": Origin.LOCAL,
    "authority": None,
    "called_back_at": None,
    "reference": None,
}
PRE_ALERT: dict[str, object] = {"called_back_at": None, "reference": None}
TO_CONFIRM: dict[str, object] = {"reference": None}
NIR = "2 84 05 75 123 456 42"


async def opens(database: Database, **changes: object) -> CrisisRef:
    said = activation(database.now(), **changes)
    order = OpenCrisis(cpts_id=CPTS_ID, activation=said, actor=WHO)
    return await open_crisis(database, order, LINK_KEY)


async def begun(database: Database, **changes: object) -> CrisisRef:
    """Add a CPTS and open a crisis in it."""
    await settle(database, 6)
    return await opens(database, **changes)


async def row_of(database: Database, ref: CrisisRef) -> CrisisRow:
    async with database.read() as connection:
        return await crises.get(connection, ref.cpts_id, ref.crisis_id)


async def entries(database: Database, ref: CrisisRef) -> list[dict[str, object]]:
    async with database.read() as connection:
        lines = await ledger.entries_about(
            connection, ref.cpts_id, ref.crisis_id, 10_000
        )
    return [json.loads(line.canonical) for line in lines]


async def last(database: Database, ref: CrisisRef) -> tuple[object, object]:
    entry = (await entries(database, ref))[-1]
    return entry["kind"], entry["facts"]


def called_back(
    ref: CrisisRef, at: datetime = OPENED, **more: str | None
) -> RecordCallBack:
    named = {**ref.model_dump(), "actor": WHO, "called_back_at": at}
    return RecordCallBack.model_validate(named | more)


def confirmed(ref: CrisisRef, **more: object) -> ConfirmOrder:
    named = {**ref.model_dump(), "actor": WHO, "reference": "ARS-2026-119"}
    return ConfirmOrder.model_validate(named | more)


@pytest.mark.parametrize(
    ("reference", "state"),
    [
        (None, CrisisState.ACTIVE_TO_CONFIRM),
        ("ARS-2026-118", CrisisState.ACTIVE),
    ],
)
async def test_a_call_back_ends_the_pre_alert(
    database: Database, wakes: list[str], reference: str | None, state: CrisisState
) -> None:
    ref = await begun(database, **PRE_ALERT)
    wakes.clear()

    given = await record_call_back(database, called_back(ref, reference=reference))

    crisis = await row_of(database, ref)
    assert given is state is crisis.state
    assert crisis.called_back_at == OPENED
    assert (crisis.reference, crisis.confirmed_by) == (
        reference,
        Authority.DG_ARS if reference else None,
    )
    assert wakes == [ref.workflow_id]
    kinds = [entry["kind"] for entry in await entries(database, ref)]
    called = kinds.index("order.called_back")
    assert "wave.opened" in kinds[called:]  # at once
    assert "wave.opened" not in kinds[:called]


async def test_a_reference_that_came_first_makes_the_call_back_enough(
    database: Database,
) -> None:
    ref = await begun(database, **PRE_ALERT)

    waiting = await confirm_order(database, confirmed(ref))
    given = await record_call_back(database, called_back(ref, reference="AUTRE"))

    assert waiting is CrisisState.PRE_ALERT
    assert given is CrisisState.ACTIVE
    assert (await row_of(database, ref)).reference == "ARS-2026-119"


@pytest.mark.parametrize(
    ("at", "error"),
    [
        (OPENED - timedelta(hours=1), CallBackTooEarlyError),
        (OPENED + timedelta(hours=1), FutureInstantError),
    ],
)
async def test_a_call_back_comes_after_the_order_and_before_now(
    database: Database, at: datetime, error: type[PlanError]
) -> None:
    ref = await begun(database, **PRE_ALERT)
    before = await entries(database, ref)

    with pytest.raises(error):
        await record_call_back(database, called_back(ref, at))

    assert (await row_of(database, ref)).state is CrisisState.PRE_ALERT
    assert await entries(database, ref) == before


@pytest.mark.parametrize("changes", [{}, LOCAL], ids=["active", "local"])
async def test_what_is_active_awaits_no_call_back(
    database: Database, changes: dict[str, object]
) -> None:
    ref = await begun(database, **changes)

    with pytest.raises(CallBackNotAwaitedError):
        await record_call_back(database, called_back(ref))


async def test_two_people_who_record_the_call_back_write_it_once(
    database: Database,
) -> None:
    ref = await begun(database, **PRE_ALERT)

    done = await asyncio.gather(
        *(record_call_back(database, called_back(ref)) for _ in range(3)),
        return_exceptions=True,
    )

    refused = [each for each in done if isinstance(each, CallBackNotAwaitedError)]
    assert len(refused) == 2
    kinds = [entry["kind"] for entry in await entries(database, ref)]
    assert kinds.count("order.called_back") == 1


async def test_a_written_reference_confirms_the_order(database: Database) -> None:
    ref = await begun(database, **TO_CONFIRM)

    given = await confirm_order(database, confirmed(ref, authority=Authority.PREFECT))

    crisis = await row_of(database, ref)
    assert given is crisis.state is CrisisState.ACTIVE
    assert crisis.confirmed_by is Authority.PREFECT
    assert await last(database, ref) == (
        "order.confirmed",
        {
            "authority": "PREFET",
            "reference": "ARS-2026-119",
            "written_at": "2026-11-22T21:00:00.000Z",
            "recognises": False,
            "state": "ACTIVE",
        },
    )
    with pytest.raises(AlreadyConfirmedError):
        await confirm_order(database, confirmed(ref))


async def test_an_initiative_is_recognised_by_a_named_authority_at_its_own_date(
    database: Database, now: Now
) -> None:
    ref = await begun(database, **LOCAL)
    t0 = (await row_of(database, ref)).t0
    now.at += timedelta(days=3)
    written_at = now.at - timedelta(days=1)

    with pytest.raises(UnnamedAuthorityError):
        await confirm_order(database, confirmed(ref))
    await confirm_order(
        database,
        confirmed(ref, authority=Authority.DG_ARS, written_at=written_at),
    )

    crisis = await row_of(database, ref)
    assert crisis.t0 == t0
    assert crisis.confirmed_at == written_at
    assert crisis.state is CrisisState.ACTIVE
    assert crisis.activation.authority is None
    facts = (await entries(database, ref))[-1]["facts"]
    assert isinstance(facts, dict)
    assert facts["recognises"] is True


async def test_a_reference_of_tomorrow_is_refused(database: Database, now: Now) -> None:
    ref = await begun(database, **TO_CONFIRM)

    with pytest.raises(FutureInstantError):
        await confirm_order(
            database, confirmed(ref, written_at=now.at + timedelta(days=1))
        )


async def test_the_cell_chooses_the_speed_and_says_why(database: Database) -> None:
    ref = await begun(database)
    order = SetKinetic(
        **ref.model_dump(), actor="DECISION", kinetic=Kinetic.SLOW, reason="lent"
    )

    await set_kinetic(database, order)
    await set_kinetic(database, order)

    assert (await row_of(database, ref)).kinetic is Kinetic.SLOW
    kinds = [entry["kind"] for entry in await entries(database, ref)]
    assert kinds.count("kinetic.set") == 1


def adding(ref: CrisisRef, code: str = "SICK", *scenarios: str) -> AddType:
    return AddType(
        **ref.model_dump(),
        actor=WHO,
        type_code=code,
        scenarios=scenarios or ("CANICULE",),
        received_at=OPENED,
        reference="ARS-2026-120",
    )


def removing(ref: CrisisRef, code: str = "SICK", reason: str = "fini") -> RemoveType:
    return RemoveType(
        **ref.model_dump(),
        actor=WHO,
        type_code=code,
        reference="ARS-2026-121",
        reason=reason,
    )


async def test_a_type_is_given_once_and_one_at_least_stays(
    database: Database,
) -> None:
    ref = await begun(database)

    with pytest.raises(TypeAlreadyGivenError):
        await add_type(database, adding(ref))
    with pytest.raises(UnknownTypeError):
        await add_type(database, adding(ref, "NRC"))
    with pytest.raises(LastTypeError):
        await remove_type(database, removing(ref))
    with pytest.raises(TypeNotGivenError):
        await remove_type(database, removing(ref, "NRC"))


async def test_what_is_not_a_word_of_the_authority_extends_nothing(
    database: Database,
) -> None:
    ref = await begun(database)

    with pytest.raises(ValidationError):
        AddType.model_validate(adding(ref).model_dump() | {"reference": ""})
    later = {"received_at": OPENED + timedelta(days=1)}
    with pytest.raises(FutureInstantError):
        await add_type(database, adding(ref).model_copy(update=later))


BAN = Ban(
    zones=("Nord",),
    from_at=OPENED,
    until_at=OPENED + timedelta(hours=8),
    authority=Authority.PREFECT,
    reference="Arrêté 12",
)


async def test_a_ban_holds_until_an_authority_ends_it(database: Database) -> None:
    ref = await begun(database)
    ends = EndBan(**ref.model_dump(), actor=WHO, authority=Authority.PREFECT)

    with pytest.raises(NoBanError):
        await end_ban(database, ends)
    await ban_circulation(
        database, BanCirculation(**ref.model_dump(), actor=WHO, ban=BAN)
    )
    assert (await row_of(database, ref)).ban == BAN
    assert (await last(database, ref))[0] == "circulation.banned"
    await end_ban(database, ends)

    assert (await row_of(database, ref)).ban is None
    assert (await last(database, ref))[0] == "circulation.freed"


async def test_a_ban_names_zones_of_the_cpts_and_ends_after_it_starts(
    database: Database,
) -> None:
    ref = await begun(database)
    elsewhere = BAN.model_copy(update={"zones": ("Atlantide",)})

    with pytest.raises(UnknownZoneError):
        await ban_circulation(
            database, BanCirculation(**ref.model_dump(), actor=WHO, ban=elsewhere)
        )
    with pytest.raises(ValidationError):
        Ban.model_validate(BAN.model_dump() | {"until_at": OPENED})
    everywhere = Ban(from_at=OPENED, authority=Authority.PREFECT)
    await ban_circulation(
        database, BanCirculation(**ref.model_dump(), actor=WHO, ban=everywhere)
    )
    assert (await row_of(database, ref)).ban == everywhere


def noting(ref: CrisisRef, text: str) -> NoteInLog:
    return NoteInLog(**ref.model_dump(), actor="SECRETARIAT", text=text)


async def test_a_note_is_read_in_the_log_and_sealed_in_the_ledger(
    database: Database,
) -> None:
    ref = await begun(database)
    text = "Camille Fictif a ouvert la salle."

    await note_in_log(database, noting(ref, f"  {text} "))

    entry = (await entries(database, ref))[-1]
    assert "Camille" not in json.dumps(entry)
    assert (entry["actor"], entry["facts"]) == ("SECRETARIAT", {})
    async with database.read() as connection:
        line = (await crisis_log.read(connection, ref))[-1]
    assert line.facts == {"role": "SECRETARIAT", "text": text}
    async with database.write() as connection:  # somebody is erased
        await connection.execute(sa.delete(tables.ledger_openings))
    async with database.read() as connection:
        line = (await crisis_log.read(connection, ref))[-1]
    assert line.facts == {}


async def test_a_note_is_short(database: Database) -> None:
    ref = await begun(database)

    with pytest.raises(ValidationError):
        noting(ref, "a" * 501)


async def test_whoever_acts_on_a_dormant_crisis_wakes_it(database: Database) -> None:
    ref = await begun(database)
    async with database.write() as connection:
        await connection.execute(sa.update(tables.crises).values(dormant=True))

    await note_in_log(database, noting(ref, "L'ARS a rappelé."))

    assert (await row_of(database, ref)).dormant is False


Does = Callable[[Database, CrisisRef], Awaitable[object]]
ACTS: dict[str, Does] = {
    "call-back": lambda db, ref: record_call_back(db, called_back(ref)),
    "confirm": lambda db, ref: confirm_order(db, confirmed(ref)),
    "kinetic": lambda db, ref: set_kinetic(
        db,
        SetKinetic(**ref.model_dump(), actor=WHO, kinetic=Kinetic.SLOW, reason="lent"),
    ),
    "type add": lambda db, ref: add_type(db, adding(ref)),
    "type remove": lambda db, ref: remove_type(db, removing(ref)),
    "ban": lambda db, ref: ban_circulation(
        db, BanCirculation(**ref.model_dump(), actor=WHO, ban=BAN)
    ),
    "end ban": lambda db, ref: end_ban(
        db, EndBan(**ref.model_dump(), actor=WHO, authority=Authority.PREFECT)
    ),
    "cancel": lambda db, ref: cancel_crisis(
        db, CancelCrisis(**ref.model_dump(), actor=WHO, reason="fumigène")
    ),
}


@pytest.mark.parametrize("does", ACTS.values(), ids=ACTS)
async def test_nothing_is_done_to_a_false_alarm_nor_to_what_does_not_exist(
    database: Database, does: Does
) -> None:
    ref = await begun(database)
    await ACTS["cancel"](database, ref)
    before = await entries(database, ref)

    with pytest.raises(CrisisOverError):
        await does(database, ref)
    with pytest.raises(UnknownCrisisError):
        await does(database, ref.model_copy(update={"crisis_id": "c-nulle"}))

    assert await entries(database, ref) == before


TEXTS: dict[str, Does] = {
    "call-back": lambda db, ref: record_call_back(db, called_back(ref, reference=NIR)),
    "confirm": lambda db, ref: confirm_order(db, confirmed(ref, reference=NIR)),
    "kinetic": lambda db, ref: set_kinetic(
        db,
        SetKinetic(**ref.model_dump(), actor=WHO, kinetic=Kinetic.SLOW, reason=NIR),
    ),
    "type add": lambda db, ref: add_type(
        db, adding(ref).model_copy(update={"reference": NIR})
    ),
    "type remove": lambda db, ref: remove_type(db, removing(ref, reason=NIR)),
    "note": lambda db, ref: note_in_log(db, noting(ref, f"Appel pour {NIR}")),
    "ban": lambda db, ref: ban_circulation(
        db,
        BanCirculation(
            **ref.model_dump(),
            actor=WHO,
            ban=BAN.model_copy(update={"reference": NIR}),
        ),
    ),
}


@pytest.mark.parametrize("does", TEXTS.values(), ids=TEXTS)
async def test_no_patient_enters_by_a_free_text(database: Database, does: Does) -> None:
    ref = await begun(database)
    before = await entries(database, ref)

    with pytest.raises(PatientDataError):
        await does(database, ref)

    assert await entries(database, ref) == before


@pytest.mark.parametrize(
    "orders",
    [
        (LOCAL, LOCAL, LOCAL),
        (PRE_ALERT, PRE_ALERT, PRE_ALERT),
        (PRE_ALERT, TO_CONFIRM, {}),  # one heard less than the other
        ({}, {"reference": " ars-2026-118"}, TO_CONFIRM),
    ],
    ids=["local", "pre-alert", "mixed", "written"],
)
async def test_the_same_order_told_by_several_opens_one_crisis(
    database: Database, orders: tuple[dict[str, object], ...]
) -> None:
    await settle(database, 6)

    done = await asyncio.gather(
        *(opens(database, **changes) for changes in orders), return_exceptions=True
    )

    opened = [each for each in done if isinstance(each, CrisisRef)]
    refused = [each for each in done if isinstance(each, OrderAlreadyOpenError)]
    assert (len(opened), len(refused)) == (1, len(orders) - 1), done
    assert refused[0].facts == {"crisis": opened[0].crisis_id}


async def test_the_writing_of_an_open_crisis_opens_no_other(
    database: Database, now: Now
) -> None:
    heard = await begun(database, **TO_CONFIRM)
    await confirm_order(database, confirmed(heard))
    now.at += timedelta(hours=3)

    with pytest.raises(OrderAlreadyOpenError):
        await opens(database, reference="ARS-2026-119")


async def test_the_writing_that_recognised_an_initiative_opens_no_other(
    database: Database, now: Now
) -> None:
    ours = await begun(database, **LOCAL)
    await confirm_order(database, confirmed(ours, authority=Authority.DG_ARS))
    now.at += timedelta(hours=3)

    with pytest.raises(OrderAlreadyOpenError):
        await opens(database, reference="ARS-2026-119")


@pytest.mark.parametrize(
    "changes",
    [
        {"authority": Authority.PREFECT},
        {"reference": "ARS-2026-200"},
        {"exercise": True},
        LOCAL,
    ],
    ids=["authority", "reference", "exercise", "local"],
)
async def test_another_order_of_the_same_minute_opens_another_crisis(
    database: Database, changes: dict[str, object]
) -> None:
    first = await begun(database)

    assert await opens(database, **changes) != first
