"""A ban on circulation, as an authority decides it and ends it."""

from acts.held import RUNNING, OnCrisis, hold
from adapters.database import crises, tenants
from adapters.database.unit import Database
from domain.authority import Authority
from domain.ban import Ban
from domain.ledger import instant
from domain.order_errors import NoBanError
from domain.privacy import refuse_patient_data


class BanCirculation(OnCrisis):
    """An authority forbids people to move."""

    ban: Ban


async def ban_circulation(database: Database, order: BanCirculation) -> None:
    """Record a ban: no mission leaves for its zones. It replaces the one before.

    Raises:
        CrisisOverError: The crisis is over.
        PatientDataError: The reference holds a patient's identity.
        UnknownCrisisError: No such crisis.
        UnknownZoneError: The CPTS has no such zone.
    """
    ban = order.ban
    refuse_patient_data(ban.reference or "")
    async with database.act(order.cpts_id) as act:
        await hold(act, order, RUNNING)
        tenant = await tenants.get(act.connection, order.cpts_id)
        tenant.check_zones(ban.zones)
        await crises.change(act, order.crisis_id, {"ban": ban.model_dump(mode="json")})
        act.note(
            "circulation.banned",
            about=order.crisis_id,
            actor=order.actor,
            facts={
                "authority": ban.authority,
                "zones": list(ban.zones),
                "from_at": instant(ban.from_at),
                "until_at": instant(ban.until_at) if ban.until_at else None,
                "reference": ban.reference,
            },
        )


class EndBan(OnCrisis):
    """An authority lets people move again."""

    authority: Authority
    reference: str | None = None


async def end_ban(database: Database, order: EndBan) -> None:
    """Record the end of a ban, before its hour or for want of one.

    Raises:
        CrisisOverError: The crisis is over.
        NoBanError: There is none.
        PatientDataError: The reference holds a patient's identity.
        UnknownCrisisError: No such crisis.
    """
    refuse_patient_data(order.reference or "")
    async with database.act(order.cpts_id) as act:
        crisis = await hold(act, order, RUNNING)
        if crisis.ban is None:
            raise NoBanError(crisis=order.crisis_id)
        await crises.change(act, order.crisis_id, {"ban": None})
        act.note(
            "circulation.freed",
            about=order.crisis_id,
            actor=order.actor,
            facts={"authority": order.authority, "reference": order.reference},
        )
