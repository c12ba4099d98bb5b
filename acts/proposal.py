"""Propose a mission, or call one off, inside an act: its row, its mail, its entry."""

from datetime import datetime
from zoneinfo import ZoneInfo

from acts.wave import SYSTEM, open_wave
from adapters.database import deliveries, missions
from adapters.database.situations import Known
from adapters.database.unit import Act
from domain.alert import NotSent, WavePlan
from domain.calendar import french_hour
from domain.card import ActionCard
from domain.card_errors import UnknownCardError
from domain.gate import NoDeparture, no_departure
from domain.ledger import instant
from domain.letter import MessageKind, fill
from domain.mission import Mission, MissionOrder, MissionState
from domain.mission_errors import NoDepartureError
from domain.night import Ground
from domain.reference import CrisisRef, WaveRef
from domain.wave import Channel
from domain.wording import ORDER_LABELS, STATE_LABELS

MISSION_WAVE, SEATED_WAVE, CALLED_OFF_WAVE = "MISSION", "PLACE", "MISSION_ANNULEE"


def refuse_departure(known: Known, order: MissionOrder, now: datetime) -> None:
    """Refuse a mission that may not leave (Source: docs/sources.md#missions).

    Raises:
        NoDepartureError: Its card waits for an order, a ban holds it, or the state of
            the crisis lets no mission leave.
        UnknownCardError: The crisis has no such card.
    """
    laid, template = known.card(order.card_id), known.plan.template
    if laid is None:
        raise UnknownCardError(card=order.card_id)
    state = known.crisis.state
    why = ""
    if not template.departures.state(state).allows(MessageKind.MISSION):
        why = f"La crise est {STATE_LABELS[state]} : aucune mission ne part."
    else:
        match no_departure(laid, known.facts, order.zone, now):
            case NoDeparture.ORDER:
                groups = (
                    " ou ".join(ORDER_LABELS[each] for each in group)
                    for group in laid.awaited_orders
                )
                why = f"La fiche attend un ordre ({' ; '.join(groups)})."
            case NoDeparture.BAN:
                shown = template.departure_rules.circulation_ban.shown
                giver = known.crisis.ban.authority.label if known.crisis.ban else ""
                why = fill(shown, {"autorite": giver})
            case NoDeparture.WITHDRAWN | NoDeparture.LIFTED:
                why = "Cette fiche n'a plus cours : aucune mission ne part."
    if why:
        raise NoDepartureError(card=order.card_id, why=why)


def refuse_night(
    known: Known, order: MissionOrder, now: datetime, *, wished: bool = False
) -> None:
    """Refuse a mission that would begin before the night lets its mail leave.

    Raises:
        NoDepartureError: It would.
    """
    leaves_at = _leaves_at(known, now, wished=wished)
    if now < leaves_at and order.starts_at < leaves_at:
        morning = french_hour(leaves_at, known.tenant.zone_info)
        why = (
            f"La nuit, en crise lente, le courriel d'une mission part à {morning}, et "
            "celle-ci commencerait avant. Appelez la personne ; si elle le demande, "
            "dites-le en proposant."
        )
        raise NoDepartureError(card=order.card_id, why=why)


def _leaves_at(known: Known, now: datetime, *, wished: bool = False) -> datetime:
    """Say when a mail about a mission leaves (Source: docs/sources.md#night)."""
    grounds = frozenset({Ground.WISHED} if wished else ())
    return known.night.leaves_at(MessageKind.MISSION, Channel.MAIL, grounds, now)


async def propose(
    act: Act, known: Known, order: MissionOrder, actor: str, *, wished: bool = False
) -> str:
    """Write a mission to one person; its mail leaves at once, or in the morning.

    Args:
        act: The act that holds the crisis.
        known: The crisis.
        order: The mission.
        actor: Who proposes it.
        wished: Did the person ask to be written to at night?

    Returns:
        Its id.
    """
    mission_id = await missions.next_id(act, known.ref.crisis_id)
    leaves_at = _leaves_at(known, act.at, wished=wished)
    wave = WavePlan.informing(MISSION_WAVE, MessageKind.MISSION, leaves_at)
    told = {
        "says": _says(known, order),
        "close_at": min(wave.close_at, order.ends_at),
    }
    wave_ref = await open_wave(
        act, known.ref.crisis_id, wave.model_copy(update=told), (order.person_id,)
    )
    await missions.add(act, wave_ref, mission_id, order)
    act.note(
        "mission.proposed",
        about=known.ref.crisis_id,
        actor=actor,
        facts={
            "mission": mission_id,
            "card": order.card_id,
            "starts_at": instant(order.starts_at),
            "ends_at": instant(order.ends_at),
        },
        sealed={
            "person": order.person_id,
            "place": order.place,
            "contact": order.contact,
        },
    )
    act.wake(known.ref.workflow_id)
    return mission_id


async def hold_back(act: Act, ref: CrisisRef, mission: Mission) -> None:
    """Let the proposal of a mission leave no more, if it has not left."""
    wave = WaveRef(**ref.model_dump(), wave=mission.wave)
    await deliveries.give_up(act, wave, NotSent.CALLED_OFF)


async def call_off(act: Act, known: Known, mission: Mission, actor: str) -> None:
    """Cancel a mission and tell the person; their seat stays theirs."""
    change = {"state": MissionState.CANCELLED}
    await missions.change(act, known.ref, mission.mission_id, change)
    await hold_back(act, known.ref, mission)
    act.note(
        "mission.cancelled",
        about=known.ref.crisis_id,
        actor=actor,
        facts={"mission": mission.mission_id, "card": mission.card_id},
        sealed={"person": mission.person_id},
    )
    wave = WavePlan.informing(CALLED_OFF_WAVE, MessageKind.CALLED_OFF, act.at)
    told = wave.model_copy(update={"says": _says(known, mission)})
    await open_wave(act, known.ref.crisis_id, told, (mission.person_id,))
    act.wake(known.ref.workflow_id)


async def recall_students(act: Act, known: Known, card: ActionCard) -> None:
    """Call off the missions of students whom no professional leads any more."""
    if await missions.is_led(act.connection, known.ref, card.card_id):
        return
    for mission in await missions.of_students(act.connection, known.ref, card.card_id):
        await call_off(act, known, mission, SYSTEM)


async def tell_seated(act: Act, known: Known, card: ActionCard, person_id: str) -> None:
    """Tell somebody of the waiting list that a seat is theirs."""
    leaves_at = _leaves_at(known, act.at)
    wave = WavePlan.informing(SEATED_WAVE, MessageKind.SEATED, leaves_at)
    told = wave.model_copy(update={"says": {"fiche": label_of(card)}})
    await open_wave(act, known.ref.crisis_id, told, (person_id,))
    act.wake(known.ref.workflow_id)


def label_of(card: ActionCard) -> str:
    """Name a card as messages do."""
    return card.short or card.title


def _says(known: Known, order: MissionOrder) -> dict[str, str]:
    """Write what a message says of a mission, keyed by placeholder."""
    zone = known.tenant.zone_info
    return {
        "fiche": label_of(known.plan.template.card(order.card_id)),
        "lieu": order.place,
        "contact": order.contact,
        "jour": f"{order.starts_at.astimezone(zone):%d/%m}",
        "debut": _hour(order.starts_at, zone),
        "fin": _hour(order.ends_at, zone),
    }


def _hour(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Hh%M}"
