"""What the ledger says of who vouched for a plan, in French."""

from collections.abc import Callable, Mapping
from typing import Any

Facts = Mapping[str, Any]


def _attested(facts: Facts) -> str:
    number, excepted = len(facts["checks"]), facts["excepted"]
    ends = "s" if number > 1 else ""
    left = f", sauf {', '.join(excepted)}" if excepted else ""
    checks = f"{number} contrôle{ends} attesté{ends}"
    return f"Version {facts['number']} du plan relue : {checks}{left}."


KINDS = {"plan.attested": "plan relu et attesté"}
SENTENCES: Mapping[str, Callable[[Facts], str]] = {"plan.attested": _attested}
