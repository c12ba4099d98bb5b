"""The page of a poster: somebody says who they are, and proves one address by a code.

It answers the same whoever asks: nobody learns from it who is in the directory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field, ValidationError
from starlette.datastructures import FormData

from acts.join import ask_to_join, prove_join
from adapters.database import tenants
from adapters.database.plan_links import PlanLink
from domain.contact import readable
from domain.enrolment import CODE_MINUTES, NOTICE
from domain.errors import PlanError
from domain.join import JoinForm
from domain.refusal import first_refusal
from domain.sentences import sentence
from domain.wave import Channel
from web.desk import Desk
from web.views import Page

_FIELDS = ("first_name", "last_name", "profession", "rpps", "address")
_RULES = {  # that of an address says itself what is wrong
    "first_name": "Prénom : des lettres, comme sur votre carte professionnelle.",
    "last_name": "Nom : des lettres, comme sur votre carte professionnelle.",
    "profession": "Choisissez votre profession.",
    "rpps": "Un RPPS a onze chiffres ; laissez vide si vous ne l'avez pas.",
    "code": "Tapez les six chiffres du code.",
}


@dataclass(frozen=True, kw_only=True)
class JoinPage(Page):
    """Who they say they are, then the code, then the thanks."""

    professions: tuple[tuple[str, str], ...]  # code, label
    numbers: bool  # does something bring a code to a telephone?
    typed: Mapping[str, str] = field(default_factory=dict)
    request: str = ""  # its code is on its way
    minutes: int = CODE_MINUTES
    done: bool = False
    notice: tuple[str, ...] = NOTICE
    error: str = ""


class _Code(BaseModel):
    """A code typed back."""

    request: str = Field(pattern="^p-[a-z0-9]{10}$")
    code: str = Field(min_length=1, max_length=20)


async def shown(desk: Desk, link: PlanLink, _token: str) -> HTMLResponse:
    """Ask who they are; nothing is written."""
    return _answer(desk, await _page(desk, link, {}))


async def posted(
    desk: Desk, link: PlanLink, _token: str, form: FormData
) -> HTMLResponse:
    """Send a code, or take the one that was typed."""
    typed = {name: " ".join(str(form.get(name) or "").split()) for name in _FIELDS}
    page = await _page(desk, link, typed)
    try:
        if form.get("act") == "check":
            return _answer(desk, await _checked(desk, link, page, form))
        return _answer(desk, await _asked(desk, link, page))
    except ValidationError as refused:
        place, rule = first_refusal(refused, typed)
        page = replace(page, error=_RULES.get(place, f"{rule[:1].upper()}{rule[1:]}"))
    except PlanError as refused:
        page = replace(page, error=sentence(refused))
    if form.get("act") == "check":
        page = replace(page, request=str(form.get("request") or ""))
    return _answer(desk, page)


async def _asked(desk: Desk, link: PlanLink, page: JoinPage) -> JoinPage:
    typed = {**page.typed, "rpps": page.typed["rpps"].replace(" ", "") or None}
    said = JoinForm.model_validate(typed)
    database, key = desk.instance.database, desk.instance.keys.link_key
    request, ref = await ask_to_join(database, link.cpts_id, said, key)
    await desk.hand_over(ref)
    return replace(page, request=request)


async def _checked(
    desk: Desk, link: PlanLink, page: JoinPage, form: FormData
) -> JoinPage:
    database, key = desk.instance.database, desk.instance.keys.link_key
    said = _Code.model_validate(dict(form.items()))
    await prove_join(database, link.cpts_id, said.request, said.code, key)
    return replace(page, done=True)


async def _page(desk: Desk, link: PlanLink, typed: Mapping[str, str]) -> JoinPage:
    database = desk.instance.database
    async with database.read() as connection:
        tenant = await tenants.get(connection, link.cpts_id)
        template = await desk.instance.template_of(connection, link.cpts_id)
    return JoinPage(
        cpts_name=tenant.name,
        phone=readable(tenant.coordinator.phone),
        fictitious=tenant.fictitious,
        professions=tuple((each.code, each.label) for each in template.professions),
        numbers=database.providers.channels != (Channel.MAIL,),
        typed=typed,
    )


def _answer(desk: Desk, page: JoinPage) -> HTMLResponse:
    return HTMLResponse(desk.views.plan("join", page), 422 if page.error else 200)
