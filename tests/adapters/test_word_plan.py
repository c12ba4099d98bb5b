"""A plan written in Word: every word read, nothing opened that would harm."""

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from adapters.word_plan import read_word
from domain.word_plan import WordFileError


def saved(document: WordDocument, folder: Path) -> Path:
    path = folder / "plan.docx"
    document.save(str(path))
    return path


def texts(path: Path) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in read_word(path).blocks]


def test_headings_paragraphs_and_tables_come_in_the_order_of_the_file(
    tmp_path: Path,
) -> None:
    document = Document()
    document.add_heading("Gouvernance", 1)
    document.add_paragraph("La cellule se réunit à la maison de santé.")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Lieu", "Adresse"
    document.add_heading("Matériel", 2)
    document.add_paragraph("Deux radios", style="List Bullet")

    assert texts(saved(document, tmp_path)) == [
        (1, "Gouvernance"),
        (0, "La cellule se réunit à la maison de santé."),
        (0, "Lieu\tAdresse"),
        (2, "Matériel"),
        (0, "Deux radios"),
    ]


def test_a_file_without_heading_is_cut_at_the_lines_that_stand_out(
    tmp_path: Path,
) -> None:
    document = Document()
    document.add_paragraph("").add_run("Lieux de repli").bold = True
    document.add_paragraph("Le gymnase, ouvert par la mairie.")
    document.add_paragraph("COMMUNICATION")
    document.add_paragraph("2. Retour d'expérience")
    document.add_paragraph("Un texte ordinaire, même court.")

    assert [level for level, _ in texts(saved(document, tmp_path))] == [1, 0, 1, 1, 0]


def test_words_of_headers_comments_controls_and_tracked_insertions_are_read(
    tmp_path: Path,
) -> None:
    document = Document()
    first = document.add_paragraph("Version de travail")
    document.add_comment(first.runs, text="À revoir avec l'ARS", author="", initials="")
    document.sections[0].header.paragraphs[0].text = "CPTS fictive"
    document.add_section(WD_SECTION.NEW_PAGE)  # the same header: read once
    body = document.element.body
    body.insert(
        1,
        parse_xml(
            f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>Dans un contrôle"
            "</w:t></w:r></w:p></w:sdtContent></w:sdt>"
        ),
    )
    body.insert(
        2,
        parse_xml(
            f'<w:p {nsdecls("w")}><w:ins w:id="1" w:author="x"><w:r><w:t>Ajouté</w:t>'
            '</w:r></w:ins><w:del w:id="2" w:author="x"><w:r><w:delText>Retiré'
            "</w:delText></w:r></w:del></w:p>"
        ),
    )

    said = [text for _, text in texts(saved(document, tmp_path))]

    assert said == [
        "Version de travail",
        "Dans un contrôle",
        "Ajouté",
        "En-tête et pied de page",
        "CPTS fictive",
        "Commentaires",
        "À revoir avec l'ARS",
    ]


def test_a_table_of_contents_repeats_nothing(tmp_path: Path) -> None:
    document = Document()
    document.styles.add_style("toc 1", 1)
    document.add_paragraph("Gouvernance 3", style="toc 1")
    document.add_heading("Gouvernance", 1)

    assert texts(saved(document, tmp_path)) == [(1, "Gouvernance")]


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "rule"),
    [
        ("absent.docx", None, "introuvable"),
        ("plan.docx", b"bonjour", "n'est pas un document Word"),
        (
            "plan.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "ancien format",
        ),
    ],
)
def test_what_is_no_word_file_is_refused_in_a_sentence(
    tmp_path: Path, name: str, content: bytes | None, rule: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(WordFileError) as refused:
        read_word(path)

    assert rule in str(refused.value.facts["rule"])


@pytest.mark.parametrize(
    ("parts", "rule"),
    [
        ({"word/document.xml": bytes(210_000_000)}, "200 Mo"),
        ({"word/vbaProject.bin": b"x"}, "macros"),
        ({"content.xml": b"<a/>"}, "LibreOffice"),
        ({"word/document.xml": b"<a/>"}, "n'est pas un document Word"),
    ],
)
def test_a_bomb_a_macro_and_a_file_of_another_office_are_refused(
    tmp_path: Path, parts: dict[str, bytes], rule: str
) -> None:
    path = zipped(tmp_path / "plan.docx", parts)
    assert path.stat().st_size < 1_000_000

    with pytest.raises(WordFileError) as refused:
        read_word(path)

    assert rule in str(refused.value.facts["rule"])


def test_entities_of_a_hostile_file_do_not_expand(tmp_path: Path) -> None:
    path = saved(Document(), tmp_path)
    with ZipFile(path) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    lol = "".join(
        f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" if n else "lol"}'
        f'{("&l" + str(n - 1) + ";") * 9 if n else ""}">'
        for n in range(9)
    )
    body = parts["word/document.xml"].decode()
    hostile = body.replace("<w:body>", "<w:body><w:p><w:r><w:t>&l8;</w:t></w:r></w:p>")
    head, _, rest = hostile.partition("?>")
    parts["word/document.xml"] = f"{head}?><!DOCTYPE a [{lol}]>{rest}".encode()
    zipped(path, parts)

    try:
        said = sum(len(block.text) for block in read_word(path).blocks)
    except WordFileError:
        said = 0

    assert said < 1000


def test_a_plan_of_two_hundred_pages_is_read_whole(tmp_path: Path) -> None:
    document = Document()
    for number in range(2_000):
        document.add_paragraph(f"Ligne {number} " + "du plan de la CPTS fictive " * 5)

    blocks = read_word(saved(document, tmp_path)).blocks

    assert [block.text.split()[1] for block in blocks] == [str(n) for n in range(2_000)]


def test_pictures_are_counted_since_they_are_not_kept(tmp_path: Path) -> None:
    document = Document()
    document.add_picture(str(Path(__file__).parents[2] / PICTURE))

    assert read_word(saved(document, tmp_path)).pictures == 1


PICTURE = "docs/guide/images/tableau.png"
