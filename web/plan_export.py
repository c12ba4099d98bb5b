"""`/cpts/{cpts}/plan/export`: the plan printed, in the form and edition asked."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse, Response

from adapters.database import plans, tenants
from archive import print_plan
from domain.plan_edition import STATUS_LABELS
from domain.plan_version import PlanVersion
from domain.printed_plan import (
    LONGEST_ADDRESSEE,
    Addressee,
    Copy,
    Edition,
    PlanFormat,
)
from domain.wording import KIND_LABELS
from web.console import shown
from web.desk import AtDesk
from web.door import from_this_machine
from web.views import Page

router = APIRouter(
    prefix="/cpts/{cpts_id}/plan/export", dependencies=[Depends(from_this_machine)]
)
WORDS = {
    PlanFormat.PDF: "Le plan entier (PDF)",
    PlanFormat.CARDS: "Les fiches, une par feuille A5 (PDF)",
    PlanFormat.HTML: "Pour un téléphone sans réseau (HTML)",
    PlanFormat.WORD: "À relire dans Word (DOCX)",
    PlanFormat.SUMMARY: "La synthèse pour l'ARS, une page (PDF)",
    PlanFormat.JSON: "Le texte exact, celui de l'empreinte (JSON)",
}
_TYPES = {
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


@dataclass(frozen=True, kw_only=True)
class PlanExportPage(Page):
    """What may be printed of the plan."""

    path: str
    versions: tuple[tuple[int, str], ...]  # the last first
    crisis: tuple[tuple[str, str], ...]
    public: tuple[tuple[str, str], ...]
    longest: int = LONGEST_ADDRESSEE


@dataclass(frozen=True)
class Wanted:
    """What somebody asks to be printed, as the address says it."""

    edition: Edition = Edition.CRISIS
    version: Annotated[int | None, Query(ge=1)] = None
    copy: Annotated[int | None, Query(ge=1)] = None
    to: Annotated[Addressee | None, Query()] = None

    @property
    def given(self) -> Copy:
        """Which copy it is."""
        return Copy(edition=self.edition, number=self.copy, addressee=self.to)


@router.get("", response_class=HTMLResponse)
async def show(desk: AtDesk, cpts_id: str) -> HTMLResponse:
    """Show the forms in which the plan may leave."""
    async with desk.instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        await plans.latest(connection, cpts_id)  # refused if there is none
        versions = await plans.history(connection, cpts_id)
    page = PlanExportPage(
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        path=f"/cpts/{cpts_id}/plan",
        versions=tuple(
            (each.number, version_label(each)) for each in reversed(versions)
        ),
        crisis=tuple((form.value, words) for form, words in WORDS.items()),
        public=tuple((f.value, w) for f, w in WORDS.items() if f.may_be_public),
    )
    return shown(desk, "plan_export", page)


@router.get("/{form}")
async def download(
    desk: AtDesk, cpts_id: str, form: PlanFormat, wanted: Annotated[Wanted, Depends()]
) -> Response:
    """Print, and give the file."""
    given = wanted.given
    content = await print_plan(desk.instance, cpts_id, form, given, wanted.version)
    name = form.name_of(cpts_id, given)
    return Response(
        content,
        media_type=_TYPES[form.extension],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )


def version_label(version: PlanVersion) -> str:
    """Name a version where one is chosen."""
    kind, status = KIND_LABELS[version.kind], STATUS_LABELS[version.status]
    return f"Version {version.number} : {kind.lower()}, {status.lower()}"
