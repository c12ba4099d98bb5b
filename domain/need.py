"""The seats that a card asks for, and who may sit where."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict


class Need(BaseModel):
    """Seats of one card, kept for one profession or open to all of the card's."""

    model_config = ConfigDict(frozen=True)

    need_id: str
    card_id: str
    profession: str | None  # none: any profession of the card
    professions: tuple[str, ...]
    zone: str | None = None
    needed: int

    def may_be_filled_by(self, profession: str) -> bool:
        """Say if someone of this profession may take one of these seats."""
        return profession in self.professions


def needs_of_card(
    card_id: str,
    professions: Sequence[str],
    kept: Mapping[str, int],
    target: int,
) -> tuple[Need, ...]:
    """List the needs of a POSTE card: seats kept by profession, then the open ones.

    Args:
        card_id: The card.
        professions: Those that carry it out.
        kept: Seats kept for a profession (`besoins`).
        target: Seats in all (`effectif.cible`).

    Source: docs/sources.md#needs
    """
    needs = [
        Need(
            need_id=f"{card_id}.{profession}",
            card_id=card_id,
            profession=profession,
            professions=(profession,),
            needed=number,
        )
        for profession, number in kept.items()
    ]
    left = target - sum(kept.values())
    if left > 0:
        needs.append(
            Need(
                need_id=f"{card_id}.TOUTES",
                card_id=card_id,
                profession=None,
                professions=tuple(professions),
                needed=left,
            )
        )
    return tuple(needs)
