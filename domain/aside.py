"""Parts of an imported document that wait beside a plan for their place."""

from collections.abc import Iterable
from typing import cast

from domain.content import Aside, Value
from domain.form import ROWS
from domain.plan import Plan
from domain.plan_errors import UnknownPartError


def with_parts(plan: Plan, parts: Iterable[Aside]) -> tuple[Plan, tuple[Aside, ...]]:
    """Keep parts beside a plan, numbered after those it has; give the new ones.

    The same words under the same heading are kept once.
    """
    known = {(aside.heading, aside.text) for aside in plan.aside}
    last = max((aside.number for aside in plan.aside), default=0)
    new: list[Aside] = []
    for part in parts:
        if (part.heading, part.text) in known:
            continue
        known.add((part.heading, part.text))
        new.append(part.model_copy(update={"number": last + len(new) + 1}))
    return plan.model_copy(update={"aside": (*plan.aside, *new)}), tuple(new)


def unsaid(parts: Iterable[Aside], said: Iterable[Aside]) -> tuple[Aside, ...]:
    """Leave out what our own export of the draft says already, word for word.

    A text that was edited in that export takes the place of the field's; a row of a
    table is added to its rows.
    """
    headings: dict[str, set[str]] = {}
    places: dict[tuple[str | None, str | None], set[str]] = {}
    for part in said:
        lines = part.text.splitlines()
        headings.setdefault(part.heading, set()).update(lines)
        if part.field:
            places.setdefault((part.section_id, part.field), set()).update(lines)
    kept: list[Aside] = []
    for part in parts:
        ours = headings.get(part.heading, set())
        known = ours | places.get((part.section_id, part.field), set())
        new = [line for line in part.text.splitlines() if line not in known]
        if not new:
            continue
        if not ours or part.field == ROWS:
            kept.append(part)
        elif part.field:
            kept.append(part.model_copy(update={"replaces": True}))
        else:
            kept.append(part.model_copy(update={"text": "\n".join(new)}))
    return tuple(kept)


def part_of(plan: Plan, number: int) -> Aside:
    """Give a part that waits.

    Raises:
        UnknownPartError: None of this number waits.
    """
    for aside in plan.aside:
        if aside.number == number and not aside.closed:
            return aside
    raise UnknownPartError(part=number)


def without_part(plan: Plan, number: int) -> Plan:
    """Take a part away: a field says it now."""
    kept = tuple(aside for aside in plan.aside if aside.number != number)
    return plan.model_copy(update={"aside": kept})


def with_part_closed(plan: Plan, number: int) -> Plan:
    """Decide that a part goes nowhere: it stays, and is proposed no more."""
    kept = (
        aside.model_copy(update={"closed": True}) if aside.number == number else aside
        for aside in plan.aside
    )
    return plan.model_copy(update={"aside": tuple(kept)})


def joined(before: Value | None, added: Value) -> Value:
    """Put a part after what a field says already, both of the field's shape."""
    if not before:
        return added
    if isinstance(before, str) or isinstance(added, str):
        return f"{before}\n{added}"
    return cast("Value", (*before, *added))  # both texts, or both rows
