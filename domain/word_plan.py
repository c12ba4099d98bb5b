"""A plan that exists in Word, proposed section by section; nothing of it is lost."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from domain.content import Aside, Row, Value
from domain.errors import PlanError
from domain.folding import folded
from domain.form import ROWS, FieldForm, SectionForm, Shape
from domain.plan_errors import UnknownFieldError
from domain.template import Template

_CLOSE_ENOUGH = 0.5  # of the words of a heading
_IDLE = frozenset(
    {
        *("a", "au", "aux", "d", "dan", "de", "du", "en", "et", "l", "la", "le", "ou"),
        *("par", "pour", "qui", "sur", "un", "une", "ce", "no", "notre", "sa", "se"),
        *("son", "leur", "cpt", "crise", "plan", "sanitaire"),
    }
)
"""Words without their plural that say nothing of a section."""
_PAIR = 2
_BULLETS = "•◦▪*·- \N{EN DASH}"


class WordFileError(PlanError):
    """A Word file cannot be read; `file` and `rule` say which and why."""

    code = "FICHIER_WORD_REFUSE"


class MisplacedPartError(PlanError):
    """A part is no table with the `columns` of the field that is to take it."""

    code = "PARTIE_MAL_PLACEE"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class WordBlock(_Frozen):
    """A heading, a paragraph or a table of a Word file."""

    text: str  # of a table: cells between tabs, rows between line ends
    level: int = 0  # of a heading: 1 is the highest; 0: no heading
    strong: bool = False  # wholly in bold
    rows: tuple[tuple[str, ...], ...] = ()


class WordFile(_Frozen):
    """What a Word file says, in order."""

    blocks: tuple[WordBlock, ...]
    pictures: int  # they are not kept: the file is


class _Target(NamedTuple):
    """Where a heading leads: a section, and one of its fields if it names one."""

    section: SectionForm
    field: str | None = None


class _Part(NamedTuple):
    """What stands below one heading, before the next."""

    heading: str
    level: int
    blocks: tuple[WordBlock, ...]


def proposed(word: WordFile, template: Template) -> tuple[Aside, ...]:
    """Cut a file at its headings, and say where each part may go.

    Parts follow the file; a part whose heading says nothing to the template goes with
    the section above it, and to no field. Source: docs/sources.md#word-plans
    """
    titles = {s.section_id: s.title for s in template.sections}
    trail: list[tuple[_Part, _Target | None]] = []  # headings above, the highest first
    asides: list[Aside] = []
    for part in _parts(word.blocks):
        while trail and trail[-1][0].level >= part.level:
            trail.pop()
        above = trail[-1][1].section if trail and trail[-1][1] else None
        target = _target(part.heading, template.forms, titles, above)
        target = target or (_Target(above) if above else None)
        trail.append((part, target))
        path = " > ".join(each.heading for each, _ in trail if each.heading)
        asides += _asides(path, part.blocks, target)
    return tuple(
        aside.model_copy(update={"number": number})
        for number, aside in enumerate(asides, start=1)
    )


def _parts(blocks: Iterable[WordBlock]) -> Iterator[_Part]:
    """Cut at headings; one with nothing below it is a text of its own."""
    heading, level = "", 0
    held: list[WordBlock] = []
    for block in blocks:
        if not block.level:
            held.append(block)
            continue
        if held or heading:
            alone = not held and block.level <= level
            held = [WordBlock(text=heading)] if alone else held
            yield _Part(heading, level, tuple(held))
        heading, level, held = block.text, block.level, []
    if held or heading:
        yield _Part(heading, level, tuple(held or [WordBlock(text=heading)]))


def _target(
    heading: str,
    forms: Iterable[SectionForm],
    titles: dict[str, str],
    above: SectionForm | None,
) -> _Target | None:
    """Find what a heading names: a field of the section above, else the best."""
    found: list[tuple[float, _Target]] = []
    for form in forms:
        nearer = 0.25 if above and form.section_id == above.section_id else 0.0
        words = (titles[form.section_id], *form.keywords)
        found.append((max(_likeness(heading, w) for w in words), _Target(form)))
        for field in form.fields:
            likeness = _likeness(heading, field.label)
            if likeness >= _CLOSE_ENOUGH:
                name = None if form.table or field.known else field.name
                found.append((likeness + nearer, _Target(form, name)))
    score, best = max(found, key=lambda each: each[0], default=(0.0, None))
    return best if score >= _CLOSE_ENOUGH else None


def _likeness(heading: str, words: str) -> float:
    """Share of the words that a heading and a title have in common; 1: the same."""
    said, known = _words(heading), _words(words)
    shared = len(said & known)
    return shared / max(len(said), len(known)) if shared else 0.0


@lru_cache(maxsize=4096)  # each heading is compared with every title and field
def _words(text: str) -> frozenset[str]:
    words = (word.rstrip("sx") or word for word in folded(text).split())
    return frozenset(w for w in words if w not in _IDLE and not w.isdecimal())


def _asides(
    path: str, blocks: tuple[WordBlock, ...], target: _Target | None
) -> Iterator[Aside]:
    """Keep text and tables of a part apart: a table may fill one, text another."""
    section_id = target.section.section_id if target else None
    texts = [block.text for block in blocks if not block.rows]
    if texts:
        yield Aside(
            heading=path,
            text="\n".join(texts),
            section_id=section_id,
            field=_text_field(target) if target else None,
        )
    for block in blocks:
        if block.rows:
            yield Aside(
                heading=path,
                text=block.text,
                section_id=section_id,
                field=_table_field(target, block) if target else None,
            )


def _text_field(target: _Target) -> str | None:
    if target.field is None:
        return None
    shape = target.section.field(target.field).shape
    return target.field if shape in {Shape.TEXT, Shape.LIST} else None


def _table_field(target: _Target, block: WordBlock) -> str | None:
    """Find the table of a section that has every column of this one."""
    form = target.section
    if form.table:
        return ROWS if _read(_labels(form.fields), block.rows) else None
    return next(
        (
            field.name
            for field in form.fields
            if field.shape is Shape.TABLE and not field.known
            if _read({c.name: c.label for c in field.columns}, block.rows)
        ),
        None,
    )


def _labels(fields: Iterable[FieldForm]) -> dict[str, str]:
    return {field.name: field.label for field in fields}


def _columns(heads: tuple[str, ...], labels: dict[str, str]) -> tuple[str, ...] | None:
    """Name the column of each cell of a heading row; none if one is unknown."""
    by_fold = {folded(label): name for name, label in labels.items()}
    by_fold |= {folded(name): name for name in labels}
    names = tuple(by_fold.get(folded(head), "") for head in heads)
    return names if all(names) and len(set(names)) == len(names) else None


def placed(form: SectionForm, field: str, text: str) -> Value:
    """Read a part as the field of a section takes it.

    Raises:
        MisplacedPartError: It is no table, and the field takes one; or the reverse.
        UnknownFieldError: The section has no such field, or nobody fills it in.
    """
    names = (ROWS,) if form.table else tuple(f.name for f in form.fields if not f.known)
    if field not in names:
        known = ", ".join(names) or "aucun"
        raise UnknownFieldError(section=form.section_id, field=field, known=known)
    if field == ROWS:
        return _rows(_labels(form.fields), text)
    match form.field(field):
        case FieldForm(shape=Shape.TABLE, columns=columns):
            return _rows({c.name: c.label for c in columns}, text)
        case FieldForm(shape=Shape.LIST):
            return tuple(line.strip(_BULLETS) for line in text.splitlines() if line)
    return text


def _rows(labels: dict[str, str], text: str) -> tuple[Row, ...]:
    rows = _read(labels, [tuple(line.split("\t")) for line in text.splitlines()])
    if rows is None:
        raise MisplacedPartError(columns=", ".join(labels.values()))
    return rows


def _read(
    labels: dict[str, str], lines: Sequence[tuple[str, ...]]
) -> tuple[Row, ...] | None:
    """Read rows under their headings, or one row written as labels and values."""
    heads, *rows = lines
    names = _columns(heads, labels)
    if names is None and all(len(line) == _PAIR for line in lines):
        heads, *rows = zip(*lines, strict=True)
        names = _columns(heads, labels)
    if names is None or any(len(row) > len(names) for row in rows):
        return None
    return tuple(
        {name: cell for name, cell in zip(names, row, strict=False) if cell}
        for row in rows
    )
