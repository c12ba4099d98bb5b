"""The state of a crisis, for a terminal of 80 columns."""

from textwrap import fill
from zoneinfo import ZoneInfo

from adapters.database.crises import CrisisRow
from domain.answer import Availability
from domain.calendar import french_instant
from domain.figures import Figures
from domain.wording import (
    ANSWER_LABELS,
    NOT_SENT_LABELS,
    STATE_LABELS,
    giver_label,
)

WIDTH = 80
_ALWAYS = (Availability.IMMEDIATE, Availability.UNAVAILABLE, Availability.SILENT)
INDENT = " " * len("  Référence  ")


def board(row: CrisisRow, numbers: Figures, zone: ZoneInfo) -> str:
    """Lay out a crisis in plain lines."""
    lines = (
        *_head(row, zone),
        "",
        *_alerts(numbers),
        "",
        *_answers(numbers),
        "",
        *_needs(numbers),
        "",
        *_tail(numbers),
    )
    return "\n".join(fill(line, WIDTH, subsequent_indent=INDENT) for line in lines)


def _head(row: CrisisRow, zone: ZoneInfo) -> list[str]:
    said = row.activation
    exercise = "  *** EXERCICE ***" if said.exercise else ""
    pace = f" (délais divisés par {said.pace})" if said.pace > 1 else ""
    lines = [
        f"Crise {row.crisis_id} : {STATE_LABELS[row.state]}{exercise}{pace}",
        f"  Ordre      {giver_label(said)}",
        f"  Reçu       {french_instant(said.received_at, zone)}",
        f"  Référence  {row.reference or 'écrite attendue'}",
        f"  Lieu       {said.place}",
    ]
    if row.lifted_at:
        lines.append(f"  Levée      le {french_instant(row.lifted_at, zone)}")
    return lines


def _alerts(numbers: Figures) -> list[str]:
    alerts = numbers.alerts
    pending = alerts.asked - alerts.sent - alerts.not_sent
    lines = [
        f"Messages : {alerts.asked} demandés, {alerts.sent} partis, "
        f"{alerts.not_sent} non partis" + (f", {pending} en attente" if pending else "")
    ]
    lines += [
        f"  {NOT_SENT_LABELS[code]} : {number}"
        for code, number in numbers.not_sent_reasons.items()
    ]
    return lines


def _answers(numbers: Figures) -> list[str]:
    return [
        "Réponses",
        *(
            f"  {ANSWER_LABELS[code]:<36} {number:>5}"
            for code, number in numbers.answers.items()
            if number or code in _ALWAYS
        ),
    ]


def _needs(numbers: Figures) -> list[str]:
    return [
        "Besoins",
        *(
            f"  {need.card}  {need.profession or 'toute profession':<22} "
            f"{need.filled:>3} sur {need.needed}"
            for need in numbers.needs
        ),
    ]


def _tail(numbers: Figures) -> list[str]:
    cards, evidence = numbers.cards, numbers.evidence
    seal = "vérifié" if evidence.verified else "À VÉRIFIER"
    states = f"faites {cards.done}, en cours {cards.running}, en retard {cards.late}"
    return [
        f"Fiches : {cards.total} ; {states}",
        f"Registre : {evidence.entries} lignes, {seal} ({evidence.root[:16]}…)",
        *(f"  {made.kind:<8} {made.path}" for made in numbers.documents),
    ]
