"""`/cpts/{cpts}/plan/versions`: the versions of the plan, and the life of each."""

from dataclasses import dataclass

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse

from adapters.database import plans, tenants
from domain.calendar import french_day
from domain.cpts import Cpts
from domain.plan_version import PlanVersion
from web.adoption_page import life
from web.console import shown
from web.desk import AtDesk
from web.door import from_this_machine
from web.plan_export import version_label
from web.views import Page

router = APIRouter(
    prefix="/cpts/{cpts_id}/plan/versions", dependencies=[Depends(from_this_machine)]
)


@dataclass(frozen=True)
class VersionLine:
    """One version: where it stands, its life, its hash, what it was made from."""

    number: int
    label: str
    life: tuple[str, ...]
    sha256: str
    based_on: int | None

    @classmethod
    def of(cls, version: PlanVersion, tenant: Cpts) -> "VersionLine":
        """Say the life of a version."""
        zone = tenant.zone_info
        written = f"Ouverte le {french_day(version.made_at, zone)}."
        replaced = version.replaced_at
        gone = f"Remplacée le {french_day(replaced, zone)}." if replaced else ""
        said = (written, *life(version, tenant), gone)
        return cls(
            number=version.number,
            label=version_label(version),
            life=tuple(filter(None, said)),
            sha256=version.sha256,
            based_on=version.based_on,
        )


@dataclass(frozen=True, kw_only=True)
class PlanHistoryPage(Page):
    """The versions of the plan, the last first."""

    path: str
    versions: tuple[VersionLine, ...]


@router.get("", response_class=HTMLResponse)
async def show(desk: AtDesk, cpts_id: str) -> HTMLResponse:
    """Show every version: dates, opinion, decision, hash, differences, documents."""
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        await plans.latest(connection, cpts_id)  # refused if there is none
        versions = await plans.history(connection, cpts_id)
    page = PlanHistoryPage(
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        path=f"/cpts/{cpts_id}/plan",
        versions=tuple(VersionLine.of(each, tenant) for each in reversed(versions)),
    )
    return shown(desk, "plan_history", page)
