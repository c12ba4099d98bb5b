"""Somebody in danger answers: the board, the terminal and the leader know at once."""

from dataclasses import dataclass

import httpx
import pytest
import sqlalchemy as sa

from acts.alert import RecordAnswer, record_answer
from acts.steering import SafetyOrder, send_safety
from adapters.database import board, glance, tables
from adapters.database.unit import Database
from domain.answer import Availability
from domain.board import Place
from domain.reference import CrisisRef
from domain.terminal_board import board as terminal_board
from tests.conducted import opened
from tests.web.conftest import plain
from tests.workflows.conftest import KEYS


@dataclass(frozen=True)
class Shelter:
    """A crisis in which everyone was told to take shelter."""

    database: Database
    ref: CrisisRef
    people: list[str]

    async def says(self, person_id: str, answer: Availability, **more: object) -> None:
        told = {
            **self.ref.model_dump(),
            "person_id": person_id,
            "answer": answer,
            "nonce": f"{person_id}:{answer}",
        }
        await record_answer(self.database, RecordAnswer.model_validate(told | more))

    async def places(self) -> dict[str, Place]:
        async with self.database.read() as connection:
            reached = await board.reached(connection, self.ref)
        return {each.person_id: each.place for each in reached}

    async def terminal(self) -> str:
        async with self.database.read() as connection:
            now = self.database.now()
            seen = await glance.picture(connection, self.ref.crisis_id, now)
        return terminal_board(seen)

    async def order(self) -> None:
        order = SafetyOrder(**self.ref.model_dump(), message="abri", actor="PILOTAGE")
        await send_safety(self.database, order)


@pytest.fixture
async def shelter(database: Database) -> Shelter:
    ref = await opened(database, ("CASUALTIES",), KEYS.link_key)
    table = tables.crisis_people.c
    async with database.read() as connection:
        rows = await connection.execute(
            sa.select(table.person_id).order_by(table.last_name.desc())
        )
    made = Shelter(database, ref, list(rows.scalars()))
    await made.order()
    return made


async def test_whoever_needs_help_comes_first_until_they_are_safe(
    shelter: Shelter, console: httpx.AsyncClient
) -> None:
    hurt, safe, *_ = shelter.people
    path = f"/{shelter.ref.cpts_id}/crise/{shelter.ref.crisis_id}"
    assert "DANGER" not in await shelter.terminal()

    await shelter.says(hurt, Availability.NEEDS_HELP)
    await shelter.says(safe, Availability.SHELTERED)

    places = await shelter.places()
    assert (places[hurt], places[safe]) == (Place.NEEDS_HELP, Place.SAFE)
    assert "DANGER     1 personne a besoin d'aide" in await shelter.terminal()
    people = (await console.get(path)).text.partition('id="h-people"')[2]
    assert people.partition("<tbody>")[2].lstrip().startswith('<tr class="late">')
    listed = await console.get(f"{path}/personnes", params={"ou": Place.NEEDS_HELP})
    assert "1 à secourir" in plain(listed)
    assert "tel:" in listed.text

    await shelter.order()  # silence to a second message changes nothing
    assert (await shelter.places())[hurt] is Place.NEEDS_HELP
    await shelter.says(hurt, Availability.OUT_OF_ZONE)
    assert (await shelter.places())[hurt] is Place.SAFE
    assert "DANGER" not in await shelter.terminal()
