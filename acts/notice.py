"""Letters about a plan: queued inside an act, each with a link of its own.

The workflow `notice` of their topic hands them over, on the lane of what may wait; the
worker starts it within a minute. Whoever queues them only writes rows.
"""

from adapters.database import notices, plan_links
from adapters.database.unit import Act, Database
from domain.alert import BATCH_SIZE
from domain.dispatch import NoticeBatch
from domain.link import Purpose, notice_subject, token, token_hash
from domain.notice import NoticeKind, NoticeOrder, Recipient
from domain.reference import NoticeRef


async def post_notice(act: Act, order: NoticeOrder, link_key: bytes) -> None:
    """Queue the letters of an order, by batches, and keep the link of each.

    The same turn of the same topic is posted once: the act that calls must know, from
    its own rows, that it was not. A link that is kept already stays as it was.
    """
    for start in range(0, len(order.to), BATCH_SIZE):
        some = order.to[start : start + BATCH_SIZE]
        await notices.add(act, order, start // BATCH_SIZE + 1, some)
        if order.kind.has_link:
            rows = [_link(order, one, link_key) for one in some]
            await plan_links.add_new(act, rows)


def _link(order: NoticeOrder, to: Recipient, link_key: bytes) -> dict[str, object]:
    subject = notice_subject(order.plan_id, order.kind, order.topic, to.recipient_id)
    counted = order.kind is NoticeKind.READING  # not named: nothing says whose it is
    return {
        "token_hash": token_hash(token(link_key, Purpose.NOTICE, subject)),
        "kind": order.kind,
        "plan_id": order.plan_id,
        "number": order.number,
        "subject": None if counted else to.recipient_id,
        "topic": order.topic,
        "expires_at": order.expires_at,
    }


async def load_notice(database: Database, ref: NoticeRef) -> tuple[NoticeBatch, ...]:
    """List the batches about a topic that still owe letters."""
    async with database.read() as connection:
        return await notices.owing(connection, ref)
