"""What a review asks of one person: sections to read, a profile, calls to make."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field, ValidationError
from starlette.datastructures import FormData

from acts.review_answer import AnswerTask, Profile, answer_task
from acts.wave import MEMBER
from adapters.database import people, plans, reviews, tenants
from adapters.database.plan_links import PlanLink
from domain.contact import readable
from domain.person import CrisisType, Person
from domain.plan import Plan
from domain.printed_plan import PrintedField
from domain.printed_section import SectionWords
from domain.review import ReviewTask, TaskAnswer, TaskKind
from domain.who_answers import WhoAnswers
from web.console import new_nonce
from web.desk import Desk
from web.views import Page

_ITEMS, _SIGNS = 4, 240  # of a field: the page stays light on a phone


@dataclass(frozen=True, kw_only=True)
class SectionView:
    """A section to read again."""

    task: str  # period and task
    title: str
    lines: tuple[tuple[str, str], ...]  # label and words
    done: str = ""


@dataclass(frozen=True, kw_only=True)
class ProfileView:
    """A volunteer, as the directory has them."""

    task: str
    known: tuple[tuple[str, str], ...]
    types: tuple[tuple[str, str, bool], ...]  # code, label, accepted
    at_night: bool
    done: str = ""


@dataclass(frozen=True, kw_only=True)
class CallView:
    """The contact of an authority, to be called."""

    task: str
    name: str
    phones: tuple[tuple[str, str], ...]  # when, number
    done: str = ""


@dataclass(frozen=True, kw_only=True)
class AskedPage(Page):
    """All that somebody is asked, and what they answered."""

    sections: tuple[SectionView, ...] = ()
    profiles: tuple[ProfileView, ...] = ()
    calls: tuple[CallView, ...] = ()
    thanks: str = ""
    error: str = ""
    nonce: str

    @property
    def nothing(self) -> bool:
        """Is nothing asked?"""
        return not (self.sections or self.profiles or self.calls)


class AskedForm(BaseModel):
    """What the buttons of the page post."""

    nonce: str = Field(min_length=8, max_length=64)
    task: str = Field(pattern=r"^[0-9T-]{4,10}/[A-Za-z0-9_.-]{1,100}$")
    answer: TaskAnswer
    words: str = Field(default="", max_length=2000)
    types: tuple[CrisisType, ...] = ()
    night: bool = False


_DONE = {
    TaskAnswer.UNCHANGED: "Noté : sans changement.",
    TaskAnswer.AMENDED: "Noté : la coordination a vos changements.",
    TaskAnswer.VERIFIED: "Noté : contact vérifié.",
    TaskAnswer.UNREACHED: "Noté : personne n'a répondu. À rappeler.",
    TaskAnswer.WITHDRAWN: "Noté : vous ne serez plus sollicité.",
}
_UNREAD = "Cette réponse n'a pas pu être lue. Choisissez un bouton de la page."
_NO_WORDS = "Écrivez ce qui change, puis appuyez de nouveau."
_NO_TYPE = (
    "Cochez au moins un type de crise, ou choisissez « Je ne suis plus volontaire »."
)


async def shown(desk: Desk, link: PlanLink, _token: str) -> HTMLResponse:
    """Show all that this person is asked; nothing is written."""
    return await _page(desk, link)


async def posted(
    desk: Desk, link: PlanLink, _token: str, form: FormData
) -> HTMLResponse:
    """Note one answer, then show what is left."""
    try:
        said = AskedForm.model_validate(
            {**dict(form.items()), "types": form.getlist("types")}
        )
    except ValidationError:
        return await _page(desk, link, error=_UNREAD)
    period, _, task_id = said.task.partition("/")
    profile = None
    if said.answer is TaskAnswer.AMENDED:
        is_profile = task_id.startswith(TaskKind.PROFILE)
        if is_profile and not said.types:
            return await _page(desk, link, error=_NO_TYPE)
        if not is_profile and not said.words.strip():
            return await _page(desk, link, error=_NO_WORDS)
        if is_profile:
            profile = Profile(accepted_types=said.types, reachable_at_night=said.night)
    order = AnswerTask(
        cpts_id=link.cpts_id,
        period=period,
        task_id=task_id,
        answer=said.answer,
        by=link.subject,
        words=said.words.strip(),
        profile=profile,
        nonce=f"{said.nonce}:{task_id}",
        actor=MEMBER,
    )
    await answer_task(desk.instance.database, order)
    return await _page(desk, link, thanks=_DONE[said.answer])


async def _page(
    desk: Desk, link: PlanLink, *, thanks: str = "", error: str = ""
) -> HTMLResponse:
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, link.cpts_id)
        who = WhoAnswers(tenant, dict(await people.all_of(connection, link.cpts_id)))
        plan, _ = await plans.latest(connection, link.cpts_id)
        asked = await reviews.asked_of(connection, link.cpts_id, link.subject or "")
    page = AskedPage(
        cpts_name=tenant.name,
        phone=readable(tenant.coordinator.phone),
        fictitious=tenant.fictitious,
        sections=tuple(_sections(asked, plan, who)),
        profiles=tuple(_profiles(asked, plan, who)),
        calls=tuple(_calls(asked, who)),
        thanks=thanks,
        error=error,
        nonce=new_nonce(),
    )
    return HTMLResponse(desk.views.plan("asked", page), 422 if error else 200)


_Asked = Iterable[tuple[str, ReviewTask]]


def _of(asked: _Asked, kind: TaskKind) -> Iterator[tuple[str, ReviewTask, str]]:
    """Give the tasks of a kind: their name in a form, and what was answered."""
    for period, task in asked:
        if task.kind is kind:
            done = _DONE[task.answer] if task.answer else ""
            yield f"{period}/{task.task_id}", task, done


def _sections(asked: _Asked, plan: Plan, who: WhoAnswers) -> Iterator[SectionView]:
    known = {section.section_id: section for section in plan.template.sections}
    words = SectionWords(plan.template, who.people, public=False)
    for name, task, done in _of(asked, TaskKind.SECTION):
        if task.subject in known:
            printed = words.printed(known[task.subject], plan.section(task.subject))
            yield SectionView(
                task=name,
                title=printed.title,
                lines=() if done else tuple(map(_line, printed.fields)),
                done=done,
            )


def _line(field: PrintedField) -> tuple[str, str]:
    said = field.text or " ; ".join(field.items[:_ITEMS])
    if field.table:
        rows = len(field.table.rows)
        said = f"{rows} ligne{'s' if rows > 1 else ''}"
    elif len(field.items) > _ITEMS:
        said += "…"
    return field.label, said if len(said) <= _SIGNS else f"{said[:_SIGNS]}…"


def _profiles(asked: _Asked, plan: Plan, who: WhoAnswers) -> Iterator[ProfileView]:
    for name, task, done in _of(asked, TaskKind.PROFILE):
        person = who.people.get(task.subject)
        if person is not None:
            yield ProfileView(
                task=name,
                known=_known(person, plan),
                types=tuple(
                    (sheet.code, sheet.label, person.accepts(sheet.code))
                    for sheet in plan.template.types
                ),
                at_night=person.reachable_at_night,
                done=done,
            )


def _known(person: Person, plan: Plan) -> tuple[tuple[str, str], ...]:
    labels = {each.code: each.label for each in plan.template.professions}
    lines = (
        ("Nom", person.full_name),
        ("Profession", labels.get(person.profession, person.profession)),
        ("Zone", person.zone or ""),
        ("Courriel", person.email or ""),
        ("Mobile", readable(person.mobile) if person.mobile else ""),
    )
    return tuple((label, said) for label, said in lines if said)


def _calls(asked: _Asked, who: WhoAnswers) -> Iterator[CallView]:
    known = {each.code: each for each in who.tenant.authorities}
    for name, task, done in _of(asked, TaskKind.AUTHORITY):
        contact = known.get(task.subject)
        if contact is not None:
            night = contact.out_of_hours
            phones = [("de jour", readable(contact.phone))]
            if night:
                phones.append(("hors heures ouvrées", readable(night)))
            yield CallView(
                task=name, name=contact.name, phones=tuple(phones), done=done
            )
