"""What a mail says to everybody in its wave, and to whom one letter goes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from domain.answer import Availability
from domain.errors import UnknownPlaceholderError, UnusableAddressError

EXERCISE_MARK = "EXERCICE EXERCICE - "
LINK_ELSEWHERE = "(lien ci-dessous)"

_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
)
_ONE_WORD = re.compile(r"[!-~]+")  # printable ASCII: no space, no line end
_IDENTIFIER = re.compile(r"[A-Za-z0-9._-]+")


class MessageKind(StrEnum):
    """The messages that a wave sends."""

    AUTHENTICATION = "V0"
    CELL = "V1"
    WATCH = "pre_alerte"
    REQUEST = "V2"
    REINFORCEMENT = "V3"
    INFORMATION = "V4"
    DIGEST = "digest"
    HELP = "aide"  # to the leader of the cell: somebody is in danger
    SHELTER = "abri"
    WITHDRAW = "repli"
    STAY = "poste"
    REMINDER = "relance"
    COVERED = "complet"
    LIFTED = "levee"
    CANCELLED = "annulation"
    MISSION = "mission"
    SEATED = "place"  # from the waiting list
    CALLED_OFF = "mission_annulee"
    SURVEY = "enquete"
    PARTNER = "partenaire"
    PARTNER_END = "partenaire_fin"  # to those who were told


class TransmissionKind(StrEnum):
    """The mails about one document sent to one authority."""

    DOCUMENT = "transmission"
    REMINDER = "rappel"
    NO_RECEIPT = "sans_recu"


def fill(text: str, values: Mapping[str, str]) -> str:
    """Put values in the place of `{placeholders}`, once: values are never read again.

    Args:
        text: A text that a CPTS may edit.
        values: The closed list: what this message knows, keyed by placeholder.

    Raises:
        UnknownPlaceholderError: No such placeholder here, or a brace is left alone.
    """

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name is None or name not in values:
            raise UnknownPlaceholderError(placeholder=found[0])
        return values[name]

    return _BRACES.sub(value, text)


def wire_address(address: str) -> str:
    """Write an address as mail servers take it: its domain in ASCII.

    Raises:
        UnusableAddressError: No mail server would take it.
    """
    mailbox, at, host = address.strip().rpartition("@")
    try:
        ascii_host = host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise UnusableAddressError from error
    wire = f"{mailbox}{at}{ascii_host}"
    if not _ADDRESS.fullmatch(wire):
        raise UnusableAddressError
    return wire


WireAddress = Annotated[str, AfterValidator(wire_address)]
"""A mail address in ASCII; a `UnusableAddressError` leaves the validation as it is."""


class Offer(BaseModel):
    """An answer that a wave offers, its button, and what it asks besides.

    `precisions` are codes of the template: `delai_15`, `date`, `heure`, `creneaux`…
    """

    model_config = ConfigDict(frozen=True)

    answer: Availability
    button: str
    precisions: tuple[str, ...] = ()


class Letterhead(BaseModel):
    """Who writes: what is the same on every mail of a CPTS in one crisis."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    cpts_name: str  # in full
    cpts_short: str  # {cpts} of the messages, which write « CPTS » themselves
    sender: WireAddress
    coordinator: str
    reply_to: WireAddress
    phone: str
    exercise: bool = False
    fictitious: bool = False

    @property
    def domain(self) -> str:
        """The domain of the sender and of message ids."""
        return self.sender.rpartition("@")[2]


class WaveText(Letterhead):
    """What one message of one wave says to everybody."""

    kind: MessageKind
    message: str  # the text of the plan, frozen at activation, with {placeholders}
    scenario: str
    place: str
    authority: str  # with its article: « l'ARS »
    of_authority: str  # « de l'ARS »
    day: str  # « 22 novembre 2026 »
    hour: str  # « 22 h 40 »
    since: str = ""  # when the silent were first asked; {heure} of a reminder
    repeats: MessageKind | None = None  # what a reminder was about
    perimeter: str
    mission: str
    offers: tuple[Offer, ...] = ()
    keys: str = ""  # which key of a telephone is which answer, in words of the plan
    says: dict[str, str] = Field(default_factory=dict)  # what it fills of its own

    @property
    def protects(self) -> bool:
        """Does it ask who is safe? Neither a yes nor a no answers that."""
        return any(each.answer is Availability.SHELTERED for each in self.offers)

    def sentence(self) -> str:
        """Give the message of the plan, filled; its link stands further down.

        Raises:
            UnknownPlaceholderError: The text uses what this message does not know.
        """
        return fill(self.message, {"lien": LINK_ELSEWHERE, **self.values()})

    def values(self) -> dict[str, str]:
        """Give what the placeholders of the message stand for, but its link."""
        return {
            "cpts": self.cpts_short,
            "scenario": self.scenario,
            "lieu": self.place,
            "autorite": self.authority,
            "de_autorite": self.of_authority,
            "heure": "".join((self.since or self.hour).split()),
            "nom": self.coordinator,
            "contact": self.coordinator,
            "tel": self.phone,
            **self.says,
        }


class AttachedFile(BaseModel):
    """A document beside another, in the same mail."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    filename: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class TransmissionText(Letterhead):
    """What a mail about one document says."""

    kind: TransmissionKind
    title: str  # « Compte rendu de crise »
    filename: str
    beside: tuple[AttachedFile, ...] = ()  # the same numbers in the ARS's own Excel
    about: (
        str  # what it tells of: « canicule, Saint-Martin-le-Pré »; of a plan: nothing
    )
    of_plan: bool = False
    opinion_wanted: bool = False  # of a plan: remarks may still change the next one
    authority: str  # whom it was sent to
    sent_on: str  # the day it was first sent: « 23 novembre 2026 »
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    ledger_size: int
    ledger_root: str


class NoticeText(Letterhead):
    """What a letter about a plan says to everybody."""

    subject: str
    paragraphs: tuple[str, ...]
    button: str | None  # None: it asks nothing
    may_be_left: bool = False  # in one click of a mail program (RFC 8058)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message ready for one recipient.

    Raises:
        UnusableAddressError: The address is not what `wire_address` gives.
        ValueError: An id, a link or a return path that would break a header.
    """

    delivery_id: str
    address: str
    name: str
    link: str
    return_path: str
    message: bytes = b""

    def __post_init__(self) -> None:
        """Refuse what would let a value run out of its header."""
        if not _ADDRESS.fullmatch(self.address):
            raise UnusableAddressError(delivery=self.delivery_id)
        if not _IDENTIFIER.fullmatch(self.delivery_id):
            message = "a delivery id has only letters, digits, dots and dashes"
            raise ValueError(message)
        if not _ADDRESS.fullmatch(self.return_path):
            message = "a return path is one plain address"
            raise ValueError(message)
        if not _ONE_WORD.fullmatch(self.link):
            message = "a link is one printable ASCII word"
            raise ValueError(message)
