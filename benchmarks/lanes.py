"""An alert while a hundred thousand letters wait: each lane of mail has its own."""

from datetime import timedelta
from pathlib import Path

from acts.notice import post_notice
from adapters.temporal import start_once
from benchmarks.measures import Measure
from benchmarks.stage import Stage, until
from benchmarks.waves import Waves, all_up, client_of, settled
from domain.notice import Notice, NoticeKind, NoticeOrder, Recipient
from domain.reference import NoticeRef
from instance import opened
from workflows.messages import FACTS_QUEUE, NOTICE

WAITING, URGENT, RUNS = 100_000, 378, 7
HOLDERS = 4  # of the roles of the small plan: it needs no more
FIRST_BAR_S = 2.0
ALERTED, WRITING = "bench-urgent", "bench-routine"
_LETTERS = NoticeRef(cpts_id=WRITING, topic="lecture")
_STATES = (
    "SELECT count(*) FROM deliveries WHERE cpts_id = ? AND wave IS NULL AND state = ?"
)


async def lane_measures(folder: Path) -> tuple[Measure, ...]:
    """Open alerts while the routine lane empties a long queue.

    Raises:
        NotReadyError: A part did not come up, or a wave did not leave.
    """
    async with all_up(folder) as (stage, waves):
        await settled(stage, ALERTED, URGENT)
        await settled(stage, WRITING, HOLDERS)
        await waves.send(ALERTED, URGENT)  # warms everything
        await _queue(stage)
        await until("the first letters", lambda: _gone(waves) > 0)
        runs = [(await waves.send(ALERTED, URGENT)).opening for _ in range(RUNS)]
        left = WAITING - _gone(waves)
    how = (
        f"order given until the first message of {URGENT} is acknowledged, worst of"
        f" {RUNS}, while the routine lane hands letters over: {WAITING} queued, {left}"
        " still waiting after the last alert"
    )
    return (
        Measure(
            *("urgent_under_routine_s", max(runs), "s", how, FIRST_BAR_S, tuple(runs))
        ),
    )


async def _queue(stage: Stage) -> None:
    """Queue letters as acts do, and have the routine lane hand them over."""
    async with opened(stage.settings) as instance:
        order = NoticeOrder(
            kind=NoticeKind.READING,
            plan_id="bench",
            topic=_LETTERS.topic,
            number=1,
            notice=Notice(
                subject="Le plan de crise est à lire",
                paragraphs=("Une version du plan est adoptée.",) * 6,
                button="Lire le plan",
            ),
            to=tuple(
                Recipient(
                    recipient_id=f"p-{number:06d}",
                    name=f"Camille Fictif{number:06d}",
                    address=f"p{number}@val.example",
                )
                for number in range(WAITING)
            ),
            expires_at=instance.database.now() + timedelta(days=90),
        )
        async with instance.database.act(WRITING) as act:
            await post_notice(act, order, instance.keys.link_key)
        client = await client_of(stage, instance)
        await start_once(client, NOTICE, _LETTERS, FACTS_QUEUE)


def _gone(waves: Waves) -> int:
    return waves.rows.number(_STATES, WRITING, "PARTIE")
