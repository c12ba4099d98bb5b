"""A seat goes to who may hold it: profession, and the skill that its card demands."""

from dataclasses import replace

import pytest

from acts.alert import record_answer
from adapters.database.unit import Database
from domain.answer import Availability
from domain.template import Template
from tests.posts import (
    FIRST,
    SECOND,
    crisis_of,
    people,
    persons,
    stand_of,
    two_posts,
    yes,
)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ABLE = 5


def demanding() -> Template:
    """Let the second card have nobody without the skill to vaccinate."""
    sick = two_posts().type_sheet("SICK")
    skill = {"skills": ("VACCINATION",), "skills_required": True}
    cards = tuple(
        card.model_copy(update=skill) if card.card_id == SECOND else card
        for card in sick.cards
    )
    sheets = (sick.model_copy(update={"cards": cards}),)
    return two_posts().model_copy(update={"types": sheets})


async def test_a_seat_that_demands_a_skill_waits_for_whoever_has_it(
    database: Database,
) -> None:
    everyone = tuple(
        replace(each, skills=("VACCINATION",)) if n == ABLE else each
        for n, each in enumerate(people())
    )
    ref = await crisis_of(database, everyone, demanding())
    who = await persons(database, ref)

    for number in (0, 1, 2, 3, ABLE):
        await record_answer(database, yes(ref, who[number]))

    held = [(await stand_of(database, ref, each)).card_id for each in who]
    assert held[:4] == [FIRST, FIRST, FIRST, None]  # the last one is in reserve
    assert held[ABLE] == SECOND

    gone = yes(ref, who[ABLE], Availability.UNAVAILABLE)
    await record_answer(database, gone)
    assert (await stand_of(database, ref, who[3])).card_id is None  # still unable
