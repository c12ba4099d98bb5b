"""Le tableau in words: needs, people, cards and log of one crisis."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from adapters.database.cards import CardRun
from adapters.database.chronicle import LogLine, is_routine
from domain.audit import AUDITED_WITHIN
from domain.audit_chronicle import lacking
from domain.board import PLACE_LABELS, URGENT, Place, counted
from domain.calendar import french_hour
from domain.card import CardState, CountsFrom
from domain.chronicle import told
from domain.crisis import CrisisState
from domain.last_resort import answer_over_at, lacking_seats, whom_to_call
from domain.need import Need
from domain.partner import in_words, to_act_on
from domain.preview_words import people
from domain.seating import ZoneFigures, by_zone
from domain.wave_outlook import mail_stuck_since
from domain.wording import CARD_STATE_LABELS
from web.console import ACTOR, title
from web.known import Known, around, moment
from web.open_acts import at_hand
from web.order_words import awaited, decided, order_of, state_of, types_of
from web.partner_lines import PartnerLine
from web.screens import (
    BoardPage,
    CardLine,
    LogEntry,
    NeedLine,
    PlaceLine,
    SeatedLine,
)
from web.wave_lines import wave_lines

PARTS = ("status", "needs", "people", "waves", "partners", "cards", "log")
_BAR = 10  # signs at most: a seat each, while there are few
_ANY = "toute profession de la fiche"


def page_of(
    known: Known, *, already: bool = False, script_nonce: str = ""
) -> BoardPage:
    """Say a crisis in words."""
    crisis, said = known.crisis, known.crisis.activation
    runs = card_lines(known)
    return BoardPage(
        **around(known),
        title=title(crisis, known.plan),
        running=crisis.state.takes_answers,
        writable=crisis.state is not CrisisState.CLOSED,
        seen=known.seen,
        state=state_of(known),
        order=order_of(known),
        types=types_of(known),
        awaited=(*_audited(known), *_stuck_mail(known), *awaited(known)),
        in_tray=known.in_tray,
        decided=decided(known),
        place=said.place,
        perimeter=said.perimeter,
        mission=said.mission,
        next_report=(
            moment(known.next_report_at, known)
            if known.next_report_at
            else "aucun n'est attendu"
        ),
        acts=at_hand(known),
        roles=roles(known),
        needs=tuple(_need(need, known) for need in known.needs),
        needs_said=_needs_said(known),
        lacks=(lacks := _lacks(known)),
        to_call=whom_to_call(known.tenant) if lacks else (),
        seated=_seated(known),
        seated_said=_seated_said(known),
        people=tuple(
            PlaceLine(
                code=place.value,
                label=PLACE_LABELS[place],
                number=number,
                urgent=place in URGENT,
            )
            for place, number in counted(known.reached)
        ),
        people_said=_people_said(len(known.reached)),
        waves=wave_lines(known),
        partners=tuple(PartnerLine.of(each) for each in to_act_on(known.told)),
        partners_said=in_words(known.told),
        cards=runs,
        cards_said=_cards_said(runs, crisis.state),
        reflexes=_has_reflexes(known),
        log=tuple(
            LogEntry(_log_hour(line.at, known), _told(line, known))
            for line in known.lines
            if not (is_routine(line) or line.kind == "batch.sent")
        ),
        already=already,
        script_nonce=script_nonce,
    )


def _audited(known: Known) -> Iterator[str]:
    """Say what the auditor raised, or that nobody audits any more."""
    for lapse in (each for each in known.lacking if each.raised):
        since = moment(lapse.due_at, known).removeprefix("à ")
        yield f"Contrôle, depuis {since} : {lacking(lapse.lack, lapse.subject)}."
    last = known.audited_at
    if last is not None and known.now - last > AUDITED_WITHIN:
        since = moment(last, known).removeprefix("à ")
        yield (
            f"Le contrôle automatique est arrêté depuis {since} : "
            "vérifiez que Tocsin tourne, et relisez le tableau."
        )


def _stuck_mail(known: Known) -> Iterator[str]:
    if since := mail_stuck_since(known.mail, known.now):
        hour = moment(since, known).removeprefix("à ")
        yield (
            f"Aucun courriel ne part depuis {hour} : "
            "vérifiez le serveur de courriel, appelez les personnes de la liste."
        )


def _lacks(known: Known) -> str:
    """Say who lacks once everybody was asked in vain; empty before, or after."""
    crisis, template = known.crisis, known.plan.template
    left = {each.code: each.left[-1].at for each in known.waves if each.left}
    over = answer_over_at(template, crisis.kinetic, crisis.activation.pace, left)
    if not (crisis.state.takes_answers and over and over <= known.now):
        return ""
    lacks = lacking_seats(known.needs, known.filled)
    return ", ".join(
        f"{template.profession(code).label if code else _ANY} ({number})"
        for code, number in lacks.items()
    )


def roles(known: Known) -> tuple[tuple[str, str], ...]:
    """List who may write in the log: code, short name; whoever coordinates first."""
    template = known.plan.template
    codes = (ACTOR, *(role.code for role in template.held_roles))
    return tuple((code, template.actor(code)) for code in codes)


def _told(line: LogLine, known: Known) -> str:
    """Say a line; who wrote a note is named by their role, a card by its title."""
    card: str = line.facts.get("card", "")
    if any(run.card_id == card for run in known.runs):
        titled = f"{card} « {known.plan.template.card(card).title} »"
        line = replace(line, facts={**line.facts, "card": titled})
    if "role" in line.facts:
        role = dict(roles(known)).get(line.actor, line.actor)
        line = replace(line, facts={**line.facts, "role": role})
    return told(line.kind, line.facts)


def _log_hour(at: datetime, known: Known) -> str:
    local = at.astimezone(known.zone)
    today = local.date() == known.now.astimezone(known.zone).date()
    return french_hour(at, known.zone) if today else f"{local:%d/%m %H:%M}"


def _need(need: Need, known: Known) -> NeedLine:
    template = known.plan.template
    filled = known.filled.get(need.need_id, 0)
    card = template.card(need.card_id)
    signs = min(need.needed, _BAR)
    dots = signs * min(filled, need.needed) // need.needed
    return NeedLine(
        who=template.profession(need.profession).label if need.profession else _ANY,
        card=card.title,
        zone=need.zone or "",
        needed=need.needed,
        filled=filled,
        bar="●" * dots + "○" * (signs - dots),
    )


def _people_said(number: int) -> str:
    return f"{people(number)} sollicitée{'s' * (number > 1)}"


def _needs_said(known: Known) -> str:
    needed = sum(need.needed for need in known.needs)
    filled = sum(known.filled.values())
    left = needed - filled
    if not left:
        return f"{needed} postes, tous pourvus" if needed > 1 else "1 poste, pourvu"
    plural = "s" * (filled > 1)
    said = f"{filled} poste{plural} pourvu{plural} sur {needed}"
    if not known.crisis.state.takes_answers:
        return said
    rest = sum(each.place is Place.RESTING for each in known.reached)
    resting = f" ; {people(rest)} au repos" if rest else ""
    return f"{said} ; il manque {people(left)}{resting}"


def _seated(known: Known) -> tuple[tuple[str, tuple[SeatedLine, ...]], ...]:
    """Count who holds or awaits a seat by their own zone: a need names that of work."""
    template = known.plan.template
    cards = groupby(by_zone(known.sitting), lambda each: each.card)
    return tuple(
        (
            template.card(card).title if card else "En réserve",
            tuple(
                SeatedLine(
                    profession=template.profession(profession).label,
                    zones=tuple(map(_of_zone, zones)),
                )
                for profession, zones in groupby(counted, lambda each: each.profession)
            ),
        )
        for card, counted in cards
    )


def _of_zone(counted: ZoneFigures) -> str:
    engaged = f" ({counted.engaged} en mission)" if counted.engaged else ""
    resting = f" ({counted.resting} au repos)" if counted.resting else ""
    return f"{counted.zone or 'zone inconnue'} {counted.people}{engaged}{resting}"


def _seated_said(known: Known) -> str:
    waiting = sum(each.card is None for each in known.sitting)
    seated = len(known.sitting) - waiting
    return (
        f"Par profession et zone : {seated or 'personne'} sur un poste, "
        f"{waiting or 'personne'} en réserve"
    )


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
    awaited = not known.crisis.state.is_over
    late = awaited and deadline is not None and deadline.due_at < known.now
    if run.done_at is not None:
        when = moment(run.done_at, known)
    elif not awaited and not run.scheduled.over:
        when = "sans conclusion"
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


def _cards_said(lines: Sequence[CardLine], state: CrisisState) -> str:
    late = sum(line.late for line in lines)
    over = sum(line.over for line in lines)
    said = f"{over} terminée{'s' * (over > 1)} sur {len(lines)}"
    if state.is_over:
        return said
    return f"{late or 'Aucune'} en retard ; {said}"


def _has_reflexes(known: Known) -> bool:
    template = known.plan.template
    own = (
        card for each in known.types for card in template.type_sheet(each.code).cards
    )
    everything = (*template.common_cards, *own)
    happens = any(card.counts_from is CountsFrom.EVENT for card in everything)
    return happens and not known.crisis.state.is_over


def takes(run: CardRun) -> bool:
    """May somebody still act on this run?"""
    return not run.scheduled.over and run.state is not CardState.WAITING
