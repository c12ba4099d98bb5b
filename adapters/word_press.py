"""Write a plan as a Word file: a coordinator edits it, the ARS comments on it.

Headings are those of the template, so that the file comes back through `word_plan`.
"""

from collections.abc import Iterable, Sequence
from io import BytesIO
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from domain.calendar import french_date, french_instant
from domain.printed_plan import (
    PrintedCard,
    PrintedCards,
    PrintedDifference,
    PrintedField,
    PrintedPerson,
    PrintedPlan,
    PrintedSection,
    PrintedTable,
)

TO_WRITE = "À compléter."
WITHHELD = "Dans l'édition de crise seulement."
KNOWN = "Rempli par Tocsin : c'est l'annuaire qu'il faut corriger."

_BLUE, _GREY = RGBColor(0x1F, 0x4E, 0x79), RGBColor(0x56, 0x61, 0x6D)
_NAMESPACES = nsdecls("w")
_HEAD_FILL = '<w:shd w:val="clear" w:fill="EEF2F6"/>'
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:color="C3CAD2"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def render_word(plan: PrintedPlan) -> bytes:
    """Write one copy of one version."""
    document = Document()
    _lay_out(document, plan)
    _cover(document, plan)
    for section in plan.sections:
        _section(document, section)
    for cards in plan.cards:
        _cards(document, cards)
    if plan.disabled:
        document.add_heading("Fiches qui ne sont pas jouées", 1)
        _table(document, ("Fiche", "Motif"), ((x.label, x.text) for x in plan.disabled))
    _people(document, "Titulaires des rôles", plan.holders)
    _people(document, "Volontaires", plan.volunteers)
    _differences(document, plan)
    content = BytesIO()
    document.save(content)
    return content.getvalue()


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
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)  # noqa: S101 - of Word's own template
    return style


def _field_code(paragraph: Paragraph, kind: str, text: str) -> None:
    inner = f"<w:instrText>{text}</w:instrText>" if text else ""
    inner = inner or f'<w:fldChar w:fldCharType="{kind}"/>'
    paragraph._p.append(parse_xml(f"<w:r {_NAMESPACES}>{inner}</w:r>"))  # noqa: SLF001


def _cover(document: WordDocument, plan: PrintedPlan) -> None:
    document.add_paragraph(plan.cpts_name, style="Subtitle")
    document.add_paragraph(plan.title, style="Title")
    document.add_paragraph(f"Version {plan.number}, {plan.status_label}")
    if plan.fictitious:
        _aside(document, "Document fictif : la CPTS et ses membres sont imaginaires.")
    if plan.expires_on:
        day = french_date(plan.expires_on)
        _aside(document, f"Ce document contient des coordonnées ; il expire le {day}.")
    _aside(document, plan.note)
    for line in plan.life:
        document.add_paragraph(f"{line.label} : {line.text}", style="List Bullet")
    made = french_instant(plan.made_at, ZoneInfo(plan.timezone))
    _aside(document, f"Établi le {made}. Empreinte du contenu : {plan.sha256}.")


def _aside(document: WordDocument, text: str) -> None:
    run = document.add_paragraph().add_run(text)
    run.italic = True
    run.font.color.rgb = _GREY


def _section(document: WordDocument, section: PrintedSection) -> None:
    document.add_heading(section.title, 1)
    _aside(document, f"{section.section_id}, tenue par : {section.owner}.")
    for field in section.fields:
        if field.label:
            document.add_heading(field.label, 2)
        _field(document, field)
    for line in filter(None, (*section.attested, section.read)):
        _aside(document, line)


def _field(document: WordDocument, field: PrintedField) -> None:
    if field.withheld:
        _aside(document, WITHHELD)
    elif field.table and field.table.rows:
        _printed_table(document, field.table)
    elif field.is_empty:
        _aside(document, TO_WRITE)
    for item in field.items:
        document.add_paragraph(item, style="List Bullet")
    for line in (field.text or "").splitlines():
        document.add_paragraph(line)
    if field.known:
        _aside(document, KNOWN)


