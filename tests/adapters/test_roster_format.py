"""A file is known by what it holds, not by its name."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from adapters.roster_format import RosterFormat, recognised
from domain.errors import RosterFileError
from tests.world import ROOT


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("roster.csv", RosterFormat.CSV),
        ("roster.xlsx", RosterFormat.XLSX),
        ("annuaire-sante.txt", RosterFormat.ANNUAIRE_SANTE),
    ],
)
def test_a_wrong_name_deceives_nobody(
    tmp_path: Path, name: str, kind: RosterFormat
) -> None:
    renamed = tmp_path / "liste.dat"
    renamed.write_bytes((ROOT / "examples" / name).read_bytes())

    assert recognised(renamed) is kind


def test_a_zip_is_a_workbook_unless_it_holds_a_text(tmp_path: Path) -> None:
    packed = tmp_path / "a.zip"
    for inside, kind in (
        ("PS.txt", RosterFormat.ANNUAIRE_SANTE),
        ("xl/workbook.xml", RosterFormat.XLSX),
    ):
        with ZipFile(packed, "w") as archive:
            archive.writestr(inside, "")
        assert recognised(packed) is kind


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04cut", RosterFormat.XLSX),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", RosterFormat.XLSX),
        (b"", RosterFormat.CSV),
        (b"Nom|Pr\xe9nom", RosterFormat.CSV),
        ("\ufeffx|Identification nationale PP".encode(), RosterFormat.ANNUAIRE_SANTE),
    ],
)
def test_what_cannot_be_read_goes_to_the_reader_that_will_say_why(
    tmp_path: Path, content: bytes, kind: RosterFormat
) -> None:
    file = tmp_path / "a"
    file.write_bytes(content)

    assert recognised(file) is kind


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RosterFileError, match="introuvable"):
        recognised(tmp_path / "absent.csv")
