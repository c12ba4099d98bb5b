"""The seats that a card asks for, and who may sit where."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from domain.card import ALL, ActionCard


class Need(BaseModel):
    """Seats of one card, kept for one profession or open to all of the card's."""

    model_config = ConfigDict(frozen=True)

    need_id: str
    card_id: str
    profession: str | None  # none: any profession of the card
    professions: tuple[str, ...]
    zone: str | None = None
    skills: tuple[str, ...] = ()  # compulsory, each of them
    needed: int

    def may_be_filled_by(self, profession: str, skills: Iterable[str]) -> bool:
        """Say if someone of this profession, with these skills, may sit here."""
        welcome = ALL in self.professions or profession in self.professions
        return welcome and set(self.skills) <= set(skills)


def needs_of_card(card: ActionCard) -> tuple[Need, ...]:
    """List the needs of a POSTE card: seats kept by profession, then the open ones.

    Source: docs/sources.md#needs
    """
    needs = [
        Need(
            need_id=f"{card.card_id}.{kept.code}",
            card_id=card.card_id,
            profession=kept.code,
            professions=(kept.code,),
            skills=card.compulsory_skills,
            needed=kept.count,
        )
        for kept in card.needs
    ]
    if card.open_seats:
        needs.append(
            Need(
                need_id=f"{card.card_id}.{ALL}",
                card_id=card.card_id,
                profession=None,
                professions=card.professions,
                skills=card.compulsory_skills,
                needed=card.open_seats,
            )
        )
    return tuple(needs)
