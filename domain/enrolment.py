"""What a member says of themselves on their own page, and what they were told first.

Source: docs/sources.md#contacts
"""

from hashlib import sha256

from pydantic import BaseModel, ConfigDict, Field

from domain.contact import Mail, Phone
from domain.person import CrisisType

CODE_MINUTES = 30
CODE_DIGITS = 6
MOST_TRIES = 5  # of one code
MOST_CODES = 5  # a day, to one address, or to one person by one medium

_WHY = (
    "Votre CPTS est responsable de ces données. Elles servent à vous prévenir en cas "
    "de crise, à vous proposer une mission si vous êtes volontaire, et aux essais."
)
_WHO = (
    "Vos numéros personnels sont vus du référent, de la présidence et de la "
    "coordination, de personne d'autre. Ils sont effacés trois mois après votre départ."
)
_RIGHTS = (
    "Vous pouvez lire, corriger, refuser ou retirer à tout moment, sans donner de "
    "motif : par cette page, ou auprès de la coordination."
)
NOTICE = (_WHY, _WHO, _RIGHTS)
"""Told before anybody agrees; what they agreed to is kept by its digest."""


def notice_digest() -> str:
    """Name the words that people agree to today."""
    return sha256("\n".join(NOTICE).encode()).hexdigest()


class Enrolment(BaseModel):
    """What a member confirms; never why not."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    email: Mail | None = None
    mobile: Phone | None = None
    phone2: Phone | None = None
    volunteer: bool = False
    accepted_types: tuple[CrisisType, ...] = Field(default=(), max_length=5)
    reachable_at_night: bool = False
    consents: bool = False
