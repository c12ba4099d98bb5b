"""Partners that a crisis froze, whom its wave told, and what each one answered."""

from sqlalchemy import RowMapping, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.crises import CrisisRow
from adapters.database.deliveries import OWED
from adapters.database.tables import crisis_partners, deliveries, recipients, waves
from adapters.database.unit import Act
from domain.alert import DeliveryState, NotSent
from domain.answer import Availability
from domain.cpts import Cpts
from domain.folding import in_order
from domain.partner import Partner, SaidByPartner, ToldPartner
from domain.reference import CrisisRef, WaveRef
from domain.wave import PARTNERS_WAVE


async def freeze(act: Act, crisis_id: str, tenant: Cpts) -> tuple[str, ...]:
    """Copy the partners into a crisis as they are now; give their ids."""
    rows = [
        {
            "cpts_id": act.cpts_id,
            "crisis_id": crisis_id,
            "partner_id": partner.code,
            "kind": partner.kind,
            "name": partner.name,
            "zone": partner.zone,
            "phone": partner.phone,
            "email": partner.email,
        }
        for partner in tenant.every_partner
    ]
    if rows:
        await act.connection.execute(insert(crisis_partners), rows)
    return tuple(str(row["partner_id"]) for row in rows)


async def of_crisis(connection: AsyncConnection, ref: CrisisRef) -> tuple[Partner, ...]:
    """List the partners that a crisis froze, by name."""
    rows = await connection.execute(
        select(crisis_partners)
        .where(
            crisis_partners.c.cpts_id == ref.cpts_id,
            crisis_partners.c.crisis_id == ref.crisis_id,
        )
        .order_by(crisis_partners.c.partner_id)
    )
    found = (_partner(row) for row in rows.mappings())
    return tuple(sorted(found, key=lambda each: in_order(each.name)))


async def mailboxes(
    act: Act, ref: WaveRef
) -> dict[str, tuple[str, str | None, str | None]]:
    """Give the name, the address and the number of each partner, by id."""
    crisis = CrisisRef(cpts_id=ref.cpts_id, crisis_id=ref.crisis_id)
    everyone = await of_crisis(act.connection, crisis)
    return {each.code: (each.name, each.email, each.phone) for each in everyone}


async def wave_of(connection: AsyncConnection, ref: CrisisRef) -> WaveRef | None:
    """Give the wave that told the partners, if it left."""
    number = await connection.scalar(
        select(waves.c.wave).where(
            waves.c.cpts_id == ref.cpts_id,
            waves.c.crisis_id == ref.crisis_id,
            waves.c.code == PARTNERS_WAVE,
        )
    )
    return None if number is None else WaveRef(**ref.model_dump(), wave=number)


async def written_to(connection: AsyncConnection, ref: WaveRef) -> tuple[str, ...]:
    """List the partners whom the mail of their wave reached, or may have."""
    rows = await connection.execute(
        select(deliveries.c.recipient_id)
        .where(
            deliveries.c.cpts_id == ref.cpts_id,
            deliveries.c.crisis_id == ref.crisis_id,
            deliveries.c.wave == ref.wave,
            or_(
                deliveries.c.state.in_((DeliveryState.SENT, DeliveryState.SENDING)),
                deliveries.c.reason == NotSent.UNCERTAIN,
            ),
        )
        .order_by(deliveries.c.recipient_id)
    )
    return tuple(rows.scalars())


async def told(
    connection: AsyncConnection, crisis: CrisisRow
) -> tuple[ToldPartner, ...] | None:
    """Say where each partner stands, by name; None: the wave did not leave."""
    wave = await wave_of(connection, crisis.ref)
    if wave is None:
        return None
    rows = await connection.execute(
        select(
            *crisis_partners.c,
            recipients.c.answer,
            recipients.c.answered_at,
            recipients.c.detail,
            waves.c.closed_at,
            deliveries.c.state,
        )
        .join(
            recipients,
            (recipients.c.cpts_id == crisis_partners.c.cpts_id)
            & (recipients.c.crisis_id == crisis_partners.c.crisis_id)
            & (recipients.c.person_id == crisis_partners.c.partner_id),
        )
        .join(
            waves,
            (waves.c.cpts_id == recipients.c.cpts_id)
            & (waves.c.crisis_id == recipients.c.crisis_id)
            & (waves.c.wave == recipients.c.wave),
        )
        .join(
            deliveries,
            (deliveries.c.cpts_id == recipients.c.cpts_id)
            & (deliveries.c.crisis_id == recipients.c.crisis_id)
            & (deliveries.c.wave == recipients.c.wave)
            & (deliveries.c.recipient_id == recipients.c.person_id),
        )
        .where(
            recipients.c.cpts_id == wave.cpts_id,
            recipients.c.crisis_id == wave.crisis_id,
            recipients.c.wave == wave.wave,
        )
        .order_by(crisis_partners.c.partner_id)
    )
    zones = crisis.activation.zones
    found = (_told(row, zones) for row in rows.mappings())
    return tuple(sorted(found, key=lambda each: in_order(each.partner.name)))


def _told(row: RowMapping, zones: tuple[str, ...]) -> ToldPartner:
    partner = _partner(row)
    heard = row["answer"] not in {None, Availability.SILENT}
    return ToldPartner(
        partner=partner,
        touched=partner.is_in(zones),
        sent=row["state"] == DeliveryState.SENT,
        pending=row["state"] in OWED,
        over=row["closed_at"] is not None,
        said=SaidByPartner(
            answer=row["answer"], at=row["answered_at"], **(row["detail"] or {})
        )
        if heard
        else None,
    )


def _partner(row: RowMapping) -> Partner:
    return Partner(
        code=row["partner_id"],
        kind=row["kind"],
        nom=row["name"],
        zone=row["zone"],
        telephone=row["phone"],
        courriel=row["email"],
    )
