"""What the after-action report and the evidence dossier print about one crisis.

Labels are French and ready to print; instants are aware; no member is named. `None`
means « not recorded », and is printed as such.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime, Field

from domain.outcome import (
    CardRow,
    ContributionRow,
    MissionCounts,
    PartnerCounts,
    PlaceRow,
    SituationRow,
)
from domain.payment import Claim
from domain.printed import Count, Printed, Sha256
from domain.turnout import AlertCounts, CurvePoint, GroupRow, NeedRow


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise ValueError(f"fuseau horaire inconnu : {name}") from unknown
    return name


class Indicator(StrEnum):
    """A line of page 1 of the dossier; `CrisisFacts.proofs` is keyed by it."""

    RECOGNITION = "RECONNAISSANCE"
    ORDER = "ORDRE"
    PLAN = "PLAN"
    PARTICIPANTS = "PARTICIPANTS"
    ACTIONS = "ACTIONS"
    SITUATION_REPORTS = "POINTS_DE_SITUATION"
    REPLIES = "REPONSES_ARS"
    LIFTING = "LEVEE"
    RETEX = "RETEX"
    AMOUNT = "MONTANT"


class OrderFacts(Printed):
    """Who called the CPTS, for whom, when, what they asked, and what confirmed it."""

    local_initiative: bool = False
    authority: str | None = None
    acting_for: str | None = None
    caller_function: str | None = None  # the function, never the name
    channel: str | None = None
    received_at: AwareDatetime | None = None
    called_back_at: AwareDatetime | None = None
    written_reference: str | None = None
    confirmed_at: AwareDatetime | None = None  # when the written reference came
    confirmed_by: str | None = None  # the authority that wrote it
    perimeter: str | None = None
    mission: str | None = None


class TimelineRow(Printed):
    """One line of the crisis log, as a French sentence."""

    at: AwareDatetime
    text: str


class Timings(Printed):
    """How long messages took, from the opening."""

    first_message: timedelta | None = None
    last_message: timedelta | None = None


class DocumentRow(Printed):
    """A document that was made, sent or received, with its hash."""

    title: str
    sha256: Sha256
    sent_to: str | None = None
    sent_at: AwareDatetime | None = None
    receipt: str | None = None  # « Reçu par courriel le … de … »


class EntryRow(Printed):
    """A ledger entry: its kind in French words."""

    seq: Count
    at: AwareDatetime
    kind: str


class Seal(Printed):
    """What the footer of every page prints, so that it witnesses the ledger."""

    size: Count
    root: str
    key_fingerprint: str


class CrisisFacts(Printed):
    """All that the report and the dossier print about one crisis."""

    cpts_name: str
    fictitious: bool = False
    population: Count | None = None
    size: str | None = None  # « T3 »
    communes: Count | None = None
    zones: tuple[str, ...] = ()
    crisis_id: str
    types: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()
    kinetic: str | None = None
    exercise: bool = False
    pace: Annotated[int, Field(ge=1)] = 1
    order: OrderFacts
    t0: AwareDatetime
    lifted_at: AwareDatetime | None = None
    lifted_by: str | None = None
    cancelled_at: AwareDatetime | None = None
    plan_version: Count | None = None
    plan_sha256: Sha256 | None = None
    alerts: AlertCounts
    not_sent_reasons: Mapping[str, Count] = Field(default_factory=dict)  # reason → n
    answers: Mapping[str, Count] = Field(default_factory=dict)  # Availability → n
    needs: tuple[NeedRow, ...] = ()
    cards: tuple[CardRow, ...] = ()
    timeline: tuple[TimelineRow, ...] = ()
    professions: tuple[GroupRow, ...] = ()
    by_zone: tuple[GroupRow, ...] = ()
    curve: tuple[CurvePoint, ...] = ()  # minute by minute; none: nobody was asked
    unconfirmed: Count = 0  # persons who agreed and confirmed no time yet
    contributions: tuple[ContributionRow, ...] = ()
    missions: MissionCounts | None = None
    places: tuple[PlaceRow, ...] | None = None  # None: no survey was made
    partners: PartnerCounts | None = None  # None: the plan tells none
    timings: Timings = Timings()
    situation_reports: tuple[SituationRow, ...] | None = None
    difficulties: tuple[TimelineRow, ...] | None = None  # only what the cell marked
    authority_replies: Count | None = None  # dated during the crisis
    retex_at: AwareDatetime | None = None
    claim: Claim | None = None  # what the expected amount depends on
    documents_sent: tuple[DocumentRow, ...] = ()
    proofs: Mapping[Indicator, tuple[Count, ...]] = Field(
        default_factory=dict
    )  # indicator → entries (seq) that prove it
    seal: Seal
    timezone: Annotated[str, AfterValidator(_known_zone)]
    made_at: AwareDatetime

    @property
    def participants(self) -> int | None:
        """Distinct persons who took part, or None when nothing was recorded."""
        came = [row.came for row in self.professions if row.came is not None]
        return sum(came) if came else None

    @property
    def actions(self) -> int:
        """Cards done and proved, each counted once."""
        return sum(card.is_action for card in self.cards)

    @property
    def repeats(self) -> int:
        """Runs done and proved beyond the first of each card: counted apart."""
        return sum(card.repeats for card in self.cards if card.is_action)

    @property
    def reports_sent(self) -> int:
        """Situation reports that left."""
        return sum(row.sent_at is not None for row in self.situation_reports or ())

    @property
    def unexplained(self) -> int:
        """Messages not sent for which no reason was recorded."""
        return max(0, self.alerts.not_sent - sum(self.not_sent_reasons.values()))
