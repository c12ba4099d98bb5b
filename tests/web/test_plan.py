"""The plan on the console, section by section, as a browser posts it."""

import httpx
import pytest
import sqlalchemy as sa

from adapters.database import plans, tables
from adapters.database.unit import Database
from domain.plan import Plan
from domain.plan_version import VersionStatus
from tests.national import national
from tests.samples import plan as sample
from tests.web.conftest import filled, plain

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CPTS_ID = sample.tenant().cpts_id
PLAN = f"/cpts/{CPTS_ID}/plan"


@pytest.fixture
async def drafted(database: Database) -> Database:
    return await sample.settle(database)


async def latest(database: Database) -> Plan:
    async with database.read() as connection:
        return (await plans.latest(connection, CPTS_ID))[0]


async def posted(
    console: httpx.AsyncClient, section: str, **typed: str
) -> httpx.Response:
    """Open the page of a section, type this, and save."""
    page = await console.get(f"{PLAN}/{section}")
    assert page.status_code == 200
    said = {"author": "COORDINATEUR", "origin": "RETEX", "go": "save", **typed}
    form = filled(page, **said)
    return await console.post(f"{PLAN}/{section}", data=once(form))


def once(form: dict[str, list[str]]) -> dict[str, str]:
    """Both forms of a page carry the same nonce: a browser posts one."""
    return {name: values[0] for name, values in form.items()}


@pytest.mark.usefixtures("drafted")
async def test_the_plan_leads_to_each_of_its_sections(
    console: httpx.AsyncClient,
) -> None:
    home, page = await console.get("/"), await console.get(PLAN)

    assert PLAN in home.text
    assert "Version 1 : Brouillon, première écriture" in plain(page)
    for section in national().sections:
        assert f"{PLAN}/{section.section_id}" in page.text
        shown = await console.get(f"{PLAN}/{section.section_id}")
        assert shown.status_code == 200
        assert (f'href="{PLAN}/fiches"' in shown.text) is (
            section.section_id == "SEC-16"
        )
    assert (await console.get(f"{PLAN}/SEC-17")).status_code == 404
    assert (await console.get("/cpts/absente/plan")).status_code == 404


async def test_a_section_is_typed_with_why_and_kept(
    console: httpx.AsyncClient, drafted: Database
) -> None:
    done = await posted(
        console,
        "SEC-09",
        regles_de_report="Selon le cas",
        soins_non_differables="Dialyse\r\n\r\nOxygène",
        detail="canicule, action 3",
        **{"organisation_par_profession.1.profession": "Infirmiers"},
    )

    assert (done.status_code, done.headers["location"]) == (
        *(303, f"{PLAN}/SEC-09?fait=oui"),
    )
    plan = await latest(drafted)
    said = plan.section("SEC-09")
    assert said.value("soins_non_differables") == ("Dialyse", "Oxygène")
    rows = ({"profession": "Infirmiers"},)
    assert said.value("organisation_par_profession") == rows
    assert {(c.origin, c.detail) for c in plan.changes} == {
        ("RETEX", "canicule, action 3")
    }
    page = await console.get(done.headers["location"])
    assert "Enregistré." in plain(page)
    assert filled(page)["regles_de_report"] == ["Selon le cas"]
    again = await posted(console, "SEC-09")
    assert again.headers["location"].endswith("?fait=rien")


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    console: httpx.AsyncClient, drafted: Database
) -> None:
    before = await latest(drafted)

    refused = await posted(
        console,
        "SEC-05",
        **{"lignes.0.nom": "Salle", "lignes.1.nom": "Gymnase", "lignes.1.zone": "Est"},
    )

    assert refused.status_code == 422
    assert 'id="lignes.1.zone-error"' in refused.text
    assert "Zone inconnue" in plain(refused)
    assert filled(refused)["lignes.0.nom"] == ["Salle"]
    assert await latest(drafted) == before
    mended = once(filled(refused, author="COORDINATEUR", origin="RETEX"))
    done = await console.post(
        f"{PLAN}/SEC-05", data={**mended, "lignes.1.zone": "causse"}
    )
    assert done.status_code == 303
    rows = (await latest(drafted)).section("SEC-05").value("lignes")
    assert rows == ({"nom": "Salle"}, {"nom": "Gymnase", "zone": "Causse"})


