"""Write a plan as a Word file: a coordinator edits it, the ARS comments on it.

Headings are those of the template, so that the file comes back through `word_plan`.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import zip_longest
from typing import cast
from xml.sax.saxutils import escape

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from domain.calendar import french_date
from domain.printed_plan import (
    PrintedCard,
    PrintedCards,
    PrintedDifference,
    PrintedField,
    PrintedPerson,
    PrintedPlan,
    PrintedSection,
)

TO_WRITE = "À compléter."
WITHHELD = "Dans l'édition de crise seulement."
KNOWN = "Remplis par Tocsin d'après l'annuaire, à corriger là-bas : {labels}."

_BLUE = RGBColor(0x1F, 0x4E, 0x79)
_NAMESPACES = nsdecls("w")
_HEAD = '<w:shd w:val="clear" w:fill="EEF2F6"/>'
_SMALL = '<w:sz w:val="18"/>'  # half points
_TIGHT = '<w:pPr><w:spacing w:before="20" w:after="20"/></w:pPr>'
_PAIR = ('<w:tcW w:w="1500" w:type="pct"/>', '<w:tcW w:w="3500" w:type="pct"/>')
_PAIR_GRID = '<w:gridCol w:w="2900"/><w:gridCol w:w="6700"/>'
_MOST_COLUMNS = 7  # that a page holds
_ASIDE = '<w:i/><w:color w:val="56616D"/>'
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:color="C3CAD2"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def render_word(plan: PrintedPlan) -> bytes:
    """Write one copy of one version."""
    body = _Body()
    _cover(body, plan)
    for section in plan.sections:
        _section(body, section)
    for cards in plan.cards:
        _cards(body, cards)
    if plan.disabled:
        body.heading(1, "Fiches qui ne sont pas jouées")
        body.table(("Fiche", "Motif"), ((x.label, x.text) for x in plan.disabled))
    _people(body, "Titulaires des rôles", plan.holders)
    _people(body, "Volontaires", plan.volunteers)
    _differences(body, plan)
    document = Document()
    _lay_out(document, plan)
    body.write(document)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


class _Body:
    """What the file says, as the XML of Word.

    python-docx looks a style up again for each paragraph, and a grid for each cell:
    seconds for a plan of a large CPTS.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []

    def heading(self, level: int, text: str) -> None:
        """Add a heading; 1 is the highest."""
        self.paragraph(text, style=f"Heading{level}")

    def paragraph(self, text: str, *, style: str = "", look: str = "") -> None:
        """Add a paragraph: `style` by its id, `look` as properties of its run."""
        styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        self._parts.append(f"<w:p>{styled}{_run(text, look)}</w:p>")

    def bullets(self, texts: Iterable[str]) -> None:
        """Add a list."""
        for text in texts:
            self.paragraph(text, style="ListBullet")

    def aside(self, text: str) -> None:
        """Add what is said about the plan, and is no part of it."""
        self.paragraph(text, look=_ASIDE)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Add a table; one too wide for a page becomes a small table a row."""
        if len(columns) > _MOST_COLUMNS:
            for row in rows:
                self.record(zip(columns, row, strict=True))
            return
        lines = [_row(row, "") for row in rows]
        if lines:
            self._table([_row(columns, _HEAD), *lines])

    def record(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Add a small table of labels and values."""
        lines = [_row(pair, "", _PAIR) for pair in pairs]
        if lines:
            self._table(lines, _PAIR_GRID)

    def _table(self, lines: Sequence[str], grid: str = "") -> None:
        self._parts.append(
            '<w:tbl><w:tblPr><w:tblW w:w="5000" w:type="pct"/>'
            f"<w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr>"
            f"<w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl><w:p/>"
        )

    def write(self, document: WordDocument) -> None:
        """Make it the body of a document, whose page it keeps.

        Replaced at once: lxml takes a minute to move a table of two thousand rows.
        """
        body = document.element.body
        made = parse_xml(f"<w:body {_NAMESPACES}>{''.join(self._parts)}</w:body>")
        made.append(body.sectPr)
        document.element.replace(body, made)


def _run(text: str, look: str) -> str:
    said = f'<w:t xml:space="preserve">{escape(text)}</w:t>'
    return f"<w:r><w:rPr>{look}</w:rPr>{said}</w:r>" if text else ""


def _row(cells: Sequence[str], head: str, widths: Sequence[str] = ()) -> str:
    repeated = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if head else ""
    look = f"<w:b/>{_SMALL}" if head else _SMALL
    inside = "".join(
        f"<w:tc><w:tcPr>{width}{head}</w:tcPr>"
        f"<w:p>{_TIGHT}{_run(cell, look)}</w:p></w:tc>"
        for cell, width in zip_longest(cells, widths, fillvalue="")
    )
    return f"<w:tr>{repeated}{inside}</w:tr>"


