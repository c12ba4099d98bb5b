"""The fields of an action card by their French keys: read, compared, replaced."""

import json
from collections.abc import Iterable, Mapping

import rfc8785

from domain.card import ActionCard

ID = "id"
NOTHING = "null"
"""The canonical JSON of what says nothing."""


def canonical(value: object) -> str:
    """Write what JSON holds as one text (RFC 8785): equal texts are equal values."""
    return rfc8785.dumps(value).decode()  # type: ignore[arg-type] # checked when it runs


def card_text(card: ActionCard) -> str:
    """Write a whole card as canonical JSON."""
    return canonical(card.model_dump(mode="json"))


def card_fields(card: ActionCard) -> dict[str, str]:
    """Write each field of a card, `id` included, as canonical JSON."""
    written = card.model_dump(mode="json")
    return {key: canonical(value) for key, value in written.items()}


def with_fields(card: ActionCard, fields: Mapping[str, str]) -> ActionCard:
    """Replace fields of a card.

    Args:
        card: As it is.
        fields: Canonical JSON by French key.

    Raises:
        ValidationError: A key or a value is not one of a card.
    """
    read = {key: json.loads(value) for key, value in fields.items()}
    return ActionCard.model_validate(card.model_dump(mode="json") | read)


def changed_fields(before: ActionCard, after: ActionCard) -> dict[str, tuple[str, str]]:
    """List the fields that two states of a card say otherwise: before and after."""
    old, new = card_fields(before), card_fields(after)
    return {key: (old[key], new[key]) for key in new if old[key] != new[key]}


def short_card(card: ActionCard) -> dict[str, object]:
    """Write a card as people write it in a file: no default, no needless detail."""
    said = card.model_dump(mode="json", exclude_defaults=True)
    said["echeance"] = _delay(said["echeance"])
    if "recurrence" in said:
        said["recurrence"] = _delay(said["recurrence"])
    if "jalons" in said:
        said["jalons"] = [
            part | {"echeance": _delay(part["echeance"])} for part in said["jalons"]
        ]
    if "besoins" in said:
        said["besoins"] = {each["code"]: each["nombre"] for each in said["besoins"]}
    return said


def _delay(both: Mapping[str, str]) -> object:
    return both["rapide"] if both["rapide"] == both["lente"] else dict(both)


def found(cards: Iterable[ActionCard], card_id: str) -> ActionCard | None:
    """Find a card by its id."""
    return next((card for card in cards if card.card_id == card_id), None)
