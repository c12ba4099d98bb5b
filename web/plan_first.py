"""The page of a CPTS that has no plan yet: what its first version starts from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

from fastapi.responses import HTMLResponse

from adapters.database import people, tenants
from domain.shipped_template import ShippedTemplate
from instance import DEFAULT_TEMPLATE
from web.console import shown
from web.desk import Desk
from web.views import Page


@dataclass(frozen=True, kw_only=True)
class FirstPlanPage(Page):
    """What the first version is made of, and the template that it follows."""

    path: str
    people: int
    others: tuple[tuple[str, str], ...]
    form: Mapping[str, str]
    errors: Mapping[str, str]


async def unwritten(
    desk: Desk, cpts_id: str, errors: Mapping[str, str]
) -> HTMLResponse:
    """Offer to write the first version.

    Raises:
        UnknownCptsError: No such CPTS.
    """
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        roster = await people.all_of(connection, cpts_id)
    page = FirstPlanPage(
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        path=f"/cpts/{cpts_id}/plan",
        people=len(roster),
        others=titles(desk.instance.shipped),
        form={"template": DEFAULT_TEMPLATE.name},
        errors=errors,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return shown(desk, "plan_first", page, status)


def titles(shipped: Iterable[ShippedTemplate]) -> tuple[tuple[str, str], ...]:
    """List templates as they are chosen, the newest first."""
    found = sorted(shipped, key=lambda each: each.template_id, reverse=True)
    return tuple((each.template_id, each.title) for each in found)
