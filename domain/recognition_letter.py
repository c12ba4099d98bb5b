"""What the letter says that asks the ARS to recognise a crisis in writing.

Source: docs/sources.md#recognition
"""

from pydantic import BaseModel, ConfigDict

from domain.calendar import french_day, french_hour
from domain.contact import readable
from domain.cpts import Cpts
from domain.crisis import Activation, OrderChannel, Origin
from domain.letter import fill
from domain.letter_sheet import LetterSheet
from domain.report import CrisisFacts

LETTER = "reconnaissance_ecrite"  # its code in a template
_BY = {
    OrderChannel.PHONE: "téléphone",
    OrderChannel.EMAIL: "courriel",
    OrderChannel.IN_PERSON: "entretien direct",
    OrderChannel.FORM: "formulaire en ligne",
}
_ONE = (  # the template counts in the plural
    ("1 professionnels ont participé", "1 professionnel a participé"),
    ("1 actions ont été menées", "1 action a été menée"),
)


class RecognitionLetter(BaseModel):
    """The letter, ready to print."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    recipient: str
    sender: str  # who signs, for the CPTS
    phone: str
    email: str
    subject: str
    about: str  # « canicule, Saint-Martin-le-Pré »
    body: str


class Counts(BaseModel):
    """What the letter says was done; None: nothing was recorded yet."""

    model_config = ConfigDict(frozen=True)

    participants: int | None
    actions: int


def letter(
    sheet: LetterSheet, said: Activation, facts: CrisisFacts, tenant: Cpts
) -> RecognitionLetter:
    """Write the letter from the CPTS to the ARS."""
    counts = Counts(participants=facts.participants, actions=facts.actions)
    return RecognitionLetter(
        recipient=tenant.ars_contact.name,
        sender=tenant.coordinator.name,
        phone=readable(tenant.coordinator.phone),
        email=tenant.coordinator.email,
        subject=sheet.subject,
        about=f"{facts.scenarios[0]}, {said.place}",
        body=body(sheet, said, counts, tenant),
    )


def body(sheet: LetterSheet, said: Activation, counts: Counts, tenant: Cpts) -> str:
    """Fill the letter of the template; what was not counted is given no number."""
    text = fill(
        sheet.body,
        {
            **_who_asked(said),
            "date": french_day(said.received_at, tenant.zone_info),
            "heure": french_hour(said.received_at, tenant.zone_info),
            "mission": _after_a_colon(said.mission),
            "n": str(counts.participants or "Des"),
            "a": str(counts.actions or "des"),
            "cpts": tenant.short_name,
        },
    )
    for many, one in _ONE:
        text = text.replace(f" {many}", f" {one}")
    return text


def _after_a_colon(mission: str) -> str:
    """Go on with the sentence, unless the mission begins with an acronym."""
    text = mission.rstrip(" .")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _who_asked(said: Activation) -> dict[str, str]:
    """Nobody asked for a local initiative: its letter says who decided it."""
    if said.origin is Origin.LOCAL:
        return {
            "nom": "la présidence de la CPTS",
            "fonction": "de sa propre initiative",
            "canal": "décision interne",
        }
    return {
        "nom": said.caller,
        "fonction": said.caller_function or f"au nom {said.of_giver}",
        "canal": _BY[said.channel],
    }
