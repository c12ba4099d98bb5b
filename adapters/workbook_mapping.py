"""Read which of our numbers goes in which cell: `lieux_ouverts: "Feuil1!C7"`."""

from pathlib import Path

import yaml

from domain.errors import WorkbookError

LARGEST_BYTES = 200_000
_NOT_YAML = "YAML illisible : une ligne par nombre, comme « lieux_ouverts: Feuil1!C7 »"


def load_mapping(path: Path) -> dict[str, str]:
    """Read a mapping, keyed by the name of a number.

    Raises:
        WorkbookError: It cannot be read, or gives a number twice.
    """
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise WorkbookError(file=path.name, rule="fichier trop gros")
        node = yaml.compose(path.read_text("utf-8-sig"), Loader=yaml.CBaseLoader)
    except OSError as failed:
        rule = "fichier introuvable ou illisible : vérifiez son chemin et ses droits"
        raise WorkbookError(file=path.name, rule=rule) from failed
    except (UnicodeDecodeError, yaml.YAMLError) as failed:
        raise WorkbookError(file=path.name, rule=_NOT_YAML) from failed
    if not isinstance(node, yaml.MappingNode) or not node.value:
        raise WorkbookError(file=path.name, rule=_NOT_YAML)
    found: dict[str, str] = {}
    for name, cell in node.value:
        if not isinstance(cell, yaml.ScalarNode) or not cell.value:
            raise WorkbookError(file=path.name, rule=_NOT_YAML)
        if name.value in found:
            rule = f"« {name.value} » est donné deux fois"
            raise WorkbookError(file=path.name, rule=rule)
        found[name.value] = cell.value
    return found
