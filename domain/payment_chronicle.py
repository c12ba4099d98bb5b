"""What the ledger says of the money of a plan, in French."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from domain.calendar import french_date
from domain.payment import euros
from domain.payment_record import Part, PaymentState, Slice

Facts = Mapping[str, Any]


def _recorded(facts: Facts) -> str:
    share, part = Slice(facts["slice"]).label, Part(facts["part"]).label
    done = PaymentState(facts["state"]).label
    on = french_date(date.fromisoformat(facts["on"]))
    reference = f", référence {facts['reference']}" if facts["reference"] else ""
    corrected = " ; la somme inscrite avant est corrigée" if facts["corrects"] else ""
    return (
        f"Année {facts['year']}, {share} de {part} : {euros(facts['amount'])} "
        f"{done} par la CPAM le {on}{reference}{corrected}."
    )


SENTENCES: Mapping[str, Callable[[Facts], str]] = {"payment.recorded": _recorded}
