"""The ARS's own Excel is filled, and nothing else of it changes."""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font

from adapters.ars_workbook import check_mapping, filled
from adapters.workbook_mapping import load_mapping
from domain.errors import WorkbookError
from domain.situation_numbers import number_names, numbers
from tests.places import national
from tests.samples.situation import SITUATION

NAMES = number_names(national(), SITUATION.zones)
FILE = "remontee-ars.xlsx"
MAPPING = {
    "lieux_ouverts": "Feuil1!C7",
    "fiches_faites": "Feuil1!$C$8",
    "heure": "'Mon onglet'!B2",
    "vaccinations_realisees": "Feuil1!C9",
    "mobilises": "Feuil1!E1",
}


def book() -> bytes:
    """A form as an ARS would have it: titles, a sum, merged cells, formats."""
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = "Feuil1"
    sheet["A7"] = "Lieux ouverts"
    sheet["A7"].font = Font(bold=True)
    sheet["C7"].number_format = "0000"
    sheet["C10"] = "=SUM(C7:C9)"
    sheet.merge_cells("E1:F2")
    sheet.column_dimensions["A"].width = 40
    other = made.create_sheet("Mon onglet")
    other["B2"].number_format = "dd/mm/yyyy hh:mm"
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def with_part(name: str) -> bytes:
    content = BytesIO(book())
    with ZipFile(content, "a") as archive:
        archive.writestr(name, b"x")
    return content.getvalue()


def test_numbers_go_in_their_cells_and_the_rest_stays() -> None:
    check_mapping(FILE, book(), MAPPING, NAMES)
    copy = load_workbook(BytesIO(filled(FILE, book(), MAPPING, numbers(SITUATION))))
    sheet, other = copy["Feuil1"], copy["Mon onglet"]

    assert sheet["C7"].value == 9
    assert sheet["C8"].value == 9
    assert sheet["C9"].value == "non recueilli"
    assert sheet["E1"].value == 16
    assert other["B2"].value == datetime(2026, 11, 23, 2, 15)  # noqa: DTZ001 - Excel
    assert sheet["A7"].value == "Lieux ouverts"
    assert sheet["A7"].font.bold
    assert sheet["C7"].number_format == "0000"
    assert other["B2"].number_format == "dd/mm/yyyy hh:mm"
    assert sheet["C10"].value == "=SUM(C7:C9)"
    assert sheet.column_dimensions["A"].width == 40
    assert [str(merged) for merged in sheet.merged_cells.ranges] == ["E1:F2"]


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ({"lieux_ouvert": "Feuil1!C7"}, "vouliez-vous dire « lieux_ouverts » ?"),
        ({"zzz": "Feuil1!C7"}, "nombre inconnu « zzz »"),
        ({"numero": "Feuil2!C7"}, "pas de feuille « Feuil2 » ; ses feuilles : Feuil1"),
        ({"numero": "C7"}, "« C7 » n'est pas une cellule"),
        ({"numero": "Feuil1!7C"}, "n'est pas une cellule"),
        ({"numero": "Feuil1!AAAA1"}, "n'est pas une cellule"),
        ({"numero": "Feuil1!F2"}, "cellule fusionnée : donnez sa première, Feuil1!E1"),
        ({"numero": "Feuil1!C10"}, "contient une formule"),
        (
            {"numero": "Feuil1!C7", "mobilises": "Feuil1!c7"},
            "deux nombres, « numero » et « mobilises »",
        ),
    ],
)
def test_what_could_not_be_filled_is_refused(
    mapping: Mapping[str, str], words: str
) -> None:
    with pytest.raises(WorkbookError) as refused:
        check_mapping(FILE, book(), mapping, NAMES)

    assert words in str(refused.value.facts["rule"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"pas un classeur", "Excel (.xlsx) lisible"),
        (b"x" * 5_000_001, "trop gros"),
        (with_part("xl/vbaProject.bin"), "macros"),
        (with_part("xl/media/image1.png"), "une image"),
    ],
)
def test_what_is_no_plain_workbook_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(WorkbookError) as refused:
        check_mapping(FILE, content, {"numero": "Feuil1!C7"}, NAMES)

    assert words in str(refused.value.facts["rule"])


def test_a_workbook_that_unfolds_without_end_is_refused() -> None:
    content = BytesIO(book())
    with ZipFile(content, "a", compression=8) as archive:
        archive.writestr("xl/big.xml", b"0" * 50_000_001)

    with pytest.raises(WorkbookError, match="TABLEUR_ARS"):
        check_mapping(FILE, content.getvalue(), {"numero": "Feuil1!C7"}, NAMES)


def test_a_mapping_is_read_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "correspondance.yaml"
    path.write_text('# nos nombres\nnumero: "Feuil1!C7"\nheure: Feuil1!C8\n')

    assert load_mapping(path) == {"numero": "Feuil1!C7", "heure": "Feuil1!C8"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "YAML illisible"),
        ("- numero", "YAML illisible"),
        ("numero:\n", "YAML illisible"),
        ("numero: [1]", "YAML illisible"),
        ("numero: {", "YAML illisible"),
        ("numero: Feuil1!A1\nnumero: Feuil1!A2", "donné deux fois"),
        ("#" + "x" * 200_001, "trop gros"),
    ],
)
def test_a_mapping_that_says_nothing_clear_is_refused(
    tmp_path: Path, text: str, words: str
) -> None:
    path = tmp_path / "correspondance.yaml"
    path.write_text(text)

    with pytest.raises(WorkbookError) as refused:
        load_mapping(path)

    assert words in str(refused.value.facts["rule"])


def test_a_mapping_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes("numéro: 1".encode("latin-1"))

    for path in (tmp_path / "absent.yaml", latin):
        with pytest.raises(WorkbookError):
            load_mapping(path)
