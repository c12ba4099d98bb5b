"""What the table of departures must say: every state, every wave, every night."""

from collections.abc import Iterator

from domain.breach import DEPARTURES, WAVES, Breach, unknown
from domain.departure import STATES
from domain.template import Template
from domain.wave import WAVE_CODES, Kinetic


def departure_breaches(template: Template) -> Iterator[Breach]:
    """List the states that the table forgets, and the waves whose night it forgets."""
    told = {state.code for state in template.departures.states}
    for state in STATES:
        if state not in told:
            yield Breach(DEPARTURES, state, "état absent de « etats »")
    yield from _nights(template)
    if not template.small:
        written = {wave.code for wave in template.waves}
        for code in WAVE_CODES:
            if code not in written:
                yield Breach(WAVES, code, "vague absente")


def _nights(template: Template) -> Iterator[Breach]:
    waves = [wave.code for wave in template.waves]
    campaigns = (campaign.code for campaign in template.campaigns)
    messages = (message.code for message in template.messages)
    sendings = frozenset((*waves, *campaigns, *messages))
    for kinetic in Kinetic:
        about = f"nuit.{kinetic}"
        night = template.departures.night.of(kinetic)
        ruled = [rule.code for rule in night.rules]
        named = (*night.at_once, *ruled)
        yield from unknown(DEPARTURES, about, named, sendings)
        for code in sorted(set(night.at_once).intersection(ruled)):
            yield Breach(DEPARTURES, about, f"{code} : « immediat » ou une règle")
        for code in waves:
            if code not in named:
                yield Breach(DEPARTURES, about, f"ne dit rien de la vague {code}")
