"""`/`: the console's home, on this machine only until people sign in."""

import secrets

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse, Response

from adapters.database import board, join_requests, people, plans, tenants
from adapters.database.crises import CrisisRow
from domain.calendar import french_instant
from domain.cpts import Cpts
from domain.errors import UnknownPlanError
from domain.plan import Plan
from domain.wording import STATE_LABELS
from instance import TEMPLATES
from web.desk import AtDesk, Desk
from web.door import from_this_machine
from web.screens import CrisisLine, DeskOfCpts, HomePage
from web.views import Page

router = APIRouter(dependencies=[Depends(from_this_machine)])
ACTOR = "COORDINATEUR"  # whoever is at this machine, until people sign in
NO_PLAN = "Il manque le plan."
_SHOWN_ENDED = 6
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)


@router.get("/", response_class=HTMLResponse)
async def home(desk: AtDesk) -> HTMLResponse:
    """Show every CPTS of this instance, what runs, and what ended."""
    database = desk.instance.database
    async with database.read() as connection:
        known = {
            cpts_id: await tenants.get(connection, cpts_id)
            for cpts_id, _ in await tenants.names(connection)
        }
        open_now = await board.running(connection)
        over = await board.ended(connection, _SHOWN_ENDED)
        lines = {
            row.crisis_id: line(
                row, known[row.cpts_id], await plans.frozen(connection, row)
            )
            for row in (*open_now, *over)
        }
        missing = {cpts_id: await _missing(desk, cpts_id) for cpts_id in known}
        joining = {
            cpts_id: len(await join_requests.waiting(connection, cpts_id))
            for cpts_id in known
        }
    desks = tuple(
        DeskOfCpts(
            cpts_id=cpts_id,
            name=tenant.name,
            running=tuple(
                lines[row.crisis_id] for row in open_now if row.cpts_id == cpts_id
            ),
            missing=missing[cpts_id],
            unwritten=missing[cpts_id] == NO_PLAN,
            joining=joining[cpts_id],
        )
        for cpts_id, tenant in known.items()
    )
    page = HomePage(
        desks=desks,
        ended=tuple(lines[row.crisis_id] for row in over),
        fictitious=any(tenant.fictitious for tenant in known.values()),
    )
    return shown(desk, "home", page)


async def _missing(desk: Desk, cpts_id: str) -> str:
    """Say what to do before a crisis can open; empty if it can."""
    async with desk.instance.database.read() as connection:
        try:
            await plans.in_force(connection, cpts_id)
        except UnknownPlanError:
            if await people.all_of(connection, cpts_id):
                return NO_PLAN
            return "Il manque l'annuaire, puis le plan : ouvrez « Premier jour »."
    return ""


@router.get("/live.js")
async def script() -> Response:
    """Give the one script of the console: live updates, nothing else."""
    text = (TEMPLATES / "pages" / "live.js").read_text("utf-8")
    return Response(text, media_type="text/javascript")


def line(row: CrisisRow, tenant: Cpts, plan: Plan) -> CrisisLine:
    """Say a crisis in a line."""
    return CrisisLine(
        cpts_id=row.cpts_id,
        crisis_id=row.crisis_id,
        title=title(row, plan),
        state=STATE_LABELS[row.state],
        since=french_instant(row.t0, tenant.zone_info),
        exercise=row.activation.exercise,
    )


def title(row: CrisisRow, plan: Plan) -> str:
    """Name a crisis: its scenarios, its place."""
    said = row.activation
    named = ", ".join(s.short for s in plan.template.scenarios_of(said.types))
    return f"{named[:1].upper()}{named[1:]} : {said.place}"


def new_nonce() -> str:
    """Number a form: it is taken once."""
    return secrets.token_urlsafe(12)


def shown(
    desk: Desk, layout: str, page: Page, status: int = 200, script_nonce: str = ""
) -> HTMLResponse:
    """Show a page; a script runs only if the page names it by this nonce.

    Browsers say which site posts a form only if the referrer may be told to ours.
    """
    allowed = f"; script-src 'nonce-{script_nonce}'; connect-src 'self'"
    headers = {
        "Content-Security-Policy": _POLICY + (allowed if script_nonce else ""),
        "Referrer-Policy": "same-origin",
    }
    return HTMLResponse(desk.views.console(layout, page), status, headers)
