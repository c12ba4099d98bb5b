"""The first day: a file dropped on a page, tried, imported; then the two presses."""

from pathlib import Path

import httpx
import pytest

from acts.directory import add_cpts
from adapters.database import enrolments, people
from adapters.database.unit import Database
from tests.web.conftest import plain
from tests.world import CPTS_ID, cpts

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = f"/cpts/{CPTS_ID}/premier-jour"
ROSTER = """Nom;Prénom;Profession;Courriel;Mobile;Lien
Fictive;Zoé;Infirmière;zoe@val.example;06 39 98 00 01;VOLONTAIRE
Fictif;Anh;Kiné;anh@val.example;06 39 98 00 02;ADHERENT
Fictif;Léo;Jongleur;leo@val.example;;VOLONTAIRE
"""


def dropped(text: str | bytes) -> dict[str, tuple[str, str | bytes]]:
    return {"roster": ("annuaire.csv", text)}


async def forced(console: httpx.AsyncClient) -> int:
    """Import an older file over what people confirmed; count what asks to do so."""
    older = dropped(ROSTER.replace("98 00 0", "98 00 7"))
    held = plain(await console.post(f"{PATH}/annuaire", files=older))
    await console.post(f"{PATH}/annuaire/importer", data={"force": "true"})
    return held.count("Remplacer aussi ce que ces personnes")


async def test_a_file_is_tried_then_imported_and_members_are_invited_and_tested(
    database: Database, console: httpx.AsyncClient, tmp_path: Path
) -> None:
    await add_cpts(database, cpts(), "X")
    before = plain(await console.get(PATH))
    tried = plain(await console.post(f"{PATH}/annuaire", files=dropped(ROSTER)))
    async with database.read() as connection:
        assert await people.all_of(connection, CPTS_ID) == ()  # shown, not done
    done = await console.post(f"{PATH}/annuaire/importer")
    again = await console.post(f"{PATH}/annuaire/importer")
    for kind in ("INSCRIPTION", "ESSAI"):
        await console.post(f"/cpts/{CPTS_ID}/joindre/appels", data={"kind": kind})
    after = plain(await console.get(PATH))

    assert "1. Déposez votre Excel" in before
    assert "Inviter les adhérents" not in before  # nobody yet
    assert "2 personnes, dont 2 nouvelles" in tried
    assert "Jongleur" in tried
    assert (done.status_code, again.status_code) == (303, 422)
    assert list((tmp_path / "imports").iterdir()) == []
    assert "2 personnes dans l'annuaire" in after
    assert "Qui a répondu ?" in after.replace("\xa0", " ")
    assert "Qui est joint, qui appeler ?" in after.replace("\xa0", " ")
    async with database.act(CPTS_ID) as act:
        for who, _ in await people.all_of(act.connection, CPTS_ID):
            await enrolments.confirm(act, who, None)
    assert await forced(console) == 1
    async with database.read() as connection:
        known = dict(await people.all_of(connection, CPTS_ID)).values()
    assert {person.mobile for person in known} == {"+33639980071", "+33639980072"}


@pytest.mark.parametrize("content", ["no;table\n", b"PK\x03\x04", b"x" * 20_000_001])
async def test_a_file_that_cannot_be_read_is_refused_and_not_kept(
    database: Database,
    console: httpx.AsyncClient,
    tmp_path: Path,
    content: str | bytes,
) -> None:
    await add_cpts(database, cpts(), "X")
    refused = await console.post(f"{PATH}/annuaire", files=dropped(content))

    assert refused.status_code == 422
    assert list((tmp_path / "imports").glob("*")) == []
