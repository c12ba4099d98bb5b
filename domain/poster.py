"""The poster that invites to enrol: one page, its code, where it leads."""

from datetime import datetime

from pydantic import AwareDatetime

from domain.printed import Printed


class Poster(Printed):
    """What the poster of a CPTS shows."""

    cpts_name: str
    fictitious: bool
    timezone: str
    made_at: AwareDatetime
    last_day: datetime  # that the link opens
    address: str  # of the page
    phone: str
