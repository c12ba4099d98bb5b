"""A plan leaves from the terminal: submitted, sent, answered, decided, circulated."""

from datetime import datetime
from unicodedata import normalize

from tests.terminal import CPTS, Desk, done, typed
from tests.world import cpts

PRESIDENT, DEPUTY = "99000000036", "99000000937"
BUREAU = ("--present", "5", "--quorum", "4")
DESPITE = ("--despite", "Le contrat attend la version ce mois-ci.")


def words(*arguments: str) -> str:
    return normalize("NFKC", done(*arguments).out).replace("’", "'")  # noqa: RUF001


def test_a_plan_leaves_and_comes_back_in_force(drafted: Desk) -> None:
    assert "incomplètes" in typed("plan", "submit", CPTS).sentence

    assert "Version 1 soumise" in words("plan", "submit", CPTS, *DESPITE)
    first = words("plan", "send", CPTS, "--to", "ARS_DD", "--to", "CPAM")
    assert "ARS_DD : exemplaire prêt, édition crise." in first
    again = words("plan", "send", CPTS, "--to", "ARS_DD", "--to", "HAD_AUTAN")
    assert "déjà partie à « ARS_DD »" in again
    assert "HAD_AUTAN : exemplaire prêt, édition publique." in again
    papers = list((drafted.folder / "documents").iterdir())
    assert len({path.name for path in papers}) == 3

    _answered()
    assert "courriels partent dans la minute" in words("plan", "circulate", CPTS)
    _seen()


def _answered() -> None:
    """The ARS has it, then says what it thinks; the deputy of the president signs."""
    today = datetime.now(cpts().zone_info).date()
    on = ("--on", today.isoformat(), "--from", "Dominique Fictif")
    assert "plus de rappel" in words("plan", "receipt", CPTS, "ARS_DD", *on)
    wrong = typed("plan", "receipt", CPTS, "CPAM", "--from", "X", "--on", "demain")
    assert wrong.code == 2
    assert (
        "s'inscrivent avec leurs mots"
        in typed("plan", "opinion", CPTS, "REFUS").sentence
    )
    assert "avis favorable" in words("plan", "opinion", CPTS, "FAVORABLE")
    nobody = typed("plan", "adopt", CPTS, "--by", "99000000010", *BUREAU)
    assert "ne préside pas" in nobody.sentence
    in_force = words("plan", "adopt", CPTS, "--by", DEPUTY, *BUREAU)
    assert "Version 1 adoptée : une crise s'ouvre avec elle" in in_force


def _seen() -> None:
    sent = words("plan", "sent", CPTS)
    assert "de Dominique Fictif (saisi)" in sent
    assert "ccusé de réception attendu" in sent
    assert "lue par 0 destinataires sur" in sent
    document = done("plan", "sent", CPTS, "--json").document
    assert [copy["contact"] for copy in document["copies"]] == [
        *("ARS_DD", "CPAM", "HAD_AUTAN")
    ]
    assert document["readings"][0]["read"] == 0


def test_a_bureau_refuses_and_the_next_draft_is_open(settled: Desk) -> None:
    assert settled.folder.exists()
    assert "Rien n'est parti" in words("plan", "sent", CPTS)
    done("plan", "submit", CPTS, *DESPITE)
    reason = ("--reason", "Les lieux de la zone Nord manquent.")

    said = words("plan", "refuse", CPTS, "--by", PRESIDENT, *BUREAU, *reason)

    assert "refusée par le bureau" in said
    assert "Version 2 soumise" in words("plan", "submit", CPTS, *DESPITE)
    version = done("plan", "adopt", CPTS, "--by", PRESIDENT, *BUREAU, "--json").document
    assert (version["number"], version["status"]) == (2, "ADOPTE")
