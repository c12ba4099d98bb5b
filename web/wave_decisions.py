"""What the cell decides of waves, as its forms say it: held, advanced, for safety."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from acts.steering import (
    SAFETY,
    SafetyOrder,
    WaveOrder,
    foresee_safety,
    send_safety,
    steer_wave,
)
from adapters.database import wave_plans, waves
from adapters.database.wave_plans import WaveState
from domain.chronicle import WAVES
from domain.letter import MessageKind
from web.decision import REASON, Decision, Ready, Typed, doing, named
from web.foreseen import people
from web.known import Known, moment

_MESSAGES = (MessageKind.SHELTER, MessageKind.WITHDRAW, MessageKind.STAY)
_STEERED = {WaveState.HELD: "retenue", WaveState.ADVANCED: "avancée"}


def steerable(known: Known) -> tuple[tuple[str, str], ...]:
    """List the waves that the cell may steer: code, name."""
    sheets = known.plan.template.waves
    return tuple(
        (s.code, WAVES.get(s.code, s.code)) for s in sheets if s.code != SAFETY
    )


def _steer(known: Known, typed: Typed) -> Ready:
    said = {name: typed.get(name, "") for name in ("code", "state", "reason")}
    order = WaveOrder.model_validate(named(known, typed) | said)
    return doing(steer_wave, order)


def _safety(known: Known, typed: Typed) -> SafetyOrder:
    message = typed.get("message")
    said = {
        "message": message if message in _MESSAGES else None,
        "zones": tuple(typed.getlist("zones")),
    }
    return SafetyOrder.model_validate(named(known, typed) | said)


def _protect(known: Known, typed: Typed) -> Ready:
    return doing(send_safety, _safety(known, typed))


async def _left(connection: AsyncConnection, known: Known, _typed: Typed) -> str:
    """Say which waves left, and which are held or advanced."""
    ref, names = known.crisis.ref, dict(steerable(known))
    gone = (
        f"{names[row.code]}, partie {moment(row.leaves_at, known)}"
        for row in await waves.of_crisis(connection, ref)
        if row.code in names
    )
    decided = (
        f"{names[row.code]}, {_STEERED[row.state]} : {row.reason}"
        for row in (await wave_plans.of_crisis(connection, ref)).values()
        if row.code in names and row.state in _STEERED and row.wave is None
    )
    return " ; ".join((*gone, *decided))


async def _reaches(connection: AsyncConnection, known: Known, typed: Typed) -> str:
    """Count whom a safety message protects, and say where."""
    foreseen = await foresee_safety(connection, _safety(known, typed), known.now)
    where = ", ".join(foreseen.zones) or "tout le territoire"
    number = len(foreseen.found.asked)
    if not number:
        return f"Personne n'est connu ici ({where}) : aucun message ne part."
    return f"{people(number)} ({where}) : le message part aussitôt."


DECISIONS: Mapping[str, Decision] = {
    "vagues": Decision(
        "waves",
        _steer,
        {
            "code": "Choisissez une vague.",
            "state": "Dites ce que vous décidez.",
            "reason": REASON,
        },
        _left,
    ),
    "securite": Decision(
        "safety",
        _protect,
        {"message": "Choisissez le message."},
        _reaches,
        asks_again=True,
    ),
}
