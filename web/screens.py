"""Screens of the console, ready to be shown: frozen, in words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.preview_words import ReachLines
from web.open_acts import OpenAct
from web.order_form import OrderForm
from web.partner_lines import PartnerLine
from web.views import CallLine, Page, ProofField
from web.wave_lines import WaveLine


@dataclass(frozen=True)
class CrisisLine:
    """A crisis in a list."""

    cpts_id: str
    crisis_id: str
    title: str
    state: str
    since: str
    exercise: bool


@dataclass(frozen=True)
class DeskOfCpts:
    """One CPTS on the home page."""

    cpts_id: str
    name: str
    running: tuple[CrisisLine, ...]
    missing: str = ""  # what to do before a crisis can open
    unwritten: bool = False  # is it the plan, and may it be written now?
    joining: int = 0  # who asked from a poster, and wait


@dataclass(frozen=True, kw_only=True)
class HomePage(Page):
    """Every CPTS of this instance, what runs, and what ended."""

    desks: tuple[DeskOfCpts, ...]
    ended: tuple[CrisisLine, ...]


@dataclass(frozen=True)
class ScenarioChoice:
    """A scenario that may be ticked."""

    code: str
    label: str
    fast: bool
    chosen: bool = False


@dataclass(frozen=True)
class TypeChoice:
    """A type of crisis and its scenarios."""

    code: str
    number: int
    label: str
    scenarios: tuple[ScenarioChoice, ...]

    @property
    def chosen(self) -> bool:
        """Is one of its scenarios ticked?"""
        return any(scenario.chosen for scenario in self.scenarios)


@dataclass(frozen=True, kw_only=True)
class DeclarePage(Page):
    """One of the four screens of Déclencher."""

    screen: int
    form: OrderForm
    nonce: str
    errors: Mapping[str, str] = field(default_factory=dict)
    carried: tuple[tuple[str, str], ...] = ()
    zones: tuple[str, ...] = ()
    more: bool = False
    filled: bool = False  # was the first screen passed over, its order being filled?
    types: tuple[TypeChoice, ...] = ()
    reach: ReachLines | None = None
    sentence: str = ""
    departures: str = ""
    action: str = ""
    kept: str = ""  # the digest of what was kept as a proof of readiness
    summary: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class NeedLine:
    """One need: who, how many of how many."""

    who: str
    card: str
    zone: str
    needed: int
    filled: int
    bar: str


@dataclass(frozen=True)
class SeatedLine:
    """People of one profession on one card, or in reserve, zone by zone."""

    profession: str
    zones: tuple[str, ...]


@dataclass(frozen=True)
class PlaceLine:
    """How many people stand in one place."""

    code: str
    label: str
    number: int
    urgent: bool


@dataclass(frozen=True)
class CardLine:
    """One run of a card."""

    card_id: str
    run: int
    title: str
    state: str
    when: str
    late: bool
    over: bool


@dataclass(frozen=True)
class LogEntry:
    """One line of the crisis log."""

    hour: str
    text: str


@dataclass(frozen=True, kw_only=True)
class BoardPage(Page):
    """Le tableau: one crisis as it stands."""

    path: str
    title: str
    running: bool
    writable: bool  # may the log be written in?
    seen: int  # entries of the ledger that the page takes into account
    state: str
    order: str
    types: str
    awaited: tuple[str, ...]
    in_tray: int  # messages that wait for somebody to read them
    decided: tuple[str, ...]
    place: str
    perimeter: str
    mission: str
    next_report: str
    acts: tuple[OpenAct, ...]
    roles: tuple[tuple[str, str], ...]  # who may write in the log
    needs: tuple[NeedLine, ...]
    needs_said: str
    lacks: str  # empty: somebody may still be asked, or nothing lacks
    to_call: tuple[tuple[str, str], ...]  # outside, as seats lack: name, number or none
    seated: tuple[tuple[str, tuple[SeatedLine, ...]], ...]  # by card; last, the reserve
    seated_said: str
    people: tuple[PlaceLine, ...]
    people_said: str
    waves: tuple[WaveLine, ...]
    partners: tuple[PartnerLine, ...]  # those to call
    partners_said: str  # empty: nobody was told yet
    cards: tuple[CardLine, ...]
    cards_said: str
    reflexes: bool  # may something happen that opens a card?
    log: tuple[LogEntry, ...]
    nonce: str = ""  # of the form of the log
    form: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    already: bool = False
    script_nonce: str = ""

    @property
    def cards_first(self) -> tuple[CardLine, ...]:
        """What is late, then what is due next: enough to act on."""
        left = [card for card in self.cards if not card.over]
        late = sum(card.late for card in left)
        return tuple(left[: max(8, min(late, 20))])

    @property
    def cards_rest(self) -> bool:
        """Are there others?"""
        return len(self.cards_first) < len(self.cards)


@dataclass(frozen=True, kw_only=True)
class ActsPage(Page):
    """All that may be done on a crisis now, by group."""

    path: str
    state: str
    groups: tuple[tuple[str, tuple[OpenAct, ...]], ...]


@dataclass(frozen=True)
class PersonLine:
    """Somebody, and the number to call."""

    name: str
    profession: str
    zone: str
    phone: str
    where: str = ""  # in danger, as they said
    ways: tuple[str, ...] = ()  # « SMS : remis à 22 h 41 »


@dataclass(frozen=True, kw_only=True)
class PeoplePage(Page):
    """The people who stand in one place."""

    path: str
    code: str
    label: str
    number: int
    people: tuple[PersonLine, ...]
    next_page: int | None = None


@dataclass(frozen=True)
class Reflex:
    """A card that starts each time something happens."""

    card_id: str
    title: str
    condition: str


@dataclass(frozen=True, kw_only=True)
class CardsPage(Page):
    """Every run of every card."""

    path: str
    cards: tuple[CardLine, ...]
    reflexes: tuple[Reflex, ...]
    nonce: str


@dataclass(frozen=True)
class ProofLine:
    """A proof as it was written: when and by whom, then its fields in words."""

    written: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class CardPage(Page):
    """One card: what to do."""

    path: str
    card: CardLine
    roles: str
    steps: tuple[str, ...]
    caution: str
    open: bool  # may somebody act on it?
    taken: bool
    proof: tuple[ProofField, ...]
    same_call: tuple[CallLine, ...] = ()  # what the same call may prove too
    kept: tuple[ProofLine, ...] = ()  # the one that stands, then the former ones
    corrects: bool = False  # may another proof still be written?
    correcting: bool = False  # one was typed, and refused
    nonce: str = ""
    reason: str = ""
    awaited: tuple[tuple[str, str], ...] = ()  # who may give the order it waits for
    order: Mapping[str, str] = field(default_factory=dict)
    error: str = ""
