"""Read templates, regions over them and cards of a CPTS, every scalar a string."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from typing_extensions import override

from domain.breach import COMMON_CARDS, CORE, KEYS, type_file
from domain.card import ActionCard
from domain.card_field import short_card
from domain.errors import TemplateError
from domain.layer_errors import CardFileError
from domain.refusal import first_refusal
from domain.region import RegionSheet, region_breaches
from domain.shipped_template import ShippedTemplate
from domain.template import Template
from domain.template_rules import check

REGIONS = "regions"
_LARGEST, _DEEPEST = 100_000, 6  # characters, levels of a card
_WIDE = 200  # a sentence stays on its line
_CARD_HEAD = (
    "# Fiche du plan : changez ce qu'il faut, gardez « id », puis donnez le fichier\n"
    "# à --file. « version » et « revision » disent si quelqu'un a écrit depuis.\n"
)


@dataclass(frozen=True, slots=True)
class CardFile:
    """A card as a file says it, and the draft that it was read from; 0: from none."""

    card: ActionCard
    number: int
    revision: int


class _Strings(yaml.CBaseLoader):
    """Every scalar is a string (`12:30`, `0556000000`, `no`); a key is said once."""

    @override
    def construct_mapping(
        self, node: yaml.MappingNode, deep: bool = False
    ) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.MarkedYAMLError(
                    problem=f"clé donnée deux fois : {key}",
                    problem_mark=node.start_mark,
                )
        return super().construct_mapping(node, deep=deep)


class _CardLines(yaml.SafeDumper):
    """Writes codes in one line, and sentences between quotes."""

    @override
    def represent_sequence(
        self, tag: str, sequence: Any, flow_style: bool | None = None
    ) -> yaml.SequenceNode:
        codes = not any(" " in str(each) for each in sequence)
        return super().represent_sequence(tag, sequence, flow_style=codes)

    @override
    def represent_mapping(
        self, tag: str, mapping: Any, flow_style: bool | None = None
    ) -> yaml.MappingNode:
        return super().represent_mapping(tag, mapping, flow_style="id" not in mapping)

    @override
    def represent_scalar(
        self, tag: str, value: Any, style: str | None = None
    ) -> yaml.ScalarNode:
        quoted = '"' if " " in value else style
        return super().represent_scalar(tag, value, style=quoted)


def load_template(folder: Path) -> Template:
    """Read and check the template of this folder.

    Raises:
        TemplateError: A file is absent, unreadable or breaks a rule; the facts name
            the file, what it is about and the rule.
    """
    blocks: dict[str, object] = {}
    for name, keys in KEYS.items():
        blocks |= _read_exactly(folder, name, keys)
    sheets = {name: _read(folder, name) for name in _type_files(folder)}
    names = tuple(sorted(sheets, key=lambda name: str(sheets[name].get("numero"))))
    blocks["types"] = [sheets[name] for name in names]
    try:
        template = Template.model_validate(blocks)
    except ValidationError as refused:
        place, rule = first_refusal(refused, blocks)
        loc = refused.errors(include_url=False)[0]["loc"]
        raise TemplateError(file=_file_of(loc, names), id=place, rule=rule) from refused
    _check_names(template, folder, names)
    check(template)
    return template


def shipped_templates(templates: Path) -> tuple[ShippedTemplate, ...]:
    """List the templates that a plan may follow.

    Raises:
        TemplateError: One cannot be read.
    """
    cores = (_read(path.parent, CORE) for path in templates.glob(f"*/{CORE}"))
    return tuple(map(ShippedTemplate.model_validate, cores))


def load_region(templates: Path, code: str, template: Template) -> RegionSheet:
    """Read what a region says, and check that it holds over a template.

    Args:
        templates: The folder that holds the folders of templates and `regions/`.
        code: Of the region: its file is named so, in lower case.
        template: The national template that it completes.

    Raises:
        TemplateError: The file is absent, unreadable or breaks a rule; the facts name
            the file, the line, what it is about and the rule.
    """
    name = f"{REGIONS}/{code.lower()}.yaml"
    read = _read(templates, name)

    def refusal(about: str, rule: str, way: Sequence[str | int]) -> TemplateError:
        line = _line_at(templates / name, way)
        return TemplateError(file=name, id=f"{line}, {about}", rule=rule)

    try:
        region = RegionSheet.model_validate(read)
    except ValidationError as refused:
        place, rule = first_refusal(refused, read)
        loc = refused.errors(include_url=False)[0]["loc"]
        raise refusal(place, rule, loc) from refused
    if region.code != code:
        raise refusal("region", f"ce fichier est celui de {code}", ("region",))
    if template.template_id in region.completes:
        for breach in region_breaches(region, template):
            way = (breach.file, *breach.about.split("."))
            raise refusal(breach.about, breach.rule, way)
    return region


def _line_at(path: Path, way: Sequence[str | int]) -> str:
    """Say on which line of a file stands what a way leads to."""
    return _line_of(yaml.compose(path.read_text("utf-8"), Loader=_Strings), way)


def _line_of(node: yaml.Node | None, way: Sequence[str | int]) -> str:
    """Say on which line stands what a way leads to, or its last step that exists."""
    line = 0
    for step in way:
        found = _stepped(node, step)
        if found is None:
            break
        line, node = found
    return f"ligne {line + 1}"


def _stepped(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    """Take one step: a key, or a rank or an `id` in a list."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line, value
    elif isinstance(node, yaml.SequenceNode):
        for rank, item in enumerate(node.value):
            if rank == step or _id_of(item) == step:
                return item.start_mark.line, item
    return None


