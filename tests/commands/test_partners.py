"""Partners at the terminal: how many were told, who needs something, whom to call."""

import asyncio
from unicodedata import normalize

from acts.partners import AnswerAsPartner, answer_as_partner
from domain.answer import PartnerAnswer
from instance import opened as instance_opened
from settings import load
from tests.terminal import CPTS, Desk, ago, done, order, typed


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


def test_the_cell_reads_who_needs_what(drafted: Desk) -> None:
    spoken = {"received_at": ago(hours=2), "called_back_at": ago(minutes=90)}
    crisis = done(*order(**spoken), "--json").document["crisis_id"]
    asyncio.run(_needs(crisis))

    read = done("crisis", "partners", crisis).out
    first, need, *_, last = read.splitlines()
    numbers = done("crisis", "partners", crisis, "--json").document
    board = done("crisis", "status", crisis).out

    assert drafted.folder.exists()
    assert first.startswith("HAD_AUTAN          Hospitalisation à domicile")
    assert first.endswith("poste 12        besoin")
    assert "Dispositif d'appui à la coordination de l'Autan (fictif)" in read
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

    _answers_on_the_telephone(crisis)


def _answers_on_the_telephone(crisis: str) -> None:
    here = ("crisis", "partner", "answer", crisis, "HAD_AUTAN")
    needs = done(*here, "BESOIN", "--need", "Un relais", "--actor", "SECRETARIAT")
    read = done("crisis", "partners", crisis).out
    log = normalize("NFKC", done("crisis", "log", crisis).out)
    nothing = done(*here, "RIEN_A_SIGNALER")
    stranger = typed(*here[:-1], "HAD_AILLEURS", "BESOIN")
    patient = typed(*here, "BESOIN", "--need", "M. X, né le 12/03/1950")

    assert "Réponse inscrite : Hospitalisation à domicile" in needs.out
    assert "    Un relais" in read.splitlines()
    assert "Au téléphone (inscrit par SECRETARIAT), Hospitalisation à domicile" in log
    assert "signale un besoin : Un relais" in log
    assert nothing.out.endswith("rien à signaler.\n")
    assert stranger.code == patient.code == 1
    assert "n'a pas prévenu de partenaire « HAD_AILLEURS »" in stranger.sentence


def test_a_plan_that_tells_no_partner_says_so(opened: Desk) -> None:
    shown = done("crisis", "partners", opened.crisis)
    numbers = done("crisis", "partners", opened.crisis, "--json")

    assert "pas partie, ou l'annuaire n'en nomme aucun" in shown.out
    assert numbers.document is None
    assert "Partenaires" not in done("crisis", "status", opened.crisis).out
