"""What an authority asks through its own link: a request, never yet an alert."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from domain.authority import Authority
from domain.cpts import AuthorityContact, Cpts
from domain.crisis import ActivatedType, Activation, OrderChannel
from domain.errors import UnknownContactError

_MAY_MOBILISE = {"ARS": Authority.DG_ARS, "PREF": Authority.PREFECT}


def entitled(tenant: Cpts, code: str) -> tuple[AuthorityContact, Authority]:
    """Give the contact of this code, and in whose name it mobilises the CPTS.

    The délégation départementale and the point focal act for the DG of the ARS.

    Raises:
        UnknownContactError: No such contact, or it may not mobilise.
    """
    for contact in tenant.authorities:
        for start, authority in _MAY_MOBILISE.items():
            if contact.code == code and code.startswith(start):
                return contact, authority
    raise UnknownContactError(cpts=tenant.cpts_id, contact=code)


class HelpRequest(BaseModel):
    """The form that an authority posts; without a call-back it only wakes the cell."""

    model_config = ConfigDict(frozen=True)

    name: str
    function: str
    type: ActivatedType
    place: str
    mission: str
    exercise: bool = False

    def activation(
        self, authority: Authority, contact: AuthorityContact, at: datetime
    ) -> Activation:
        """Record it as an order that nobody called back yet."""
        return Activation(
            types=(self.type,),
            authority=authority,
            acting_for=contact.name[:80],
            caller=self.name,
            caller_function=self.function,
            channel=OrderChannel.FORM,
            received_at=at,
            place=self.place,
            perimeter=self.place,
            mission=self.mission,
            exercise=self.exercise,
        )