def _id_of(item: yaml.Node) -> str | None:
    found = _stepped(item, "id")
    return str(found[1].value) if found else None


def write_card(card: ActionCard, number: int, revision: int) -> str:
    """Write a card of a draft for people to edit, as templates write theirs.

    Args:
        card: As it is played.
        number: Of the draft.
        revision: How often it was saved: who saves an older one is told.
    """
    said = {"version": number, "revision": revision, **short_card(card)}
    text = yaml.dump(
        said, Dumper=_CardLines, allow_unicode=True, sort_keys=False, width=_WIDE
    )
    return _CARD_HEAD + text


def parse_card(text: str, file: str) -> CardFile:
    """Read a card as somebody wrote it.

    Raises:
        CardFileError: It cannot be read, or is no card; the facts name the line.
    """
    if len(text) > _LARGEST:
        rule = f"fichier trop gros : {_LARGEST} caractères au plus"
        raise CardFileError(file=file, place="fichier", rule=rule)
    try:
        root = _composed(text, file)
        read = _Strings(text).get_single_data()
    except yaml.YAMLError as failed:
        place, rule = _line(failed), _said(failed)
        raise CardFileError(file=file, place=place, rule=rule) from failed
    if not isinstance(read, dict):
        rule = "« clé: valeur » est attendu"
        raise CardFileError(file=file, place="fichier", rule=rule)
    counts = {name: str(read.pop(name, "0")) for name in ("version", "revision")}
    try:
        number, revision = (int(count) for count in counts.values())
        card = ActionCard.model_validate(read)
    except ValidationError as refused:
        place, rule = first_refusal(refused, read)
        line = _line_of(root, refused.errors(include_url=False)[0]["loc"])
        raise CardFileError(file=file, place=f"{line}, {place}", rule=rule) from refused
    except ValueError as refused:
        rule = "« version » et « revision » sont des nombres, donnés par --print"
        raise CardFileError(file=file, place="fichier", rule=rule) from refused
    return CardFile(card, number, revision)


def _composed(text: str, file: str) -> yaml.Node | None:
    """Compose a text that is neither huge, nor deep, nor full of references."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST or isinstance(event, yaml.AliasEvent):
            rule = "trop de niveaux, ou un renvoi"
            raise CardFileError(file=file, place="fichier", rule=rule)
    return yaml.compose(text, Loader=_Strings)


def _type_files(folder: Path) -> tuple[str, ...]:
    found = (f"cards/{path.name}" for path in (folder / "cards").glob("*.yaml"))
    return tuple(sorted(name for name in found if name != COMMON_CARDS))


def _read(folder: Path, name: str) -> dict[str, object]:
    try:
        read = _Strings((folder / name).read_text("utf-8")).get_single_data()
    except (OSError, UnicodeDecodeError) as failed:
        rule = "fichier absent ou illisible ; il fait partie de tout modèle, en UTF-8"
        raise TemplateError(file=name, id="fichier", rule=rule) from failed
    except yaml.YAMLError as failed:
        raise TemplateError(file=name, id=_line(failed), rule=_said(failed)) from failed
    if isinstance(read, dict):
        return read
    raise TemplateError(file=name, id="fichier", rule="« clé: valeur » est attendu")


def _read_exactly(folder: Path, name: str, keys: tuple[str, ...]) -> dict[str, object]:
    read = _read(folder, name)
    for key in read:
        if key not in keys:
            raise TemplateError(file=name, id=key, rule="clé inconnue")
    for key in keys:
        if key not in read:
            raise TemplateError(file=name, id=key, rule="clé absente")
    return read


def _line(failed: yaml.YAMLError) -> str:
    mark = failed.problem_mark if isinstance(failed, yaml.MarkedYAMLError) else None
    return f"ligne {mark.line + 1}" if mark else "fichier"


def _said(failed: yaml.YAMLError) -> str:
    problem = failed.problem if isinstance(failed, yaml.MarkedYAMLError) else None
    if problem and problem.startswith("clé"):
        return problem
    return "YAML illisible : deux-points, retrait ou guillemet à vérifier"


def _file_of(loc: tuple[int | str, ...], names: tuple[str, ...]) -> str:
    """The file of a refusal: its first key says, or the rank of its type."""
    if loc[0] == "types" and len(loc) > 1:
        return names[int(loc[1])]
    return next((name for name, keys in KEYS.items() if loc[0] in keys), "cards")


def _check_names(template: Template, folder: Path, names: tuple[str, ...]) -> None:
    if template.template_id != folder.name:
        rule = f"le dossier s'appelle {folder.name} : même nom attendu"
        raise TemplateError(file=CORE, id=template.template_id, rule=rule)
    for sheet, name in zip(template.types, names, strict=True):
        if type_file(sheet.code) != name:
            rule = f"le fichier de ce type s'appelle {type_file(sheet.code)}"
            raise TemplateError(file=name, id=sheet.code, rule=rule)
