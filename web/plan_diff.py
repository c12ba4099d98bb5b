"""`/cpts/{cpts}/plan/diff`: what two versions of the plan say otherwise."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from adapters.database import plan_pair, plans
from adapters.database.plan_pair import PlanPair
from domain.calendar import french_date
from domain.printed_plan import PrintedDifference
from web.console import shown
from web.desk import AtDesk
from web.door import from_this_machine
from web.plan_export import version_label
from web.views import Page

router = APIRouter(
    prefix="/cpts/{cpts_id}/plan", dependencies=[Depends(from_this_machine)]
)


@dataclass(frozen=True)
class DifferenceLine:
    """One difference: old and new words line by line, why, by whom, when."""

    target: str
    kind: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class ComparedSection:
    """One section: what changed, or who read it."""

    title: str
    lines: tuple[DifferenceLine, ...]
    read: str


@dataclass(frozen=True, kw_only=True)
class PlanDiffPage(Page):
    """Two versions of the plan, compared."""

    path: str  # of the plan
    before: int
    after: int
    number: int
    sections: tuple[ComparedSection, ...]
    versions: tuple[tuple[str, str], ...]  # that may be chosen, the last first
    form: Mapping[str, str]
    errors: Mapping[str, str] = field(default_factory=dict)


@router.get("/diff", response_class=HTMLResponse)
async def diff(
    desk: AtDesk,
    cpts_id: str,
    before: Annotated[int | None, Query(alias="from", ge=1)] = None,
    after: Annotated[int | None, Query(alias="to", ge=1)] = None,
) -> HTMLResponse:
    """Compare two versions, section by section; the last two if none is named."""
    async with desk.instance.database.read() as connection:
        _, last = await plans.latest(connection, cpts_id)
        after = after or last.number
        before = before or max(after - 1, 1)
        versions = await plans.history(connection, cpts_id)
        pair = await plan_pair.read(connection, cpts_id, before, after)
    page = PlanDiffPage(
        cpts_name=pair.tenant.name,
        fictitious=pair.tenant.fictitious,
        path=f"/cpts/{cpts_id}/plan",
        before=before,
        after=after,
        number=len(pair.differences.all),
        sections=tuple(_sections(pair)),
        versions=tuple((str(v.number), version_label(v)) for v in reversed(versions)),
        form={"from": str(before), "to": str(after)},
    )
    return shown(desk, "plan_diff", page)


def _sections(pair: PlanPair) -> Iterator[ComparedSection]:
    words = pair.words
    for section in pair.differences.sections:
        yield ComparedSection(
            title=words.title(section),
            lines=tuple(_line(words.one(each)) for each in section.differences),
            read=words.read(section.reading) if section.reading else "",
        )


def _line(each: PrintedDifference) -> DifferenceLine:
    on = f"le {french_date(each.on)}" if each.on else None
    return DifferenceLine(
        target=each.target,
        kind=each.kind,
        before=tuple((each.before or "").splitlines()),
        after=tuple((each.after or "").splitlines()),
        why=", ".join(filter(None, (each.origin, each.author, on))),
    )
