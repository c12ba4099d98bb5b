"""What the cell decides of waves, as its forms say it: held, advanced, for safety."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from acts.steering import (
    SafetyOrder,
    WaveOrder,
    foresee_safety,
    send_safety,
    steer_wave,
)
from domain.letter import MessageKind
from domain.preview_words import people
from web.decision import REASON, Decision, Ready, Typed, doing, named
from web.known import Known
from web.wave_lines import wave_lines

_MESSAGES = (MessageKind.SHELTER, MessageKind.WITHDRAW, MessageKind.STAY)


def steerable(known: Known) -> tuple[tuple[str, str], ...]:
    """List the waves that the cell may still steer: code, name and state."""
    lines = (line for line in wave_lines(known) if line.steerable)
    return tuple((line.code, f"{line.name} : {line.said}") for line in lines)


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
    ),
    "securite": Decision(
        "safety",
        _protect,
        {"message": "Choisissez le message."},
        _reaches,
        asks_again=True,
    ),
}
