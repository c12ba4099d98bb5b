"""What cards say of one another: cards that exist, no circle, no impossible delay."""

from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

from domain.breach import COMMON_CARDS, Breach, type_file, unknown
from domain.card import ActionCard, Milestone
from domain.template import Template
from domain.wave import Kinetic

_Cards = Mapping[str, ActionCard]


def dependency_breaches(template: Template) -> Iterator[Breach]:
    """List what is wrong between cards, for common ones then type by type.

    A card may only lean on common cards and on those of its own type: another type may
    not be part of the crisis.
    """
    common = {card.card_id: card for card in template.common_cards}
    yield from _between(COMMON_CARDS, template.common_cards, common)
    for sheet in template.types:
        known = common | {card.card_id: card for card in sheet.cards}
        yield from _between(type_file(sheet.code), sheet.cards, known)


def _between(
    file: str, cards: tuple[ActionCard, ...], known: _Cards
) -> Iterator[Breach]:
    for card in cards:
        named = (*_awaited(card), card.same_call_as, card.team_of)
        yield from unknown(file, card.card_id, filter(None, named), known)
        yield from _due_too_early(file, card, known)
    yield from _circle(file, known)


def _awaited(card: ActionCard) -> tuple[str, ...]:
    inner = (name for part in card.milestones for name in part.depends_on)
    return (*card.depends_on, *inner)


def _due_too_early(file: str, card: ActionCard, known: _Cards) -> Iterator[Breach]:
    parts: tuple[ActionCard | Milestone, ...] = (card, *card.milestones)
    for part in parts:
        for name in part.depends_on:
            awaited = known.get(name)
            if awaited is None or awaited.counts_from is not card.counts_from:
                continue
            if any(
                part.due_after.of(kinetic) < awaited.due_after.of(kinetic)
                for kinetic in Kinetic
            ):
                yield Breach(file, card.card_id, f"due avant {name}, dont elle dépend")


def _circle(file: str, known: _Cards) -> Iterator[Breach]:
    graph = {name: _awaited(card) for name, card in known.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as found:
        around = " → ".join(found.args[1])
        yield Breach(file, found.args[1][0], f"« depend_de » tourne en rond : {around}")
