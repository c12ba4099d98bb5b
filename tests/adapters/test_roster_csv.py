"""A roster is read whatever the spreadsheet that wrote it."""

from pathlib import Path

import pytest

from adapters.cpts_file import load_cpts
from adapters.roster_csv import DELIMITERS, LARGEST_BYTES, read_csv
from adapters.templates import load_template
from domain.directory import person_named
from domain.errors import EmptyRosterError, RosterFileError
from domain.roster import RosterRow
from domain.roster_reading import read_rows
from domain.roster_table import LARGEST_ROWS
from examples.make_roster import roster

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = load_template(ROOT / "plan_templates/fr-2022-12-socle")
HEADER = "RPPS;NOM;Prenom;Profession;Ville;E-mail;Téléphone"
LINE = "99000000010;Hébrard;Joël;IDE;Montorzac;j@b.example;06 39 98 00 12"
ROW = RosterRow(
    line=2,
    last_name="Hébrard",
    first_name="Joël",
    profession="IDE",
    rpps="99000000010",
    commune="Montorzac",
    email="j@b.example",
    mobile="06 39 98 00 12",
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "annuaire.csv"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_any_delimiter_and_encoding_give_the_same_rows(
    file: Path, encoding: str, delimiter: str, end: str
) -> None:
    text = f"{HEADER}{end}{LINE}{end}".replace(";", delimiter)
    file.write_bytes(text.encode(encoding))

    assert read_csv(file) == (ROW,)


def test_lines_keep_the_number_they_have_in_the_file(file: Path) -> None:
    two_lines = LINE.replace("Montorzac", '"Mont\norzac"')
    file.write_text(f"sep=;\n{HEADER}\n{two_lines}\n\n;;;\n{LINE};\n{LINE};x\n")

    rows = read_csv(file)

    assert [row.line for row in rows] == [3, 7, 8]
    assert [row.defect for row in rows] == ["", "", "plus de cellules que de colonnes"]


def test_a_short_line_has_empty_cells(file: Path) -> None:
    file.write_text(f"{HEADER}\n99000000010;Hébrard\n", "utf-8")

    (row,) = read_csv(file)

    assert (row.rpps, row.last_name) == ("99000000010", "Hébrard")
    assert (row.commune, row.email, row.mobile, row.zone) == ("", "", "", None)


def test_a_mobile_column_is_preferred_to_a_telephone_column(file: Path) -> None:
    file.write_text("Téléphone,Mobile,Nom,Prénom,Profession\n05,06,A,B,IDE\n", "utf-8")

    assert [row.mobile for row in read_csv(file)] == ["06"]


@pytest.mark.parametrize(
    ("header", "missing"),
    [
        (HEADER.replace("Profession", "Lieu"), "Profession"),
        (HEADER.replace("NOM", "N").replace("Prenom", "P"), "Nom, Prénom"),
        ("Nom;Prénom;Profession", "Courriel"),
        ("Annuaire 2026", "Nom, Prénom, Profession, Courriel"),
    ],
)
def test_a_missing_column_is_named(file: Path, header: str, missing: str) -> None:
    file.write_text(f"{header}\n{LINE}\n", "utf-8")

    with pytest.raises(RosterFileError) as refused:
        read_csv(file)

    assert f"colonne absente : {missing} ;" in str(refused.value.facts["rule"])


@pytest.mark.parametrize("text", ["", " \n", HEADER, f"{HEADER}\n;;\n\n"])
def test_a_roster_of_nobody_is_refused(file: Path, text: str) -> None:
    file.write_text(text, "utf-8")

    with pytest.raises(EmptyRosterError):
        read_csv(file)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"PK\x03\x04rest", "pas un fichier CSV"),
        ("Nom;Prénom".encode("utf-16"), "pas un fichier CSV"),
        (b"Nom\x81;", "pas un fichier CSV"),
        (f'{HEADER}\n"99'.encode(), "guillemets mal fermés"),
        (b"x" * (LARGEST_BYTES + 1), "trop gros"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    file: Path, content: bytes, rule: str
) -> None:
    file.write_bytes(content)

    with pytest.raises(RosterFileError) as refused:
        read_csv(file)

    assert rule in str(refused.value.facts["rule"])


def test_a_roster_larger_than_any_cpts_is_refused(file: Path) -> None:
    file.write_text(f"{HEADER}\n" + f"{LINE}\n" * (LARGEST_ROWS + 1), "utf-8")

    with pytest.raises(RosterFileError, match="plus de 20000 lignes"):
        read_csv(file)


def test_a_file_that_is_not_there_is_refused(file: Path) -> None:
    with pytest.raises(RosterFileError, match="introuvable"):
        read_csv(file)


def test_the_example_is_what_its_script_writes() -> None:
    assert (ROOT / "examples/roster.csv").read_text("utf-8") == roster()


def test_the_example_is_read_without_a_doubt_and_holds_the_roles() -> None:
    cpts = load_cpts(ROOT / "examples/cpts.yaml")

    read = read_rows(read_csv(ROOT / "examples/roster.csv"), cpts, TEMPLATE)

    assert len(read.people) == 378
    assert (read.bad_lines, read.warnings) == ((), ())
    assert sum(person.email is None for person in read.people) == 3
    assert sum(person.mobile is None for person in read.people) == 12
    for role in TEMPLATE.held_roles:
        holders = cpts.role(role.code)
        assert holders is not None
        for named in (holders.holder, holders.deputy or ""):
            holder = person_named(read.people, named)
            assert holder is not None
            assert holder.email is not None


def test_nobody_in_the_example_can_be_reached_for_real() -> None:
    cpts = load_cpts(ROOT / "examples/cpts.yaml")
    rows = read_csv(ROOT / "examples/roster.csv")

    people = read_rows(rows, cpts, TEMPLATE).people

    assert all((p.rpps or "").startswith("99") for p in people)
    assert all(p.email is None or p.email.endswith(".example") for p in people)
    assert all(p.mobile is None or p.mobile.startswith("+3363998") for p in people)
