"""What the crisis log says of the auditor: what it raised, what was done at last."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.audit import Lack
from domain.wording import WAVE_LABELS

Facts = Mapping[str, Any]

LACKS = {
    Lack.WAVE.value: "l'envoi « {wave} » n'est pas parti",
    Lack.SECOND.value: "les suivants de l'envoi « {wave} » ne sont pas appelés",
    Lack.MESSAGES.value: "des messages de l'envoi « {wave} » attendent, aucun ne part",
    Lack.LOST.value: "des personnes de l'envoi « {wave} » n'ont aucun message",
    Lack.REMINDER.value: "la relance de l'envoi « {wave} » n'est pas partie",
    Lack.CLOSING.value: "l'envoi « {wave} » n'est pas clos",
    Lack.DIGEST.value: "le rappel des fiches en retard n'est pas parti",
    Lack.REPORT.value: "le point de situation attendu n'est pas parti",
}
KINDS = {"audit.raised": "contrôle : en retard", "audit.ended": "contrôle : rattrapé"}


def lacking(lack: str, subject: str) -> str:
    """Say what lacks: « l'envoi « Appel aux professionnels » n'est pas parti »."""
    code = subject.partition(".")[0]
    return LACKS[lack].format(wave=WAVE_LABELS.get(code, code))


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
