"""Whatever file a coordinator has, one command reads it."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from examples.make_roster_files import COLUMNS
from tests.commands.test_refusals import FILE, misused, refused, written
from tests.terminal import CPTS, EXAMPLES, Desk, done, typed

NATIONAL = EXAMPLES / "annuaire-sante.txt"


@pytest.mark.usefixtures("empty")
@pytest.mark.parametrize("name", ["roster.csv", "roster.xlsx", "annuaire-sante.txt"])
@pytest.mark.parametrize("said", [True, False], ids=["said", "recognised"])
def test_the_kind_of_file_is_recognised_or_said(name: str, *, said: bool) -> None:
    kind = {"csv": "csv", "xlsx": "xlsx", "txt": "annuaire-sante"}[name.split(".")[1]]
    done("cpts", "add", FILE)

    options = ("--format", kind) if said else ()
    told = done("roster", "import", CPTS, str(EXAMPLES / name), "--dry-run", *options)

    assert "378 personnes ; 378 nouvelles" in told.out
    assert refused(typed("roster", "list", CPTS), "ne contient personne")


@pytest.mark.usefixtures("empty")
def test_a_bad_line_of_a_workbook_names_its_sheet() -> None:
    done("cpts", "add", FILE)

    told = done("roster", "import", CPTS, str(EXAMPLES / "roster.xlsx"))
    document = done(
        "roster", "import", CPTS, str(EXAMPLES / "roster.xlsx"), "--json"
    ).document

    assert "Ligne 1 de « Anciens membres » refusée" in told.err
    assert [bad["sheet"] for bad in document["bad_lines"]] == ["Anciens membres"]


@pytest.mark.usefixtures("empty")
def test_the_national_file_proposes_and_says_so() -> None:
    done("cpts", "add", FILE)

    told = done("roster", "import", CPTS, str(NATIONAL))

    assert "378 nouvelles" in told.out
    assert "à vérifier : personne n'est sollicité" in told.out
    assert told.err == ""


@pytest.mark.usefixtures("settled")
def test_members_keep_what_they_gave_when_the_national_file_comes() -> None:
    told = done("roster", "import", CPTS, str(NATIONAL))

    strangers = (EXAMPLES / "roster.csv").read_text("utf-8").count(";TERRITOIRE;")
    assert strangers
    assert f"0 nouvelle, {strangers} modifiées, 0 partie " in told.out


@pytest.mark.usefixtures("empty")
def test_communes_may_be_chosen() -> None:
    done("cpts", "add", FILE)
    order = ("roster", "import", CPTS, str(NATIONAL), "--dry-run", "--communes")

    assert "8 personnes ; 8 nouvelles" in done(*order, "99900").out
    assert misused(typed(*order, "99900,3100"), "« 3100 »", "code INSEE")
    assert refused(typed(*order, "31555 2a004"), "2 communes", "pas des codes postaux")


def test_the_zip_of_the_national_file_is_recognised(empty: Desk) -> None:
    done("cpts", "add", FILE)
    packed = empty.folder.parent / "PS_LibreAcces.zip"
    with ZipFile(packed, "w") as archive:
        archive.write(NATIONAL, "PS_LibreAcces_Personne_activite_202611010800.txt")

    assert "378 personnes" in done("roster", "import", CPTS, str(packed)).out


def test_a_missing_column_of_the_national_file_changes_nothing(settled: Desk) -> None:
    text = NATIONAL.read_text("utf-8").replace("Code profession", "Profession 1")
    before = settled.facts()

    said = typed("roster", "import", CPTS, written(settled, "annuaire-sante.txt", text))

    assert refused(said, "colonne absente : Code profession", "n'a pas changé")
    assert settled.facts() == before


def test_an_old_workbook_says_how_to_save_it(settled: Desk, tmp_path: Path) -> None:
    before = settled.facts()
    old = tmp_path / "annuaire.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600)

    assert refused(typed("roster", "import", CPTS, str(old)), ".xls", ".xlsx")
    assert settled.facts() == before


def test_the_first_line_of_the_example_is_that_of_the_national_file() -> None:
    header, *_ = NATIONAL.read_text("utf-8").splitlines()

    assert header.split("|")[:-1] == COLUMNS
