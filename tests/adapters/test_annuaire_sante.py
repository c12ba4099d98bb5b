"""The national file is streamed: the lines of some communes, whatever the year."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from adapters.annuaire_sante import (
    LONGEST_LINE,
    MOST_ACTIVITIES,
    MOST_CUT_LINES,
    load_table,
    read_extraction,
)
from adapters.cpts_file import load_cpts
from adapters.roster_csv import read_csv
from adapters.templates import load_template
from domain.errors import RosterFileError
from domain.folding import folded
from domain.roster_reading import read_rows
from examples.make_roster_files import COLUMNS, extraction
from tests.world import ROOT

TABLE = load_table(ROOT / "plan_templates/annuaire-sante.yaml")
CPTS = load_cpts(ROOT / "examples/cpts.yaml")
TEMPLATES = ROOT / "plan_templates"
OURS = tuple(commune.code for commune in CPTS.communes)
HEADER = "|".join(COLUMNS)
NAME = "PS_LibreAcces_Personne_activite_202611010800.txt"


def line(rank: int, commune: str = "99001", **said: str) -> str:
    """Write one activity of a nurse; `said` by heading, its spaces as `_`."""
    cells = {
        "Type d'identifiant PP": "8",
        "Identifiant PP": f"{rank:011}",
        "Identification nationale PP": f"8{rank:011}",
        "Nom d'exercice": "HÉBRARD",
        "Prénom d'exercice": "Joël",
        "Code profession": "60",
        "Libellé profession": "Infirmier",
        "Code catégorie professionnelle": "C",
        "Code mode exercice": "L",
        "Code commune (coord. structure)": commune,
    } | {name.replace("_", " "): value for name, value in said.items()}
    return "|".join(cells.get(column, "") for column in COLUMNS)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / NAME


def rule(file: Path, *communes: str) -> str:
    """Read a file that must be refused: what is said of it."""
    with pytest.raises(RosterFileError) as refused:
        read_extraction(file, communes or ("99001",), TABLE)
    assert refused.value.facts["file"] == file.name
    return str(refused.value.facts["rule"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "|\n", "|\r\n"])
def test_any_encoding_and_end_of_line_give_the_same_people(
    file: Path, encoding: str, end: str
) -> None:
    lines = (HEADER, line(1), line(2, "99002"), line(3))
    file.write_bytes("".join(f"{each}{end}" for each in lines).encode(encoding))

    rows = read_extraction(file, ("99001",), TABLE)

    assert [(row.line, row.rpps) for row in rows] == [
        (2, "00000000001"),
        (4, "00000000003"),
    ]
    assert {(row.last_name, row.first_name) for row in rows} == {("Hébrard", "Joël")}
    assert {row.profession for row in rows} == {"INFIRMIER"}


def test_the_last_line_needs_no_end_and_the_commune_may_be_last(file: Path) -> None:
    moved = [COLUMNS.index("Code commune (coord. structure)")]
    order = [at for at in range(len(COLUMNS)) if at not in moved] + moved
    lines = (HEADER, line(1), line(2, "2A004"))
    file.write_text(
        "\r\n".join("|".join(each.split("|")[at] for at in order) for each in lines)
    )

    assert [row.commune for row in read_extraction(file, ("2A004",), TABLE)] == [
        "2A004"
    ]


def test_the_zip_is_read_as_it_was_downloaded(tmp_path: Path) -> None:
    packed = tmp_path / "PS_LibreAcces.zip"
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("PS_LibreAcces_Dipl_AutExerc_202611.txt", "Autre chose|")
        archive.writestr(NAME, f"{HEADER}\n{line(1)}\n")

    assert [row.line for row in read_extraction(packed, ("99001",), TABLE)] == [2]


@pytest.mark.parametrize(
    "column", ["Code commune (coord. structure)", "Libellé profession"]
)
def test_a_missing_column_is_named(file: Path, column: str) -> None:
    file.write_text(f"{HEADER}\n{line(1)}\n".replace(column, "Autre"), "utf-8")

    assert rule(file) == f"colonne absente : {column}"


def test_a_cut_line_is_told_and_the_others_kept(file: Path) -> None:
    cut = line(2).rsplit("|", 16)[0]
    file.write_text(f"{HEADER}\n{line(1)}\n\n{cut}\n8|99", "utf-8")

    rows = read_extraction(file, ("99001",), TABLE)

    assert [row.line for row in rows] == [2, 4, 5]
    assert [row.defect[:12] for row in rows] == ["", "ligne coupée", "ligne coupée"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "ce n'est pas l'extraction"),
        (b"Nom;Pr\xe9nom\nA;B\n", "ce n'est pas l'extraction"),
        (b"x" * (LONGEST_LINE + 1), "ce n'est pas l'extraction"),
        (HEADER.encode(), "personne n'y exerce dans les 1 communes demandées"),
        (
            "\n".join((HEADER, *["8|99"] * (MOST_CUT_LINES + 1))).encode(),
            "plus de 1000 lignes coupées",
        ),
        (
            "\n".join((HEADER, *[line(1)] * (MOST_ACTIVITIES + 1))).encode(),
            "plus de 50000 lignes dans ces communes",
        ),
    ],
    ids=["empty", "csv", "endless", "nobody", "cut", "too many"],
)
def test_what_is_not_the_extraction_is_refused(
    file: Path, content: bytes, told: str
) -> None:
    file.write_bytes(content)

    assert rule(file).startswith(told)


def test_a_zip_of_something_else_or_broken_is_refused(tmp_path: Path) -> None:
    packed = tmp_path / "photos.zip"
    with ZipFile(packed, "w") as archive:
        archive.writestr("photo.jpg", b"")

    assert rule(packed).startswith("ce n'est pas l'extraction")

    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr(NAME, f"{HEADER}\n{line(1)}\n")
    broken = bytearray(packed.read_bytes())
    broken[len(NAME) + 60] ^= 0xFF
    packed.write_bytes(broken)

    assert rule(packed).startswith("archive abîmée ou protégée")


def test_a_file_that_is_not_there_is_refused(file: Path) -> None:
    assert rule(file).startswith("fichier introuvable ou illisible")


@pytest.mark.parametrize("template", ["fr-2022-12-socle", "fr-2022-12"])
def test_the_table_names_professions_of_the_plans(template: str) -> None:
    known = {p.code for p in load_template(TEMPLATES / template).professions}

    assert {r.profession for r in TABLE.rules if r.profession} <= known


def test_the_example_has_56_columns_and_is_what_its_script_writes() -> None:
    assert len(COLUMNS) == 56
    written = (ROOT / "examples/annuaire-sante.txt").read_text("utf-8")
    assert written == extraction()


def test_the_example_holds_the_people_of_the_csv_each_once() -> None:
    template = load_template(TEMPLATES / "fr-2022-12-socle")
    rows = read_extraction(ROOT / "examples/annuaire-sante.txt", OURS, TABLE)

    read = read_rows(rows, CPTS, template)
    same = read_rows(read_csv(ROOT / "examples/roster.csv"), CPTS, template)

    assert (read.bad_lines, read.warnings) == ((), ())
    assert {
        (p.rpps, folded(p.last_name), p.profession, p.commune) for p in read.people
    } == {(p.rpps, folded(p.last_name), p.profession, p.commune) for p in same.people}
    assert len(read.people) == len(same.people)
    assert {p.link.value for p in read.people} == {"TERRITOIRE"}
    assert {p.mobile for p in read.people} == {None}
