"""What the after-action report and the evidence dossier print about one crisis.

Labels are French and ready to print; instants are aware; no member is named. `None`
means « not recorded », and is printed as such.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

Count = Annotated[int, Field(ge=0)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as unknown:
        raise ValueError(f"fuseau horaire inconnu : {name}") from unknown
    return name


class _Printed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


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


class OrderFacts(_Printed):
    """Who called the CPTS, for whom, when, and what they asked."""

    local_initiative: bool = False
    authority: str | None = None
    acting_for: str | None = None
    caller_function: str | None = None  # the function, never the name
    channel: str | None = None
    received_at: AwareDatetime | None = None
    called_back_at: AwareDatetime | None = None
    written_reference: str | None = None
    recognised_at: AwareDatetime | None = None  # of a local initiative, later
    perimeter: str | None = None
    mission: str | None = None


class AlertCounts(_Printed):
    """Recipients counted once a person and wave: asked = sent + not sent.

    Sent is delivered (the person answered) or unknown; failed is among not sent.
    """

    asked: Count = 0
    sent: Count = 0
    not_sent: Count = 0
    delivered: Count | None = None
    failed: Count | None = None
    unknown: Count | None = None

    @property
    def pending(self) -> int:
        """Those who are in neither pile yet."""
        return max(0, self.asked - self.sent - self.not_sent)


class NeedRow(_Printed):
    """Seats of a card: `profession` None is open to any profession of the card."""

    card: str
    profession: str | None = None
    zone: str | None = None
    needed: Count
    filled: Count


class CardRow(_Printed):
    """An action card; `proof` says what proves it, and makes it an action once done."""

    id: str
    title: str
    state: str
    due_at: AwareDatetime | None = None
    done_at: AwareDatetime | None = None
    proof: str | None = None

    @property
    def is_action(self) -> bool:
        """Done and proved (Source: docs/sources.md#definitions)."""
        return self.done_at is not None and self.proof is not None

    @property
    def is_late(self) -> bool:
        """Was it done after it was due?"""
        if self.done_at is None or self.due_at is None:
            return False
        return self.done_at > self.due_at


class TimelineRow(_Printed):
    """One line of the crisis log, as a French sentence."""

    at: AwareDatetime
    text: str


class ProfessionRow(_Printed):
    """Persons of one profession; `came` counts participants as defined."""

    profession: str
    asked: Count
    sent: Count
    answered: Count
    came: Count | None = None


class Timings(_Printed):
    """How long messages took, from the opening."""

    first_message: timedelta | None = None
    last_message: timedelta | None = None


class DocumentRow(_Printed):
    """A document that was made, sent or received, with its hash."""

    title: str
    sha256: Sha256
    sent_to: str | None = None
    sent_at: AwareDatetime | None = None
    receipt: str | None = None  # « Reçu par courriel le … de … »


class EntryRow(_Printed):
    """A ledger entry: its kind in French words."""

    seq: Count
    at: AwareDatetime
    kind: str


class Seal(_Printed):
    """What the footer of every page prints, so that it witnesses the ledger."""

    size: Count
    root: str
    key_fingerprint: str


class CrisisFacts(_Printed):
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
    exercise: bool = False
    pace: Annotated[int, Field(ge=1)] = 1
    order: OrderFacts
    t0: AwareDatetime
    opened_at: AwareDatetime
    lifted_at: AwareDatetime | None = None
    lifted_by: str | None = None
    plan_version: Count | None = None
    plan_sha256: Sha256 | None = None
    alerts: AlertCounts
    not_sent_reasons: Mapping[str, Count] = Field(default_factory=dict)  # reason → n
    answers: Mapping[str, Count] = Field(default_factory=dict)  # Availability → n
    needs: tuple[NeedRow, ...] = ()
    cards: tuple[CardRow, ...] = ()
    timeline: tuple[TimelineRow, ...] = ()
    professions: tuple[ProfessionRow, ...] = ()
    timings: Timings = Timings()
    situation_reports: Count | None = None
    authority_replies: Count | None = None  # dated during the crisis
    retex_at: AwareDatetime | None = None
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
    def unexplained(self) -> int:
        """Messages not sent for which no reason was recorded."""
        return max(0, self.alerts.not_sent - sum(self.not_sent_reasons.values()))
