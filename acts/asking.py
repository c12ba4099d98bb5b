"""Write to those of whom a review or a check of contacts asks something."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from acts.notice import post_notice
from acts.wave import SYSTEM
from adapters.database import reviews
from adapters.database.unit import Act
from domain.notice import Notice, NoticeKind, NoticeOrder, Recipient
from domain.review_letter import asking, kind_of
from domain.who_answers import Asked, WhoAnswers

LINK_LIFE = timedelta(days=90)  # after the due date: an answer may come late


@dataclass(slots=True)
class Round:
    """What letters of one review, or of one check of contacts, have in common."""

    period: str
    plan_id: str
    by: date
    letters: int  # turns already written: each letter of a round has its own
    link_key: bytes

    async def write(
        self, act: Act, kind: NoticeKind, words: Notice, to: Iterable[Recipient]
    ) -> None:
        """Queue one letter to several people."""
        order = NoticeOrder(
            kind=kind,
            plan_id=self.plan_id,
            topic=self.period,
            turn=self.letters,
            notice=words,
            to=tuple(to),
            expires_at=max(act.at, _end_of(self.by, act.at)) + LINK_LIFE,
        )
        await post_notice(act, order, self.link_key)
        self.letters += 1

    async def ask(
        self,
        act: Act,
        who: WhoAnswers,
        told: Sequence[Asked],
        apart: str | None = None,
    ) -> None:
        """Tell each person once of all that they owe, and note it.

        Args:
            act: The act that writes.
            who: Who answers today.
            told: What a letter is owed about.
            apart: Somebody whom another letter tells.
        """
        if not told:
            return
        for (kind, again), people in _letters(told, apart).items():
            words = asking(kind, self.by, again=again)
            await self.write(act, kind, words, map(who.recipient, people))
        for each in told:
            said = {"asked": each.who, "rung": each.rung, "told_at": act.at}
            await reviews.change_task(act, self.period, each.task.task_id, said)
        act.note(
            "review.asked",
            about=self.plan_id,
            actor=SYSTEM,
            facts={
                "period": self.period,
                "people": len({each.who for each in told}),
                "tasks": len(told),
                "again": sum(each.rung > 0 for each in told),
            },
        )


def _letters(
    told: Sequence[Asked], apart: str | None
) -> dict[tuple[NoticeKind, bool], list[str]]:
    """Group people by the letter they get: one each, whatever they owe."""
    of_person: dict[str, list[Asked]] = {}
    for each in told:
        if each.who != apart:
            of_person.setdefault(each.who, []).append(each)
    letters: dict[tuple[NoticeKind, bool], list[str]] = {}
    for who, theirs in of_person.items():
        again = any(each.rung for each in theirs)
        letters.setdefault((kind_of(theirs), again), []).append(who)
    return letters


def _end_of(day: date, at: datetime) -> datetime:
    return datetime.combine(day, at.timetz())
