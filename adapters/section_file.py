"""One section of the plan as a YAML file that people edit; every scalar a string."""

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from domain.content import Layer, Row, Value
from domain.form import ROWS, FieldForm, Shape
from domain.plan import Plan
from domain.plan_errors import SectionFileError
from domain.printed_plan import PrintedField, PrintedSection
from domain.section_edit import REGIONAL
from domain.section_rules import Place

LARGEST = 400_000  # characters
_DEEPEST = 4  # the file, a field, a row, a cell
_COUNT = re.compile(r"[0-9]{1,9}")
_HEAD = {"section": re.compile(r"SEC-\d\d"), "version": _COUNT, "revision": _COUNT}
"""What begins every file, and how each is written."""
_WIDE, _SHOWN = 78, 12
_HOW_TO = (
    "Écrivez après les deux-points, entre guillemets ; pour plusieurs lignes, |- puis "
    "le texte en dessous, décalé de deux espaces. Ce qui suit un dièse explique et "
    "n'est pas lu. Un champ laissé vide est vidé ; un champ retiré ne change pas."
)


@dataclass(frozen=True, slots=True)
class SectionFile:
    """What a file says of a section, and the line of each thing."""

    section_id: str
    number: int
    revision: int
    values: Mapping[str, Value]
    lines: Mapping[Place, int]


def write(plan: Plan, revision: int, printed: PrintedSection) -> str:
    """Write a section to edit; what Tocsin fills is shown as comments.

    Args:
        plan: The draft.
        revision: How often it was saved: who saves an older one is told.
        printed: The section in words.
    """
    form = next(f for f in plan.template.forms if f.section_id == printed.section_id)
    content = plan.section(form.section_id)
    regional = {f.name for f in content.fields if f.layer is Layer.REGIONAL}
    parts = [
        *_comment(f"{printed.section_id} : {printed.title}"),
        *_comment(f"Tenue par : {printed.owner}."),
        *_comment(_HOW_TO),
        f"section: {printed.section_id}",
        f"version: {plan.number}",
        f"revision: {revision}  # n'y touchez pas : il dit si quelqu'un a écrit depuis",
        "",
    ]
    known = [field for field in printed.fields if field.known]
    if known:
        parts += _comment("Rempli par Tocsin, ne s'écrit pas ici :")
        parts += [line for field in known for line in _known(field)]
        parts.append("")
    if form.table:
        columns = tuple(form.fields)
        parts += _columns((f.name, f.label, f.hint) for f in columns)
        names = tuple(f.name for f in columns)
        parts += _comment(REGIONAL if ROWS in regional else "")
        parts += _rows(ROWS, names, content.value(ROWS) or ())
    else:
        for field in form.fields:
            if not field.known:
                parts += _comment(REGIONAL if field.name in regional else "")
                parts += _field(field, content.value(field.name) or "")
    return "\n".join(parts) + "\n"


def _comment(text: str, indent: str = "") -> list[str]:
    start, then = f"# {indent}", f"# {indent}{indent}"
    return textwrap.wrap(text, _WIDE, initial_indent=start, subsequent_indent=then)


def _known(field: PrintedField) -> Iterator[str]:
    if field.table:
        yield f"#   {field.label} :"
        for row in field.table.rows[:_SHOWN]:
            yield f"#     {' | '.join(' '.join(cell.split()) for cell in row)}"
        if (left := len(field.table.rows) - _SHOWN) > 0:
            yield f"#     … et {left} de plus"
        return
    said = field.text or " ; ".join(field.items) or "(rien encore)"
    yield from _comment(f"{field.label} : {said}", "  ")


def _field(field: FieldForm, value: Value) -> Iterator[str]:
    yield from _comment(field.label)
    yield from _comment(field.hint or "")
    if field.shape is Shape.TABLE:
        yield from _columns((c.name, c.label, None) for c in field.columns)
        yield from _rows(field.name, tuple(c.name for c in field.columns), value)
    elif isinstance(value, str) and field.shape is not Shape.LIST:
        yield f"{field.name}: {_text(value, '  ')}"
    elif value:
        yield f"{field.name}:"
        yield from (f"  - {_text(str(each), '    ')}" for each in value)
    else:
        yield f"{field.name}: []"
    yield ""


def _columns(named: Iterable[tuple[str, str, str | None]]) -> Iterator[str]:
    yield "# Une ligne commence par un tiret. Colonnes :"
    for name, label, hint in named:
        yield from _comment(f"{name} : {label}{f' ({hint})' if hint else ''}", "  ")


def _rows(name: str, columns: tuple[str, ...], rows: Value) -> Iterator[str]:
    yield f"{name}:" if rows else f"{name}: []"
    for row in rows:
        if not isinstance(row, str):
            yield from _row(columns, row, "  ")
    if not rows:
        yield from _comment("Pour une ligne, retirez les crochets, et ces dièses :")
        yield from (f"# {line}" for line in _row(columns, {}, "  "))


