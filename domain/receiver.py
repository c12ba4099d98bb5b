"""Who has a copy of the plan, and in what capacity: what each proves is their own.

Source: docs/sources.md#fixed-part
"""

from enum import StrEnum

from domain.cpts import MAIN_AUTHORITY, AuthorityContact, Cpts
from domain.partner import Partner, PartnerKind


class Receiver(StrEnum):
    """In what capacity somebody has a copy of the plan."""

    ARS = "ARS"
    CPAM = "CPAM"
    HOSPITAL = "ES"
    TOWN_HALL = "MAIRIE_CCAS"


_AUTHORITIES = {MAIN_AUTHORITY: Receiver.ARS, "CPAM": Receiver.CPAM}
_PARTNERS = {
    PartnerKind.HOSPITAL: Receiver.HOSPITAL,
    PartnerKind.TOWN_HALL: Receiver.TOWN_HALL,
}


def receivers(tenant: Cpts) -> tuple[str, ...]:
    """List who has a copy: the ARS and the CPAM, hospitals and town halls."""
    authorities = (each.code for each in tenant.authorities if _capacity(each))
    partners = (each.code for each in tenant.every_partner if _capacity(each))
    return (*authorities, *partners)


def receiver(tenant: Cpts, contact: str) -> Receiver | None:
    """Say in what capacity a contact has a copy; None: no proof needs theirs."""
    known = tenant.contact(contact)
    return _capacity(known) if known else None


def _capacity(known: AuthorityContact | Partner) -> Receiver | None:
    if isinstance(known, Partner):
        return _PARTNERS.get(known.kind)
    of_code = (who for code, who in _AUTHORITIES.items() if known.code.startswith(code))
    return next(of_code, None)
