"""What the crisis log says of action cards."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.wording import CARD_STATE_LABELS, ORDER_LABELS, passage

Facts = Mapping[str, Any]
_NAMED = 6  # cards in one sentence

KINDS = {
    "cards.opened": "fiches ouvertes",
    "card.taken": "fiche prise en charge",
    "card.done": "fiche faite",
    "card.corrected": "preuve d'une fiche corrigée",
    "card.aside": "fiche écartée",
    "card.released": "ordre reçu pour une fiche",
    "card.event": "événement déclaré",
}


def _of_run(name: str) -> str:
    card, _, number = name.partition(".")  # TC-13.2
    return f"{card}{passage(int(number))}"


def _cards_opened(facts: Facts) -> str:
    named = [_of_run(name) for name in facts["cards"]]
    shown = " ; ".join(named[:_NAMED]) + ("…" if len(named) > _NAMED else "")
    return f"Fiches ouvertes : {len(named)} ({shown})."


def _card_done(facts: Facts) -> str:
    late = passage(facts["run"]) + ", en retard" * facts["late"]
    others = [_of_run(name) for name in facts.get("same_call", ())]
    also = f" Du même appel : {' ; '.join(others)}." if others else ""
    return f"Fiche {facts['card']} faite{late}.{also}"


def _card_aside(facts: Facts) -> str:
    why = CARD_STATE_LABELS[facts["state"]]
    named = f"{facts['card']}{passage(facts['run'])}"
    return f"Fiche {named} {why} : {facts['reason']}."


SENTENCES: dict[str, Callable[[Facts], str]] = {
    "cards.opened": _cards_opened,
    "card.taken": lambda facts: (
        f"Fiche {facts['card']}{passage(facts['run'])} prise en charge."
    ),
    "card.done": _card_done,
    "card.corrected": lambda facts: (
        f"Preuve de la fiche {facts['card']} complétée ou corrigée."
    ),
    "card.aside": _card_aside,
    "card.released": lambda facts: (
        f"Ordre reçu pour la fiche {facts['card']} ({ORDER_LABELS[facts['source']]}, "
        f"référence {facts['reference']})."
    ),
    "card.event": lambda facts: f"Fiche {facts['card']} déclenchée.",
}
