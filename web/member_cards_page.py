"""What a member of the cell answers for, in words: three cards first, then all."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from acts.card import LONGEST_FIELD
from adapters.database.cards import CardRun
from adapters.database.situations import Known
from domain.calendar import NBSP, french_day, french_delay, french_hour
from domain.card import CardState
from domain.contact import readable
from domain.gate import ordered_at
from domain.own_card import OwnCard, in_hand, next_ones
from domain.proof_label import is_number, proof_label
from domain.wording import CARD_STATE_LABELS, ORDER_LABELS
from web.member_page import NONCE_BYTES
from web.same_call import calls
from web.views import CellView, OwnCardLine, OwnCardPage, ProofField

PROOF = "preuve."  # how the fields of a proof are named in a form
_HEADINGS = {0: "Rien à faire pour l'instant", 1: "Votre prochaine fiche"}


@dataclass(frozen=True)
class Cell:
    """What a member of the cell answers for, read at one instant."""

    known: Known
    person_id: str
    cards: tuple[OwnCard, ...]
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """Where the CPTS lives its hours."""
        return self.known.tenant.zone_info

    def row(self, card: OwnCard) -> CardRun:
        """The run as it was written."""
        return next(r for r in self.known.runs if r.scheduled.key == card.run.key)

    def moment(self, at: datetime) -> str:
        """Say an instant: the hour today, else the day too, without its year."""
        hour, day = french_hour(at, self.zone), french_day(at, self.zone)
        if day == french_day(self.now, self.zone):
            return hour
        return f"le {day.rpartition(NBSP)[0]} à {hour}"


@dataclass(frozen=True)
class Typed:
    """What was typed in a form that was refused."""

    proof: Mapping[str, str] = field(default_factory=dict)
    state: str = CardState.NOT_APPLICABLE
    reason: str = ""
    besides: Mapping[str, str] = field(default_factory=dict)  # as the form names them


def cell_view(cell: Cell, path: str) -> CellView:
    """Lay out the cards of one person."""
    cards = in_hand(cell.cards)
    first = next_ones(cards)
    left = [card for card in cards if not card.run.over]
    late = sum(_late(card, cell.now) for card in left)
    over = len(cards) - len(left)
    return CellView(
        roles=_roles(cell),
        heading=_HEADINGS.get(len(first), f"Vos {len(first)} prochaines fiches"),
        said=_counted(len(left), late, over),
        first=tuple(_line(card, cell, path) for card in first),
        left=tuple(_line(card, cell, path) for card in left),
        over=tuple(_line(card, cell, path) for card in cards if card.run.over),
    )


def _counted(left: int, late: int, over: int) -> str:
    of_them = f", dont {late} en retard" if late else ""
    done = f" ; {over} terminée{'s' * (over > 1)}" if over else ""
    return f"{left} à faire{of_them}{done}"


def _roles(cell: Cell) -> str:
    """Name the roles of somebody, and those in which they stand in."""
    labels = {role.code: role.label for role in cell.known.plan.template.roles}
    held = [
        f"{labels[each.role]}{' (suppléance)' * (each.person_id != cell.person_id)}"
        for each in cell.known.plan.holders
        if cell.person_id in {each.person_id, each.deputy_id}
    ]
    return f"{'Votre rôle' if len(held) == 1 else 'Vos rôles'} : {' ; '.join(held)}."


def _late(card: OwnCard, now: datetime) -> bool:
    return card.ready and card.due_at is not None and card.due_at < now


def _line(card: OwnCard, cell: Cell, path: str) -> OwnCardLine:
    return OwnCardLine(
        href=f"{path}/fiche/{card.run.card_id}/{card.run.number}",
        title=card.laid.card.title,
        when=_when(card, cell),
        state=_state(card, cell),
        late=_late(card, cell.now),
    )


def _state(card: OwnCard, cell: Cell) -> str:
    if card.run.state is CardState.TAKEN and cell.row(card).taken_by == cell.person_id:
        return "prise en charge par vous"
    if card.awaited and card.run.state is not CardState.WAITING:
        return f"après {_awaited(card, cell)}"
    to_do = card.run.state is CardState.TO_DO  # its hour says it
    return "" if to_do else CARD_STATE_LABELS[card.run.state]


def _awaited(card: OwnCard, cell: Cell) -> str:
    titles = (cell.known.plan.template.card(name).title for name in card.awaited)
    return _listed(f"« {title} »" for title in titles)


def _when(card: OwnCard, cell: Cell) -> str:
    """Say when it is due, with how long is left; or when it ended."""
    if card.run.over:
        done_at = cell.row(card).done_at
        return cell.moment(done_at) if done_at else ""
    deadline = card.run.deadline
    if deadline is None:
        return ""
    part = f"{_plain(deadline.milestone)} : " if deadline.milestone else ""
    delay = french_delay(cell.now - deadline.due_at).replace(" ", NBSP)
    due = cell.moment(deadline.due_at)
    if not card.ready:
        return f"{part}pour {due}"
    if _late(card, cell.now):
        late = delay.removeprefix(f"retard{NBSP}")
        return f"{part}en retard de {late} (pour {due})"
    return f"{part}avant {due} ({delay})"


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _listed(names: Iterable[str], last: str = "et") -> str:
    *first, end = names
    return f"{', '.join(first)} {last} {end}" if first else end


def card_page(
    cell: Cell, card: OwnCard, path: str, typed: Typed, error: str = ""
) -> OwnCardPage:
    """Lay out one card: what to do, and its buttons."""
    known, sheet = cell.known, card.laid.card
    row = cell.row(card)
    return OwnCardPage(
        cpts_name=known.tenant.name,
        phone=readable(known.tenant.coordinator.phone),
        exercise=known.crisis.activation.exercise,
        fictitious=known.tenant.fictitious,
        back=path,
        line=_line(card, cell, path),
        about=_about(card, cell),
        steps=sheet.steps,
        caution=sheet.caution,
        cautions=card.laid.cautions[1:],
        milestones=tuple(
            f"{_plain(part.milestone or '')} : avant {cell.moment(part.due_at)}"
            for part in card.run.milestones
        ),
        waits=_waits(card, cell),
        open=card.ready and not known.crisis.state.is_over,
        takes=row.taken_by != cell.person_id,
        corrects=card.run.over and not known.crisis.state.is_over,
        done=card.run.state is CardState.DONE,
        proof=tuple(
            ProofField(
                f"{PROOF}{name}",
                proof_label(name),
                typed.proof.get(name, ""),
                number=is_number(name),
            )
            for name in sheet.proof.fields
        ),
        same_call=tuple(
            call
            for call in calls(known, row.card_id, typed.besides)
            if any(call.card_id == each.run.card_id for each in cell.cards)
        ),
        longest=LONGEST_FIELD,
        state=typed.state,
        reason=typed.reason or (card.run.reason or "" if card.run.over else ""),
        error=error,
        nonce=secrets.token_urlsafe(NONCE_BYTES),
    )


def _about(card: OwnCard, cell: Cell) -> str:
    labels = {role.code: role.label for role in cell.known.plan.template.roles}
    others = [labels[code] for code in card.laid.card.roles if code != card.role]
    number = f", passage {card.run.number}" if card.run.number > 1 else ""
    besides = f" Avec : {' ; '.join(others)}." if others else ""
    return f"Fiche {card.run.card_id}{number}. Pour : {labels[card.role]}.{besides}"


def _waits(card: OwnCard, cell: Cell) -> str:
    """Say why a card cannot be done yet."""
    said = []
    if card.run.state is CardState.WAITING:
        said.append(_held(card, cell))
    if card.awaited:
        said.append(f"Elle vient après {_awaited(card, cell)}.")
    return " ".join(said)


def _held(card: OwnCard, cell: Cell) -> str:
    if ordered_at(card.laid, cell.known.facts) is not None:
        return "Une interdiction de circuler la retient : personne ne part."
    awaited = ", et ".join(
        _listed((ORDER_LABELS[source] for source in group), "ou")
        for group in card.laid.awaited_orders
    )
    return f"Elle attend un ordre ({awaited}) : personne ne part avant."
