"""Keep the runs of a crisis's cards as the plan schedules them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from acts.wave import SYSTEM
from adapters.database import cards, seats
from adapters.database.cards import CardRun
from adapters.database.situations import Known
from adapters.database.unit import Act
from domain.card import CardMode, CardState
from domain.ledger import Fact, instant
from domain.need import needs_of_card
from domain.proof import Proof
from domain.schedule import Schedule, schedule

AUTHENTICATION, OPENING = "TC-01", "TC-02"  # the opening of a crisis proves them


async def keep_runs(act: Act, known: Known) -> Schedule:
    """Open and change the runs that are due."""
    found = schedule(
        known.laid, (run.scheduled for run in known.runs), known.facts, act.at
    )
    await cards.open_runs(act, known.crisis.crisis_id, found.opened)
    await cards.change_runs(act, known.crisis.crisis_id, found.changed)
    if found.opened:
        act.note(
            "cards.opened",
            about=known.crisis.crisis_id,
            actor=SYSTEM,
            facts={"cards": [f"{run.card_id}.{run.number}" for run in found.opened]},
        )
    return found


async def prove_by_opening(act: Act, known: Known) -> bool:
    """End the cards that recording the order did: TC-01 once called back, TC-02."""
    crisis, said = known.crisis, known.crisis.activation
    proofs: dict[str, dict[str, object]] = {
        OPENING: {
            "t0": instant(crisis.t0),
            "ouvert_par": "REFERENT_SSE",
            "origine": said.origin,
            "exercice": said.exercise,
        }
    }
    if crisis.called_back_at is not None:
        proofs[AUTHENTICATION] = {
            "autorite": said.authority,
            "canal": said.channel,
            "recu_a": instant(said.received_at),
            "contre_appel_a": instant(crisis.called_back_at),
            "reference_ecrite": crisis.reference,
        }
    left = [
        run for run in known.runs if run.card_id in proofs and not run.scheduled.over
    ]
    for run in left:
        at = crisis.called_back_at if run.card_id == AUTHENTICATION else None
        ended = Ended(proofs[run.card_id], SYSTEM, at or act.at)
        await end_run(act, known, run, ended)
    return bool(left)


@dataclass(frozen=True, slots=True)
class Ended:
    """With what a run ended, by whom, when."""

    fields: Mapping[str, object]
    actor: str
    at: datetime


def run_in_hand(known: Known, card_id: str) -> CardRun | None:
    """Give the first run of a card that is not over, if there is one."""
    left = (run for run in known.runs if run.card_id == card_id)
    return next((run for run in left if not run.scheduled.over), None)


async def end_run(
    act: Act,
    known: Known,
    run: CardRun,
    ended: Ended,
    same_call: Iterable[tuple[CardRun, Mapping[str, object]]] = (),
) -> None:
    """End a run with its proof: the fields that the card asks for, none invented.

    A run that was done keeps its hour: this proof corrects the one before.

    Args:
        act: The act that holds the crisis.
        known: The crisis.
        run: The run.
        ended: With what it ended.
        same_call: Other runs that the same call ends, with their fields: one line of
            the log tells them all.
    """
    facts = await _write_proof(act, known, run, ended)
    if facts is None:
        return
    crisis_id, actor = known.crisis.crisis_id, ended.actor
    if run.state is CardState.DONE:
        act.note("card.corrected", about=crisis_id, actor=actor, facts=facts)
        return
    runs = [run]
    for other, fields in same_call:
        await _write_proof(act, known, other, replace(ended, fields=fields))
        runs.append(other)
    for each in runs:
        done = {"state": CardState.DONE, "done_at": ended.at}
        await cards.change(act, crisis_id, each.scheduled.key, done)
    if len(runs) > 1:
        facts["same_call"] = [f"{each.card_id}.{each.run}" for each in runs[1:]]
    late = any(each.due_at is not None and ended.at > each.due_at for each in runs)
    act.note("card.done", about=crisis_id, actor=actor, facts={**facts, "late": late})


async def _write_proof(
    act: Act, known: Known, run: CardRun, ended: Ended
) -> dict[str, Fact] | None:
    """Keep a proof and say what it is; None: the crisis has no such card."""
    laid = known.card(run.card_id)
    if laid is None:
        return None
    wanted = laid.card.proof
    proof = Proof(
        card_id=run.card_id,
        run=run.run,
        kind=wanted.kind,
        fields={name: ended.fields.get(name) for name in wanted.fields},
        actor=ended.actor,
    )
    number = await cards.add_proof(act, known.crisis.crisis_id, proof)
    return {
        "card": run.card_id,
        "run": run.run,
        "proof": number,
        "kind": wanted.kind,
    }


async def lay_seats(act: Act, known: Known) -> None:
    """Give a seat card that joins the crisis its needs; a shared team is one team.

    One that comes back has the seats still held in it, and is topped up.
    """
    crisis_id = known.crisis.crisis_id
    there = await seats.needs_of(act.connection, act.cpts_id, crisis_id)
    laid_out = {need.need_id: need.needed for need in there}
    wanted = [
        need
        for laid in known.laid
        if laid.withdrawn is None
        and laid.card.mode is CardMode.SEATS
        and laid.card.team_of is None
        for need in needs_of_card(laid.card)
        if laid_out.get(need.need_id, 0) < need.needed
    ]
    await seats.lay_out(act, crisis_id, wanted)
