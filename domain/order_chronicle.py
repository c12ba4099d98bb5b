"""What the crisis log says of the order: confirmed, extended, proposed, ended."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.wave import Kinetic
from domain.wording import AUTHORITY_LABELS

Facts = Mapping[str, Any]

_FEW = 2  # French counts from two


def _by(facts: Facts) -> str:
    return f"par le {AUTHORITY_LABELS[facts['authority']]}"


def _referenced(facts: Facts) -> str:
    return f" (référence {facts['reference']})" if facts["reference"] else ""


def _people(number: int) -> str:
    return f"{number} personne{'s' if number >= _FEW else ''}"


def _called_back(facts: Facts) -> str:
    awaited = "" if facts["reference"] else " ; référence écrite attendue"
    return f"Autorité rappelée : l'ordre est le sien{_referenced(facts)}{awaited}."


def _confirmed(facts: Facts) -> str:
    what = "Initiative reconnue" if facts["recognises"] else "Ordre confirmé par écrit"
    return f"{what} {_by(facts)}{_referenced(facts)}."


def _kinetic(facts: Facts) -> str:
    speed = "rapides" if facts["kinetic"] == Kinetic.FAST else "lents"
    return f"Délais {speed} choisis : {facts['reason'].rstrip('.')}."


def _type_removed(facts: Facts) -> str:
    seated = facts["seated"]
    told = f" {_people(seated)} à prévenir : place prise." if seated else ""
    return (
        f"Type retiré : « {facts['label']} »{_referenced(facts)}, "
        f"{facts['reason'].rstrip('.')}.{told}"
    )


def _banned(facts: Facts) -> str:
    zones = ", ".join(facts["zones"])
    where = f"zones {zones}" if zones else "tout le territoire"
    until = "" if facts["until_at"] else ", jusqu'à nouvel ordre"
    return f"Circulation interdite {_by(facts)} : {where}{until}{_referenced(facts)}."


def _noted(facts: Facts) -> str:
    """The words were sealed; without them, only that somebody wrote is known."""
    text = facts.get("text")
    return f"Note ({facts['role']}) : {text}" if text else "Note de la cellule."


def _proposed(facts: Facts) -> str:
    criteria = facts["criteria"]
    said = f" : {criteria.rstrip('.')}" if criteria else ""
    return f"Levée proposée à l'autorité{said}."


def _lifted(facts: Facts) -> str:
    giver = facts["authority"]
    who = f"le {AUTHORITY_LABELS[giver]}" if giver else "la présidence de la CPTS"
    return f"Fin de l'alerte décidée par {who} ; {_people(facts['told'])} à prévenir."


def _cancelled(facts: Facts) -> str:
    told = _people(facts["told"])
    return f"FAUSSE ALERTE : {facts['reason'].rstrip('.')} ; {told} à prévenir."


def _closed(facts: Facts) -> str:
    left = ", ".join(remaining(facts))
    return f"Crise clôturée ; {f'reste ouvert : {left}' if left else 'rien ne reste'}."


def remaining(facts: Facts) -> tuple[str, ...]:
    """Say what a closed crisis leaves open, one thing after the other."""
    cards, receipts = facts["cards"], facts["receipts"]
    found = (
        (cards, "fiche sans conclusion", "fiches sans conclusion"),
        (receipts, "accusé de réception non reçu", "accusés de réception non reçus"),
    )
    counted = (
        f"{number} {many if number >= _FEW else one}"
        for number, one, many in found
        if number
    )
    return (*counted, *(("référence écrite non reçue",) if facts["reference"] else ()))


SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "order.called_back": _called_back,
    "order.confirmed": _confirmed,
    "kinetic.set": _kinetic,
    "type.added": lambda facts: (
        f"Type ajouté : « {facts['label']} »{_referenced(facts)}."
    ),
    "type.removed": _type_removed,
    "circulation.banned": _banned,
    "circulation.freed": lambda facts: (
        f"Circulation rétablie {_by(facts)}{_referenced(facts)}."
    ),
    "log.noted": _noted,
    "lifting.proposed": _proposed,
    "crisis.lifted": _lifted,
    "crisis.cancelled": _cancelled,
    "cell.stood_down": lambda _: "Cellule de crise désarmée.",
    "crisis.closed": _closed,
}
