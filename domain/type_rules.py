"""What each type of crisis must hold, and what keeps its people out of danger."""

from collections.abc import Iterator

from domain.breach import CARDS, COMMON_CARDS, Breach, type_file
from domain.card import ActionCard, OrderSource, Phase
from domain.card_rules import CRITICAL_CARDS
from domain.crisis_type import TypeSheet
from domain.template import Template

NRC = "NRC"
TYPES = 5
FEWEST_CARDS, MOST_CARDS = 8, 16
PHASES = (Phase.ALERT, Phase.CONDUCT)
"""Each type has a card in each of these."""
GATES: dict[str, tuple[frozenset[OrderSource], ...]] = {
    "T1-05": (frozenset({OrderSource.SAMU}), frozenset({OrderSource.ARS})),
    "T1-06": (frozenset({OrderSource.SAMU}), frozenset({OrderSource.ARS})),
    "T4-08": (frozenset({OrderSource.PREFECT}),),
}
"""Groups that these cards await: a walk-in point, its team, iodine."""


def type_breaches(template: Template) -> Iterator[Breach]:
    """List what types lack, and cards that would let people leave too early."""
    yield from _local_prefixes(COMMON_CARDS, "C", template.common_cards)
    for sheet in template.types:
        file = type_file(sheet.code)
        yield from _local_prefixes(file, str(sheet.number), sheet.cards)
        yield from _gates(file, sheet)
    if not template.small:
        yield from _wholeness(template)


def _local_prefixes(
    file: str, family: str, cards: tuple[ActionCard, ...]
) -> Iterator[Breach]:
    national = f"T{family}-"
    for card in cards:
        if not card.card_id.startswith((national, f"L{family}-")):
            rule = f"une fiche de ce fichier commence par {national}, ou L{family}-"
            yield Breach(file, card.card_id, rule)


def _gates(file: str, sheet: TypeSheet) -> Iterator[Breach]:
    for card in sheet.cards:
        if sheet.code == NRC and card.moves_people and not card.awaited_orders:
            rule = "en NRC, une fiche « deplacement » a « attendre_ordre »"
            yield Breach(file, card.card_id, rule)
        awaited = [frozenset(group) for group in card.awaited_orders]
        for group in GATES.get(card.card_id, ()):
            if group not in awaited:
                rule = f"« attendre_ordre » : {min(group)} forme un groupe à lui seul"
                yield Breach(file, card.card_id, rule)


def _wholeness(template: Template) -> Iterator[Breach]:
    if len(template.types) != TYPES:
        yield Breach(CARDS, "types", f"{TYPES} types attendus")
    common = {card.card_id for card in template.common_cards}
    for card_id in sorted(CRITICAL_CARDS - common):
        yield Breach(COMMON_CARDS, card_id, "fiche absente : elle est critique")
    for sheet in template.types:
        file = type_file(sheet.code)
        if not FEWEST_CARDS <= len(sheet.cards) <= MOST_CARDS:
            rule = f"{FEWEST_CARDS} à {MOST_CARDS} fiches attendues"
            yield Breach(file, sheet.code, rule)
        for phase in PHASES:
            if all(card.phase is not phase for card in sheet.cards):
                yield Breach(file, sheet.code, f"aucune fiche de la phase {phase}")
