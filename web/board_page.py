"""Le tableau in words: one crisis as it stands, read at one instant."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import board, cards, crises, ledger, plans, seats, tenants
from adapters.database.cards import CardRun
from adapters.database.chronicle import LogLine, is_routine
from adapters.database.crises import CrisisRow
from domain.board import PLACE_LABELS, Place, Reach, counted
from domain.calendar import french_day, french_hour, french_instant
from domain.card import CardState
from domain.chronicle import told
from domain.cpts import Cpts
from domain.crisis import CrisisState
from domain.need import Need
from domain.plan import Plan
from domain.reference import CrisisRef
from domain.wording import CARD_STATE_LABELS, STATE_LABELS, giver_label
from web.console import title
from web.foreseen import people
from web.screens import BoardPage, CardLine, LogEntry, NeedLine, PlaceLine

PARTS = ("status", "needs", "people", "cards", "log")
_BAR = 10  # signs at most: a seat each, while there are few
_LOG_LINES = 14


@dataclass(frozen=True)
class Known:
    """All that the board shows, read in one transaction."""

    crisis: CrisisRow
    tenant: Cpts
    plan: Plan
    needs: tuple[Need, ...]
    filled: dict[str, int]
    reached: tuple[Reach, ...]
    runs: tuple[CardRun, ...]
    lines: tuple[LogLine, ...]
    next_report_at: datetime | None
    seen: int
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """Where the CPTS lives its hours."""
        return self.tenant.zone_info


async def read(connection: AsyncConnection, ref: CrisisRef, now: datetime) -> Known:
    """Read one crisis for the board.

    Raises:
        UnknownCrisisError: There is no such crisis.
    """
    crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
    return Known(
        crisis=crisis,
        tenant=await tenants.get(connection, ref.cpts_id),
        plan=await plans.frozen(connection, crisis),
        needs=await seats.needs_of(connection, ref.cpts_id, ref.crisis_id),
        filled=await seats.filled(connection, ref.cpts_id, ref.crisis_id),
        reached=await board.reached(connection, ref),
        runs=await cards.of_crisis(connection, ref),
        lines=tuple(await board.last_lines(connection, ref, _LOG_LINES)),
        next_report_at=await board.next_report_at(connection, ref),
        seen=await ledger.size(connection, ref.cpts_id),
        now=now,
    )


def page_of(
    known: Known, *, already: bool = False, script_nonce: str = ""
) -> BoardPage:
    """Say a crisis in words."""
    crisis, said = known.crisis, known.crisis.activation
    runs = card_lines(known)
    return BoardPage(
        cpts_name=known.tenant.name,
        fictitious=known.tenant.fictitious,
        exercise=said.exercise,
        path=f"/{crisis.cpts_id}/crise/{crisis.crisis_id}",
        title=title(crisis, known.plan),
        running=crisis.state.takes_answers,
        writable=crisis.state is not CrisisState.CLOSED,
        seen=known.seen,
        state=_state(known),
        order=_order(known),
        awaited=_awaited(crisis),
        place=said.place,
        perimeter=said.perimeter,
        mission=said.mission,
        next_report=(
            moment(known.next_report_at, known)
            if known.next_report_at
            else "aucun n'est attendu"
        ),
        acts=open_acts(crisis),
        needs=tuple(_need(need, known) for need in known.needs),
        needs_said=_needs_said(known),
        people=tuple(
            PlaceLine(
                code=place.value,
                label=PLACE_LABELS[place],
                number=number,
                urgent=place is Place.UNREACHED,
            )
            for place, number in counted(known.reached)
        ),
        people_said=f"{len(known.reached)} personnes sollicitées",
        cards=runs,
        cards_said=_cards_said(runs),
        log=tuple(
            LogEntry(_log_hour(line.at, known), told(line.kind, line.facts))
            for line in known.lines
            if not (is_routine(line) or line.kind == "batch.sent")
        ),
        already=already,
        script_nonce=script_nonce,
    )


def open_acts(crisis: CrisisRow) -> tuple[tuple[str, str], ...]:
    """List the acts on its order that a crisis allows now: address, label."""
    state = crisis.state
    awaits_reference = crisis.reference is None and state is not CrisisState.CANCELLED
    acts = (
        (state is CrisisState.PRE_ALERT, "contre-appel", "Inscrire le contre-appel"),
        (awaits_reference, "reference", "Inscrire la référence écrite"),
        (state.takes_answers, "lever", "Lever l'alerte"),
        (state.takes_answers, "fausse-alerte", "Fausse alerte"),
    )
    return tuple((address, label) for allowed, address, label in acts if allowed)


def moment(at: datetime, known: Known) -> str:
    """Say an instant: the hour today, else the day too."""
    if french_day(at, known.zone) == french_day(known.now, known.zone):
        return f"à {french_hour(at, known.zone)}"
    return f"le {french_instant(at, known.zone)}"


def _log_hour(at: datetime, known: Known) -> str:
    local = at.astimezone(known.zone)
    today = local.date() == known.now.astimezone(known.zone).date()
    return french_hour(at, known.zone) if today else f"{local:%d/%m %H:%M}"


def _state(known: Known) -> str:
    label = STATE_LABELS[known.crisis.state]
    return f"{label[:1].upper()}{label[1:]}"


def _order(known: Known) -> str:
    crisis, said = known.crisis, known.crisis.activation
    who = f"{said.caller}, {said.caller_function}".rstrip(", ")
    giver = giver_label(said)
    parts = [f"{giver[:1].upper()}{giver[1:]} ({who}), {moment(crisis.t0, known)}"]
    if crisis.called_back_at:
        parts.append(f"rappelé {moment(crisis.called_back_at, known)}")
    if crisis.reference:
        parts.append(f"référence {crisis.reference}")
    if said.pace > 1:
        parts.append(f"délais divisés par {said.pace}")
    return " ; ".join(parts) + "."


def _awaited(crisis: CrisisRow) -> tuple[str, ...]:
    if crisis.state is CrisisState.PRE_ALERT:
        return (
            (
                "Contre-appel attendu : rappelez l'autorité sur un numéro que vous "
                "connaissiez déjà ; seule la cellule est prévenue d'ici là."
            ),
        )
    if crisis.state is CrisisState.ACTIVE_TO_CONFIRM:
        awaited = (
            "Reconnaissance par une autorité attendue"
            if crisis.activation.authority is None
            else "Référence écrite attendue"
        )
        return (f"{awaited} : sans elle, la crise n'est pas payable.",)
    return ()


def _need(need: Need, known: Known) -> NeedLine:
    template = known.plan.template
    filled = known.filled.get(need.need_id, 0)
    card = template.card(need.card_id)
    signs = min(need.needed, _BAR)
    dots = signs * min(filled, need.needed) // need.needed
    return NeedLine(
        who=(
            template.profession(need.profession).label
            if need.profession
            else "Toute profession de la fiche"
        ),
        card=card.title,
        zone=need.zone or "",
        needed=need.needed,
        filled=filled,
        bar="●" * dots + "○" * (signs - dots),
    )


def _needs_said(known: Known) -> str:
    needed = sum(need.needed for need in known.needs)
    filled = sum(known.filled.values())
    left = needed - filled
    if not left:
        return f"{needed} postes, tous pourvus"
    return f"{filled} postes pourvus sur {needed} ; il manque {people(left)}"


def card_lines(known: Known) -> tuple[CardLine, ...]:
    """Say each run of a card: what is late first, what is over last."""
    return tuple(card_line(run, known) for run in sorted(known.runs, key=_urgency))


def _urgency(run: CardRun) -> tuple[bool, bool, float, str]:
    deadline = run.scheduled.deadline
    due = deadline.due_at.timestamp() if deadline else 0.0
    return run.scheduled.over, deadline is None, due, run.card_id


def card_line(run: CardRun, known: Known) -> CardLine:
    """Say one run of a card."""
    deadline = run.scheduled.deadline
    late = deadline is not None and deadline.due_at < known.now
    if run.done_at is not None:
        when = moment(run.done_at, known)
    elif deadline is None:
        when = run.reason or ""
    else:
        part = f"{deadline.milestone.replace('_', ' ')} " if deadline.milestone else ""
        due = moment(deadline.due_at, known)
        when = (
            f"{part}en retard, attendu{'e' * (not part)} {due}"
            if late
            else (f"{part}avant {due.removeprefix('à ')}")
        )
    return CardLine(
        card_id=run.card_id,
        run=run.run,
        title=known.plan.template.card(run.card_id).title,
        state=CARD_STATE_LABELS[run.state],
        when=when[:1].upper() + when[1:],
        late=late,
        over=run.scheduled.over,
    )


def _cards_said(lines: Iterable[CardLine]) -> str:
    lines = tuple(lines)
    late = sum(line.late for line in lines)
    over = sum(line.over for line in lines)
    said = f"{over} terminées sur {len(lines)}"
    return f"{late} en retard ; {said}" if late else f"Aucune en retard ; {said}"


def takes(run: CardRun) -> bool:
    """May somebody still act on this run?"""
    return not run.scheduled.over and run.state is not CardState.WAITING
