"""The tray at the terminal: what waits, and what somebody of the cell reads in it."""

import asyncio

import sqlalchemy as sa

from acts.inbound import take_message
from adapters.database import tables
from domain.inbound import Inbound
from domain.wave import Channel
from instance import opened as instance_opened
from settings import load
from tests.terminal import CPTS, Desk, ago, done, order, typed


async def _write(*texts: str) -> None:
    """Send these texts from the telephone of somebody who was asked."""
    person, asked = tables.crisis_people, tables.recipients
    alone = (
        sa.select(person.c.mobile)
        .group_by(person.c.mobile)
        .having(sa.func.count() == 1)
    )
    query = (
        sa.select(person.c.mobile)
        .join(asked, asked.c.person_id == person.c.person_id)
        .join(tables.waves, asked.c.wave == tables.waves.c.wave)
        .where(tables.waves.c.asks, person.c.mobile.in_(alone))
        .limit(1)
    )
    async with instance_opened(load()) as instance:
        database = instance.database
        async with database.read() as connection:
            number = await connection.scalar(query)
        for text in texts:
            heard = Inbound(
                provider="KANNEL",
                message_id=text,
                channel=Channel.TEXT,
                number=number or "",
                text=text,
                received_at=database.now(),
            )
            await take_message(database, heard)


def test_the_cell_settles_what_is_unclear(drafted: Desk) -> None:
    spoken = {"received_at": ago(hours=2), "called_back_at": ago(minutes=90)}
    crisis = done(*order(**spoken), "--json").document["crisis_id"]
    asyncio.run(_write("je vous rappelle", "dispo demain ?", "merci"))

    first, text, whose, second, *_, last = done("reply", "list", CPTS).out.splitlines()
    yes = done("reply", "settle", CPTS, first.split()[0], "INDISPONIBLE").out
    none = done("reply", "settle", CPTS, second.split()[0]).out
    wrong = typed("reply", "settle", CPTS, first.split()[0], "STOP").sentence

    assert drafted.folder.exists()
    assert "par SMS" in first
    assert "réponse pas claire" in first
    assert text.strip().startswith("«")
    assert f"({crisis}) : RECU" in whose
    assert last == "Messages à trier : 2."
    assert yes == "Message trié : non disponible.\n"
    assert none == "Message trié : ce n'est pas une réponse.\n"
    assert "rien n'a changé" in wrong
    assert done("reply", "list", CPTS).out == "Messages à trier : 0.\n"
