"""What is left of who asked from a poster, once their request is over."""

from datetime import timedelta

import sqlalchemy as sa

from acts.code import ContactOf
from acts.contact_code import send_code
from acts.join import SettleJoin, ask_to_join, prove_join, settle_join
from adapters.database import notices, people, tables
from adapters.database.unit import Database
from domain.dispatch import BatchRef
from domain.join import JoinForm
from domain.reach import Medium
from tests.conftest import Now
from tests.world import CPTS_ID, settle

KEY = bytes(32)
KEPT = (tables.deliveries, tables.notices, tables.contact_codes, tables.join_requests)


async def asked(database: Database, name: str, state: str = "PARTIE") -> str:
    form = JoinForm(
        first_name="Zoé",
        last_name=name,
        profession="INFIRMIER",
        address=f"{name.lower()}@val.example",
    )
    request_id, _ = await ask_to_join(database, CPTS_ID, form, KEY)
    async with database.write() as connection:
        await connection.execute(
            sa.update(tables.deliveries)
            .where(tables.deliveries.c.recipient_id == request_id)
            .values(state=state, reply=f"250 {form.address}")
        )
    return request_id


async def proved(database: Database, name: str) -> str:
    request_id = await asked(database, name)
    batches = tables.batches.c
    async with database.read() as connection:
        found = await connection.scalar(
            sa.select(batches.batch_id).where(batches.topic == f"code-{request_id}")
        )
        ref = BatchRef(cpts_id=CPTS_ID, batch_id=str(found))
        words = await notices.said(connection, ref)
    code = "".join(filter(str.isdigit, words.paragraphs[0]))[:6]
    await prove_join(database, CPTS_ID, request_id, code, KEY)
    return request_id


async def left(database: Database) -> tuple[str, dict[str, str]]:
    """Give all that is kept of letters and requests, and the state of each letter."""
    async with database.read() as connection:
        rows = [
            dict(row)
            for table in KEPT
            for row in (await connection.execute(sa.select(table))).mappings()
        ]
    states = {row["recipient_id"]: row["state"] for row in rows if "name" in row}
    return repr(rows).lower(), states


async def test_nothing_names_who_asked_once_they_are_refused_enrolled_or_forgotten(
    database: Database, now: Now
) -> None:
    await settle(database, 4)
    forgotten = await asked(database, "Fictif-Oubli")
    late = await asked(database, "Fictif-Tard", "A_ENVOYER")
    async with database.read() as connection:
        (member, person), *_ = await people.all_of(connection, CPTS_ID)
    own = ContactOf(cpts_id=CPTS_ID, person_id=member, medium=Medium.MAIL)
    await send_code(database, own, KEY)
    now.at += timedelta(days=1, hours=1)
    ended = {
        name: await proved(database, name) for name in ("Fictif-Refus", "Fictif-Admis")
    }
    for name, request_id in ended.items():
        said = SettleJoin(
            cpts_id=CPTS_ID,
            request_id=request_id,
            accepted=name == "Fictif-Admis",
            actor="COORDINATEUR",
        )
        await settle_join(database, said)
    await proved(database, "Fictif-Attente")

    kept, states = await left(database)
    for name in ("oubli", "tard", "refus", "admis"):
        assert f"fictif-{name}" not in kept
    assert "fictif-attente" in kept  # the coordinator has to read it
    assert str(person.email) in kept  # the letter of a member is theirs
    over = {forgotten, *ended.values()}
    assert {states[each] for each in over} == {"PARTIE"}  # counters stay true
    assert (states[late], states[member]) == ("NON_PARTIE", "A_ENVOYER")
