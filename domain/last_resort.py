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


def lacking_seats(needs: Iterable[Need], filled: Mapping[str, int]) -> dict[str, int]:
    """Count the seats kept for a profession that nobody holds, by profession."""
    found: dict[str, int] = {}
    for need in needs:
        if need.profession is not None and need.needed > filled.get(need.need_id, 0):
            more = need.needed - filled.get(need.need_id, 0)
            found[need.profession] = found.get(need.profession, 0) + more
    return found


def last_resort(tenant: Cpts, lacks: Mapping[str, int]) -> str:
    """Say what lacks, and whom to call, with the numbers.

    Args:
        tenant: The CPTS, which names its neighbours and its authority.
        lacks: How many people, by profession in words.
    """
    who = ", ".join(f"{label} ({number})" for label, number in lacks.items())
    neighbours = (
        f"{each.name}{f' ({readable(each.phone)})' if each.phone else ''}"
        for each in tenant.every_partner
        if each.kind is PartnerKind.NEIGHBOUR
    )
    ars = tenant.ars_contact
    numbers = [readable(ars.phone)]
    if ars.out_of_hours:
        numbers.append(f"hors heures ouvrées {readable(ars.out_of_hours)}")
    named = ", ".join((*neighbours, f"{ars.name} ({', '.join(numbers)})"))
    return (
        "Toutes les personnes du plan ont été sollicitées et il manque encore : "
        f"{who}. Appelez : {named}."
    )
