"""An Excel roster is read as coordinators keep it; what is no table is refused."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from io import BytesIO
from operator import attrgetter
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from xlsxwriter import Workbook

from adapters.cpts_file import load_cpts
from adapters.roster_csv import read_csv
from adapters.roster_xlsx import LARGEST_BYTES, LARGEST_UNPACKED_BYTES, read_xlsx
from adapters.templates import load_template
from domain.errors import EmptyRosterError, RosterFileError
from domain.person import FACTS, Person
from domain.roster import RosterRow
from domain.roster_reading import read_rows
from domain.roster_table import LARGEST_ROWS
from examples.make_roster_files import workbook
from tests.world import ROOT

HEADER = ("RPPS", "NOM", "Prénom", "Profession", "Commune", "Courriel", "Portable")
LINE = ("99000000010", "Hébrard", "Joël", "IDE", "Montorzac", "j@b.example", "06")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENTITIES = """<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><workbook>&b;</workbook>"""
Cells = Sequence[Sequence[object]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "annuaire.xlsx"


def write(file: Path, **sheets: Cells) -> None:
    """Write a workbook whose sheets hold these lines."""
    book = Workbook(file, {"default_date_format": "dd/mm/yyyy"})
    for title, lines in sheets.items():
        sheet = book.add_worksheet(title)
        for number, cells in enumerate(lines):
            sheet.write_row(number, 0, cells)
    book.close()


def rule(file: Path) -> str:
    """Read a file that must be refused: what is said of it."""
    with pytest.raises(RosterFileError) as refused:
        read_xlsx(file)
    assert refused.value.facts["file"] == file.name
    return str(refused.value.facts["rule"])


def changed(file: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Write a good workbook whose parts were tampered with."""
    write(file, Feuil1=(HEADER, LINE))
    with ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def test_a_plain_table_is_read(file: Path) -> None:
    write(file, Feuil1=(HEADER, LINE))

    assert read_xlsx(file) == (
        RosterRow(
            line=2,
            last_name="Hébrard",
            first_name="Joël",
            profession="IDE",
            rpps="99000000010",
            commune="Montorzac",
            email="j@b.example",
            mobile="06",
        ),
    )


def test_headings_are_found_below_a_title_and_on_two_levels(file: Path) -> None:
    book = Workbook(file)
    sheet = book.add_worksheet("Annuaire")
    sheet.merge_range("A1:F1", "Annuaire de la CPTS", book.add_format())
    sheet.merge_range("A3:A4", "NOM", book.add_format())
    sheet.merge_range("B3:B4", "Prénom", book.add_format())
    sheet.merge_range("C3:C4", "Profession", book.add_format())
    sheet.merge_range("D3:E3", "Téléphone", book.add_format())
    sheet.write_row("D4", ("1", "2", "Mail"))
    sheet.write_row("A5", ("A", "B", "MG", "06 39 98 00 12", "05 36 49 00 10", "a@b"))
    sheet.write_row("A6", ("C", "D", "MK", "", "", "c@d"))
    book.close()

    first, second = read_xlsx(file)

    assert (first.line, first.last_name, first.profession) == (5, "A", "MG")
    assert (first.mobile, first.phone2, first.email) == (
        *("06 39 98 00 12", "05 36 49 00 10", "a@b"),
    )
    assert (second.mobile, second.email) == ("", "c@d")


def test_a_merged_cell_is_of_everybody_beside_it_and_shared_numbers_are_told(
    file: Path,
) -> None:
    header = ("Structure", "Profession", "Nom", "Prénom", "Mobile", "Mail", "Fixe")
    people = (
        *(("", "", name, "Camille", "", "", "") for name in ("Albe", "Brun", "Clos")),
        ("", "MK", "Dune", "Camille", "06 39 98 00 15", "d@b.example", ""),
    )
    book = Workbook(file)
    sheet, plain = book.add_worksheet("Annuaire"), book.add_format()
    sheet.merge_range("A1:G1", "CPTS, annuaire de crise", plain)
    for number, cells in enumerate((header, *people), start=1):
        sheet.write_row(number, 0, cells)
    sheet.merge_range("A3:A5", "MSP_CASTELORZAC", plain)
    sheet.merge_range("B3:B5", "IDEL", plain)
    sheet.merge_range("D3:D4", "Camille", plain)
    sheet.merge_range("E3:E4", "06 39 98 00 12", plain)
    sheet.write("E5", "06 39 98 00 14")
    sheet.merge_range("F3:F5", "cabinet@b.example", plain)
    sheet.merge_range("G3:G4", "05 36 49 00 10", plain)
    book.close()
    cpts = load_cpts(ROOT / "examples/cpts.yaml")
    template = load_template(ROOT / "plan_templates/fr-2022-12-socle")

    rows = read_xlsx(file)
    read = read_rows(rows, cpts, template)

    assert [row.structure for row in rows] == ["MSP_CASTELORZAC"] * 3 + [""]
    assert [(p.last_name, p.profession, p.mobile, p.email) for p in read.people] == [
        ("Albe", "INFIRMIER", "+33639980012", "cabinet@b.example"),
        ("Clos", "INFIRMIER", "+33639980014", "cabinet@b.example"),
        ("Dune", "KINE", "+33639980015", "d@b.example"),
    ]
    (refused,) = read.bad_lines
    assert (refused.line, refused.column) == (4, "Prénom")
    assert refused.suggestion == "cellule fusionnée : écrivez-le sur chaque ligne"
    assert [(w.line, w.value) for w in read.warnings if "fusionnée" in w.reason] == [
        (5, "cabinet@b.example")
    ]


