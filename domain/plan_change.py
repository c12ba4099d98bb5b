"""What somebody did to a plan, written in the plan: who, when, why, and what about."""

from domain.content import Change
from domain.plan import Plan
from domain.plan_diff import differences
from domain.section_edit import Saying, with_changes


def recorded(before: Plan, after: Plan, saying: Saying) -> Plan:
    """Have a plan carry who changed it; a section that changed was not only read."""
    found = differences(before, after).all
    changes = (
        Change(
            section_id=each.section_id,
            target=each.target,
            origin=saying.origin,
            author=saying.author,
            on=saying.on,
            detail=saying.detail,
        )
        for each in found
    )
    changed = {each.section_id for each in found}
    sections = tuple(
        section.model_copy(update={"reading": None})
        if section.section_id in changed
        else section
        for section in after.sections
    )
    told = with_changes(after, changes)
    return told.model_copy(update={"sections": sections})
