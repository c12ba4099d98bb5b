"""A card as the texts of a form: delays, labels and lists as people write them."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.card import ActionCard, Milestone
from domain.card_words import period, span
from domain.contribution import NUMBER_LABELS
from domain.duration import parse_duration, parse_period
from domain.folding import folded
from domain.proof_label import PROOF_LABELS, proof_label

NEEDS = "besoins"
"""One number a profession: `besoins.INFIRMIER`."""
TICKED = ("scenarios", "roles", "professions", "competences", "partenaires")
"""Codes that are chosen among those of the template, between spaces."""
NAMED = ("contribution", "preuve.champs")
"""Fields that people name in French, a line each."""
BOXES = ("competence_requise", "deplacement")
_YES = "oui"
_BOTH = ("echeance", "recurrence")
_PARTS = (*_BOTH, "effectif", "preuve")  # each of their keys is a text of its own
_KEPT = {"id", "critique"}  # nobody changes them
_KEYS = {f.alias or n for n, f in ActionCard.model_fields.items()} - _KEPT
_SINCE_LIFTING = "LEVEE+"
_LENGTH = re.compile(
    r"(?:(\d{1,4}) ?j(?:ours?)?)? ?"
    r"(?:(\d{1,5}) ?h(?:eures?)?(?: ?(\d\d)$)?)? ?(?:(\d{1,6}) ?min(?:utes?)?)?"
)
_PERIOD = re.compile(r"(\d{1,4}) ?(j(?:ours?)?|mois|ans?)")
_UNITS = {"j": "D", "m": "M", "a": "Y"}
_STEP = re.compile(r"([^:]+):([^/,]+)(?:/([^,]+))?(?:, après (.+))?")
_NAMES = {folded(label): n for n, label in {**PROOF_LABELS, **NUMBER_LABELS}.items()}


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a value of a file is written in a form, and read from it.

    What cannot be read is left as it was typed, for the card to refuse.
    """

    write: Callable[..., str]
    read: Callable[[str], object]


def card_texts(card: ActionCard) -> dict[str, str]:
    """Write a card as the texts of a form, by name: `echeance.rapide`."""
    return {
        name: _shape(name).write(value)
        for name, value in _flat(card.model_dump(mode="json"))
    }


def read_card(
    card_id: str, typed: Mapping[str, str], before: ActionCard | None
) -> dict[str, object]:
    """Read what a form says as the file of a card would.

    Args:
        card_id: Its number: a form never changes it.
        typed: Texts by name; an empty one says nothing.
        before: The card that was shown, if there was one: what was not typed otherwise
            is kept as it is, in its order.
    """
    kept = dict(_flat(before.model_dump(mode="json"))) if before else {}
    texts = card_texts(before) if before else {}
    said: dict[str, object] = {"id": card_id}
    if before is not None and before.critical:
        said["critique"] = True
    parts: defaultdict[str, dict[str, object]] = defaultdict(dict)
    for name in _in_order(typed, texts):
        text = typed[name].strip().replace("\r\n", "\n")
        key, _, part = name.partition(".")
        if not text or key not in _KEYS:
            continue
        same = text == texts.get(name)
        value = kept[name] if same else _read(name, text, kept.get(name))
        if part:
            parts[key][part] = value
        else:
            said[name] = value
    return said | {key: _whole(key, values) for key, values in parts.items()}


def name_of(place: Sequence[str | int], said: Mapping[str, object]) -> str:
    """Say which field of a form a refusal is about.

    Args:
        place: Where it stands in the card: `("besoins", 0, "nombre")`.
        said: What was read.
    """
    key = str(place[0])
    needs = said.get(NEEDS)
    if key == NEEDS and len(place) > 1 and isinstance(needs, Mapping):
        return f"{NEEDS}.{[*needs][int(place[1])]}"
    if key not in _PARTS:
        return key
    first = {"effectif": "min", "preuve": "kind"}.get(key, "rapide")
    if key in _BOTH and not isinstance(said.get(key), Mapping):
        return f"{key}.{first}"  # said once, refused for both
    return f"{key}.{place[1] if len(place) > 1 else first}"