def test_what_one_person_accepts_is_not_said_of_the_others_by_a_merged_cell(
    file: Path,
) -> None:
    book = Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, (*HEADER, "Fixe", "Joignable la nuit"))
    for line, name in enumerate(("Albe", "Brun"), start=1):
        sheet.write_row(
            line, 0, (f"9900000001{line}", name, *LINE[2:5], f"{line}@b.fr")
        )
    sheet.merge_range("G2:G3", "06 39 98 00 12", book.add_format())
    sheet.merge_range("H2:H3", "05 36 49 00 10", book.add_format())
    sheet.merge_range("I2:I3", "oui", book.add_format())
    book.close()
    cpts = load_cpts(ROOT / "examples/cpts.yaml")
    template = load_template(ROOT / "plan_templates/fr-2022-12-socle")

    read = read_rows(read_xlsx(file), cpts, template)

    assert [person.reachable_at_night for person in read.people] == [True, False]
    assert [person.mobile for person in read.people] == ["+33639980012"] * 2
    assert [(w.line, w.column) for w in read.warnings if "fusionnée" in w.reason] == [
        *((3, "Mobile"), (3, "Téléphone 2"), (3, "Joignable la nuit")),
    ]
    assert not any("aussi donné" in w.reason for w in read.warnings)


def test_numbers_dates_and_booleans_are_written_as_typed(file: Path) -> None:
    header = (*HEADER, "Absent du", "Absent au", "Joignable la nuit")
    line = (
        *(99000000010.0, "A", "B", "MG", 1004, "a@b.example", 639980012.0),
        *(date(2026, 12, 20), datetime(2026, 12, 27, 0, 0), True),  # noqa: DTZ001
    )
    write(file, Feuil1=(header, line, (*line[:5], 1.5)))

    row, odd = read_xlsx(file)

    assert (row.rpps, row.commune, row.mobile) == ("99000000010", "01004", "639980012")
    assert (row.absent_from, row.absent_to) == ("20/12/2026", "27/12/2026")
    assert (row.reachable_at_night, odd.email) == ("oui", "1.5")


def test_sheets_are_joined_and_each_line_says_where_it_is(file: Path) -> None:
    write(file, MG=(HEADER, LINE), Notes=(("À faire",),), Vide=(), MK=(HEADER, LINE))

    rows = read_xlsx(file)

    assert [row.where for row in rows] == ["2 de « MG »", "2 de « MK »"]


def test_a_sheet_may_say_the_profession_of_those_in_it(file: Path) -> None:
    header, line = HEADER[:3] + HEADER[4:], LINE[:3] + LINE[4:]
    write(file, IDEL=(header, line))

    assert [row.profession for row in read_xlsx(file)] == ["IDEL"]

    write(file, Feuil12=(header, line))

    assert rule(file).startswith("colonne absente : Profession ;")


def test_titles_notes_and_repeated_headings_are_nobody(file: Path) -> None:
    junk = (("Infirmiers",), HEADER, ("",) * 7, ("", "Total : 1"))
    write(file, Feuil1=(HEADER, *junk, (*LINE, "", "à rappeler")))

    assert [row.line for row in read_xlsx(file)] == [6]


def test_a_formula_gives_its_result_or_says_that_it_has_none(file: Path) -> None:
    book = Workbook(file)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, (*HEADER, "Note"))
    for line, result in enumerate(("a@b.example", "", "#N/A"), start=1):
        sheet.write_row(line, 0, LINE)
        sheet.write_formula(line, 5, "=LOWER(H1)", value=result)
        sheet.write_formula(line, 7, "=1+1", value="")
    book.close()
    with ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(b"<v></v>", b""))

    good, lacking, wrong = read_xlsx(file)

    assert (good.email, good.defect) == ("a@b.example", "")
    assert lacking.defect.startswith("« Courriel » : formule sans résultat")
    assert wrong.defect == "« Courriel » : erreur #N/A"


def test_a_hidden_sheet_and_one_that_lacks_a_column_are_told(file: Path) -> None:
    book = Workbook(file)
    for title, header in (("A", HEADER), ("B", HEADER), ("C", HEADER[:2])):
        sheet = book.add_worksheet(title)
        sheet.write_row(0, 0, header)
        sheet.write_row(1, 0, LINE)
        if title == "B":
            sheet.hide()
    book.close()

    good, hidden, lacking = read_xlsx(file)

    assert (good.sheet, good.defect) == ("A", "")
    assert hidden.sheet == "B"
    assert hidden.defect.startswith("feuille masquée, donc pas lue")
    assert lacking.sheet == "C"
    assert "colonne absente : Prénom, Profession, Courriel" in lacking.defect


