"""Letters about a plan: queued by batches, each with a link that a reminder keeps."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from acts.notice import load_notice, post_notice
from adapters.database import conduct, notices, plan_links, tables
from adapters.database.unit import Database
from domain.dispatch import BatchRef
from domain.errors import ExpiredPlanLinkError, UnknownBatchError, UnknownLinkError
from domain.link import Purpose, notice_subject, token
from domain.notice import Notice, NoticeKind, NoticeOrder, Recipient
from domain.reference import NoticeRef
from tests.conftest import Now
from tests.world import CPTS_ID, LINK_KEY, OPENED, settle

PLAN_ID = f"plan-{CPTS_ID}"
TOPIC = NoticeRef(cpts_id=CPTS_ID, topic="2027")
WORDS = Notice(
    subject="Une section du plan à relire",
    paragraphs=("La section « Communication » vous attend.",),
    button="Relire la section",
)


def order(**changes: object) -> NoticeOrder:
    said = {
        "kind": NoticeKind.TASK,
        "plan_id": PLAN_ID,
        "topic": TOPIC.topic,
        "notice": WORDS,
        "to": (
            Recipient(recipient_id="SEC-10", name="Zoé", address="zoe@val.example"),
            Recipient(recipient_id="SEC-11", name="Anh", address=None),
        ),
        "expires_at": OPENED + timedelta(days=30),
    }
    return NoticeOrder.model_validate(said | changes)


def value(kind: NoticeKind, recipient_id: str) -> str:
    subject = notice_subject(PLAN_ID, kind, TOPIC.topic, recipient_id)
    return token(LINK_KEY, Purpose.NOTICE, subject)


async def post(database: Database, said: NoticeOrder) -> None:
    async with database.act(CPTS_ID) as act:
        await post_notice(act, said, LINK_KEY)


async def test_a_notice_is_queued_with_a_link_a_recipient(
    database: Database, now: Now
) -> None:
    await settle(database, 6)
    await post(database, order())

    (batch,) = await load_notice(database, TOPIC)
    async with database.read() as connection:
        assert await notices.said(connection, batch) == WORDS
        link = await plan_links.find(
            connection, value(NoticeKind.TASK, "SEC-10"), now.at
        )
        states = await connection.execute(
            sa.select(tables.deliveries.c.recipient_id, tables.deliveries.c.reason)
        )
        assert TOPIC in await conduct.open_rows(connection)
        assert (link.kind, link.subject) == (NoticeKind.TASK, "SEC-10")
        assert link.used_at is None
    assert sorted(tuple(row) for row in states.all()) == [
        ("SEC-10", None),
        ("SEC-11", "SANS_ADRESSE"),
    ]


async def test_a_reminder_holds_the_same_link_used_or_not(
    database: Database, now: Now
) -> None:
    await settle(database, 6)
    await post(database, order())
    opened = value(NoticeKind.TASK, "SEC-10")
    async with database.act(CPTS_ID) as act:
        link = await plan_links.find(act.connection, opened, now.at)
        assert await plan_links.use(act, link)
        assert not await plan_links.use(act, link)

    await post(database, order(turn=1))

    assert len(await load_notice(database, TOPIC)) == 2
    async with database.read() as connection:
        assert (await plan_links.find(connection, opened, now.at)).used_at == now.at


async def test_a_reading_is_counted_and_names_nobody(
    database: Database, now: Now
) -> None:
    await settle(database, 6)
    await post(database, order(kind=NoticeKind.READING, number=3))

    async with database.read() as connection:
        link = await plan_links.find(
            connection, value(NoticeKind.READING, "SEC-10"), now.at
        )
    assert (link.number, link.subject) == (3, None)


async def test_a_word_keeps_no_link(database: Database, now: Now) -> None:
    await settle(database, 6)
    await post(database, order(kind=NoticeKind.WORD))

    async with database.read() as connection:
        with pytest.raises(UnknownLinkError):
            await plan_links.find(connection, value(NoticeKind.WORD, "SEC-10"), now.at)


async def test_two_thousand_letters_leave_in_batches_of_five_hundred(
    database: Database,
) -> None:
    await settle(database, 6)
    to = tuple(
        Recipient(recipient_id=f"p-{n}", name="Zoé", address=f"p{n}@val.example")
        for n in range(1_001)
    )
    await post(database, order(to=to))

    assert [b.batch_id[-6:] for b in await load_notice(database, TOPIC)] == [
        *(".lot.1", ".lot.2", ".lot.3")
    ]


async def test_a_link_expires_and_a_guess_opens_nothing(
    database: Database, now: Now
) -> None:
    await settle(database, 6)
    await post(database, order())
    async with database.read() as connection:
        for guess in ("no", value(NoticeKind.PROFILE, "SEC-10")):
            with pytest.raises(UnknownLinkError):
                await plan_links.find(connection, guess, now.at)
        now.at += timedelta(days=31)
        with pytest.raises(ExpiredPlanLinkError):
            await plan_links.find(connection, value(NoticeKind.TASK, "SEC-10"), now.at)
        with pytest.raises(UnknownBatchError):
            await notices.said(connection, BatchRef(cpts_id=CPTS_ID, batch_id="no"))