def _flat(said: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Give each value by its name in a form."""
    for key, value in said.items():
        if key in _KEPT or value in (None, [], False):
            continue
        if isinstance(value, dict):
            yield from ((f"{key}.{part}", inner) for part, inner in value.items())
        elif key == NEEDS and isinstance(value, list):
            yield from ((f"{key}.{each['code']}", each["nombre"]) for each in value)
        else:
            yield key, value


def _in_order(typed: Iterable[str], texts: Mapping[str, str]) -> tuple[str, ...]:
    """Put first what the card said, in its order."""
    names = tuple(typed)
    return tuple(sorted(names, key=[*texts, *names].index))


def _read(name: str, text: str, before: object) -> object:
    value, known = _shape(name).read(text), before if isinstance(before, list) else []
    if name in TICKED and isinstance(value, list):
        value.sort(key=[*known, *value].index)
    if name in NAMED:
        labels = {proof_label(each): each for each in known}
        return [labels.get(line) or _field_name(line) for line in _lines(text)]
    return value


def _whole(key: str, values: dict[str, object]) -> object:
    """Let a delay that is said once be that of both kinetics."""
    once = key in _BOTH and len(values) == 1
    return next(iter(values.values())) if once else values


def _shape(name: str) -> _Shape:
    return _SHAPES.get(name) or _SHAPES.get(name.partition(".")[0]) or _PLAIN


def _length(text: str) -> str:
    """Read « 1 jour 12 h » or « 1 h 30 » as ISO 8601."""
    said = " ".join(text.split()).lower()
    if said == "aussitôt":
        return "PT0M"
    read = _LENGTH.fullmatch(said)
    if not read or not any(read.groups()):
        return text
    days, hours, odd, minutes = (int(part or 0) for part in read.groups())
    return f"P{days}DT{hours}H{odd + minutes}M"


def _period(text: str) -> str:
    read = _PERIOD.fullmatch(" ".join(text.split()).lower())
    return f"{_SINCE_LIFTING}P{read[1]}{_UNITS[read[2][0]]}" if read else text


def _written_period(text: str) -> str:
    return period(parse_period(text.removeprefix(_SINCE_LIFTING)))


def _written_length(text: str) -> str:
    return span(parse_duration(text))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _field_name(label: str) -> str:
    """Name a field of a proof: « Heure d'ouverture » is `heure_ouverture`."""
    said = folded(label)
    return _NAMES.get(said) or said.replace(" ", "_")


def _card_ids(text: str) -> list[str]:
    return text.upper().replace(",", " ").replace(";", " ").split()


def _step(line: str) -> object:
    """Read a dated step: « Provisoire : 30 jours, après TC-20 »."""
    read = _STEP.fullmatch(line)
    if read is None:
        return line
    fast = _length(read[2].strip())
    slow = _length(read[3].strip()) if read[3] else fast
    said = {
        "nom": _field_name(read[1].strip()),
        "echeance": {"rapide": fast, "lente": slow},
    }
    return {**said, "depend_de": _card_ids(read[4])} if read[4] else said


def _written_step(step: Milestone) -> str:
    fast, slow = span(step.due_after.fast), span(step.due_after.slow)
    delay = fast if fast == slow else f"{fast} / {slow}"
    after = f", après {', '.join(step.depends_on)}" if step.depends_on else ""
    return f"{proof_label(step.name)} : {delay}{after}"


def _order(line: str) -> list[str]:
    """Read authorities, one of which is enough: « SAMU ou ARS »."""
    return [folded(each).upper() for each in re.split(r"\s+ou\s+", line)]


_PLAIN = _Shape(str, lambda text: " ".join(text.splitlines()))
_DELAY = _Shape(_written_length, _length)
_FIELDS = _Shape(lambda names: "\n".join(map(proof_label, names)), _lines)
_CARDS = _Shape(", ".join, _card_ids)
_CODES = _Shape(" ".join, str.split)
_BOX = _Shape(lambda _: _YES, lambda _: True)
_SHAPES: Mapping[str, _Shape] = {
    **dict.fromkeys(TICKED, _CODES),
    **dict.fromkeys(BOXES, _BOX),
    **dict.fromkeys((*_BOTH, "passage_final"), _DELAY),
    **dict.fromkeys(NAMED, _FIELDS),
    "quoi": _Shape("\n".join, _lines),
    "occurrences": _Shape(
        lambda all_of_them: ", ".join(map(_written_length, all_of_them)),
        lambda text: [_length(each.strip()) for each in text.split(",")],
    ),
    "jusqu_a": _Shape(_written_period, _period),
    "jalons": _Shape(
        lambda steps: "\n".join(
            _written_step(Milestone.model_validate(each)) for each in steps
        ),
        lambda text: [_step(line) for line in _lines(text)],
    ),
    "attendre_ordre": _Shape(
        lambda groups: "\n".join(" ou ".join(group) for group in groups),
        lambda text: [_order(line) for line in _lines(text)],
    ),
    "depend_de": _CARDS,
}
