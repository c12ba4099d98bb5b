"""The file of a section: written to be read, read back as it was written."""

from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.section_file import LARGEST, load, parse, write
from domain.content import FieldValue, Layer, SectionContent
from domain.known import with_known
from domain.plan import Plan
from domain.plan_errors import SectionFileError
from domain.printed_section import SectionWords
from domain.section_edit import with_section
from tests.national import national
from tests.samples import plan as sample
from tests.unit.test_known import FACTS

HEAD = "section: SEC-02\nversion: 2\nrevision: 3\n"


def written(section_id: str, plan: Plan | None = None) -> str:
    said = with_known(plan or sample.plan(), FACTS)
    (section,) = (s for s in national().sections if s.section_id == section_id)
    words = SectionWords(said.template, sample.directory(), public=False)
    return write(said, 3, words.printed(section, said.section(section_id)))


@pytest.mark.parametrize("section", [s.section_id for s in national().sections])
def test_each_section_is_read_back_as_it_was_written(section: str) -> None:
    said = sample.plan().section(section)
    form = next(f for f in national().forms if f.section_id == section)

    read = parse(written(section), "x.yaml")

    assert (read.section_id, read.number, read.revision) == (section, 2, 3)
    names = {"lignes"} if form.table else {f.name for f in form.fields if not f.known}
    assert set(read.values) == names
    for name, value in read.values.items():
        kept = [
            line if isinstance(line, str) else {k: v for k, v in line.items() if v}
            for line in value
        ]
        assert kept == list(said.value(name) or ()), name


def test_a_text_of_several_lines_is_written_line_by_line() -> None:
    text = "D'abord la présidence.\n\nPuis : « le référent » # sans attendre"
    odd = "  décalé\nde deux espaces "
    fields = (
        FieldValue(name="delegation_decision", value=text, layer=Layer.CPTS),
        FieldValue(name="regles_engagement_depenses", value=odd, layer=Layer.CPTS),
    )
    plan = with_section(
        sample.plan(), SectionContent(section_id="SEC-02", fields=fields)
    )

    file = written("SEC-02", plan)

    assert "delegation_decision: |-\n  D'abord la présidence.\n\n  Puis" in file
    read = parse(file, "x.yaml")
    assert read.values["delegation_decision"] == text
    assert read.values["regles_engagement_depenses"] == odd


def test_what_tocsin_fills_is_shown_and_not_to_be_typed() -> None:
    file = written("SEC-02")

    assert "#   Lieu de repli : Mairie de Peyrelune" in file
    assert "lieu_repli" not in file
    assert max(map(len, written("SEC-01").splitlines())) <= 80
    assert "… et 25 de plus" not in file
    assert "de plus" in written("SEC-03")  # hundreds of places are not read here


def test_what_the_region_says_is_told_as_such() -> None:
    said = FieldValue(name="orsec", value="ORSEC d'Autan", layer=Layer.REGIONAL)
    section = SectionContent(section_id="SEC-08", fields=(said,))

    file = written("SEC-08", with_section(sample.plan(), section))

    assert "# Dit par la région" in file.split("orsec:")[0].rsplit("\n\n", 1)[1]
    assert file.count("Dit par la région") == 1


def test_numbers_dates_and_words_stay_as_they_were_typed() -> None:
    text = f"{HEAD}materiel_cellule: [0639980012, 12:30, no, 2026-11-22]\n"

    assert parse(text, "x.yaml").values["materiel_cellule"] == (
        *("0639980012", "12:30", "no", "2026-11-22"),
    )


def test_each_thing_knows_its_line() -> None:
    text = f"{HEAD}lignes:\n  - nom: A\n    zone: Nord\n  - nom: B\n"

    lines = parse(text, "x.yaml").lines

    assert lines["lignes",] == 4
    assert lines["lignes", 0, "zone"] == 6
    assert lines["lignes", 1] == 7


@pytest.mark.parametrize(
    ("text", "place", "rule"),
    [
        ("a: [", "ligne 2", "YAML illisible"),
        ("- a\n", "fichier", "champ: valeur"),
        ("", "fichier", "champ: valeur"),
        ("a: b\n", "fichier", "« section » manque"),
        ("section: SEC-02\nversion: deux\n", "fichier", "« version » manque"),
        (HEAD.replace("3", "9" * 5000), "fichier", "« revision » manque"),
        (f"{HEAD}a: 1\na: 2\n", "ligne 5", "deux fois"),
        (f"{HEAD}a:\n  b: 1\n", "ligne 4", "tiret"),
        (f"{HEAD}a:\n  - b: 1\n  - c\n", "ligne 6", "colonne: texte"),
        (f"{HEAD}a:\n  - b: [1]\n", "ligne 5", "colonne: texte"),
        (f"{HEAD}a:\n  - {{}}\n", "ligne 5", "colonne: texte"),
        (f"{HEAD}a: &x [1]\nb: *x\n", "ligne 5", "renvoi"),
        ("[" * 100_000, "ligne 1", "trop de niveaux"),
        ("x" * (LARGEST + 1), "fichier", "trop gros"),
    ],
)
def test_what_is_no_section_is_refused_with_its_line(
    text: str, place: str, rule: str
) -> None:
    with pytest.raises(SectionFileError) as refused:
        parse(text, "x.yaml")

    assert refused.value.facts["place"] == place
    assert rule in str(refused.value.facts["rule"])


@pytest.mark.parametrize(
    ("put", "rule"),
    [
        (Path.mkdir, "introuvable"),
        (lambda path: path.write_bytes(b"\xff\xfe\xff"), "UTF-8"),
    ],
)
def test_what_is_no_file_is_refused(
    tmp_path: Path, put: Callable[[Path], object], rule: str
) -> None:
    path = tmp_path / "SEC-02.yaml"
    put(path)

    with pytest.raises(SectionFileError) as refused:
        load(path)

    assert rule in str(refused.value.facts["rule"])