@pytest.mark.parametrize(
    "lines", [(), (HEADER,), (HEADER, ("Personne",))], ids=["empty", "header", "note"]
)
def test_a_workbook_of_nobody_is_refused(file: Path, lines: Cells) -> None:
    write(file, Feuil1=lines)

    with pytest.raises(EmptyRosterError):
        read_xlsx(file)


def test_a_workbook_without_a_table_names_what_it_lacks(file: Path) -> None:
    write(file, Feuil1=(("Bonjour", "à tous"),))

    assert rule(file).startswith("colonne absente : Nom, Prénom, Profession, Courriel")


def test_fifty_thousand_lines_are_refused(file: Path) -> None:
    write(file, Feuil1=(HEADER, *((LINE[:2],) * (LARGEST_ROWS + 100))))

    assert rule(file).startswith("plus de 20000 lignes")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (OLE + b"\x00" * 600, "ancien format .xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "protégé par un mot de passe"),
        (b"Nom;Pr\xe9nom", "ce n'est pas un fichier Excel"),
        (b"PK\x03\x04rest", "ce n'est pas un fichier Excel"),
        (b"", "ce n'est pas un fichier Excel"),
        (b"x" * (LARGEST_BYTES + 1), "fichier trop gros"),
    ],
)
def test_what_is_no_workbook_is_refused(file: Path, content: bytes, told: str) -> None:
    file.write_bytes(content)

    assert rule(file).startswith((told, f"il est {told}"))


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ("xl/vbaProject.bin", "il contient des macros"),
        ("xl/workbook.bin", "format .xlsb"),
        ("content.xml", "format LibreOffice"),
    ],
)
def test_a_workbook_of_another_kind_says_how_to_save_it(
    file: Path, part: str, told: str
) -> None:
    changed(file, lambda parts: parts.update({part: b""}))

    assert rule(file).startswith(told)


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts.pop("[Content_Types].xml"),
        lambda parts: parts.update({"xl/workbook.xml": ENTITIES.encode()}),
        lambda parts: parts.update({"xl/sharedStrings.xml": ENTITIES.encode()}),
        lambda parts: parts.update({"xl/worksheets/sheet1.xml": b"<sheet"}),
        lambda parts: parts.pop("xl/worksheets/sheet1.xml"),
    ],
    ids=["no types", "entities", "entities in texts", "cut", "no sheet"],
)
def test_a_broken_workbook_is_refused_and_no_entity_expands(
    file: Path, change: Callable[[dict[str, bytes]], None]
) -> None:
    changed(file, change)

    assert rule(file).startswith("ce n'est pas un fichier Excel (.xlsx) lisible")


def test_a_bomb_is_refused_before_it_unfolds(file: Path) -> None:
    zeros = BytesIO(b"\x00" * 1_000_000).getvalue()
    changed(
        file,
        lambda parts: parts.update(
            {f"xl/media/{n}": zeros for n in range(LARGEST_UNPACKED_BYTES // 1_000_000)}
        ),
    )

    assert file.stat().st_size < LARGEST_BYTES
    assert rule(file).startswith("il se déplie en plus de 200 Mo")


def test_a_file_that_is_not_there_is_refused(file: Path) -> None:
    assert rule(file).startswith("fichier introuvable ou illisible")


def test_two_professions_of_a_cell_are_a_doubt_and_the_first_is_kept(
    file: Path,
) -> None:
    cpts = load_cpts(ROOT / "examples/cpts.yaml")
    template = load_template(ROOT / "plan_templates/fr-2022-12-socle")
    line = (*LINE[:3], "IDEL / MG", "", "j@b.example", "06 39 98 00 12")
    write(file, Feuil1=(HEADER, line))

    read = read_rows(read_xlsx(file), cpts, template)

    assert [person.profession for person in read.people] == ["INFIRMIER"]
    assert [(w.value, w.reason) for w in read.warnings if w.column == "Profession"] == [
        ("IDEL / MG", "plusieurs mots : « Infirmier » est gardé")
    ]


def test_the_example_is_what_its_script_writes() -> None:
    assert (ROOT / "examples/roster.xlsx").read_bytes() == workbook()


def test_the_example_holds_the_people_of_the_csv() -> None:
    cpts = load_cpts(ROOT / "examples/cpts.yaml")
    template = load_template(ROOT / "plan_templates/fr-2022-12-socle")
    facts: Callable[[Person], tuple[object, ...]] = attrgetter(
        *(fact for fact in FACTS if fact != "phone2")
    )

    read = read_rows(read_xlsx(ROOT / "examples/roster.xlsx"), cpts, template)
    same = read_rows(read_csv(ROOT / "examples/roster.csv"), cpts, template)

    assert sorted(map(str, map(facts, read.people))) == sorted(
        map(str, map(facts, same.people))
    )
    assert [bad.sheet for bad in read.bad_lines] == ["Anciens membres"]
    assert sum(person.phone2 is not None for person in read.people) > 200
