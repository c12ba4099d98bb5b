"""What pydantic refuses in a file, said in French with the place it stands."""

from collections.abc import Iterator, Mapping, Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

_SHOWN = 60
_SENTENCES = {
    "missing": "clé absente",
    "extra_forbidden": "clé inconnue",
    "enum": "valeur inconnue : {value} ; permis : {expected}",
    "string_too_long": "{value} dépasse {max_length} caractères",
    "string_too_short": "au moins {min_length} caractères",
    "string_type": "un texte est attendu",
    "string_pattern_mismatch": "écriture refusée : {value}",
    "too_short": "au moins {min_length} attendus, {actual_length} donnés",
    "too_long": "trop long : au plus {max_length}",
    "int_parsing": "un nombre entier est attendu, pas {value}",
    "bool_parsing": "écrivez true ou false, pas {value}",
    "greater_than_equal": "au moins {ge} ; donné : {value}",
    "less_than_equal": "au plus {le} ; donné : {value}",
    "tuple_type": "une liste est attendue",
    "model_type": "un bloc « clé: valeur » est attendu",
}


def first_refusal(refused: ValidationError, data: object) -> tuple[str, str]:
    """Say where the first refusal stands, and what is refused.

    Args:
        refused: What pydantic raised.
        data: What it was asked to validate, as read from the file.

    Returns:
        The nearest `id`, `code` or `type` with the key, such as `T2-07.effectif`; and a
        French sentence.
    """
    error = refused.errors(include_url=False)[0]
    return _place(error["loc"], data), _sentence(error)


def refusals(refused: ValidationError) -> Iterator[tuple[Sequence[str | int], str]]:
    """Give where each refusal stands, key after key, and a French sentence."""
    for error in refused.errors(include_url=False):
        yield error["loc"], _sentence(error)


def _place(loc: Sequence[str | int], data: object) -> str:
    steps: list[str] = []
    for step in loc:
        data = _inside(data, step)
        name = _name(data)
        if name is not None:
            steps = [name]
        else:
            steps.append(step if isinstance(step, str) else f"n° {step + 1}")
    return ".".join(steps) or "fichier"


def _inside(data: object, step: str | int) -> object:
    if isinstance(data, Mapping):
        if isinstance(step, int):  # `{CODE: …}` was read as a list of records
            return {"code": [*data][step]} if step < len(data) else None
        return data.get(step)
    if isinstance(data, Sequence) and isinstance(step, int) and step < len(data):
        return data[step]
    return None


def _name(data: object) -> str | None:
    if not isinstance(data, Mapping):
        return None
    named = (data.get(key) for key in ("id", "code", "type"))
    return next((name for name in named if isinstance(name, str)), None)


def _sentence(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if error["type"] == "value_error":
        return str(context["error"])
    if error["type"] == "string_too_short" and not error["input"]:
        return "texte vide"
    value = f"« {str(error['input'])[:_SHOWN]} »"
    sentence = _SENTENCES.get(error["type"], "valeur refusée : {value}")
    return sentence.format_map({**context, "value": value})
