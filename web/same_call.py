"""The other cards that one telephone call does, offered on the page of a card."""

from collections.abc import Mapping

from acts.runs import run_in_hand
from adapters.database.situations import Known
from domain.card import CardState
from domain.proof_label import is_number, proof_label
from domain.same_call import same_call
from domain.schedule import blocked_by
from web.views import CallLine, ProofField

_CALL = "appel."  # how the fields of another card are named in a form


def calls(known: Known, card_id: str, typed: Mapping[str, str]) -> tuple[CallLine, ...]:
    """List the cards that the call of this one may end now.

    What both proofs ask is asked once.

    Args:
        known: The crisis.
        card_id: The card of the page.
        typed: What was typed in a form that was refused.
    """
    asked = known.plan.template.card(card_id).proof.fields
    return tuple(
        CallLine(
            laid.card_id,
            laid.card.title,
            tuple(
                ProofField(
                    name := f"{_CALL}{laid.card_id}.{field}",
                    proof_label(field),
                    typed.get(name, ""),
                    number=is_number(field),
                )
                for field in laid.card.proof.fields
                if field not in asked
            ),
        )
        for laid in same_call(known.laid, card_id)
        if _may_end(known, laid.card_id)
    )


def _may_end(known: Known, card_id: str) -> bool:
    run, laid = run_in_hand(known, card_id), known.card(card_id)
    if run is None or laid is None or run.state is CardState.WAITING:
        return False
    runs = (each.scheduled for each in known.runs)
    return not blocked_by(laid, run.scheduled, known.laid, runs)


def typed_calls(form: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Read the proofs of other cards, by card; one left empty is not meant."""
    found: dict[str, dict[str, str]] = {}
    for name, value in form.items():
        card_id, _, field = name.removeprefix(_CALL).rpartition(".")
        if name.startswith(_CALL):
            found.setdefault(card_id, {})[field] = value
    return {
        card_id: fields
        for card_id, fields in found.items()
        if any(value.strip() for value in fields.values())
    }
