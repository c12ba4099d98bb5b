"""What one action card must hold together, whatever the template around it.

Source: docs/sources.md#cards
"""

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from domain.card import ActionCard, CardMode, CountsFrom
from domain.wave import Kinetic

CRITICAL_CARDS = frozenset({"TC-01", "TC-03", "TC-04", "TC-08"})
AFTER_AN_ORDER = frozenset({CountsFrom.ORDER, CountsFrom.LIFTING})

_ACRONYMS = re.compile(r"\b(?:SNP|ESMS|PSAD|DAC|CRP|LABM)\b")  # not to be guessed
_VERB_FIRST = re.compile(r"(?:Ne pas )?(?:Se |S')?\w+(?:er|ir|re)\b")
_ONE_PERSON = re.compile(
    r"(?:^|_)(?:patiente?|malade|victime|personne|enfant|mineur|cas|usager|prenom|nir"
    r"|naissance|age|sexe|diagnostic|professionnel|soignant|medecin|infirmier|declarant"
    r"|rpps)(?:_|$)"
)


def rules_broken_by(card: ActionCard) -> Iterator[str]:
    """List in French the rules that a card breaks by itself."""
    yield from _words(card)
    yield from _mode(card)
    yield from _needs(card)
    yield from _repetition(card)
    yield from _milestones(card)
    yield from _start(card)


def _words(card: ActionCard) -> Iterator[str]:
    if _VERB_FIRST.match(card.title) is None:
        yield "« titre » commence par un verbe à l'infinitif"
    if found := _ACRONYMS.search(" ".join((card.title, card.caution, *card.steps))):
        yield f"sigle à écrire en toutes lettres : {found[0]}"
    for field in card.proof.fields:
        if _ONE_PERSON.search(field):
            yield f"« preuve » : {field} désignerait une personne ; comptez-les"
    if card.critical is not (card.card_id in CRITICAL_CARDS):
        yield f"« critique » est réservé à {', '.join(sorted(CRITICAL_CARDS))}"


def _mode(card: ActionCard) -> Iterator[str]:
    seats = card.mode is CardMode.SEATS
    if seats is not bool(card.needs):
        yield "« besoins » va avec le mode POSTE, et lui seul"
    if seats and card.short is None:
        yield "une fiche POSTE a un « court », pour le message de mission"
    if (card.mode is CardMode.CONTRIBUTION) is not bool(card.contribution):
        yield "« contribution » va avec le mode CONTRIBUTION, et lui seul"
    if not set(card.contribution) <= set(card.proof.fields):
        yield "« contribution » nomme un champ absent de « preuve »"


def _needs(card: ActionCard) -> Iterator[str]:
    for need in card.needs:
        if not card.welcomes(need.code):
            yield f"« besoins » : {need.code} n'est pas une profession de la fiche"
    total = sum(need.count for need in card.needs)
    if card.needs and total != card.staffing.minimum:
        least = card.staffing.minimum
        yield f"« besoins » : {total} places gardées ; « effectif » en dit {least}"


def _repetition(card: ActionCard) -> Iterator[str]:
    if card.recurs_after and card.occurrences:
        yield "« recurrence » et « occurrences » s'excluent"
    if card.repeats_until and not (card.recurs_after or card.occurrences):
        yield "« jusqu_a » termine une « recurrence » ou des « occurrences »"
    if not card.occurrences:
        return
    if not _increase(card.occurrences):
        yield "« occurrences » vont en augmentant"
    if any(card.due_after.of(kinetic) != card.occurrences[0] for kinetic in Kinetic):
        yield "la première des « occurrences » est l'« echeance »"


def _milestones(card: ActionCard) -> Iterator[str]:
    if not card.milestones:
        return
    for kinetic in Kinetic:
        due = [milestone.due_after.of(kinetic) for milestone in card.milestones]
        if not _increase(due):
            yield "« jalons » vont en augmentant"
        if due[-1] != card.due_after.of(kinetic):
            yield "le dernier des « jalons » est l'« echeance »"


def _start(card: ActionCard) -> Iterator[str]:
    if card.awaited_orders and card.counts_from not in AFTER_AN_ORDER:
        yield "« attendre_ordre » veut « depuis » : ORDRE ou LEVEE"
    if card.counts_from is CountsFrom.ORDER and not card.awaited_orders:
        yield "« depuis » : ORDRE veut « attendre_ordre »"
    if card.counts_from is CountsFrom.EVENT and card.condition is None:
        yield "« depuis » : EVENEMENT veut une « condition »"


def _increase(delays: Sequence[timedelta]) -> bool:
    return all(first < second for first, second in pairwise(delays))
