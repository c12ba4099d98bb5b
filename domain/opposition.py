"""What somebody no longer wants to receive: for this alert, routine letters, for ever.

Source: docs/sources.md#contacts
"""

from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from domain.alert import NotSent


class Scope(StrEnum):
    """How far an opposition goes."""

    ALERT = "ALERTE"  # the requests of one alert; what protects people still comes
    ROUTINE = "NON_URGENT"  # letters about the plan; alerts and their tests still come
    EVER = "TOUJOURS"  # everything, safety messages too


class Via(StrEnum):
    """How somebody said it."""

    PAGE = "PAGE"
    MAIL = "COURRIEL"  # the « unsubscribe » of a mail program
    TEXT = "SMS"
    CALL = "APPEL"
    DESK = "COORDINATION"  # said to the coordinator, who typed it


class Opposition(BaseModel):
    """One thing that one person refused."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    person_id: str
    scope: Scope
    crisis_id: str = ""  # of `ALERT` alone
    via: Via


def barred(
    oppositions: Iterable[Opposition], crisis_id: str, *, asks: bool
) -> dict[str, NotSent]:
    """Say whom a message of a crisis must not leave to, and why.

    Args:
        oppositions: Those of the CPTS.
        crisis_id: The crisis.
        asks: Does it ask something? What informs or protects passes a STOP.
    """
    found = {}
    for each in oppositions:
        if each.scope is Scope.EVER:
            found[each.person_id] = NotSent.OPPOSED
        elif each.scope is Scope.ALERT and each.crisis_id == crisis_id and asks:
            found.setdefault(each.person_id, NotSent.STOPPED)
    return found


def out_of_letters(
    oppositions: Iterable[Opposition], *, routine: bool
) -> frozenset[str]:
    """Say who gets no letter about the plan; `routine`: it may wait."""
    stopping = {Scope.EVER, Scope.ROUTINE} if routine else {Scope.EVER}
    return frozenset(each.person_id for each in oppositions if each.scope in stopping)
