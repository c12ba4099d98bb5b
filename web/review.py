"""`/cpts/{cpts}/revue`: what the yearly review misses, of whom, and what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ValidationError

from acts.review import StartReview, start_review
from acts.review_answer import AnswerTask, answer_task
from acts.review_words import TakeWords, take_words
from adapters.database import plans, review_standing, tenants
from domain.calendar import french_date
from domain.errors import PlanError
from domain.plan_due import MOOT
from domain.review import TaskAnswer
from domain.review_standing import ANSWERS, ReviewStanding
from domain.sentences import sentence
from web.console import ACTOR, new_nonce, shown
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.views import Page

router = APIRouter(
    prefix="/cpts/{cpts_id}/revue", dependencies=[Depends(from_this_machine)]
)
_SHOWN = 200  # who is missing: beyond, the directory says it better


class AnsweredForm(BaseModel):
    """An answer given by telephone."""

    nonce: str = ""
    task: str = ""  # period and task
    answer: str = ""
    words: str = ""


class TakenForm(BaseModel):
    """Words to write in the plan, and where."""

    nonce: str = ""
    task: str = ""  # period and task
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class ReviewPage(Page):
    """One review as the coordinator sees it."""

    standing: ReviewStanding
    days: Mapping[str, str]  # dates in words, by ISO date
    nonce: str
    answers: tuple[tuple[str, str], ...] = tuple(
        (answer.value, words) for answer, words in ANSWERS.items()
    )
    tasks: tuple[tuple[str, str], ...] = ()
    form: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    moot: str = MOOT
    fields: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()  # tasks whose words the plan says already
    more: int = 0  # answers that are missing, and not shown


@router.get("", response_class=HTMLResponse)
async def show(cpts_id: str, desk: AtDesk) -> HTMLResponse:
    """Show where the review stands."""
    return await _shown(desk, cpts_id)


@router.post("/ouvrir")
async def open_now(cpts_id: str, desk: AtDesk) -> Response:
    """Open the next review without waiting for its day."""
    order = StartReview(cpts_id=cpts_id, actor=ACTOR)
    try:
        await start_review(desk.instance.database, order)
    except PlanError as refused:
        return await _shown(desk, cpts_id, errors={"form": sentence(refused)})
    return RedirectResponse(f"/cpts/{cpts_id}/revue", HTTPStatus.SEE_OTHER)


@router.post("/reponse")
async def answered(
    cpts_id: str, desk: AtDesk, typed: Annotated[AnsweredForm, Form()]
) -> Response:
    """Note what somebody said by telephone."""
    said = typed.model_dump()
    period, _, task_id = typed.task.partition("/")
    try:
        order = AnswerTask(
            cpts_id=cpts_id,
            period=period,
            task_id=task_id,
            answer=TaskAnswer(typed.answer),
            words=typed.words.strip(),
            nonce=typed.nonce or None,
            actor=ACTOR,
        )
        await answer_task(desk.instance.database, order)
    except PlanError as refused:
        return await _shown(desk, cpts_id, said, {"answer": sentence(refused)})
    except (ValidationError, ValueError):
        wrong = {"answer": "Choisissez une réponse ; 2 000 signes au plus."}
        return await _shown(desk, cpts_id, said, wrong)
    return RedirectResponse(f"/cpts/{cpts_id}/revue", HTTPStatus.SEE_OTHER)


@router.post("/reprendre")
async def take(
    cpts_id: str, desk: AtDesk, typed: Annotated[TakenForm, Form()]
) -> Response:
    """Write the words of an owner in a field of their section."""
    period, _, task_id = typed.task.partition("/")
    order = TakeWords(
        cpts_id=cpts_id,
        period=period,
        task_id=task_id,
        field=typed.field,
        nonce=typed.nonce,
    )
    try:
        await take_words(desk.instance.database, order)
    except PlanError as refused:
        return await _shown(desk, cpts_id, errors={"form": sentence(refused)})
    return RedirectResponse(f"/cpts/{cpts_id}/revue#words", HTTPStatus.SEE_OTHER)


async def _standing(desk: Desk, cpts_id: str) -> ReviewStanding:
    database = desk.instance.database
    async with database.read() as connection:
        return await review_standing.of_cpts(connection, cpts_id, database.now())


async def _shown(
    desk: Desk,
    cpts_id: str,
    form: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> HTMLResponse:
    said = await _standing(desk, cpts_id)
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        plan, _ = await plans.latest(connection, cpts_id)
    found = (
        *(said.due_on, said.opens_on, said.next_on, said.late_since),
        *(reading.on for reading in said.readings),
        *(step.on for step in said.steps),
        *(task.told_on for task in (*said.missing, *said.calls)),
    )
    page = ReviewPage(
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        standing=said.model_copy(update={"missing": said.missing[:_SHOWN]}),
        days={day.isoformat(): french_date(day) for day in found if day},
        nonce=new_nonce(),
        tasks=(
            *((f"{said.period}/{t.task_id}", t.label) for t in said.missing[:_SHOWN]),
            *(
                (f"{said.quarter}/{t.task_id}", f"{t.label} ({said.quarter})")
                for t in said.calls
            ),
        ),
        fields={
            form.section_id: tuple((f.name, f.label) for f in form.written)
            for form in plan.template.forms
        },
        taken=frozenset(
            task.task_id
            for task in said.to_change
            if task.words and plan.section(task.subject).says(task.words)
        ),
        more=max(len(said.missing) - _SHOWN, 0),
        form=form or dict.fromkeys(AnsweredForm.model_fields, ""),
        errors=errors or {},
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return shown(desk, "review", page, status)
