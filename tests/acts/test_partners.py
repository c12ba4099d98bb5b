"""Partners are told once, by a wave of their own; what they need reaches the cell."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from acts.alert import close_wave, load_wave
from acts.conduct import conduct_crisis
from acts.ending import CancelCrisis, LiftCrisis, cancel_crisis, lift_crisis
from acts.partners import AnswerAsPartner, answer_as_partner
from adapters.database import (
    crises,
    crisis_facts,
    crisis_log,
    figures,
    partners,
    reached,
    tables,
    texts,
)
from adapters.database.outbox import Outbox
from adapters.database.unit import Database
from domain.authority import Authority
from domain.chronicle import told as sentence
from domain.crisis import CrisisState
from domain.dispatch import Addressee, BatchRef, Handed, Outcome
from domain.errors import (
    AnswerNotOfferedError,
    CrisisLiftedError,
    PatientDataError,
    UnknownLinkError,
)
from domain.letter import WaveText
from domain.link import Purpose, partner_subject
from domain.outcome import PartnerCounts
from domain.partner import PartnerState, ToldPartner
from domain.reference import CrisisRef, WaveRef
from domain.typography import typeset
from tests.conftest import Now
from tests.places import opened
from tests.world import alerted

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
HOUSE, HOME, TOWN, HELP = "MSP_NORD", "EHPAD_SUD", "MAIRIE_NORD", "DAC_VAL"

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def ref(database: Database, now: Now) -> CrisisRef:
    """A crisis in the north, an hour after its order."""
    now.at = NOON
    ref = await opened(database, zones=("Nord",))
    await conduct_crisis(database, ref)
    now.at = NOON + HOUR
    await conduct_crisis(database, ref)
    return ref


async def told(database: Database, ref: CrisisRef) -> dict[str, ToldPartner] | None:
    async with database.read() as connection:
        crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
        found = await partners.told(connection, crisis)
    return None if found is None else {each.partner.code: each for each in found}


async def states(database: Database, ref: CrisisRef) -> dict[str, PartnerState]:
    return {
        code: each.state for code, each in (await told(database, ref) or {}).items()
    }


async def wave(database: Database, ref: CrisisRef) -> WaveRef:
    async with database.read() as connection:
        found = await partners.wave_of(connection, ref)
    assert found is not None
    return found


async def post(database: Database, ref: CrisisRef) -> dict[str, Addressee]:
    """Let every mail to a partner leave; give them by subject."""
    number = (await wave(database, ref)).wave
    batch_id = f"{ref.crisis_id}.{number}.partenaire.1"
    box = Outbox(database.url, now=database.now)
    try:
        batch = await box.take_over(BatchRef(cpts_id=ref.cpts_id, batch_id=batch_id))
        found = {}
        for each in batch.delivery_ids:
            letter = await box.turn(batch, None, each)
            assert letter is not None
            found[letter.subject] = letter
            done = Outcome(delivery_id=each, handed=Handed.ACCEPTED, reply="250")
            await box.turn(batch, done, None)
    finally:
        box.close()
    return found


def says(ref: CrisisRef, partner: str, answer: str, **more: str) -> AnswerAsPartner:
    facts = {"nonce": f"{partner}-{answer}", **ref.model_dump()}
    return AnswerAsPartner.model_validate(
        facts | {"partner_id": partner, "answer": answer} | more
    )


async def log(database: Database, ref: CrisisRef) -> list[str]:
    async with database.read() as connection:
        lines = await crisis_log.read(connection, ref)
    return [sentence(line.kind, line.facts) for line in lines]


async def test_each_partner_gets_one_mail_with_a_link_of_its_own(
    database: Database, ref: CrisisRef
) -> None:
    before = await states(database, ref)
    letters = await post(database, ref)
    number = (await wave(database, ref)).wave
    batch = BatchRef(
        cpts_id=ref.cpts_id, batch_id=f"{ref.crisis_id}.{number}.partenaire.1"
    )
    async with database.read() as connection:
        text = await texts.of_batch(connection, batch, "alerte@val.example")

    assert isinstance(text, WaveText)
    assert "Contact : Camille Fictive 05 36 49 00 12." in text.sentence()
    assert {each.purpose for each in letters.values()} == {Purpose.PARTNER}
    assert {subject: each.address for subject, each in letters.items()} == {
        partner_subject(ref.crisis_id, TOWN): "mairie@val.example",
        partner_subject(ref.crisis_id, HELP): "dac@val.example",
    }
    assert before == dict.fromkeys(
        (HOME, HOUSE), PartnerState.UNREACHED
    ) | dict.fromkeys((TOWN, HELP), PartnerState.WAITING)
    assert await states(database, ref) == before
    lines = await log(database, ref)
    assert typeset("Information des partenaires : 4 partenaires.") in lines


async def test_the_last_answer_counts_and_the_cell_reads_the_need(
    database: Database, ref: CrisisRef
) -> None:
    nothing, need = (
        says(ref, TOWN, "RIEN_A_SIGNALER", need="tu"),
        says(ref, TOWN, "BESOIN", need="Dix lits de camp", phone="05 36 49 00 99"),
    )
    await answer_as_partner(database, nothing)
    await answer_as_partner(database, need)
    await answer_as_partner(database, nothing)  # the same form, posted twice

    found = (await told(database, ref) or {})[TOWN]
    assert found.state is PartnerState.NEED
    assert found.said is not None
    assert (found.said.need, found.said.phone) == ("Dix lits de camp", "05 36 49 00 99")
    lines = await log(database, ref)
    assert typeset("Mairie du Nord (fictive) n'a rien à signaler.") in lines
    need_told = "Mairie du Nord (fictive) signale un besoin : Dix lits de camp"
    assert typeset(need_told) in lines
    async with database.read() as connection:
        numbers = await figures.of_crisis(connection, ref, database.now())
        people = await reached.of_crisis(connection, ref)
        entries = await connection.scalars(sa.select(tables.ledger_entries.c.canonical))
    assert numbers.partners is not None
    assert numbers.partners.model_dump() == {
        "asked": 4,
        "unreached": 2,
        "needs": 1,
        "nothing": 0,
        "unanswered": 1,
    }
    async with database.read() as connection:
        facts = await crisis_facts.read(connection, ref, "clef", database.now())
    assert facts.partners is not None
    assert facts.partners.needs == 1
    assert TOWN not in {each.person_id for each in people}
    assert not any("lits de camp" in entry for entry in entries)  # sealed


@ON_SQLITE
async def test_silence_is_called_where_the_crisis_is_and_nobody_is_reminded(
    database: Database, now: Now, ref: CrisisRef
) -> None:
    async with database.act(ref.cpts_id) as act:  # all of it left
        await act.connection.execute(
            sa.update(tables.deliveries).values(state="PARTIE", reason=None)
        )
    mine = await wave(database, ref)
    asked = await load_wave(database, mine)
    assert (asked.remind_at, asked.close_at) == (None, now.at + 2 * HOUR)

    now.at += 2 * HOUR
    await close_wave(database, mine)
    await conduct_crisis(database, ref)

    assert await states(database, ref) == {
        HOME: PartnerState.SILENT,  # in the south
        HOUSE: PartnerState.TO_CALL,
        TOWN: PartnerState.TO_CALL,
        HELP: PartnerState.TO_CALL,  # of the whole territory
    }
    await answer_as_partner(database, says(ref, HOUSE, "RIEN_A_SIGNALER"))
    assert (await states(database, ref))[HOUSE] is PartnerState.NOTHING
    async with database.read() as connection:
        codes = await connection.scalars(
            sa.select(tables.waves.c.code).where(tables.waves.c.code.startswith("VP"))
        )
    assert list(codes) == ["VP"]


@ON_SQLITE
async def test_what_may_not_be_said_changes_nothing(
    database: Database, ref: CrisisRef
) -> None:
    with pytest.raises(PatientDataError):
        await answer_as_partner(
            database, says(ref, TOWN, "BESOIN", need="M. X né le 3 mai 1950")
        )
    with pytest.raises(UnknownLinkError):
        await answer_as_partner(database, says(ref, "OFF_PONT", "BESOIN"))
    await lift_crisis(
        database,
        LiftCrisis(**ref.model_dump(), authority=Authority.DG_ARS, actor="PILOTAGE"),
    )
    with pytest.raises(CrisisLiftedError):
        await answer_as_partner(database, says(ref, TOWN, "BESOIN"))
    assert await ends(database, ref) == {}  # nobody had been written to


async def ends(database: Database, ref: CrisisRef) -> dict[str, str]:
    """Say whom the end was told to: partner → the heading of their mail."""
    batch, sent = tables.batches.c, tables.deliveries.c
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(sent.recipient_id, batch.batch_id)
            .join(tables.batches, batch.batch_id == sent.batch_id)
            .where(batch.message == "partenaire_fin")
        )
        found = {}
        for partner_id, batch_id in rows.all():
            of = BatchRef(cpts_id=ref.cpts_id, batch_id=batch_id)
            text = await texts.of_batch(connection, of, "alerte@val.example")
            assert isinstance(text, WaveText)
            found[partner_id] = text.says.get("motif", text.authority)
    return found


@ON_SQLITE
@pytest.mark.parametrize(
    ("end", "told"), [("levée", "le préfet"), ("fausse alerte", "fumigène")]
)
async def test_the_partners_written_to_are_told_the_end(
    database: Database, ref: CrisisRef, end: str, told: str
) -> None:
    await post(database, ref)
    if end == "levée":
        lifted = {"authority": Authority.PREFECT, "actor": "PILOTAGE"}
        await lift_crisis(database, LiftCrisis(**ref.model_dump(), **lifted))
    else:
        false = {"reason": "fumigène", "actor": "PILOTAGE"}
        await cancel_crisis(database, CancelCrisis(**ref.model_dump(), **false))

    assert await ends(database, ref) == {TOWN: told, HELP: told}
    lines = await log(database, ref)
    assert typeset("Fin annoncée aux partenaires : 2 partenaires.") in lines


@ON_SQLITE
async def test_no_wave_leaves_when_there_is_nobody_to_tell(
    database: Database, now: Now
) -> None:
    now.at = NOON
    bare = await opened(database, places=(), partners=())
    now.at = NOON + HOUR
    conducted = await conduct_crisis(database, bare)

    async with database.read() as connection:
        facts = await crisis_facts.read(connection, bare, "clef", now.at)
    assert await told(database, bare) is None
    assert facts.partners == PartnerCounts()  # the report says that nobody was told
    assert conducted.next_at is None or conducted.next_at > now.at
    with pytest.raises(AnswerNotOfferedError):
        await answer_as_partner(database, says(bare, TOWN, "BESOIN"))


@ON_SQLITE
async def test_the_small_plan_tells_no_partner(database: Database, now: Now) -> None:
    now.at = NOON
    small = await alerted(database)
    now.at = NOON + HOUR
    await conduct_crisis(database, small)

    async with database.read() as connection:
        facts = await crisis_facts.read(connection, small, "clef", now.at)
    assert await told(database, small) is None
    assert facts.partners is None  # the report says nothing of them


@ON_SQLITE
async def test_a_slow_crisis_lets_partners_sleep(database: Database, now: Now) -> None:
    now.at = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)  # 23:00 there
    slow = await opened(database, types=({"code": "SICK", "scenarios": ("CANICULE",)},))
    now.at += timedelta(days=1, hours=1)
    await conduct_crisis(database, slow)
    assert await told(database, slow) is None

    now.at = datetime(2026, 11, 25, 6, 0, tzinfo=UTC)
    await conduct_crisis(database, slow)
    assert await told(database, slow) is not None
    async with database.read() as connection:
        crisis = await crises.get(connection, slow.cpts_id, slow.crisis_id)
    assert crisis.state is CrisisState.ACTIVE
