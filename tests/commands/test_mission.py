"""Missions and seats, as the cell types them."""

import asyncio

import pytest
import sqlalchemy as sa

from acts.alert import record_answer
from adapters.database import tables
from domain.answer import Availability
from domain.reference import CrisisRef
from instance import opened as instance_opened
from settings import load
from tests.posts import yes
from tests.terminal import CPTS, Desk, done, typed

MISSION = (
    *("--card", "T2-07", "--place", "EHPAD des Tilleuls"),
    *("--contact", "Claude Fictif, 05 36 49 00 14", "--from", "08:00"),
    *("--until", "12:00"),
)


async def _says_yes(crisis: str) -> tuple[str, str]:
    """Let a nurse say yes; give their id and mail."""
    people = tables.crisis_people.c
    async with instance_opened(load()) as instance:
        database = instance.database
        async with database.read() as connection:
            rows = await connection.execute(
                sa.select(people.person_id, people.email)
                .join(
                    tables.recipients,
                    tables.recipients.c.person_id == people.person_id,
                )
                .where(people.profession == "INFIRMIER", people.email.is_not(None))
                .order_by(people.person_id)
                .limit(1)
            )
        person_id, email = rows.one()
        ref = CrisisRef(cpts_id=CPTS, crisis_id=crisis)
        await record_answer(database, yes(ref, person_id, Availability.IMMEDIATE))
    return person_id, email


@pytest.fixture
def nurse(opened: Desk) -> tuple[str, str]:
    return asyncio.run(_says_yes(opened.crisis))


def test_a_mission_is_proposed_listed_and_called_off(
    opened: Desk, nurse: tuple[str, str]
) -> None:
    crisis, (person_id, email) = opened.crisis, nurse
    propose = ("crisis", "mission", "propose", crisis, "--person", email, *MISSION)

    assert "Missions : 0." in done("crisis", "mission", "list", crisis).out
    assert "Mission m1 proposée." in done(*propose).out
    assert typed(*propose).code == 1  # a proposal awaits an answer
    (listed,) = done("crisis", "mission", "list", crisis, "--json").document
    shown = done("crisis", "mission", "list", crisis).out
    cancelled = done("crisis", "mission", "cancel", crisis, "m1").out

    assert (listed["person_id"], listed["state"]) == (person_id, "PROPOSEE")
    assert listed["starts_at"] < listed["ends_at"]
    assert "proposée" in shown
    assert "EHPAD des Tilleuls" in shown
    assert "Mission m1 annulée." in cancelled
    again = done(*propose, "--json").document
    assert again == {"mission_id": "m2"}
    assert done("crisis", "status", crisis, "--json").document["needs"]


def test_seats_show_who_is_retained_and_from_which_zone(
    opened: Desk, nurse: tuple[str, str]
) -> None:
    crisis, (person_id, _) = opened.crisis, nurse

    seen = done("crisis", "seats", crisis, "--json").document
    shown = done("crisis", "seats", crisis).out

    assert [each["person_id"] for each in seen["people"]] == [person_id]
    assert [(z["card"], z["people"]) for z in seen["by_zone"]] == [("T2-07", 1)]
    assert seen["declared"] == []
    assert "Par fiche, profession et zone" in shown
    assert "Infirmier" in shown


def test_nobody_by_that_name_is_told(opened: Desk) -> None:
    refused = typed(
        *("crisis", "mission", "propose", opened.crisis),
        *("--person", "personne@nulle.example", *MISSION),
    )

    assert refused.code == 1
    assert "personne@nulle.example" in refused.err
