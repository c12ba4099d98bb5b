"""Read a plan from a Word file: every word, in order."""

import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.exceptions import OpcError
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from domain.word_plan import WordBlock, WordFile, WordFileError

LARGEST_BYTES = 20_000_000
LARGEST_UNPACKED_BYTES = 200_000_000
MOST_SIGNS = 2_000_000  # about a thousand pages

_HEADING = re.compile(r"(?:heading|titre|title) ?(\d?)", re.IGNORECASE)
_NUMBERED = re.compile(r"(\d+(?:\.\d+)*|[IVX]+|[A-H])[.) -]+\s*\S")
_LONGEST_HEADING = 120  # signs
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARAGRAPH, _TABLE, _ROW, _CELL = (qn(f"w:{name}") for name in ("p", "tbl", "tr", "tc"))
_WORDS, _TAB = qn("w:t"), qn("w:tab")
_BREAKS = frozenset({qn("w:br"), qn("w:cr")})
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_NO_WORDS = frozenset(  # properties, what a tracked move took away, a drawing's twin
    {
        *(qn(f"w:{name}") for name in ("pPr", "rPr", "sectPr", "moveFrom")),
        f"{_COMPATIBILITY}Fallback",
    }
)
_CONTENTS = re.compile(r"(?:toc|tm|table des mati)", re.IGNORECASE)
_NOTES = {"footnotes": "Notes de bas de page", "endnotes": "Notes de fin"}
_NOT_WORD = "ce n'est pas un document Word (.docx) lisible : enregistrez-le de nouveau"
_TELLING_PARTS = {
    "word/vbaProject.bin": "il contient des macros : enregistrez-le en .docx",
    "content.xml": "format LibreOffice : enregistrez-le en .docx",
}
_BROKEN = (
    *(BadZipFile, EOFError, NotImplementedError, OSError, OpcError),
    *(RuntimeError, SyntaxError, zlib.error),  # XML that is none is a SyntaxError
    *(AttributeError, LookupError, TypeError, ValueError),  # of python-docx, on odd XML
)


def read_word(path: Path) -> WordFile:
    """Read every word of a plan, and count the pictures, which are not kept.

    Headings are those of Word's styles; where it has none, short lines in bold, in
    capitals or numbered stand for them. Left out: its table of contents, and the
    words that tracked changes deleted.

    Raises:
        WordFileError: It cannot be read, is too large, or holds macros.
    """
    _check(path)
    try:
        document = Document(str(path))
        blocks = tuple(_blocks(document))
    except _BROKEN as failed:
        raise WordFileError(file=path.name, rule=_NOT_WORD) from failed
    if sum(len(block.text) for block in blocks) > MOST_SIGNS:
        rule = "texte trop long : importez-le en plusieurs fichiers"
        raise WordFileError(file=path.name, rule=rule)
    pictures = sum(
        relation.reltype.endswith("/image") for relation in document.part.rels.values()
    )
    return WordFile(blocks=blocks, pictures=pictures)


def _check(path: Path) -> None:
    """Refuse what would fill the memory, before python-docx opens it."""
    try:
        size, start = path.stat().st_size, path.read_bytes()[:8]
    except OSError as failed:
        rule = "fichier introuvable ou illisible : vérifiez son chemin et ses droits"
        raise WordFileError(file=path.name, rule=rule) from failed
    if size > LARGEST_BYTES:
        raise WordFileError(file=path.name, rule="fichier trop gros : 20 Mo au plus")
    if start == _OLE:
        rule = "ancien format .doc, ou document protégé : enregistrez-le en .docx"
        raise WordFileError(file=path.name, rule=rule)
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
    except (BadZipFile, OSError) as failed:
        raise WordFileError(file=path.name, rule=_NOT_WORD) from failed
    if sum(part.file_size for part in parts) > LARGEST_UNPACKED_BYTES:
        rule = "il se déplie au-delà de 200 Mo : retirez ses images, puis recommencez"
        raise WordFileError(file=path.name, rule=rule)
    for part in parts:
        if telling := _TELLING_PARTS.get(part.filename):
            raise WordFileError(file=path.name, rule=telling)


def _blocks(document: WordDocument) -> Iterator[WordBlock]:
    levels = _heading_styles(document)
    found = tuple(_walk(document.element.body, levels))
    styled = any(block.level for block in found)
    yield from found if styled else map(_guessed, found)
    yield from _beside(document)


def _heading_styles(document: WordDocument) -> dict[str, int | None]:
    """Levels by style id: 1 is the highest, none of a table of contents."""
    found: dict[str, int | None] = {}
    for style in document.styles:
        name = style.name or ""
        if match := _HEADING.fullmatch(name):
            found[style.style_id] = int(match[1] or 1)
        elif _CONTENTS.match(name):
            found[style.style_id] = None
    return found


def _walk(parent: Element, levels: dict[str, int | None]) -> Iterator[WordBlock]:
    """Give paragraphs and tables in order, those of content controls too."""
    for child in parent:
        if child.tag == _PARAGRAPH:
            text, level = _text(child), levels.get(_style(child), 0)
            if text and level is not None:
                yield WordBlock(text=text, level=level, strong=_is_bold(child))
        elif child.tag == _TABLE:
            rows = tuple(tuple(map(_text, row.iter(_CELL))) for row in child.iter(_ROW))
            rows = tuple(row for row in rows if any(row))
            if rows:
                yield WordBlock(text="\n".join("\t".join(r) for r in rows), rows=rows)
        else:
            yield from _walk(child, levels)


def _text(element: Element) -> str:
    """Every word below an element, once: a drawing may hold its words twice."""
    return " ".join("".join(_words(element)).split())


def _words(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag == _WORDS:
            yield child.text or ""
        elif child.tag == _TAB or child.tag in _BREAKS:
            yield " "
        elif child.tag not in _NO_WORDS:
            yield from _words(child)
            if child.tag == _PARAGRAPH:
                yield " "


def _style(paragraph: Element) -> str:
    found = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return "" if found is None else str(found.get(qn("w:val")))


def _is_bold(paragraph: Element) -> bool:
    runs = [run for run in paragraph.iter(qn("w:r")) if _text(run)]
    return bool(runs) and all(
        run.find(f"{qn('w:rPr')}/{qn('w:b')}") is not None for run in runs
    )


def _guessed(block: WordBlock) -> WordBlock:
    """Take a short line that stands out for a heading, in a file without any."""
    text = block.text
    stands_out = block.strong or text.isupper() or _NUMBERED.match(text)
    short = len(text) <= _LONGEST_HEADING and not text.endswith((".", ";", ","))
    heads = stands_out and short and not block.rows
    return block.model_copy(update={"level": 1}) if heads else block


def _beside(document: WordDocument) -> Iterator[WordBlock]:
    """Give what stands beside the text: headers, footers, notes, comments."""
    edges = {
        _text(part.part.element)
        for section in document.sections
        for part in (section.header, section.footer)
    }
    yield from _titled("En-tête et pied de page", sorted(filter(None, edges)))
    for relation in document.part.rels.values():
        kind = relation.reltype.rpartition("/")[2]
        if kind in _NOTES:
            notes = parse_xml(relation.target_part.blob)
            yield from _titled(_NOTES[kind], filter(None, map(_text, notes)))
    yield from _titled("Commentaires", (comment.text for comment in document.comments))


def _titled(heading: str, texts: Iterator[str] | list[str]) -> Iterator[WordBlock]:
    found = [WordBlock(text=text) for text in texts]
    if found:
        yield WordBlock(text=heading, level=1)
        yield from found
