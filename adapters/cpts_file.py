"""Read the file of a CPTS, and that of providers, every scalar a string."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from typing_extensions import override

from domain.cpts import Cpts
from domain.errors import CptsFileError, PlanError
from domain.provider import Providers
from domain.provider_errors import ProvidersFileError
from domain.refusal import first_refusal

LARGEST_BYTES = 2_000_000


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


def load_cpts(path: Path) -> Cpts:
    """Read and check the file of a CPTS.

    Raises:
        CptsFileError: It cannot be read or says something wrong; the facts name the
            file, the key and what to correct.
    """
    read = _read(path, CptsFileError)
    try:
        return Cpts.model_validate(read)
    except ValidationError as refused:
        key, rule = first_refusal(refused, read)
        raise CptsFileError(file=path.name, key=key, rule=rule) from refused


def load_providers(path: Path) -> Providers:
    """Read and check the file of providers.

    Raises:
        ProvidersFileError: As `load_cpts` refuses its own.
    """
    read = _read(path, ProvidersFileError)
    try:
        return Providers.model_validate(read)
    except ValidationError as refused:
        key, rule = first_refusal(refused, read)
        raise ProvidersFileError(file=path.name, key=key, rule=rule) from refused


def _read(path: Path, wrong: type[PlanError]) -> object:
    try:
        if path.stat().st_size > LARGEST_BYTES:
            rule = "fichier trop gros : 2 Mo au plus"
            raise wrong(file=path.name, key="fichier", rule=rule)
        read = _Strings(path.read_text("utf-8-sig")).get_single_data()
    except OSError as failed:
        rule = "fichier introuvable ou illisible : vérifiez son chemin et ses droits"
        raise wrong(file=path.name, key="fichier", rule=rule) from failed
    except UnicodeDecodeError as failed:
        rule = "ce n'est pas un texte UTF-8 : enregistrez-le de nouveau en UTF-8"
        raise wrong(file=path.name, key="fichier", rule=rule) from failed
    except yaml.YAMLError as failed:
        key, rule = _said(failed)
        raise wrong(file=path.name, key=key, rule=rule) from failed
    return read


def _said(failed: yaml.YAMLError) -> tuple[str, str]:
    rule = "YAML illisible : deux-points, retrait ou guillemet à vérifier"
    if not isinstance(failed, yaml.MarkedYAMLError) or failed.problem_mark is None:
        return "fichier", rule
    if failed.problem and failed.problem.startswith("clé"):
        rule = failed.problem
    return f"ligne {failed.problem_mark.line + 1}", rule