@pytest.mark.usefixtures("drafted")
async def test_who_posts_an_older_page_is_told_and_may_post_again(
    console: httpx.AsyncClient,
) -> None:
    older = once(filled(await console.get(f"{PLAN}/SEC-08")))
    older |= {"author": "COORDINATEUR", "origin": "RETEX", "orsec": "ORSEC"}
    await posted(console, "SEC-09", regles_de_report="Selon le cas")

    told = await console.post(f"{PLAN}/SEC-08", data=older)

    assert told.status_code == 422
    assert "Deux personnes ont modifié" in plain(told)
    again = once(filled(told, author="COORDINATEUR", origin="RETEX"))
    assert again["orsec"] == "ORSEC"
    first = await console.post(f"{PLAN}/SEC-08", data=again)
    twice = await console.post(f"{PLAN}/SEC-08", data=again)
    assert first.headers["location"] == twice.headers["location"]


@pytest.mark.usefixtures("drafted")
async def test_a_form_that_is_too_long_or_not_whole_saves_nothing(
    console: httpx.AsyncClient,
) -> None:
    long = await posted(console, "SEC-09", detail="x" * 301)
    bare = await console.post(f"{PLAN}/SEC-09", data={"regles_de_report": "x"})
    role = await posted(console, "SEC-09", regles_de_report="x", author="PILOTE")

    assert 'id="detail-error"' in long.text
    assert "arrivé incomplet" in plain(bare)
    assert role.status_code == 422


async def test_a_section_is_read_again_by_whoever_is_chosen(
    console: httpx.AsyncClient, drafted: Database
) -> None:
    page = await console.get(f"{PLAN}/SEC-08")
    referent = (await latest(drafted)).people_of("REFERENT_SSE")[0]
    read = once(filled(page)) | {"go": "read", "person": referent}

    done = await console.post(f"{PLAN}/SEC-08", data=read)

    assert done.headers["location"].endswith("?fait=relu")
    reading = (await latest(drafted)).section("SEC-08").reading
    assert reading
    assert reading.person_id == referent
    assert "sans changement" in plain(await console.get(PLAN))
    changed = await posted(console, "SEC-08", orsec="ORSEC")
    after = await console.get(changed.headers["location"])
    assert "Relu, sans changement" not in plain(after)


async def test_a_version_that_left_is_read_and_leads_to_the_next(
    console: httpx.AsyncClient, drafted: Database
) -> None:
    await posted(console, "SEC-09", regles_de_report="Selon le cas")
    older = once(filled(await console.get(f"{PLAN}/SEC-09")))
    async with drafted.write() as connection:
        await connection.execute(
            sa.update(tables.plan_versions).values(status=VersionStatus.SUBMITTED)
        )

    page = await console.get(f"{PLAN}/SEC-09")
    assert "<textarea" not in page.text
    assert "Selon le cas" in plain(page)
    late = {**older, "author": "COORDINATEUR", "origin": "RETEX"}
    told = await console.post(f"{PLAN}/SEC-09", data=late)
    assert "est partie" in plain(told)
    assert filled(told)["regles_de_report"] == ["Selon le cas"]

    assert "Ouvrir la version suivante" in plain(await console.get(PLAN))
    opened = [await console.post(f"{PLAN}/suivante") for _ in range(2)]
    assert [each.headers["location"] for each in opened] == [PLAN, PLAN]
    assert (await latest(drafted)).number == 2
    assert "Version 2 : Brouillon" in plain(await console.get(PLAN))
