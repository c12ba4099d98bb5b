"""Crises: their state, and the directory frozen when they opened."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.columns import given, in_crisis
from adapters.database.tables import crises
from adapters.database.unit import Act
from domain.authority import Authority
from domain.ban import Ban
from domain.crisis import Activation, Confirmation, CrisisState
from domain.errors import OrderAlreadyOpenError, UnknownCrisisError
from domain.reference import CrisisRef
from domain.wave import Channel, Kinetic


class CrisisRow(BaseModel):
    """One crisis as it stands."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    cpts_id: str
    crisis_id: str
    state: CrisisState
    activation: Activation
    plan_id: str
    plan_number: int
    plan_sha256: str
    t0: datetime
    opened_at: datetime
    lifted_at: datetime | None
    lifted_by: str | None
    filed_at: datetime | None
    kinetic: Kinetic
    kinetic_chosen: bool
    reference: str | None
    called_back_at: datetime | None
    confirmed_at: datetime | None
    confirmed_by: Authority | None
    dormant: bool
    ban: Ban | None
    lifting_proposed_at: datetime | None
    stood_down_at: datetime | None
    cancelled_at: datetime | None
    providers: dict[Channel, tuple[str, ...]] | None  # of texts and calls

    @property
    def carried(self) -> tuple[Channel, ...]:
        """The channels that somebody carried when it opened; mail always is."""
        return (Channel.MAIL, *(self.providers or {}))

    @property
    def ref(self) -> CrisisRef:
        """Where it is."""
        return CrisisRef(cpts_id=self.cpts_id, crisis_id=self.crisis_id)

    @property
    def chosen_kinetic(self) -> Kinetic | None:
        """The speed that the order or the cell chose; none: each scenario its own."""
        return self.kinetic if self.kinetic_chosen else None

    @property
    def confirmation(self) -> Confirmation | None:
        """What confirmed its order in writing."""
        if self.reference is None:
            return None
        return Confirmation(reference=self.reference, authority=self.confirmed_by)


async def add(
    act: Act, crisis_id: str, activation: Activation, frozen: Mapping[str, object]
) -> None:
    """Open a crisis; `frozen`: the plan's version, and the kinetic.

    The CPTS is held (`tenants.hold`): its crises open one after the other.

    Raises:
        OrderAlreadyOpenError: The same order opened one already.
    """
    for row in await all_of(act.connection, act.cpts_id):
        if activation.repeats(row.activation, row.confirmation):
            raise OrderAlreadyOpenError(crisis=row.crisis_id)
    opened = {
        "cpts_id": act.cpts_id,
        "crisis_id": crisis_id,
        "order_key": activation.order_key,
        "state": activation.opening_state,
        "activation": activation.model_dump(mode="json"),
        "exercise": activation.exercise,
        "pace": activation.pace,
        "kinetic_chosen": activation.kinetic is not None,
        "t0": activation.received_at,
        "opened_at": act.at,
        "reference": activation.reference,
        "called_back_at": activation.called_back_at,
        "confirmed_at": act.at if activation.reference else None,
        "confirmed_by": activation.authority if activation.reference else None,
        **frozen,
    }
    await act.connection.execute(insert(crises), opened)


_ONE = select(crises).where(in_crisis(crises))
_ONE_HELD = _ONE.with_for_update()
_CHANGED = update(crises).where(in_crisis(crises))
_ALL = (
    select(crises)
    .where(crises.c.cpts_id == given("k_cpts"))
    .order_by(crises.c.opened_at.desc())
)


async def get(connection: AsyncConnection, cpts_id: str, crisis_id: str) -> CrisisRow:
    """Give one crisis.

    Raises:
        UnknownCrisisError: There is no such crisis.
    """
    found = await connection.execute(_ONE, {"k_cpts": cpts_id, "k_crisis": crisis_id})
    row = found.one_or_none()
    if row is None:
        raise UnknownCrisisError(crisis=crisis_id)
    return CrisisRow.model_validate(row)


async def lock(act: Act, crisis_id: str) -> CrisisRow:
    """Give one crisis, and hold it until the commit.

    Raises:
        UnknownCrisisError: There is no such crisis.
    """
    named = {"k_cpts": act.cpts_id, "k_crisis": crisis_id}
    row = (await act.connection.execute(_ONE_HELD, named)).one_or_none()
    if row is None:
        raise UnknownCrisisError(crisis=crisis_id)
    return CrisisRow.model_validate(row)


async def find(connection: AsyncConnection, crisis_id: str) -> CrisisRow:
    """Give one crisis by its id alone: what people type.

    Raises:
        UnknownCrisisError: There is no such crisis.
    """
    found = await connection.execute(
        select(crises).where(crises.c.crisis_id == crisis_id)
    )
    row = found.one_or_none()
    if row is None:
        raise UnknownCrisisError(crisis=crisis_id)
    return CrisisRow.model_validate(row)


async def mark_filed(act: Act, crisis_id: str) -> None:
    """Say that the report and the pack are made."""
    await change(act, crisis_id, {"filed_at": act.at})


async def change(act: Act, crisis_id: str, values: Mapping[str, object]) -> None:
    """Write where a crisis stands."""
    which = {"k_cpts": act.cpts_id, "k_crisis": crisis_id}
    await act.connection.execute(_CHANGED, {**which, **values})


async def all_of(connection: AsyncConnection, cpts_id: str) -> tuple[CrisisRow, ...]:
    """List the crises of a CPTS, the latest first."""
    rows = await connection.execute(_ALL, {"k_cpts": cpts_id})
    return tuple(CrisisRow.model_validate(row) for row in rows.all())


async def running(connection: AsyncConnection) -> tuple[CrisisRef, ...]:
    """Name the crises of every CPTS that are not over, whatever their rows hold."""
    over = tuple(state for state in CrisisState if state.is_over)
    rows = await connection.execute(
        select(crises.c.cpts_id, crises.c.crisis_id)
        .where(crises.c.state.not_in(over))
        .order_by(crises.c.opened_at)
    )
    return tuple(CrisisRef(cpts_id=cpts, crisis_id=crisis) for cpts, crisis in rows)
