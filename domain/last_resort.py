"""Everybody was asked and seats lack: whom the cell turns to, outside the CPTS.

Source: docs/sources.md#last-resort
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from domain.calendar import paced
from domain.contact import readable
from domain.cpts import Cpts
from domain.need import Need
from domain.partner import PartnerKind
from domain.template import Template
from domain.wave import Audience, Kinetic


def answer_over_at(
    template: Template, kinetic: Kinetic, pace: int, left: Mapping[str, datetime]
) -> datetime | None:
    """Say when the last request of the plan stops waiting; None: it did not leave.

    Args:
        template: The plan.
        kinetic: That of the crisis.
        pace: What divides the delays.
        left: When each wave left last, by code.
    """
    asking = (each for each in template.waves if Audience.VOLUNTEERS in each.audience)
    *_, last = (None, *asking)
    if last is None or last.code not in left or last.answer_within is None:
        return None
    return left[last.code] + 2 * paced(last.answer_within.of(kinetic), pace)


def lacking_seats(
    needs: Iterable[Need], filled: Mapping[str, int]
) -> dict[str | None, int]:
    """Count the seats that nobody holds, by profession; None: open to any."""
    found: dict[str | None, int] = {}
    for need in needs:
        more = need.needed - filled.get(need.need_id, 0)
        if more > 0:
            found[need.profession] = found.get(need.profession, 0) + more
    return found


def whom_to_call(tenant: Cpts) -> tuple[tuple[str, str], ...]:
    """List who may help from outside, neighbours first: a name, a number or none."""
    ars = tenant.ars_contact
    calls = [
        (each.name, readable(each.phone) if each.phone else "")
        for each in tenant.every_partner
        if each.kind is PartnerKind.NEIGHBOUR
    ]
    calls.append((ars.name, readable(ars.phone)))
    if ars.out_of_hours:
        calls.append((f"{ars.name}, hors heures", readable(ars.out_of_hours)))
    return tuple(calls)
