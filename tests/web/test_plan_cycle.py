"""A plan and its first year, lived on the pages alone, on each database."""

from datetime import date

import httpx
import pytest

from acts.directory import add_cpts, import_roster
from acts.review_conduct import conduct_review
from adapters.database.unit import Database
from tests.acts.test_review import REF, at, tenant
from tests.adopted import DESPITE, PRESIDENT, id_of
from tests.conftest import Now
from tests.web.conftest import filled, plain
from tests.world import CPTS_ID, LINK_KEY, people

HOME = f"/cpts/{CPTS_ID}"
PLAN = f"{HOME}/plan"
COORDINATOR = {"author": "COORDINATEUR", "origin": "REDACTION"}


class Reader:
    """Whoever opens a page, fills one of its forms, and reads where it leads."""

    def __init__(self, console: httpx.AsyncClient) -> None:
        self._console = console

    async def reads(self, path: str) -> str:
        page = await self._console.get(path)
        assert page.status_code == 200, plain(page)
        words = plain(page).replace("&#32;", " ")
        return words.replace("\N{NO-BREAK SPACE}", " ")

    async def fills(self, path: str, to: str = "", **typed: str) -> str:
        page = await self._console.get(path)
        form = {name: values[0] for name, values in filled(page).items() if values}
        done = await self._console.post(to or path, data={**form, **typed})
        assert done.status_code == 303, plain(done)
        return await self.reads(done.headers["location"])

    async def adopts(self, president: str) -> str:
        """Submit the draft, and write what the bureau decided."""
        path = f"{PLAN}/adoption"
        await self.fills(path, act="submit", despite=DESPITE)
        signed = {"signed_by": president, "present": "5", "quorum": "4"}
        return await self.fills(path, act="decide", decision="ADOPTEE", **signed)


@pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
async def test_a_plan_is_written_leaves_is_reviewed_and_paid_on_the_pages(
    console: httpx.AsyncClient, database: Database, now: Now
) -> None:
    now.at = at(date(2026, 3, 10))
    await add_cpts(database, tenant(date_debut_mission_4="2025-03-15"), "COORDINATEUR")
    await import_roster(database, CPTS_ID, people(24), "COORDINATEUR")
    president = await id_of(database, PRESIDENT)
    reader = Reader(console)

    await _is_written(reader, president)
    await _leaves(reader, president)
    now.at = at(date(2026, 10, 5))
    await _is_reviewed(reader, database, president)
    await _is_paid(reader)

    assert "Version 2" in await reader.reads(f"{PLAN}/versions")


async def _is_written(reader: Reader, president: str) -> None:
    opened = await reader.fills(PLAN, f"{PLAN}/trame/suivre", template="fr-2022-12")
    said = {"go": "save", "regles_de_report": "Selon le cas", **COORDINATOR}
    section = await reader.fills(f"{PLAN}/SEC-09", **said)
    aside = {"go": "disable", "reason": "Tenue par le SDIS", **COORDINATOR}
    card = await reader.fills(f"{PLAN}/fiches/T1-15", **aside)
    check = f"{PLAN}/controle"
    vouched = await reader.fills(f"{check}?qui={president}", check, section="")

    assert "Le brouillon suit cette trame" in opened
    assert "Enregistré." in section
    assert "Désactivée : Tenue par le SDIS" in card
    assert "Attesté le 10 mars 2026" in vouched


async def _leaves(reader: Reader, president: str) -> None:
    adopted = await reader.adopts(president)
    path = f"{PLAN}/adoption"
    await reader.fills(path, act="send", contacts="ARS_DD")
    received = await reader.fills(
        path, act="receive", contact="ARS_DD", name="Dominique Fictif"
    )

    assert "Adoptée par le bureau le 10 mars 2026" in adopted
    assert "de Dominique Fictif (saisi)" in received


async def _is_reviewed(reader: Reader, database: Database, president: str) -> None:
    path = f"{HOME}/revue"
    opened = await reader.fills(path, f"{path}/ouvrir")
    await conduct_review(database, LINK_KEY, REF)  # as its clock does, within a minute
    said = {"task": "2027/SEC-10.1", "answer": "MODIFIE", "words": "Autre voix"}
    answered = await reader.fills(path, f"{path}/reponse", **said)
    change = {"go": "save", "relations_presse": "Une seule voix", **COORDINATOR}
    await reader.fills(f"{PLAN}/SEC-10", **change)
    adopted = await reader.adopts(president)

    assert "Revue 2027, échéance le 15 mars 2027" in opened
    assert "Autre voix" in answered
    assert "Adoptée par le bureau le 5 octobre 2026" in adopted
    assert "Remplacée le 5 octobre 2026" in await reader.reads(f"{PLAN}/versions")
    assert "Une seule voix" in await reader.reads(f"{PLAN}/diff")


async def _is_paid(reader: Reader) -> None:
    path = f"{HOME}/paiement"
    sums = {"year": "2026", "slice": "AVANCE", "state": "PAYE", "reference": ""}
    paid = await reader.fills(path, amount="16 875", on="2026-10-01", **sums)

    assert "16 875 € le 1er octobre 2026" in paid
