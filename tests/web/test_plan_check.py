"""The checks of a plan on their page: one tap vouches, exceptions stay in sight."""

import httpx
import pytest

from adapters.database.unit import Database
from tests.adopted import PRESIDENT, drafted, id_of, submit
from tests.web.conftest import filled, plain
from tests.world import CPTS_ID

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PAGE = f"/cpts/{CPTS_ID}/plan/controle"


async def test_one_tap_vouches_for_a_check_and_one_form_for_the_rest(
    console: httpx.AsyncClient, database: Database
) -> None:
    await drafted(database)
    who = await id_of(database, PRESIDENT)

    nobody = await console.get(PAGE)
    page = await console.get(f"{PAGE}?qui={who}")
    form = {"nonce": filled(page)["nonce"][0], "who": who}
    tap = form | {"section": "SEC-10", "check": "2"}
    tapped = [await console.post(PAGE, data=tap) for _ in range(2)]
    again = await console.get(f"{PAGE}?qui={who}")
    rest = {"nonce": filled(again)["nonce"][0], "who": who, "cards": "t2-03, T2-04"}
    read = await console.post(PAGE, data=rest | {"excepted": ["SEC-06"]})
    last = plain(await console.get(f"{PAGE}?qui={who}"))

    assert "Je l'atteste" not in plain(nobody)
    assert "Paiement en jeu" in plain(page)
    assert [each.status_code for each in tapped] == [303, 422]
    assert "déjà été envoyé" in plain(tapped[1])
    assert "Attesté le" in plain(again)
    assert read.status_code == 303
    assert "Reste à relire : T2-03, T2-04." in last
    assert "Une personne de l'annuaire doit l'attester" in last  # SEC-06


async def test_without_a_person_or_a_draft_nothing_is_vouched_for(
    console: httpx.AsyncClient, database: Database
) -> None:
    await drafted(database)
    refused = await console.post(PAGE, data={"section": "SEC-08"})
    await submit(database)
    who = await id_of(database, PRESIDENT)

    page = plain(await console.get(f"{PAGE}?qui={who}"))

    assert refused.status_code == 422
    assert "ne désigne personne" in plain(refused)
    assert "Je l'atteste" not in page
    assert "Qui relit" not in page
