"""What the evidence dossier says first: what is missing, and why it may not be payable.

Source: docs/sources.md#evidence-file
"""

from collections.abc import Iterable
from enum import StrEnum
from itertools import groupby

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.report import CrisisFacts, EntryRow, Indicator


class NotPayable(StrEnum):
    """A reason why this crisis gives no right to the variable part, as it stands."""

    EXERCISE = "EXERCICE"
    PACE = "DUREES_REDUITES"
    FICTITIOUS = "CPTS_FICTIVE"
    LOCAL_INITIATIVE = "INITIATIVE_LOCALE"
    NO_REFERENCE = "SANS_REFERENCE_ECRITE"
    CANCELLED = "CRISE_ANNULEE"
    NO_PLAN = "SANS_PLAN"
    BEFORE_MISSION = "AVANT_LA_MISSION"


class Gap(StrEnum):
    """Something the dossier lacks."""

    REFERENCE = "REFERENCE_ECRITE"
    ACTING_FOR = "AGISSANT_POUR"
    CALL_BACK = "CONTRE_APPEL"
    ORDER_DETAILS = "PERIMETRE_OU_MISSION"
    PLAN = "PLAN_EN_VIGUEUR"
    CONFIRMED_TIME = "TEMPS_CONFIRME"
    CARD_PROOF = "FICHE_PROUVEE"
    SITUATION_REPORT = "POINT_DE_SITUATION"
    REPLY = "REPONSE_ARS"
    LIFTING = "LEVEE"
    RETEX = "RETEX"
    ANNIVERSARY = "DATE_ANNIVERSAIRE"
    MISSION_DATE = "DATE_MISSION_4"

    @property
    def indicator(self) -> Indicator:
        """The line of the table that shows it."""
        return _SHOWN[self]


_SHOWN = {
    Gap.REFERENCE: Indicator.RECOGNITION,
    Gap.ACTING_FOR: Indicator.ORDER,
    Gap.CALL_BACK: Indicator.ORDER,
    Gap.ORDER_DETAILS: Indicator.ORDER,
    Gap.PLAN: Indicator.PLAN,
    Gap.CONFIRMED_TIME: Indicator.PARTICIPANTS,
    Gap.CARD_PROOF: Indicator.ACTIONS,
    Gap.SITUATION_REPORT: Indicator.SITUATION_REPORTS,
    Gap.REPLY: Indicator.REPLIES,
    Gap.LIFTING: Indicator.LIFTING,
    Gap.RETEX: Indicator.RETEX,
    Gap.ANNIVERSARY: Indicator.AMOUNT,
    Gap.MISSION_DATE: Indicator.AMOUNT,
}


class EntryRun(BaseModel):
    """Consecutive entries of one kind, printed as one line."""

    model_config = ConfigDict(frozen=True)

    first: int
    last: int
    count: int
    started_at: AwareDatetime
    ended_at: AwareDatetime
    kind: str


def not_payable(facts: CrisisFacts) -> tuple[NotPayable, ...]:
    """List why the crisis is not payable as it stands; empty promises nothing."""
    order = facts.order
    unrecognised = order.local_initiative and order.confirmed_by is None
    found = {
        NotPayable.EXERCISE: facts.exercise,
        NotPayable.PACE: facts.pace != 1,
        NotPayable.FICTITIOUS: facts.fictitious,
        NotPayable.CANCELLED: facts.cancelled_at is not None,
        NotPayable.LOCAL_INITIATIVE: unrecognised,
        NotPayable.NO_REFERENCE: order.written_reference is None,
        NotPayable.NO_PLAN: facts.plan_version is None,
        NotPayable.BEFORE_MISSION: facts.claim is not None and facts.claim.is_early,
    }
    return tuple(reason for reason, holds in found.items() if holds)


def gaps(facts: CrisisFacts) -> tuple[Gap, ...]:
    """List what the dossier lacks, in the order of its table."""
    order, claim = facts.order, facts.claim
    found = {
        Gap.REFERENCE: order.written_reference is None,
        Gap.ACTING_FOR: order.acting_for is None and not order.local_initiative,
        Gap.CALL_BACK: order.called_back_at is None and not order.local_initiative,
        Gap.ORDER_DETAILS: order.perimeter is None or order.mission is None,
        Gap.PLAN: facts.plan_version is None or facts.plan_sha256 is None,
        Gap.CONFIRMED_TIME: not facts.participants or facts.unconfirmed > 0,
        Gap.CARD_PROOF: facts.actions == 0,
        Gap.SITUATION_REPORT: facts.reports_sent == 0,
        Gap.REPLY: not facts.authority_replies,
        Gap.LIFTING: facts.lifted_at is None,
        Gap.RETEX: facts.retex_at is None,
        Gap.ANNIVERSARY: claim is None or claim.anniversary_on is None,
        Gap.MISSION_DATE: claim is None or claim.mission_4_on is None,
    }
    return tuple(gap for gap, holds in found.items() if holds)


def runs(entries: Iterable[EntryRow]) -> tuple[EntryRun, ...]:
    """Gather consecutive entries of one kind, ordered by `seq`."""
    ordered = sorted(entries, key=lambda entry: entry.seq)
    gathered = (tuple(run) for _, run in groupby(ordered, key=lambda entry: entry.kind))
    return tuple(
        EntryRun(
            first=run[0].seq,
            last=run[-1].seq,
            count=len(run),
            started_at=run[0].at,
            ended_at=run[-1].at,
            kind=run[0].kind,
        )
        for run in gathered
    )
