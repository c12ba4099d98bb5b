"""When an order without a written reference asks for it.

Source: docs/sources.md#recognition
"""

from datetime import datetime, timedelta

from domain.calendar import paced
from domain.crisis import Activation

LETTER_KIND = "RECONNAISSANCE"  # of the document that asks
ASK_AFTER = timedelta(hours=72)


def is_due(said: Activation, *, lifted: bool, now: datetime) -> bool:
    """Say if it is time to ask for the reference of an order that has none."""
    waited = now - said.received_at >= paced(ASK_AFTER, said.pace)
    return lifted or waited
