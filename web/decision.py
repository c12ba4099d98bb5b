"""One decision on a crisis: what its page shows, what its form says, what it does."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, TypeAlias, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.datastructures import ImmutableMultiDict

from adapters.database.unit import Database
from instance import Instance
from web.console import ACTOR
from web.known import Known
from web.order_form import local_instant
from web.screens import TypeChoice
from web.views import Page

Typed: TypeAlias = ImmutableMultiDict[str, str]
Ready: TypeAlias = Callable[[Instance], Awaitable[object]]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class DecidePage(Page):
    """What completes an order or ends a crisis, before it is done."""

    path: str
    nonce: str
    form: Mapping[str, str]
    chosen: tuple[str, ...] = ()  # boxes that are ticked
    errors: Mapping[str, str] = field(default_factory=dict)
    ours: bool  # a local initiative that no authority recognised
    told: str = ""  # what follows, counted
    zones: tuple[str, ...] = ()
    ordered: tuple[str, ...] = ()  # zones of the order; none: the whole territory
    types: tuple[tuple[str, str], ...] = ()  # of the crisis: code, label
    others: tuple[TypeChoice, ...] = ()  # that it does not have
    waves: tuple[tuple[str, str], ...] = ()  # that the cell may steer


REFERENCE = "Écrivez la référence : 120 caractères au plus."
AUTHORITY = "Dites qui l'a décidé."
REASON = "Dites pourquoi, en 200 caractères au plus."


class Decision(NamedTuple):
    """One act: its layout, what reads its form, what to say of each field.

    A refusal is told at the first field.
    """

    layout: str
    read: Callable[[Known, Typed], Ready]
    fields: Mapping[str, str] = MappingProxyType({})  # name: what is wrong with it
    tells: Callable[[AsyncConnection, Known, Typed], Awaitable[str]] | None = None
    asks_again: bool = False  # what follows is told once it is filled, then confirmed


def named(known: Known, typed: Typed) -> dict[str, object]:
    """Say which crisis, who acts, and by which form."""
    nonce = typed.get("nonce", "")
    return {**known.crisis.ref.model_dump(), "actor": ACTOR, "nonce": nonce}


def doing(act: Callable[[Database, T], Awaitable[object]], order: T) -> Ready:
    """Make ready an act on the facts alone."""

    async def ready(instance: Instance) -> None:
        await act(instance.database, order)

    return ready


def text_or_none(typed: Typed, name: str) -> str | None:
    """Read a field that may be left empty."""
    return typed.get(name, "").strip() or None


def hour(known: Known, typed: Typed, name: str) -> object:
    """Read an hour; what is none is left to the order to refuse."""
    text = typed.get(name, "").strip()
    return local_instant(text, known.zone, known.now) or text or None
