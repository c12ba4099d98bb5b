"""Cards of the plan, typed: shown, edited by a file, added, disabled, enabled."""

from pathlib import Path

import pytest

from tests.terminal import CPTS, EXAMPLES, SMALL, Desk, done, typed

CARD = """\
id: LC-01
titre: "Ouvrir le gymnase"
phase: CONDUITE
scenarios: [TOUS]
roles: [REFERENT_SSE]
effectif: {min: 1, cible: 2}
mode: CELLULE
echeance: PT1H
quoi:
  - "Appeler le gardien."
  - "Ouvrir, éclairer."
  - "Dire que le lieu est ouvert."
preuve: {kind: HORODATAGE_ACCUSE, champs: [heure_ouverture]}
prudence: "Personne n'attend dehors."
"""
WHY = ("--reason", "Le maire le prête.")


def written(settled: Desk, text: str) -> str:
    path = settled.folder / "fiche.yaml"
    path.write_text(text, "utf-8")
    return str(path)


def test_a_card_lives_from_the_file_to_the_list(settled: Desk) -> None:
    file = written(settled, CARD)
    said = done("plan", "card", "add", CPTS, "--file", file, *WHY)
    listed = done("plan", "card", "show", CPTS).out
    whole = done("plan", "card", "show", CPTS, "LC-01").out
    done("plan", "card", "disable", CPTS, "LC-01", "--reason", "Vendu")
    gone = done("plan", "card", "show", CPTS, "LC-01").out
    [document] = done("plan", "card", "show", CPTS, "LC-01", "--json").document
    unread = typed("plan", "card", "edit", CPTS, "LC-01", "--print")
    done("plan", "card", "enable", CPTS, "LC-01")

    assert "LC-01 ajoutée" in said.out
    assert "LC-01  Ouvrir le gymnase (de la CPTS)" in listed
    assert "1. Appeler le gardien." in whole
    assert "Désactivée : Vendu" in gone
    assert "Réactivez-la" in unread.sentence
    assert (document["desactivee"], document["locale"]) == ("Vendu", True)
    assert "désactivée" not in done("plan", "card", "show", CPTS, "LC-01").out


def test_a_card_is_edited_by_the_file_that_was_printed(settled: Desk) -> None:
    printed = done("plan", "card", "edit", CPTS, "TC-01", "--print").out
    changed = printed.replace("PT15M", "PT10M")
    file = written(settled, changed)
    done("plan", "card", "edit", CPTS, "TC-01", "--file", file, *WHY)
    shown = done("plan", "card", "show", CPTS, "TC-01").out
    [document] = done("plan", "card", "show", CPTS, "TC-01", "--json").document
    late = typed("plan", "card", "edit", CPTS, "TC-01", "--file", file, *WHY)

    assert changed != printed
    assert "TC-01  Authentifier l'ordre d'activation (modifiée par la CPTS)" in shown
    assert "« echeance » modifié par la CPTS : Le maire le prête." in shown
    assert document["modifications"][0]["etait"]["rapide"] == "PT15M"
    assert late.code == 1
    assert "en même temps" in late.sentence


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("phase: CONDUITE", "phase: DEMAIN", "ligne 3, phase"),
        ("echeance: PT1H", "echeance: une heure", "ligne 8"),
        ('titre: "Ouvrir', 'titre: "Le', "verbe à l'infinitif"),
        ("id: LC-01", "id: TC-99", "commence par L"),
        ("roles: [", "roles: [[[[[[[", "trop de niveaux"),
        ("[TOUS]", "&a [TOUS]\ncourt: *a", "un renvoi"),
        (CARD, "- rien", "clé: valeur"),
        ("id: LC-01", "id: LC-01\nid: LC-02", "deux fois"),
        ("id: LC-01", "id: LC-01\nversion: un", "nombres"),
        ("éclairer", "é" * 100_001, "trop gros"),
    ],
)
def test_a_card_that_does_not_hold_is_refused_with_its_rule(
    settled: Desk, old: str, new: str, sentence: str
) -> None:
    file = written(settled, CARD.replace(old, new))

    said = typed("plan", "card", "add", CPTS, "--file", file, *WHY)

    assert said.code == 1
    assert sentence in said.sentence


