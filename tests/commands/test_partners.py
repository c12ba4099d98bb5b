"""Partners at the terminal: how many were told, who needs something, whom to call."""

import asyncio

from acts.partners import AnswerAsPartner, answer_as_partner
from domain.answer import PartnerAnswer
from instance import opened as instance_opened
from settings import load
from tests.terminal import CPTS, Desk, ago, done, order


async def _needs(crisis: str) -> None:
    said = AnswerAsPartner(
        cpts_id=CPTS,
        crisis_id=crisis,
        partner_id="HAD_AUTAN",
        answer=PartnerAnswer.NEED,
        nonce="a-form-of-theirs",
        need="Deux passages ce soir",
        phone="poste 12",
    )
    async with instance_opened(load()) as instance:
        await answer_as_partner(instance.database, said)


def test_the_cell_reads_who_needs_what(settled: Desk) -> None:
    done("plan", "new", CPTS)
    spoken = {"received_at": ago(hours=2), "called_back_at": ago(minutes=90)}
    crisis = done(*order(**spoken), "--json").document["crisis_id"]
    asyncio.run(_needs(crisis))

    first, need, *_, last = done("crisis", "partners", crisis).out.splitlines()
    numbers = done("crisis", "partners", crisis, "--json").document
    board = done("crisis", "status", crisis).out

    assert settled.folder.exists()
    assert first.startswith("Hospitalisation à domicile")
    assert first.endswith("poste 12        besoin")
    assert need.strip() == "Deux passages ce soir"
    assert last == "18 partenaires ; besoin : 1 ; réponse attendue : 17."
    assert numbers == {
        "asked": 18,
        "unreached": 0,
        "needs": 1,
        "nothing": 0,
        "unanswered": 17,
    }
    assert "Partenaires : 18 informés ; besoins 1, rien à signaler 0" in board
    assert f"qui appeler : tocsin crisis partners {crisis}" in board


def test_a_plan_that_tells_no_partner_says_so(opened: Desk) -> None:
    shown = done("crisis", "partners", opened.crisis)
    numbers = done("crisis", "partners", opened.crisis, "--json")

    assert "pas partie, ou l'annuaire n'en nomme aucun" in shown.out
    assert numbers.document is None
    assert "Partenaires" not in done("crisis", "status", opened.crisis).out
