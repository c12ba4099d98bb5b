"""What the crisis log says of the auditor: what it raised, what was done at last."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.audit import Lack

Facts = Mapping[str, Any]

LACKS = {
    Lack.WAVE.value: "la vague {subject} n'est pas partie",
    Lack.SECOND.value: "les suivants de la vague {subject} ne sont pas appelés",
    Lack.MESSAGES.value: "des messages de la vague {subject} attendent, aucun ne part",
    Lack.LOST.value: "des personnes de la vague {subject} n'ont aucun message",
    Lack.REMINDER.value: "la relance de la vague {subject} n'est pas partie",
    Lack.CLOSING.value: "la vague {subject} n'est pas close",
    Lack.DIGEST.value: "le rappel des fiches en retard n'est pas parti",
    Lack.REPORT.value: "le point de situation attendu n'est pas parti",
}
KINDS = {"audit.raised": "contrôle : en retard", "audit.ended": "contrôle : rattrapé"}


def lacking(lack: str, subject: str) -> str:
    """Say what lacks: « la vague V2 n'est pas partie »."""
    return LACKS[lack].format(subject=subject.partition(".")[0])


SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "audit.raised": lambda facts: (
        f"Contrôle : {lacking(facts['lack'], facts['subject'])} "
        f"({facts['late_s'] // 60} min de retard)."
    ),
    "audit.ended": lambda facts: (
        f"Contrôle, rattrapé ou sans objet : "
        f"{lacking(facts['lack'], facts['subject'])}."
    ),
}