def _row(columns: tuple[str, ...], row: Row, indent: str) -> Iterator[str]:
    for rank, column in enumerate(columns):
        mark = "  " if rank else "- "
        yield f"{indent}{mark}{column}: {_text(row.get(column, ''), indent * 3)}"


def _text(text: str, indent: str) -> str:
    """Write a text between quotes, or line by line below if it has several."""
    lines = text.split("\n")
    plain = all(line == line.strip() for line in lines) and lines[0] and lines[-1]
    if len(lines) == 1 or not plain:
        return json.dumps(text, ensure_ascii=False)
    return "\n".join(["|-", *(f"{indent}{line}" if line else "" for line in lines)])


def load(path: Path) -> SectionFile:
    """Read the file of a section.

    Raises:
        SectionFileError: It cannot be read; the facts name the line and the rule.
    """
    try:
        return parse(path.read_text("utf-8-sig"), path.name)
    except OSError as failed:
        rule = "introuvable ou illisible : vérifiez son chemin et ses droits"
        raise _refused(path.name, None, rule) from failed
    except UnicodeDecodeError as failed:
        rule = "ce n'est pas un texte UTF-8 : enregistrez-le de nouveau en UTF-8"
        raise _refused(path.name, None, rule) from failed


def parse(text: str, file: str) -> SectionFile:
    """Read a section as somebody edited it.

    Raises:
        SectionFileError: It cannot be read; the facts name the line and the rule.
    """
    try:
        root = _composed(text, file)
    except yaml.YAMLError as failed:
        rule = "YAML illisible : deux-points, retrait ou guillemet à vérifier"
        raise _refused(file, _line(failed), rule) from failed
    if not isinstance(root, yaml.MappingNode):
        raise _refused(file, None, "« champ: valeur » est attendu")
    lines: dict[Place, int] = {}
    said = _mapping(file, root, (), lines)
    head = {name: said.pop(name, "") for name in _HEAD}
    for name, value in head.items():
        if not isinstance(value, str) or not _HEAD[name].fullmatch(value):
            rule = f"« {name} » manque : repartez du fichier donné par --print"
            raise _refused(file, None, rule)
    return SectionFile(
        section_id=str(head["section"]),
        number=int(str(head["version"])),
        revision=int(str(head["revision"])),
        values=said,
        lines=lines,
    )


def _composed(text: str, file: str) -> yaml.Node | None:
    """Compose a text that is neither huge, nor deep, nor full of references."""
    if len(text) > LARGEST:
        raise _refused(file, None, f"fichier trop gros : {LARGEST} caractères au plus")
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST or isinstance(event, yaml.AliasEvent):
            rule = "trop de niveaux, ou un renvoi : une liste ou un tableau est attendu"
            mark = event.start_mark
            raise _refused(file, mark.line + 1 if mark else None, rule)
    return yaml.compose(text, Loader=yaml.CBaseLoader)


def _mapping(
    file: str, node: yaml.MappingNode, place: Place, lines: dict[Place, int]
) -> dict[str, Value]:
    """Read fields, or the cells of a row; note the line of each."""
    said: dict[str, Value] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in said:
            raise _refused(
                file, key.start_mark.line + 1, f"« {name} » est donné deux fois"
            )
        lines[*place, name] = key.start_mark.line + 1
        said[name] = _value(file, value, (*place, name), lines)
    return said


def _value(file: str, node: yaml.Node, place: Place, lines: dict[Place, int]) -> Value:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if not isinstance(node, yaml.SequenceNode):
        raise _refused(file, lines[place], "une liste commence par un tiret")
    for rank, line in enumerate(node.value):
        lines[*place, rank] = line.start_mark.line + 1
    if all(isinstance(line, yaml.ScalarNode) for line in node.value):
        return tuple(str(line.value) for line in node.value)
    return tuple(
        _cells(file, line, (*place, rank), lines)
        for rank, line in enumerate(node.value)
    )


def _cells(file: str, node: yaml.Node, place: Place, lines: dict[Place, int]) -> Row:
    row = {}
    if isinstance(node, yaml.MappingNode):
        row = _mapping(file, node, place, lines)
    cells = {name: cell for name, cell in row.items() if isinstance(cell, str)}
    if not row or len(cells) != len(row):
        rule = "une ligne de tableau s'écrit « colonne: texte »"
        raise _refused(file, lines[place], rule)
    return cells


def _line(failed: yaml.YAMLError) -> int | None:
    mark = failed.problem_mark if isinstance(failed, yaml.MarkedYAMLError) else None
    return mark.line + 1 if mark else None


def _refused(file: str, line: int | None, rule: str) -> SectionFileError:
    place = f"ligne {line}" if line else "fichier"
    return SectionFileError(file=file, place=place, rule=rule)
