"""A crisis in numbers: what `crisis status --json` and `summary.json` say.

Keys are public (docs/interface.md); each is filled by what the database holds.
"""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.crisis import CrisisState


class _Figures(BaseModel):
    model_config = ConfigDict(frozen=True)


class Alerts(_Figures):
    """Recipients, one count per person and wave: asked = sent + not_sent (+ pending).

    `delivered`: proved to have arrived, since the person answered; `unknown`: sent,
    and nothing came back; `failed`: refused by the mail server, among `not_sent`.
    """

    asked: int = 0
    sent: int = 0
    not_sent: int = 0
    delivered: int = 0
    failed: int = 0
    unknown: int = 0


class NeedFigures(_Figures):
    """Seats of one need."""

    card: str
    profession: str | None
    zone: str | None
    needed: int
    filled: int


class PartnerFigures(_Figures):
    """Partners told, each counted once: asked is the sum of the four others."""

    asked: int = 0
    unreached: int = 0  # no message left, and none will
    needs: int = 0
    nothing: int = 0
    unanswered: int = 0


class CardFigures(_Figures):
    """Cards by state; `late` overlaps."""

    total: int = 0
    to_do: int = 0
    waiting: int = 0
    running: int = 0
    done: int = 0
    not_applicable: int = 0
    not_done: int = 0
    late: int = 0


class DocumentFigures(_Figures):
    """A document that was made."""

    kind: str
    path: str
    sha256: str


class Evidence(_Figures):
    """The ledger of the CPTS: entries, root, and whether it agrees with its seal."""

    entries: int
    root: str
    verified: bool


class CrisisTimings(_Figures):
    """Seconds from the opening to the first and last message handed over."""

    open_to_first_message_s: float | None = None
    open_to_last_message_s: float | None = None


class Figures(_Figures):
    """One crisis in numbers."""

    cpts_id: str
    crisis_id: str
    types: tuple[str, ...]
    state: CrisisState
    exercise: bool
    pace: int
    t0: datetime
    alerts: Alerts
    not_sent_reasons: dict[str, int]
    answers: dict[str, int]
    partners: PartnerFigures | None = None  # none: no wave told them
    needs: tuple[NeedFigures, ...]
    cards: CardFigures
    log_entries: int
    sitreps: int
    documents: tuple[DocumentFigures, ...]
    evidence: Evidence
    timings: CrisisTimings
