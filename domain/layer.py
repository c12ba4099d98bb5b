"""The layers of a plan: what is below, what this CPTS says over it, what it plays.

Source: docs/sources.md#layers
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from domain.card import ActionCard
from domain.card_field import with_fields
from domain.content import CardEdit, DisabledCard, Layer
from domain.plan import Plan
from domain.template import Template

_Families = dict[str, tuple[ActionCard, ...]]
"""The cards of a template by the letter or figure after the first one of their ids."""


@dataclass(frozen=True, slots=True)
class Layers:
    """The cards of a plan, layer by layer; `onto` puts them together again."""

    below: Template  # the national template, completed by the region
    regional: tuple[CardEdit, ...]  # already in `below`, with what the nation says
    edits: tuple[CardEdit, ...]  # of the CPTS
    added: tuple[ActionCard, ...]  # by the CPTS
    disabled: tuple[tuple[str, str], ...]  # card and reason, in the order it was done

    @property
    def cards(self) -> dict[str, ActionCard]:
        """Every card as it would be played, by id, disabled or not."""
        cards = {card.card_id: card for card in (*self.below.cards, *self.added)}
        for card_id, fields in _by_card(self.edits, was=False).items():
            cards[card_id] = with_fields(cards[card_id], fields)
        return cards

    def onto(self, plan: Plan) -> Plan:
        """Give a plan these layers: what is played, and what each of them says."""
        cards = self.cards
        families: _Families = {
            family: tuple(cards[card.card_id] for card in below)
            for family, below in _families(self.below).items()
        }
        for card in self.added:
            families[_family(card.card_id)] += (cards[card.card_id],)
        gone = []
        for card_id, reason in self.disabled:
            family = families[_family(card_id)]
            ids = [card.card_id for card in family]
            rank = ids.index(card_id)
            after = ids[rank - 1] if rank else None
            gone.append(DisabledCard(card=family[rank], after=after, reason=reason))
            families[_family(card_id)] = family[:rank] + family[rank + 1 :]
        changes = {
            "template": _with(self.below, families),
            "edits": (*self.regional, *self.edits),
            "local_cards": tuple(card.card_id for card in self.added),
            "disabled": tuple(gone),
        }
        return plan.model_copy(update=changes)

    def without_edits_of(self, card_id: str) -> "Layers":
        """Forget what the CPTS edited of a card."""
        kept = tuple(edit for edit in self.edits if edit.card_id != card_id)
        return replace(self, edits=kept)


def layers_of(plan: Plan) -> Layers:
    """Take the layers of a plan apart; `layers_of(plan).onto(plan)` is the plan."""
    families = _families(plan.template)
    for gone in reversed(plan.disabled):
        family = families[_family(gone.card_id)]
        ids = [None, *(card.card_id for card in family)]
        rank = ids.index(gone.after)
        families[_family(gone.card_id)] = (*family[:rank], gone.card, *family[rank:])
    ours = tuple(edit for edit in plan.edits if edit.layer is Layer.CPTS)
    said = _by_card(ours, was=True)
    added: list[ActionCard] = []
    for name, cards in families.items():
        below: list[ActionCard] = []
        for card in cards:
            own = card.card_id in plan.local_cards
            fields = said.get(card.card_id)
            bare = with_fields(card, fields) if fields else card
            (added if own else below).append(bare)
        families[name] = tuple(below)
    return Layers(
        below=_with(plan.template, families),
        regional=tuple(edit for edit in plan.edits if edit.layer is Layer.REGIONAL),
        edits=ours,
        added=tuple(sorted(added, key=lambda c: plan.local_cards.index(c.card_id))),
        disabled=tuple((gone.card_id, gone.reason) for gone in plan.disabled),
    )


def with_cards(
    template: Template, edited: Iterable[ActionCard], added: Iterable[ActionCard] = ()
) -> Template:
    """Replace cards of a template by those of the same id, and add others at the end.

    Raises:
        KeyError: A card is of a type that the template does not have.
    """
    by_id = {card.card_id: card for card in edited}
    families: _Families = {
        family: tuple(by_id.get(card.card_id, card) for card in cards)
        for family, cards in _families(template).items()
    }
    for card in added:
        families[_family(card.card_id)] += (card,)
    return _with(template, families)


def has_family(template: Template, card_id: str) -> bool:
    """Does the template have the type that this card is of, or common cards?"""
    return _family(card_id) in _families(template)


def _family(card_id: str) -> str:
    return card_id[1]


def _families(template: Template) -> _Families:
    types = {str(sheet.number): sheet.cards for sheet in template.types}
    return {"C": template.common_cards, **types}


def _with(
    template: Template, families: Mapping[str, tuple[ActionCard, ...]]
) -> Template:
    types = tuple(
        sheet.model_copy(update={"cards": families[str(sheet.number)]})
        for sheet in template.types
    )
    changes = {"common_cards": families["C"], "types": types}
    return template.model_copy(update=changes)


def _by_card(edits: Iterable[CardEdit], *, was: bool) -> Mapping[str, dict[str, str]]:
    """Gather what edits put in, or found, by card then field."""
    fields: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for edit in edits:
        fields[edit.card_id][edit.field] = edit.was if was else edit.value
    return fields
