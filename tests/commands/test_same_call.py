"""At the terminal too, one call proves every card that it does."""

from tests.terminal import Desk, done, order, typed

CALL = ("interlocuteur=régulateur", "heure=22 h 20")
SITE = ("zone_interdite=le site", "consigne=n'envoyer personne")


def test_the_fields_of_another_card_are_named_after_it(drafted: Desk) -> None:
    words = {"type": "CASUALTIES", "scenario": "INCENDIE"}
    crisis = done(*order(**words), "--json").document["crisis_id"]
    here = ("crisis", "card", "done", crisis, "T1-02", *CALL, *SITE)

    half = typed(*here, "TC-09.canal=téléphone")
    other = typed(*here, "TC-12.heure=22 h")
    said = done(*here, "TC-09.canal=téléphone", "TC-09.consignes=un numéro")
    log = done("crisis", "log", crisis).out

    assert drafted.folder.exists()
    assert (half.code, other.code) == (1, 1)
    assert "TC-09" in half.sentence
    assert said.out.endswith("Du même appel : TC-09.\n")
    assert log.count("T1-02 faite") == 1
    assert "TC-09 faite" not in log
