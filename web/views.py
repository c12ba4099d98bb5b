"""Pages as a phone shows them: frozen models, rendered by `layouts.py`, no script."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from domain.answer import PartnerAnswer
from domain.contribution import LARGEST
from domain.letter import Offer
from domain.mission import MissionReply, MissionState
from domain.template import Pages


class Mood(Enum):
    """What a member's page has to say first."""

    PROPOSED = "proposed"  # a mission to accept or decline
    ENGAGED = "engaged"  # a mission is accepted
    ASKING = "asking"  # no answer yet
    CONFIRMING = "confirming"  # the cell: did they receive it?
    PROTECTING = "protecting"  # safety: are they out of danger?
    INFORMED = "informed"  # nothing is asked
    NOTED = "noted"  # the cell, or safety: answered
    SEATED = "seated"  # retained for a post
    RESERVE = "reserve"  # said yes, now; every seat is taken
    RESTING = "resting"  # their mission ended, and their seat went to the next
    HELPING = "helping"  # help from their own place, or later
    DECLINED = "declined"
    OVER = "over"  # the crisis is lifted


@dataclass(frozen=True)
class Page:
    """What every page shows around its own matter."""

    cpts_name: str = ""
    phone: str = ""
    exercise: bool = False
    fictitious: bool = False


@dataclass(frozen=True)
class MissionView:
    """A mission as its page shows it."""

    mission_id: str
    state: MissionState
    title: str
    place: str
    contact: str
    day: str
    starts: str
    ends: str
    buttons: Mapping[MissionReply, str]  # of the plan
    asks_employer: bool = False
    frees: str = ""  # the post that accepting leaves
    worked_from: str = ""  # proposed, as a form writes them
    worked_until: str = ""


@dataclass(frozen=True)
class NumberField:
    """A number that a card wants."""

    name: str
    label: str
    value: str = ""
    largest: int = LARGEST


@dataclass(frozen=True)
class ContributionView:
    """A card that wants numbers from one's own practice."""

    title: str
    fields: tuple[NumberField, ...]
    declared: bool


@dataclass(frozen=True)
class OwnCardLine:
    """A card of the cell, as whoever answers for it sees it in a list."""

    href: str
    title: str
    when: str
    state: str
    late: bool = False


@dataclass(frozen=True)
class CellView:
    """What a member of the crisis cell answers for."""

    roles: str
    heading: str
    said: str  # how many are late, to do, done
    first: tuple[OwnCardLine, ...]  # three at most
    left: tuple[OwnCardLine, ...]  # the whole list
    over: tuple[OwnCardLine, ...]


@dataclass(frozen=True)
class ProofField:
    """What a proof asks for."""

    name: str
    label: str
    value: str = ""
    number: bool = False


@dataclass(frozen=True)
class CallLine:
    """A card that the same call may prove: what it asks besides."""

    card_id: str
    title: str
    proof: tuple[ProofField, ...]


@dataclass(frozen=True, kw_only=True)
class OwnCardPage(Page):
    """One card of the cell, on the phone of whoever answers for it."""

    back: str  # to the member's page
    line: OwnCardLine
    about: str  # its number, and the role in which they act
    steps: tuple[str, ...]
    caution: str
    cautions: tuple[str, ...]  # of the types of the crisis
    milestones: tuple[str, ...] = ()
    waits: str = ""  # why it cannot be done yet
    open: bool = False
    takes: bool = False  # is it to be taken?
    corrects: bool = False  # may another proof be written, now that it is over?
    done: bool = False  # does a proof stand?
    proof: tuple[ProofField, ...] = ()
    same_call: tuple[CallLine, ...] = ()  # what the same call may prove too
    longest: int = 0  # characters of a field
    state: str = ""  # of a card set aside, as chosen
    reason: str = ""
    error: str = ""
    nonce: str = ""


@dataclass(frozen=True, kw_only=True)
class MemberPage(Page):
    """The page of one person in one crisis."""

    mood: Mood
    just_answered: bool
    person: str
    scenario: str
    place: str
    authority: str
    day: str
    hour: str
    perimeter: str
    mission_asked: str
    words: Pages  # sentences of the plan
    post: str = ""  # the card whose seat is held
    answer: str = ""  # in words
    covered: bool = False
    rest: str = ""  # « Au repos jusqu'à 9 h 20 »
    asks_employer: bool = False  # an employee takes a seat with an agreement only
    advice: str = ""  # of a safety message
    asks_help: bool = False  # in danger: the cell calls
    false_alarm: bool = False  # over, because nothing had happened
    whereabouts: str = ""  # in danger, as they said
    offers: tuple[Offer, ...] = ()
    wave: int = 0  # what they answer
    questions: "tuple[MemberPage, ...]" = ()  # of other messages, open or answered
    path: str = ""  # of the page: forms name where they post
    mission: MissionView | None = None
    contributions: tuple[ContributionView, ...] = ()
    cell: CellView | None = None
    sharers: tuple[tuple[str, str], ...] = ()  # of their telephone: name, own page
    elsewhere: tuple[tuple[str, str], ...] = ()  # CPTS that ask too: name, page there
    nonce: str = ""


@dataclass(frozen=True, kw_only=True)
class ReceiptPage(Page):
    """The page by which an authority acknowledges a document."""

    title: str
    subject: str  # of a crisis; the title of a plan says it all
    made_on: str
    sha256: str
    nonce: str = ""
    received: str = ""  # « le 22 novembre 2026 à 22 h 40 »
    opinions: tuple[tuple[str, str], ...] = ()  # that the ARS may give, and their words
    opinion: str = ""  # the one that it gave
    action: str = ""  # where it is posted


@dataclass(frozen=True, kw_only=True)
class SurveyPage(Page):
    """The page on which a place says if it is open."""

    place: str
    action: str  # where its form goes
    scenario: str
    words: Pages  # sentences of the plan
    staff: tuple[tuple[str, str], ...] = ()  # id and name
    answer: str = ""  # the current one, in words
    said_by: str = ""  # « Déjà répondu à 22 h 40 par … »
    over: bool = False
    offers: tuple[tuple[str, str], ...] = ()  # answer and button
    nonce: str = ""


@dataclass(frozen=True, kw_only=True)
class PartnerPage(Page):
    """The page on which a partner of the territory says what it needs."""

    partner: str
    action: str  # where its forms go
    scenario: str
    contact: str  # of the cell
    words: Pages  # sentences of the plan
    buttons: Mapping[PartnerAnswer, str]  # of the plan
    answer: PartnerAnswer | None = None  # the current one
    need: str = ""
    call_back: str = ""  # the number to call back
    over: bool = False
    nonce: str = ""


@dataclass(frozen=True, kw_only=True)
class RefusalPage(Page):
    """One sentence, and the way back to the console for who came from there."""

    title: str
    sentence: str
    ways: tuple[tuple[str, str], ...] = ()  # address, label
