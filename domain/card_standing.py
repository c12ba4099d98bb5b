"""Each card of a plan with what the CPTS or its region made of it."""

from dataclasses import dataclass

from domain.card import ActionCard
from domain.card_editing import FIRST_REGIONAL
from domain.card_words import LOCAL_PREFIX
from domain.content import CardEdit, Layer
from domain.layer import layers_of
from domain.layer_errors import CardNotInPlanError
from domain.plan import Plan
from domain.plan_edition import LAYER_LABELS


@dataclass(frozen=True, slots=True)
class CardStanding:
    """One card, whoever wrote it, played or not."""

    card: ActionCard  # as it would be played
    local: bool  # added by the CPTS
    edits: tuple[CardEdit, ...]
    disabled: str | None  # why it is not played

    @property
    def regional(self) -> bool:
        """Was it added by the region?"""
        prefix, number = self.card.card_id.split("-")
        return prefix.startswith(LOCAL_PREFIX) and int(number) >= FIRST_REGIONAL

    @property
    def ours(self) -> bool:
        """Did the CPTS edit what a layer below says?"""
        return any(edit.layer is Layer.CPTS for edit in self.edits)

    @property
    def mark(self) -> str:
        """Say what makes it other than the template's; empty: nothing."""
        if self.disabled is not None:
            return "désactivée"
        if self.local:
            return "de la CPTS"
        layers = dict.fromkeys(edit.layer for edit in self.edits)
        by = ", ".join(LAYER_LABELS[layer] for layer in layers)
        if by:
            return f"modifiée par {by}"
        return "de la région" if self.regional else ""


def family(card_id: str) -> str:
    """Say which type a card is of, by its number; the common ones are of `0`."""
    return card_id[1:2].replace("C", "0")


def card_standings(plan: Plan) -> tuple[CardStanding, ...]:
    """List every card, disabled or not: the common ones, then type by type."""
    reasons = {gone.card_id: gone.reason for gone in plan.disabled}
    found = (
        CardStanding(
            card=card,
            local=card_id in plan.local_cards,
            edits=tuple(edit for edit in plan.edits if edit.card_id == card_id),
            disabled=reasons.get(card_id),
        )
        for card_id, card in layers_of(plan).cards.items()
    )
    return tuple(sorted(found, key=lambda each: family(each.card.card_id)))


def card_standing(plan: Plan, card_id: str) -> CardStanding:
    """Give one of them.

    Raises:
        CardNotInPlanError: There is no such card.
    """
    for each in card_standings(plan):
        if each.card.card_id == card_id:
            return each
    raise CardNotInPlanError(card=card_id)
