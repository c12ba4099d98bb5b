"""The national template and crises laid out from it: what tests of rules start from."""

from datetime import UTC, datetime
from functools import cache

from adapters.templates import load_template
from domain.template import Template
from domain.union import DatedType, LaidCard, lay_out
from domain.wave import Kinetic
from tests.world import ROOT

T0 = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
TYPES = ("CASUALTIES", "SICK", "EMERGING_AGENT", "NRC", "CARE_DISRUPTION")


@cache  # read once: most of the time of these tests would be YAML
def national() -> Template:
    return load_template(ROOT / "plan_templates" / "fr-2022-12")


def activated(code: str, at: datetime = T0, removed: str | None = None) -> DatedType:
    scenarios = tuple(each.code for each in national().type_sheet(code).scenarios)
    return DatedType(code=code, scenarios=scenarios, t0=at, removed_because=removed)


@cache
def crisis(*codes: str, kinetic: Kinetic = Kinetic.FAST) -> tuple[LaidCard, ...]:
    return lay_out(national(), tuple(activated(code) for code in codes), kinetic)


def laid(card_id: str, *codes: str, kinetic: Kinetic = Kinetic.FAST) -> LaidCard:
    cards = crisis(*codes, kinetic=kinetic)
    return next(each for each in cards if each.card_id == card_id)
