"""Where one person stands in one crisis: what their page shows, in one statement."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Table,
    Text,
    and_,
    cast,
    exists,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import contributions, missions, plans, questions, tenants
from adapters.database.columns import given
from adapters.database.crises import CrisisRow
from adapters.database.questions import Question
from adapters.database.tables import contributions as contributions_table
from adapters.database.tables import (
    cpts,
    crises,
    crisis_people,
    needs,
    recipients,
    seats,
    waves,
)
from adapters.database.tables import missions as missions_table
from domain.answer import Availability
from domain.contribution import Declared
from domain.cpts import Cpts
from domain.errors import UnknownLinkError
from domain.mission import OPEN, Mission, MissionState
from domain.person import Status
from domain.plan import Plan
from domain.reference import CrisisRef, WaveRef
from domain.rest import Rest


class Standing(BaseModel):
    """What somebody was asked, what they said, what they hold."""

    model_config = ConfigDict(frozen=True)

    tenant: Cpts
    crisis: CrisisRow
    plan: Plan
    wave: WaveRef
    message: str  # code of its text
    offered: tuple[str, ...]  # codes of the answers that the wave takes
    covered: bool
    person_id: str
    name: str
    profession: str
    skills: tuple[str, ...]
    zone: str | None
    status: Status
    answer: Availability | None
    answered_at: datetime | None
    card_id: str | None  # of the seat held
    employer_agrees: bool | None
    whereabouts: str | None = None
    questions: tuple[Question, ...] = ()  # in turn; what stands above is one of them
    missions: tuple[Mission, ...] = ()  # as they were proposed
    declared: tuple[Declared, ...] = ()  # from their own practice

    @property
    def protects(self) -> bool:
        """Is it a safety message? It is answered in any state."""
        return Availability.SHELTERED in self.offered

    def about(self, question: Question) -> Self:
        """Turn to another message that they were sent."""
        ref = self.wave.model_copy(update={"wave": question.wave})
        return self.model_copy(update=dict(question) | {"wave": ref})

    def answering(self, answer: Availability, wave: int | None = None) -> Self:
        """Turn to the message that this answers: that wave, else the last to offer it.

        Args:
            answer: What they say.
            wave: The message that their form was about; None: the form does not say.
        """
        fits = [each for each in self.questions if answer in each.offered]
        if not fits:
            return self
        return self.about(next((e for e in fits if e.wave == wave), fits[-1]))

    def first(self, wave: int | None = None) -> Self:
        """Turn to what their page asks first, or to what this wave asked."""
        named = [each for each in self.questions if each.wave == wave]
        asked = named or self.questions
        first = min(asked, key=lambda each: each.rank, default=None)
        return self.about(first) if first else self

    @property
    def needs_agreement(self) -> bool:
        """Does only the employer's agreement keep them from a seat?"""
        return self.status is Status.SALARIED and not self.employer_agrees

    @property
    def post(self) -> str:
        """The short label of the card whose seat is held; empty without one."""
        return self.plan.template.card(self.card_id).short or "" if self.card_id else ""

    @property
    def open_missions(self) -> tuple[Mission, ...]:
        """The missions that are proposed or accepted."""
        return tuple(each for each in self.missions if each.state.is_open)

    @property
    def proposed(self) -> Mission | None:
        """The mission that awaits their answer: one at a time."""
        waiting = (m for m in self.missions if m.state is MissionState.PROPOSED)
        return next(waiting, None)

    @property
    def rest(self) -> Rest:
        """How long they rest between two posts."""
        return Rest.of(self.tenant, self.crisis.activation)

    def rests_until(self, now: datetime) -> datetime | None:
        """Say when the rest after their last post ends; none: they do not rest."""
        return self.rest.resting(self.missions, now).get(self.person_id)

    @property
    def has_ended(self) -> bool:
        """Did they end a mission, and not say since that they are available again?"""
        last = self.mission
        if last is None or last.worked_until is None or self.answered_at is None:
            return False
        return last.worked_until >= self.answered_at

    @property
    def mission(self) -> Mission | None:
        """The mission to answer, else the one accepted, else the last one."""
        by_state = {mission.state: mission for mission in self.missions}
        last = self.missions[-1] if self.missions else None
        opened = (by_state[state] for state in OPEN if state in by_state)
        return next(opened, last)