def test_what_cannot_be_done_is_refused(settled: Desk) -> None:
    file = written(settled, CARD)
    absent = typed("plan", "card", "add", CPTS, "--file", "rien.yaml", *WHY)
    unknown = typed("plan", "card", "show", CPTS, "T1-99")
    to_print = typed("plan", "card", "edit", CPTS, "T1-99", "--print")
    other = typed("plan", "card", "edit", CPTS, "TC-01", "--file", file, *WHY)
    silent = typed("plan", "card", "disable", CPTS, "TC-02")
    critical = typed("plan", "card", "disable", CPTS, "TC-01", *WHY)

    assert "rien.yaml" in absent.sentence
    assert "T1-99" in unknown.sentence
    assert "T1-99" in to_print.sentence
    assert (other.code, silent.code) == (2, 2)
    assert "LC-01" in other.err
    assert critical.code == 1


def test_the_region_of_a_cpts_completes_its_plan(empty: Desk) -> None:
    text = (EXAMPLES / "cpts.yaml").read_text("utf-8")
    file = empty.folder / "cpts.yaml"
    file.write_text(text.replace("\nfuseau:", "\nregion: AUTAN\nfuseau:"), "utf-8")
    done("cpts", "add", str(file))
    done("roster", "import", CPTS, str(EXAMPLES / "roster.csv"))

    small = typed("plan", "new", CPTS, *SMALL)
    made = done("plan", "new", CPTS).out
    card = done("plan", "card", "show", CPTS, "T1-02").out

    again = done("plan", "new", CPTS).out

    assert "AUTAN ne complète pas" in small.sentence
    assert again == made
    assert "100 fiches" in made
    assert "(modifiée par la région)" in card


def test_an_upgrade_lists_what_to_decide_and_takes_the_decision(
    settled: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    templates = _newer(tmp_path)
    printed = done("plan", "card", "edit", CPTS, "TC-01", "--print").out
    file = written(settled, printed.replace("PT15M", "PT10M"))
    done("plan", "card", "edit", CPTS, "TC-01", "--file", file, *WHY)
    monkeypatch.setattr("plan_archive.TEMPLATES", templates)
    upgrade = ("plan", "upgrade", CPTS)

    first = done(*upgrade, "--template", "fr-essai").out
    again = done(*upgrade).out
    blocked = typed(*upgrade, "--template", "fr-essai")
    found = done(*upgrade, "--json").document
    wrong = typed(*upgrade, "--take", "TC-02.echeance")
    kept = done(*upgrade, "--keep", "TC-01.echeance").out
    refreshed = done("plan", "new", CPTS).out

    assert "À trancher avant de soumettre le plan : 1." in first
    assert "le modèle dit : 12" in first.replace("\N{NO-BREAK SPACE}", " ")
    assert first == again
    assert max(map(len, first.splitlines())) <= 80
    assert [c["target"] for c in found["conflicts"]] == ["TC-01.echeance"]
    assert (blocked.code, wrong.code) == (1, 1)
    assert "Rien à trancher." in kept
    assert "à trancher" not in refreshed
    assert "fr-essai" in done("plan", "upgrade", CPTS).out


def _newer(folder: Path) -> Path:
    """Another edition of the small template, derived for this test."""
    source = Path(__file__).parents[2] / "plan_templates" / "fr-2022-12-socle"
    newer = folder / "fr-essai"
    for path in source.rglob("*.yaml"):
        target = newer / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = path.read_text("utf-8").replace("id: fr-2022-12-socle", "id: fr-essai")
        target.write_text(text.replace("rapide: PT15M", "rapide: PT12M"), "utf-8")
    return folder
