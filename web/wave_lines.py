"""The waves of a crisis, in words: when each left, or why it waits."""

from dataclasses import dataclass

from domain.wave_outlook import SAFETY
from domain.wording import WAVE_LABELS
from web.known import Known, moment


@dataclass(frozen=True)
class WaveLine:
    """One wave of the plan, ready to be shown."""

    code: str
    name: str
    said: str
    steerable: bool  # may the cell still hold it, or let it go?


def wave_lines(known: Known) -> tuple[WaveLine, ...]:
    """Say where each wave is."""
    template, state = known.plan.template, known.crisis.state
    return tuple(
        WaveLine(
            code=each.code,
            name=WAVE_LABELS.get(each.code, each.code),
            said=each.in_words(template, state, lambda at: moment(at, known)),
            steerable=each.departure is not None and each.code != SAFETY,
        )
        for each in known.waves
    )
