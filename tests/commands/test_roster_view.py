"""What `tocsin roster list|check|export` say and write."""

from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.terminal import CPTS, EXAMPLES, done, typed

PRESIDENT = "99000000036"


def widest(text: str) -> int:
    return max(map(len, text.splitlines()))


@pytest.mark.usefixtures("settled")
def test_the_list_fits_a_terminal_and_says_the_link() -> None:
    said = done("roster", "list", CPTS).out
    rows = done("roster", "list", CPTS, "--json").document

    assert len(said.splitlines()) == len(rows) == 378
    assert widest(said) <= 80
    assert said.count(" volontaire ") == 230
    assert {row["lien"] for row in rows} == {"VOLONTAIRE", "ADHERENT", "TERRITOIRE"}
    assert "06 39 98 02 22" in said  # no mail: the number to call


@pytest.mark.usefixtures("settled")
def test_the_check_counts_and_names_within_80_columns() -> None:
    said = done("roster", "check", CPTS).out

    assert said.startswith(
        "378 personnes : 230 volontaires, 122 adhérents, 26 du territoire.\n"
    )
    assert "sans courriel : à appeler (3)" in said
    assert "Hélène Galy, Joël Peyre, Adèle Terral" in said
    assert said.endswith("À regarder : 2.\n")
    assert "aucune fiche ne les nomme : décidez de ce qu'ils font" in said
    assert widest(said) <= 80
    subjects = [r["subject"] for r in done("roster", "check", CPTS, "--json").document]
    assert subjects == ["Joindre", "Professions"]


@pytest.mark.usefixtures("settled")
def test_an_export_is_what_the_directory_is(tmp_path: Path) -> None:
    file = tmp_path / "annuaire.csv"

    assert "378 personnes" in done("roster", "export", CPTS, "--output", str(file)).out

    again = done("roster", "import", CPTS, str(file), "--json").document
    assert (again["new"], again["changed"], again["gone"]) == (0, 0, 0)
    assert (again["bad_lines"], again["warnings"]) == ([], [])


@pytest.mark.usefixtures("settled")
def test_the_poster_is_one_page_that_opens_the_link_it_says(tmp_path: Path) -> None:
    file = tmp_path / "affiche.pdf"

    said = done("roster", "poster", CPTS, "--output", str(file)).out

    (page,) = PdfReader(file).pages
    assert said.split()[-1] in page.extract_text()
    assert "/plan/" in said


@pytest.mark.usefixtures("settled")
def test_a_dry_run_names_who_comes_changes_and_goes(tmp_path: Path) -> None:
    head, _, claire, sabrina, *others = (
        (EXAMPLES / "roster.csv").read_text().split("\n")
    )
    ines = sabrina.replace("99000001190", "").replace("Alary;Sabrina", "Zay;Inès")
    ines = ines.replace("sabrina.alary", "ines.zay")
    moved = claire.replace("ADHERENT", "VOLONTAIRE")
    file = tmp_path / "annuaire.csv"
    stay = (line for line in others if PRESIDENT not in line)
    file.write_text("\n".join((head, moved, sabrina, ines, *stay)))

    said = done("roster", "import", CPTS, str(file), "--dry-run").out
    told = done("roster", "import", CPTS, str(file), "--dry-run", "--json").document

    shown = "\n".join(" ".join(line.split()) for line in said.splitlines())
    assert "Nouvelles\nInès Zay\n" in shown
    assert "Modifiées\nClaire Alary (lien)\n" in shown
    assert "Parties (2)\nArnaud Alary, Émilie Carrière\n" in shown
    assert told["vacated"] == ["DECISION", "ORGA_PARAMEDICALE", "BUREAU"]
    assert "dans l\u2019annuaire\xa0: Décision" in said
    assert widest(said.split("Rien n'est")[0]) <= 80


@pytest.mark.usefixtures("empty")
def test_a_directory_of_nobody_is_refused() -> None:
    done("cpts", "add", str(EXAMPLES / "cpts.yaml"))

    for command in ("list", "check", "export"):
        assert "ne contient personne" in typed("roster", command, CPTS).sentence
        assert "Aucune CPTS" in typed("roster", command, "nulle-part").sentence


@pytest.mark.usefixtures("settled")
def test_the_reach_is_told_by_profession_and_zone_and_says_whom_to_call() -> None:
    said = done("roster", "reach", CPTS)

    assert "Deux moyens vérifiés" in said.out
    assert "0 membre sur 352, soit 0" in said.out
    assert "et 332 autres" in said.out
    assert widest(said.out) <= 80
    told = done("roster", "reach", CPTS, "--json").document
    assert (told["members"], told["two"], len(told["to_ask"])) == (352, 0, 352)
    assert sum(line["members"] for line in told["lines"]) == 352
