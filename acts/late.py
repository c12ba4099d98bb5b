"""Tell each role what is due or late: one message a person, rarely, and only news."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from acts.wave import SYSTEM, open_wave
from adapters.database import chronicle, crises, situations
from adapters.database.situations import Known
from adapters.database.unit import Act
from domain.alert import WavePlan
from domain.calendar import french_delay, paced
from domain.digest import Digest, Digests, Item, Telling, Watched, digests
from domain.lateness import Lateness
from domain.letter import MessageKind
from domain.schedule import blocked_by

CODE = "RAPPEL_FICHES"
SLEEPS_AFTER = timedelta(hours=72)  # docs/sources.md#digest
LONGEST_TITLE = 60  # {titre} of the messages


async def tell_what_is_late(act: Act, known: Known) -> datetime | None:
    """Send the digests that are due; say when the next one may be."""
    sent = await situations.digests_sent(act.connection, known.ref)
    found = due_digests(known, sent, act.at)
    if found is None:
        return None
    if not found.to_send:
        return found.next_at
    if await _is_abandoned(act, known):
        await crises.change(act, known.crisis.crisis_id, {"dormant": True})
        act.note(
            "crisis.dormant",
            about=known.crisis.crisis_id,
            actor=SYSTEM,
            facts={"after_hours": SLEEPS_AFTER // timedelta(hours=1)},
        )
        return None
    same: dict[tuple[Item, ...], list[Digest]] = defaultdict(list)
    for digest in found.to_send:
        same[digest.items].append(digest)
    for items, group in same.items():
        plan = WavePlan.informing(
            CODE, MessageKind.DIGEST, act.at, _says(act.at, known, items)
        )
        people = [digest.person_id for digest in group]
        await open_wave(act, known.crisis.crisis_id, plan, people)
    told = {digest.person_id for digest in found.to_send}
    cards = {item.card_id for digest in found.to_send for item in digest.items}
    act.note(
        "digests.sent",
        about=known.crisis.crisis_id,
        actor=SYSTEM,
        facts={"people": len(told), "cards": sorted(cards)},
    )
    await situations.keep_digests(act, known.ref, (*sent, *found.to_send))
    return found.next_at


def due_digests(known: Known, sent: Iterable[Digest], now: datetime) -> Digests | None:
    """Say what to tell, and when next; None: the plan or the state tells nothing."""
    template = known.plan.template
    allowed = template.departures.state(known.crisis.state)
    written = {message.code for message in template.messages}
    if MessageKind.DIGEST not in written or not allowed.allows(MessageKind.DIGEST):
        return None
    runs = tuple(run.scheduled for run in known.runs)
    watched = [
        Watched(laid, run, bool(blocked_by(laid, run, known.laid, runs)))
        for run in runs
        if (laid := known.card(run.card_id)) is not None
    ]
    crisis = known.crisis
    telling = Telling(
        known.plan.holders,
        known.night,
        crisis.opened_at,
        crisis.dormant,
        {each.t0: each.added_at for each in known.types if each.added_at},
    )
    return digests(watched, sent, telling, now)


async def _is_abandoned(act: Act, known: Known) -> bool:
    """Did nobody do anything for three days? Then the file stays open, in silence."""
    last = await chronicle.last_by_people(
        act.connection, known.ref.cpts_id, known.ref.crisis_id
    )
    patience = paced(SLEEPS_AFTER, known.crisis.activation.pace)
    return last is not None and act.at >= last + patience


def _says(now: datetime, known: Known, items: tuple[Item, ...]) -> dict[str, str]:
    """Name the worst card, with how late it is; count them all."""
    order = tuple(Lateness).index
    worst = max(items, key=lambda item: order(item.lateness))
    laid = known.card(worst.card_id)
    run = next(r.scheduled for r in known.runs if r.scheduled.key == worst.key)
    deadline = run.deadline
    title = laid.card.title if laid else worst.card_id
    return {
        "n": str(len(items)),
        "titre": title[:LONGEST_TITLE],
        "retard": french_delay(now - deadline.due_at) if deadline else "à faire",
    }
