"""The state of a crisis, for a terminal of 80 columns."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from textwrap import fill
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from domain.answer import Availability
from domain.ban import Ban
from domain.calendar import french_elapsed, french_instant
from domain.crisis import Activation, CrisisState, Origin
from domain.figures import Figures
from domain.recognition import LETTER_KIND, is_due
from domain.wording import (
    ANSWER_LABELS,
    AUTHORITY_LABELS,
    LOCAL_INITIATIVE,
    NOT_SENT_LABELS,
    STATE_LABELS,
    giver_label,
)

WIDTH = 80
_ANY = "toute profession de la fiche"
_ALWAYS = (Availability.IMMEDIATE, Availability.UNAVAILABLE, Availability.SILENT)
INDENT = " " * len("  Référence  ")


class Standing(BaseModel):
    """Where a crisis stands: what was decided of it."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    crisis_id: str
    state: CrisisState
    activation: Activation
    reference: str | None
    ban: Ban | None
    dormant: bool
    lifting_proposed_at: datetime | None
    lifted_at: datetime | None
    cancelled_at: datetime | None
    stood_down_at: datetime | None


class Picture(BaseModel):
    """A crisis at one instant, its types by their labels; hours as the CPTS reads."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True)

    row: Standing
    types: tuple[str, ...]
    professions: Mapping[str, str]  # their labels, by code
    cards: Mapping[str, str]  # what a few words say of each, by its id
    numbers: Figures
    needing_help: int = 0  # people in danger, by their last word
    next_report_at: datetime | None = None  # none: the crisis is over
    zone: ZoneInfo
    now: datetime


def board(picture: Picture) -> str:
    """Lay out a crisis in plain lines."""
    numbers = picture.numbers
    lines = (
        *_head(picture),
        *_in_danger(picture.needing_help),
        *_awaited(picture),
        *_passed(picture),
        "",
        *_alerts(numbers),
        "",
        *_answers(numbers),
        "",
        *_needs(picture),
        *_partners(numbers),
        "",
        *_tail(picture),
    )
    return "\n".join(fill(line, WIDTH, subsequent_indent=INDENT) for line in lines)


def _head(picture: Picture) -> list[str]:
    row = picture.row
    said = row.activation
    exercise = "  *** EXERCICE ***" if said.exercise else ""
    pace = f" (délais divisés par {said.pace})" if said.pace > 1 else ""
    return [
        f"Crise {row.crisis_id} : {STATE_LABELS[row.state]}{exercise}{pace}",
        f"  Types      {' ; '.join(picture.types)}",
        f"  Ordre      {giver_label(said)}",
        f"  Reçu       {french_instant(said.received_at, picture.zone)}",
        f"  Référence  {row.reference or 'écrite attendue'}",
        f"  Lieu       {said.place}",
    ]


def _in_danger(number: int) -> Iterator[str]:
    if number:
        who = "1 personne a" if number == 1 else f"{number} personnes ont"
        yield f"  DANGER     {who} besoin d'aide : qui et où, en tête du tableau"


def _awaited(picture: Picture) -> Iterator[str]:
    """Say what the crisis waits for, and what to type."""
    row, said = picture.row, picture.row.activation
    waited = french_elapsed(picture.now - said.received_at)
    if row.state is CrisisState.PRE_ALERT:
        yield (
            f"  Attendu    contre-appel, depuis {waited} : "
            f"tocsin crisis call-back {row.crisis_id}"
        )
    if row.reference is not None or row.state is CrisisState.CANCELLED:
        return
    asked = any(made.kind == LETTER_KIND for made in picture.numbers.documents)
    by_letter = ", demandée par lettre" if asked else ""
    if said.origin is Origin.LOCAL:
        yield f"  Attendu    reconnaissance{by_letter}. {LOCAL_INITIATIVE}"
    else:
        yield f"  Attendu    référence écrite, depuis {waited}{by_letter}"
    if not asked and is_due(said, lifted=row.lifted_at is not None, now=picture.now):
        yield f"             demandez-la : tocsin crisis letter {row.crisis_id}"


def _passed(picture: Picture) -> Iterator[str]:
    """Say what was decided while the crisis ran."""
    row, zone = picture.row, picture.zone
    if row.ban is not None:
        yield f"  Interdit   {_ban(row.ban, zone)}"
    if row.dormant:
        yield "  En veille  plus de rappels, le dossier reste ouvert"
    for words, at in (
        ("Proposée ", row.lifting_proposed_at if row.lifted_at is None else None),
        ("Levée    ", row.lifted_at),
        ("Annulée  ", row.cancelled_at),
        ("Désarmée ", row.stood_down_at),
    ):
        if at is not None:
            yield f"  {words}  le {french_instant(at, zone)}"


def _ban(ban: Ban, zone: ZoneInfo) -> str:
    where = f"zones {', '.join(ban.zones)}" if ban.zones else "tout le territoire"
    until = (
        f"jusqu'au {french_instant(ban.until_at, zone)}"
        if ban.until_at
        else "jusqu'à nouvel ordre"
    )
    return (
        f"circuler, {where}, par le {AUTHORITY_LABELS[ban.authority]}, "
        f"dès le {french_instant(ban.from_at, zone)}, {until}"
    )


def _alerts(numbers: Figures) -> list[str]:
    alerts = numbers.alerts
    pending = alerts.asked - alerts.sent - alerts.not_sent
    lines = [
        f"Messages : {alerts.asked} demandés, {alerts.sent} partis, "
        f"{alerts.not_sent} non parti{'s' * (alerts.not_sent > 1)}"
        + (f", {pending} en attente" if pending else "")
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


def _needs(picture: Picture) -> Iterator[str]:
    """Name each card that has seats, then count them by profession."""
    yield "Besoins"
    for card, needs in groupby(picture.numbers.needs, key=lambda need: need.card):
        yield f"  {picture.cards.get(card, card)}"
        for need in needs:
            who = picture.professions.get(need.profession or "", _ANY)
            yield f"    {who:<52.52} {need.filled:>3} sur {need.needed}"


def _partners(numbers: Figures) -> Iterator[str]:
    told = numbers.partners
    if told is None:
        return
    yield ""
    yield (
        f"Partenaires : {told.asked} informés ; besoins {told.needs}, rien à signaler "
        f"{told.nothing}, sans réponse {told.unanswered}, non joints {told.unreached}"
    )
    if told.asked > told.nothing:
        yield f"  qui appeler : tocsin crisis partners {numbers.crisis_id}"


def _reports(picture: Picture) -> str:
    sent = picture.numbers.sitreps
    said = f"Points de situation : {sent} envoyé{'s' * (sent > 1)}"
    if picture.next_report_at is None:
        return said
    due = french_instant(picture.next_report_at, picture.zone)
    late = ", en retard" if picture.next_report_at < picture.now else ""
    return f"{said} ; prochain le {due}{late}"


def _tail(picture: Picture) -> list[str]:
    numbers = picture.numbers
    cards, evidence = numbers.cards, numbers.evidence
    seal = "vérifié" if evidence.verified else "À VÉRIFIER"
    states = f"faites {cards.done}, en cours {cards.running}, en retard {cards.late}"
    return [
        f"Fiches : {cards.total} ; {states}",
        _reports(picture),
        f"Registre : {evidence.entries} lignes, {seal} ({evidence.root[:16]}…)",
        *(f"  {made.kind:<8} {made.path}" for made in numbers.documents),
    ]