def _lay_out(document: WordDocument, plan: PrintedPlan) -> None:
    said = document.core_properties
    said.title = f"{plan.title} — {plan.cpts_name} — version {plan.number}"
    said.author, said.language = plan.cpts_name, "fr-FR"
    said.created = said.modified = plan.made_at.replace(tzinfo=None)
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(20)
    for name, size in (("Normal", 10.5), ("Heading 1", 15), ("Heading 2", 12)):
        _style(document, name).font.size = Pt(size)
    for name in ("Title", "Heading 1", "Heading 2", "Heading 3"):
        _style(document, name).font.color.rgb = _BLUE
    language = parse_xml(f'<w:lang {_NAMESPACES} w:val="fr-FR"/>')
    _style(document, "Normal").element.get_or_add_rPr().append(language)
    footer = page.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run(f"Version {plan.number}, empreinte {plan.sha256[:16]}… — page ")
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        _field_code(footer, kind, text)


def _style(document: WordDocument, name: str) -> ParagraphStyle:
    return cast("ParagraphStyle", document.styles[name])  # of Word's own template


def _field_code(paragraph: Paragraph, kind: str, text: str) -> None:
    run = paragraph.add_run()
    inner = f"<w:instrText {_NAMESPACES}>{text}</w:instrText>"
    mark = f'<w:fldChar {_NAMESPACES} w:fldCharType="{kind}"/>'
    run.element.append(parse_xml(inner if text else mark))


def _cover(body: _Body, plan: PrintedPlan) -> None:
    body.paragraph(plan.cpts_name, style="Subtitle")
    body.paragraph(plan.title, style="Title")
    body.paragraph(f"Version {plan.number}. {plan.status_label}.")
    if plan.fictitious:
        body.aside("Document fictif : la CPTS et ses membres sont imaginaires.")
    if plan.expires_on:
        day = french_date(plan.expires_on)
        body.aside(f"Ce document contient des coordonnées ; il expire le {day}.")
    body.aside(plan.note)
    body.bullets(f"{line.label} : {line.text}" for line in plan.life)
    body.aside(f"Empreinte du contenu : {plan.sha256}.")


def _section(body: _Body, section: PrintedSection) -> None:
    body.heading(1, section.title)
    body.aside(f"{section.section_id}, tenue par : {section.owner}.")
    if known := [field.label for field in section.fields if field.known]:
        body.aside(KNOWN.format(labels=", ".join(known)))
    for field in section.fields:
        if field.label:
            body.heading(2, field.label)
        _field(body, field)
    for line in filter(None, (*section.attested, section.read)):
        body.aside(line)


def _field(body: _Body, field: PrintedField) -> None:
    if field.withheld:
        body.aside(WITHHELD)
    elif field.is_empty:
        body.aside(TO_WRITE)
    if field.table:
        body.table(field.table.columns, field.table.rows)
    body.bullets(field.items)
    for line in (field.text or "").splitlines():
        body.paragraph(line)


def _cards(body: _Body, cards: PrintedCards) -> None:
    body.heading(1, f"Fiches : {cards.label}")
    for line in cards.lines:
        body.paragraph(f"{line.label} : {line.text}")
    for title, texts in (
        ("Prudence", cards.cautions),
        ("Critères de désactivation", cards.deactivation),
        ("Questions du retour d'expérience", cards.questions),
    ):
        if texts:
            body.heading(2, title)
        body.bullets(texts)
    for card in cards.cards:
        _card(body, card)


def _card(body: _Body, card: PrintedCard) -> None:
    body.heading(2, f"{card.card_id} — {card.title}")
    critical = ", critique" if card.critical else ""
    body.paragraph(f"{card.phase}{critical}")
    body.record((line.label, line.text) for line in card.lines)
    for number, step in enumerate(card.steps, start=1):
        body.paragraph(f"{number}. {step}")
    body.paragraph(card.caution, look="<w:b/>")
    for edit in card.edits:
        body.aside(edit)


def _people(body: _Body, title: str, people: Sequence[PrintedPerson]) -> None:
    if not people:
        return
    body.heading(1, title)
    columns = ("Rôle", "Nom", "Profession", "Zone", "Téléphone", "Courriel")
    body.table(columns, map(_person, people))


def _person(who: PrintedPerson) -> tuple[str, ...]:
    role = f"{who.role or ''}{' (suppléance)' if who.deputy else ''}"
    phones = " / ".join(who.phones)
    return (role, who.name, who.profession, who.zone, phones, who.email or "")


def _differences(body: _Body, plan: PrintedPlan) -> None:
    if not plan.differences:
        return
    since = f" depuis la version {plan.based_on}" if plan.based_on else ""
    body.heading(1, f"Modifications{since}")
    columns = ("Section", "Objet", "Nature", "Avant", "Après", "Origine et date")
    body.table(columns, map(_difference, plan.differences))


def _difference(found: PrintedDifference) -> tuple[str, ...]:
    on = french_date(found.on) if found.on else None
    origin = ", ".join(filter(None, (found.origin, found.author, on)))
    before, after = found.before or "", found.after or ""
    return (found.section, found.target, found.kind, before, after, origin)