def _same(table: FromClause, other: FromClause, *names: str) -> ColumnElement[bool]:
    names = ("cpts_id", "crisis_id", *names)
    return and_(*(table.c[name] == other.c[name] for name in names))


_other, _others_wave = recipients.alias("other"), waves.alias("others_wave")
_ASKED_MORE = (
    exists()
    .where(
        _same(_other, recipients, "person_id"),
        _other.c.wave != recipients.c.wave,
        _same(_others_wave, _other, "wave"),
        _others_wave.c.asks,
    )
    .label("asked_more")
)


def _has(table: Table) -> ColumnElement[bool]:
    """Say, at no cost of its own, if there is something more to read."""
    return exists().where(_same(table, recipients, "person_id")).label(table.name)


_STANDING = (
    select(
        *(crises.c[name] for name in CrisisRow.model_fields),
        cast(cpts.c.content, Text).label("tenant"),
        waves.c.wave,
        waves.c.message,
        waves.c.answers,
        waves.c.covered_at,
        crisis_people.c.first_name,
        crisis_people.c.last_name,
        crisis_people.c.profession,
        crisis_people.c.skills,
        crisis_people.c.zone,
        crisis_people.c.status,
        crisis_people.c.employer_agrees,
        recipients.c.answer,
        recipients.c.answered_at,
        recipients.c.detail,
        needs.c.card_id,
        _has(missions_table),
        _has(contributions_table),
        waves.c.asks,
        _ASKED_MORE,
    )
    .select_from(recipients)
    .join(waves, _same(waves, recipients, "wave"))
    .join(crises, _same(crises, recipients))
    .join(crisis_people, _same(crisis_people, recipients, "person_id"))
    .join(cpts, cpts.c.cpts_id == recipients.c.cpts_id)
    .outerjoin(seats, _same(seats, recipients, "person_id"))
    .outerjoin(needs, _same(needs, seats, "need_id"))
    .where(
        recipients.c.cpts_id == given("k_cpts"),
        recipients.c.crisis_id == given("k_crisis"),
        recipients.c.person_id == given("k_person"),
    )
    .order_by(waves.c.asks.desc(), recipients.c.wave.desc())
    .limit(1)
)


async def of_person(
    connection: AsyncConnection, ref: CrisisRef, person_id: str
) -> Standing:
    """Read where somebody stands in what they were asked last, safety aside, or told.

    Raises:
        UnknownLinkError: This person was neither asked nor told in this crisis.
    """
    named = {"k_cpts": ref.cpts_id, "k_crisis": ref.crisis_id, "k_person": person_id}
    row = (await connection.execute(_STANDING, named)).one_or_none()
    if row is None:
        raise UnknownLinkError
    crisis = CrisisRow.model_validate(row)
    proposed: tuple[Mission, ...] = ()
    declared: tuple[Declared, ...] = ()
    if row.missions:
        proposed = await missions.of_person(connection, ref, person_id)
    if row.contributions:
        declared = await contributions.of_person(connection, ref, person_id)
    beforehand = {"employer_agrees": row.employer_agrees}  # by the directory
    asked: tuple[Question, ...] = (
        (questions.of_row(row, beforehand),) if row.asks else ()
    )
    if row.asks and row.asked_more:
        asked = await questions.of_person(connection, named, beforehand)
    stand = Standing.model_construct(  # every part was validated where it was read
        tenant=tenants.read(row.tenant),
        crisis=crisis,
        plan=await plans.frozen(connection, crisis),
        wave=WaveRef(**ref.model_dump(), wave=row.wave),
        message=row.message,
        offered=tuple(row.answers),
        covered=row.covered_at is not None,
        person_id=person_id,
        name=f"{row.first_name} {row.last_name}",
        profession=row.profession,
        skills=tuple(row.skills),
        zone=row.zone,
        status=Status(row.status),
        answer=Availability(row.answer) if row.answer else None,
        answered_at=row.answered_at,
        card_id=row.card_id,
        employer_agrees=row.employer_agrees,
        questions=asked,
        missions=proposed,
        declared=declared,
    )
    if not asked:
        return stand
    help_asked = [each for each in asked if not each.protects]
    return stand.about((help_asked or asked)[-1])
