"""What the agreement leaves in doubt, as settings of one CPTS with their defaults.

Source: docs/sources.md#doubts
"""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.sheet import Sheet
from domain.structure import Day


class UpdateDue(StrEnum):
    """When a plan must be updated (doubt D7)."""

    ANNIVERSARY = "contract_anniversary"
    CALENDAR_YEAR = "calendar_year"
    TWELVE_MONTHS = "twelve_months"  # after the last version


class ProrataScope(StrEnum):
    """What a mission that starts within a contract year prorates (doubt D8)."""

    ADVANCE_ONLY = "advance_only"
    WHOLE_YEAR = "whole_year"


class FixedMilestone(StrEnum):
    """What makes the amount of a first writing due (doubt D9)."""

    DELIVERED = "delivered"
    ARS_OPINION = "ars_opinion"
    VALIDATED_AT_REVIEW = "validated_at_review"


class ArsReview(StrEnum):
    """What the ARS gives (doubt D10)."""

    OPINION = "opinion"  # it never blocks
    VALIDATION = "validation"
    TACIT = "tacit"  # silence is consent after `ars_tacit_days`


class Knobs(Sheet):
    """The doubts that decide the year of a plan, its payment, its directory."""

    contract_date: Day | None = None  # of the plan, in the contract: it wins (D6)
    update_due_rule: UpdateDue = UpdateDue.ANNIVERSARY
    update_reminder_days: tuple[Annotated[int, Field(ge=1, le=366)], ...] = Field(
        default=(180, 105, 30, 7), min_length=1
    )  # before an update is due (D7)
    prorata_scope: ProrataScope = ProrataScope.ADVANCE_ONLY
    fixed_milestone: FixedMilestone = FixedMilestone.VALIDATED_AT_REVIEW
    ars_review_mode: ArsReview = ArsReview.OPINION
    ars_tacit_days: int = Field(default=60, ge=1, le=366)
    contact_valid_days: int = Field(default=183, ge=30, le=731)  # ours: sources silent

    @property
    def contact_valid_for(self) -> timedelta:
        """How long the proof of a member's address is worth something."""
        return timedelta(days=self.contact_valid_days)
