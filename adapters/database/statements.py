"""The statements of the one writer of deliveries: its hot path."""

from sqlalchemy import and_, or_, select, update

from adapters.database.columns import given
from adapters.database.tables import batches, deliveries, recipients, waves
from domain.alert import DeliveryState

CLOSING = (
    update(deliveries)
    .where(
        deliveries.c.cpts_id == given("k_cpts"),
        deliveries.c.delivery_id == given("k_delivery"),
        or_(
            deliveries.c.state == DeliveryState.SENDING,
            and_(  # its wave gave it up: what is certain still counts
                deliveries.c.state == DeliveryState.NOT_SENT,
                given("v_state") != DeliveryState.QUEUED,
            ),
        ),
    )
    .values(
        state=given("v_state"),
        reason=given("v_reason"),
        reply=given("v_reply"),
        sent_at=given("v_sent_at"),
        provider=given("v_provider"),
        provider_id=given("v_provider_id"),
    )
)
FOLLOWING = (  # one telephone, several people: what rings for one rings for all
    update(deliveries)
    .where(
        deliveries.c.cpts_id == given("k_cpts"),
        deliveries.c.carried_by == given("k_delivery"),
    )
    .values(state=DeliveryState.SENT, reason=None, sent_at=given("v_sent_at"))
)
HOLDING = (
    update(deliveries)
    .where(
        deliveries.c.cpts_id == given("k_cpts"),
        deliveries.c.delivery_id == given("k_delivery"),
    )
    .values(
        state=given("v_state"),
        fence=given("v_fence"),
        reason=given("v_reason"),
    )
)
LOOK = (
    select(
        deliveries.c.delivery_id,
        deliveries.c.batch_id,
        deliveries.c.crisis_id,
        deliveries.c.recipient_id,
        deliveries.c.name,
        deliveries.c.address,
        deliveries.c.sharing,
        deliveries.c.return_code,
        batches.c.fence,
        batches.c.document_id,
        batches.c.topic,
        batches.c.message,
        waves.c.asks,
        waves.c.covered_at,
        waves.c.goes_on,
        waves.c.one_choice,
        waves.c.closed_why,
        recipients.c.answer,
    )
    .select_from(deliveries)
    .join(
        batches,
        and_(
            batches.c.cpts_id == deliveries.c.cpts_id,
            batches.c.batch_id == deliveries.c.batch_id,
        ),
    )
    .outerjoin(
        waves,
        and_(
            waves.c.cpts_id == deliveries.c.cpts_id,
            waves.c.crisis_id == deliveries.c.crisis_id,
            waves.c.wave == deliveries.c.wave,
        ),
    )
    .outerjoin(
        recipients,
        and_(
            recipients.c.cpts_id == deliveries.c.cpts_id,
            recipients.c.crisis_id == deliveries.c.crisis_id,
            recipients.c.wave == deliveries.c.wave,
            recipients.c.person_id == deliveries.c.recipient_id,
        ),
    )
)
SILENT_SHARERS = (
    select(deliveries.c.delivery_id)
    .join(
        recipients,
        and_(
            recipients.c.cpts_id == deliveries.c.cpts_id,
            recipients.c.crisis_id == deliveries.c.crisis_id,
            recipients.c.wave == deliveries.c.wave,
            recipients.c.person_id == deliveries.c.recipient_id,
        ),
    )
    .where(
        deliveries.c.cpts_id == given("k_cpts"),
        deliveries.c.carried_by == given("k_delivery"),
        recipients.c.answer.is_(None),
    )
)
LOCKING = (
    select(deliveries.c.delivery_id)
    .order_by(deliveries.c.delivery_id)
    .with_for_update()
)
