"""Parts of an imported plan wait beside the draft: none lost, none twice."""

import pytest

from acts.plan_import import ClosePart, PlacePart, close_part, keep_parts, place_part
from adapters.database import plans
from adapters.database.unit import Database
from domain.content import Aside, ChangeOrigin
from domain.errors import FormAlreadyPostedError
from domain.form import ROWS
from domain.plan import Plan
from domain.plan_errors import (
    PartWithoutPlaceError,
    RefusedSectionError,
    UnknownFieldError,
    UnknownPartError,
)
from domain.word_plan import MisplacedPartError
from tests.samples import plan as sample

CPTS_ID = sample.tenant().cpts_id
RULE = Aside(
    heading="Continuité > Règles",
    text="Les bilans attendent.",
    section_id="SEC-09",
    field="regles_de_report",
)
LOST = Aside(heading="Remerciements", text="À tous.")
PLACES = Aside(
    heading="Lieux",
    text="Lieu\tZone\nSalle des fêtes\tCausse",
    section_id="SEC-05",
    field=ROWS,
)
NOWHERE = Aside(
    heading="Lieux",
    text="Lieu\tZone\nGymnase\tAtlantide",
    section_id="SEC-05",
    field=ROWS,
)


@pytest.fixture
async def drafted(database: Database) -> Database:
    """The first draft of the CPTS of the examples, and four parts beside it."""
    await sample.settle(database)
    parts = (RULE, LOST, PLACES, NOWHERE)
    await keep_parts(database, CPTS_ID, parts, "COORDINATEUR")
    return database


async def draft(database: Database) -> Plan:
    async with database.read() as connection:
        plan, _ = await plans.draft(connection, CPTS_ID)
    return plan


def on(part: int, **said: object) -> PlacePart:
    facts = {"cpts_id": CPTS_ID, "part": part, "actor": "COORDINATEUR"}
    return PlacePart.model_validate(facts | said)


async def test_a_document_imported_twice_is_kept_once(drafted: Database) -> None:
    again = await keep_parts(drafted, CPTS_ID, (LOST, RULE), "COORDINATEUR")

    assert again == ()
    assert [aside.number for aside in (await draft(drafted)).aside] == [1, 2, 3, 4]


async def test_a_part_goes_after_what_the_field_says_and_waits_no_more(
    drafted: Database,
) -> None:
    assert await place_part(drafted, on(1)) == ("SEC-09", "regles_de_report")
    await place_part(drafted, on(2, section_id="SEC-09", field="regles_de_report"))

    plan = await draft(drafted)
    said = plan.section("SEC-09").value("regles_de_report")
    assert said == "Les bilans attendent.\nÀ tous."
    assert [aside.number for aside in plan.aside] == [3, 4]
    assert {change.origin for change in plan.changes} == {ChangeOrigin.IMPORT}
    with pytest.raises(UnknownPartError):
        await place_part(drafted, on(1))


async def test_our_own_export_edited_takes_the_place_of_what_was_said(
    drafted: Database,
) -> None:
    await place_part(drafted, on(1))
    edited = RULE.model_copy(update={"text": "Tout attend.", "replaces": True})
    (new,) = await keep_parts(drafted, CPTS_ID, (edited,), "COORDINATEUR")

    await place_part(drafted, on(new.number))

    said = (await draft(drafted)).section("SEC-09").value("regles_de_report")
    assert said == "Tout attend."


async def test_rows_are_added_to_a_table_and_refused_where_they_are_wrong(
    drafted: Database,
) -> None:
    await place_part(drafted, on(3))
    with pytest.raises(RefusedSectionError):
        await place_part(drafted, on(4))  # no such zone

    plan = await draft(drafted)
    rows = plan.section("SEC-05").value(ROWS)
    assert rows == ({"nom": "Salle des fêtes", "zone": "Causse"},)
    assert [aside.number for aside in plan.aside] == [1, 2, 4]


async def test_a_part_without_a_place_stays_until_one_is_said(
    drafted: Database,
) -> None:
    with pytest.raises(PartWithoutPlaceError):
        await place_part(drafted, on(2))
    with pytest.raises(UnknownFieldError):
        await place_part(drafted, on(2, section_id="SEC-01", field="nom"))
    with pytest.raises(MisplacedPartError):
        await place_part(drafted, on(2, section_id="SEC-05", field=ROWS))

    assert len((await draft(drafted)).aside) == 4


async def test_what_goes_nowhere_stays_beside_the_plan(drafted: Database) -> None:
    nowhere = {"cpts_id": CPTS_ID, "part": 2, "actor": "COORDINATEUR", "nonce": "n-1"}
    await close_part(drafted, ClosePart.model_validate(nowhere))

    kept = (await draft(drafted)).aside[1]
    assert (kept.text, kept.closed) == (LOST.text, True)
    with pytest.raises(FormAlreadyPostedError):
        await close_part(drafted, ClosePart.model_validate(nowhere | {"part": 1}))
    with pytest.raises(UnknownPartError):
        await place_part(drafted, on(2, section_id="SEC-09", field="regles_de_report"))
