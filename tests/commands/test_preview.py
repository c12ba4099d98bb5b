"""`tocsin crisis preview`: what an order would set off, and nothing that stays."""

import json
from hashlib import sha256

from tests.terminal import CPTS, Desk, done

FIRE = ("--type", "SICK", "--scenario", "INCENDIE_FUMEES")


def test_a_preview_says_whom_and_when_and_opens_nothing(drafted: Desk) -> None:
    asked = ("crisis", "preview", CPTS, *FIRE, "--at", "12:00")

    said = done(*asked).out
    found = done(*asked, "--json").document
    waves = {wave["code"]: wave for wave in found["waves"]}

    assert drafted.folder.exists()
    assert (found["kinetic"], found["night"]) == ("FAST", False)
    assert waves["V0"]["waits_for"] is None
    assert waves["V2"]["cards"] == ["T2-01"]  # the need, qualified with the ARS
    assert found["at_once"] == waves["V0"]["people"] > 0
    assert f"{found['at_once']} message" in said
    assert " : aussitôt" in said
    assert f"{found['cards']} fiches" in said
    unreached = found["unreached"]
    assert f"aucun canal n'y mène : {sum(e['people'] for e in unreached)}." in said
    assert "Aucune crise" in done("crisis", "list", CPTS).out


def test_a_preview_checks_the_texts_and_is_kept_as_a_proof(drafted: Desk) -> None:
    asked = ("crisis", "preview", CPTS, *FIRE, "--at", "12:00", "--keep")

    said = done(*asked).out
    document = done(*asked, "--json")
    digest = said.split()[-1].rstrip(".")

    path = drafted.folder / "documents" / digest
    kept = json.loads(path.read_text("utf-8"))
    assert sha256(path.read_bytes()).hexdigest() == digest
    found = document.document
    assert [each["message"] for each in kept["texts"]] == ["V0"]
    assert kept["texts"] == found["texts"]
    assert kept["channels"][0]["channel"] == "COURRIEL"
    noted = [row for row in drafted.facts() if "preview.kept" in row]
    assert len(noted) == 2  # each time it was kept
    assert digest in noted[0]


def test_a_preview_tells_the_night_and_a_pre_alert(drafted: Desk) -> None:
    asked = ("crisis", "preview", CPTS, *FIRE, "--at", "02:00", "--pre-alert")

    said = done(*asked).out

    assert drafted.folder.exists()
    assert "Il fait nuit" in said
    assert "partira une fois l'autorité rappelée" in said