def _cards(document: WordDocument, cards: PrintedCards) -> None:
    document.add_heading(f"Fiches : {cards.label}", 1)
    for line in cards.lines:
        document.add_paragraph(f"{line.label} : {line.text}")
    for title, texts in (
        ("Prudence", cards.cautions),
        ("Critères de désactivation", cards.deactivation),
        ("Questions du retour d'expérience", cards.questions),
    ):
        if texts:
            document.add_heading(title, 2)
        for text in texts:
            document.add_paragraph(text, style="List Bullet")
    for card in cards.cards:
        _card(document, card)


def _card(document: WordDocument, card: PrintedCard) -> None:
    document.add_heading(f"{card.card_id} — {card.title}", 2)
    critical = ", critique" if card.critical else ""
    document.add_paragraph(f"{card.phase}{critical}")
    _table(document, (), ((line.label, line.text) for line in card.lines))
    for number, step in enumerate(card.steps, start=1):
        document.add_paragraph(f"{number}. {step}")
    document.add_paragraph().add_run(card.caution).bold = True
    for edit in card.edits:
        _aside(document, edit)


def _people(
    document: WordDocument, title: str, people: Sequence[PrintedPerson]
) -> None:
    if not people:
        return
    document.add_heading(title, 1)
    columns = ("Rôle", "Nom", "Profession", "Zone", "Téléphone", "Courriel")
    rows = (
        (
            f"{person.role or ''}{' (suppléance)' if person.deputy else ''}",
            person.name,
            person.profession,
            person.zone,
            " / ".join(person.phones),
            person.email or "",
        )
        for person in people
    )
    _table(document, columns, rows)


def _differences(document: WordDocument, plan: PrintedPlan) -> None:
    if not plan.differences:
        return
    since = f" depuis la version {plan.based_on}" if plan.based_on else ""
    document.add_heading(f"Modifications{since}", 1)
    columns = ("Section", "Objet", "Nature", "Avant", "Après", "Origine et date")
    _table(document, columns, map(_difference, plan.differences))


def _difference(found: PrintedDifference) -> tuple[str, ...]:
    on = found.on and french_date(found.on)
    origin = ", ".join(filter(None, (found.origin, found.author, on)))
    before, after = found.before or "", found.after or ""
    return (found.section, found.target, found.kind, before, after, origin)


def _printed_table(document: WordDocument, table: PrintedTable) -> None:
    _table(document, table.columns, table.rows)


def _table(
    document: WordDocument, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Append a table as XML: python-docx takes seconds for a thousand rows."""
    lines = [*([columns] if columns else []), *rows]
    if not lines:
        return
    grid = "<w:gridCol/>" * len(lines[0])
    body = "".join(
        _row(line, heads=bool(columns) and number == 0)
        for number, line in enumerate(lines)
    )
    document.element.body.insert_element_before(
        parse_xml(
            f"<w:tbl {_NAMESPACES}><w:tblPr><w:tblW w:w='5000' w:type='pct'/>"
            f"<w:tblBorders>{_BORDERS}</w:tblBorders></w:tblPr>"
            f"<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
        ),
        qn("w:sectPr"),
    )
    document.add_paragraph()


def _row(cells: Sequence[str], *, heads: bool) -> str:
    head = "<w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>" if heads else ""
    return f"<w:tr>{head}{''.join(_cell(cell, heads=heads) for cell in cells)}</w:tr>"


def _cell(text: str, *, heads: bool) -> str:
    bold, fill = ("<w:b/>", _HEAD_FILL) if heads else ("", "")
    said = escape(text)
    return (
        f"<w:tc><w:tcPr>{fill}</w:tcPr><w:p><w:r>"
        f"<w:rPr>{bold}<w:sz w:val='18'/></w:rPr>"
        f"<w:t xml:space='preserve'>{said}</w:t></w:r></w:p></w:tc>"
    )
