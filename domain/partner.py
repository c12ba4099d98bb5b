"""A partner of the territory: told that a crisis runs, it says what it needs.

Source: docs/sources.md#partners
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from domain.answer import PartnerAnswer
from domain.card import ActionCard
from domain.contact import Mail, Phone, readable
from domain.sheet import Coded, Text
from domain.structure import Structure, StructureKind


class PartnerKind(StrEnum):
    """Whom the cell tells (card TC-10); some are places of care as well."""

    TOWN_HALL = "MAIRIE_CCAS"
    HOSPITAL = "ES"
    CARE_HOME = "EHPAD_ESMS"
    HOSPITAL_AT_HOME = "HAD"
    HOME_CARE = "SSIAD_SAAD"
    COORDINATION = "DAC"
    NEIGHBOUR = "CPTS_VOISINES"
    HEALTH_CENTRE = "MSP_CDS"


_OF_PLACES = {
    StructureKind.TOWN_HALL: PartnerKind.TOWN_HALL,
    StructureKind.HOSPITAL: PartnerKind.HOSPITAL,
    StructureKind.CARE_HOME: PartnerKind.CARE_HOME,
    StructureKind.HOME_CARE: PartnerKind.HOME_CARE,
    StructureKind.HEALTH_HOUSE: PartnerKind.HEALTH_CENTRE,
    StructureKind.HEALTH_CENTRE: PartnerKind.HEALTH_CENTRE,
}


class Partner(Coded):
    """Somebody to tell, and where to call them."""

    kind: PartnerKind
    name: Annotated[str, Field(min_length=1, max_length=120)] = Field(alias="nom")
    zone: Text | None = None  # null: the whole territory
    phone: Phone | None = Field(default=None, alias="telephone")
    email: Mail | None = Field(default=None, alias="courriel")

    @classmethod
    def of_place(cls, place: Structure, zone: str) -> Self | None:
        """Make a partner of a place of care, if it is one."""
        kind = _OF_PLACES.get(place.kind)
        if kind is None:
            return None
        return cls(
            code=place.code,
            kind=kind,
            nom=place.name,
            zone=zone,
            telephone=place.phone,
            courriel=place.email,
        )

    def is_in(self, zones: Collection[str]) -> bool:
        """Does the crisis touch it? No zone named: everybody."""
        return not zones or self.zone is None or self.zone in zones


def to_tell(
    wave: str, cards: Iterable[ActionCard], partners: Iterable[Partner]
) -> tuple[Partner, ...]:
    """List the partners whom a wave tells: those that its cards name."""
    named = {code for card in cards if card.wave == wave for code in card.partners}
    return tuple(partner for partner in partners if partner.kind in named)


class SaidByPartner(BaseModel):
    """The current answer of a partner."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    answer: PartnerAnswer
    at: datetime
    need: str | None = None
    phone: str | None = None  # to call back, as they typed it


PARTNER = "PARTENAIRE"  # the actor of what a partner says from its own page


class PartnerState(StrEnum):
    """Where a partner stands, those to act on first."""

    NEED = "BESOIN"
    UNREACHED = "NON_JOINT"  # no message left, and none will
    TO_CALL = "A_APPELER"  # silent, where the crisis is
    WAITING = "ATTENDU"
    SILENT = "SANS_REPONSE"  # elsewhere: it is not reminded
    NOTHING = "RIEN_A_SIGNALER"


PARTNER_LABELS = {
    PartnerState.NEED: "besoin",
    PartnerState.UNREACHED: "à appeler, aucun message n'a pu partir",
    PartnerState.TO_CALL: "à appeler, dans le périmètre et sans réponse",
    PartnerState.WAITING: "réponse attendue",
    PartnerState.SILENT: "sans réponse",
    PartnerState.NOTHING: "rien à signaler",
}
_TO_ACT_ON = (PartnerState.NEED, PartnerState.UNREACHED, PartnerState.TO_CALL)


@dataclass(frozen=True, slots=True)
class ToldPartner:
    """A partner whom the wave was for, and what came back."""

    partner: Partner
    touched: bool  # is it where the crisis is?
    sent: bool = False
    pending: bool = False
    over: bool = False  # the delay to answer has passed
    said: SaidByPartner | None = None

    @property
    def state(self) -> PartnerState:
        """Where it stands; a late answer counts."""
        if self.said is not None:
            return PartnerState(self.said.answer)
        if not self.sent:
            return PartnerState.WAITING if self.pending else PartnerState.UNREACHED
        if not self.over:
            return PartnerState.WAITING
        return PartnerState.TO_CALL if self.touched else PartnerState.SILENT

    @property
    def phone(self) -> str:
        """The number to call: the one they gave, else that of the directory."""
        typed = self.said.phone if self.said else None
        known = self.partner.phone
        return typed or (readable(known) if known else "")


def to_act_on(told: Iterable[ToldPartner]) -> tuple[ToldPartner, ...]:
    """List the partners whom the cell has to call, those in need first."""
    order = list(PartnerState)
    found = (each for each in told if each.state in _TO_ACT_ON)
    return tuple(sorted(found, key=lambda each: order.index(each.state)))


def in_words(told: Iterable[ToldPartner]) -> str:
    """Say how many partners stand where; nothing, when nobody was told."""
    numbers = Counter(each.state for each in told)
    parts = (f"{PARTNER_LABELS[s]} : {numbers[s]}" for s in PartnerState if numbers[s])
    total = numbers.total()
    return f"{total} partenaires ; {' ; '.join(parts)}" if total else ""
