"""Do one act on one crisis, then set its workflow going: what such commands share."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

import typer

from adapters.database import crises, figures, tenants
from adapters.database.crises import CrisisRow
from commands.acting import WAITING, perform, set_going
from domain.figures import Figures
from instance import Instance

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """A crisis that a command acts on, and the clock on the wall."""

    instance: Instance
    crisis: CrisisRow
    zone: ZoneInfo
    now: datetime

    def by(self, actor: str) -> dict[str, str]:
        """Name the crisis and who acts, as orders of the acts do."""
        return {**self.crisis.ref.model_dump(), "actor": actor}


@dataclass(frozen=True, slots=True)
class Done(Generic[T]):
    """What the act gave, and where the crisis stands now."""

    result: T
    numbers: Figures
    going: bool

    def tell(self, sentence: str, *, as_json: bool, sends: bool = False) -> None:
        """Say what was done; if something is to leave, whether the engine runs."""
        waiting = f" {WAITING}" if sends and not self.going else ""
        said = self.numbers.model_dump_json() if as_json else f"{sentence}{waiting}"
        typer.echo(said)


def act_on(crisis_id: str, work: Callable[[Desk], Awaitable[T]]) -> Done[T]:
    """Find the crisis, do the act, wake its workflow, count."""

    async def done(instance: Instance) -> Done[T]:
        database = instance.database
        async with database.read() as connection:
            crisis = await crises.find(connection, crisis_id)
            zone = (await tenants.get(connection, crisis.cpts_id)).zone_info
        result = await work(Desk(instance, crisis, zone, database.now()))
        going = await set_going(instance, crisis.ref)
        async with database.read() as connection:
            numbers = await figures.of_crisis(connection, crisis.ref, database.now())
        return Done(result, numbers, going)

    return perform(done)
