"""How a crisis ends, as its forms say it: proposed, lifted, cancelled, closed."""

from collections.abc import Mapping

from sqlalchemy.ext.asyncio import AsyncConnection

from acts.ending import (
    CancelCrisis,
    CloseCrisis,
    LiftCrisis,
    ProposeLifting,
    StandDown,
    cancel_crisis,
    close_crisis,
    lift_crisis,
    propose_lifting,
    stand_down,
)
from adapters.database import deliveries, documents
from domain.order_chronicle import remaining
from domain.preview_words import people
from domain.privacy import refuse_patient_data
from web.decision import (
    AUTHORITY,
    REFERENCE,
    Decision,
    Ready,
    Typed,
    doing,
    named,
    text_or_none,
)
from web.known import Known
from web.order_form import CPTS


def _propose(known: Known, typed: Typed) -> Ready:
    said = {"criteria": typed.get("criteria", "")}
    order = ProposeLifting.model_validate(named(known, typed) | said)
    return doing(propose_lifting, order)


def _lift(known: Known, typed: Typed) -> Ready:
    authority = typed.get("authority", "")
    said = {
        "authority": None if authority == CPTS else authority,
        "reference": text_or_none(typed, "reference"),
    }
    order = LiftCrisis.model_validate(named(known, typed) | said)
    return doing(lift_crisis, order)


def _cancel(known: Known, typed: Typed) -> Ready:
    said = {"reason": typed.get("reason", "")}
    order = CancelCrisis.model_validate(named(known, typed) | said)
    refuse_patient_data(order.reason)  # before it is asked to confirm
    return doing(cancel_crisis, order)


def _stand_down(known: Known, typed: Typed) -> Ready:
    order = StandDown.model_validate(named(known, typed))
    return doing(stand_down, order)


def _close(known: Known, typed: Typed) -> Ready:
    order = CloseCrisis.model_validate(named(known, typed))
    return doing(close_crisis, order)


async def _reached(connection: AsyncConnection, known: Known, _typed: Typed) -> str:
    """Count whom a cancellation tells."""
    number = len(await deliveries.reached(connection, known.crisis.ref))
    if not number:
        return "Personne n'a encore été joint : aucun message ne part."
    reached = f"{people(number)} déjà jointe{'s' * (number > 1)}"
    return f"{reached} : l'annulation et son motif partent aussitôt."


def _open_cards(known: Known) -> int:
    return sum(not run.scheduled.over for run in known.runs)


async def _cards_left(_connection: AsyncConnection, known: Known, _typed: Typed) -> str:
    """Count the cards that nobody concluded."""
    number = _open_cards(known)
    if not number:
        return "Toutes les fiches ont leur conclusion."
    return (
        f"{number} fiche{'s' * (number > 1)} sans conclusion : terminez, écartez, ou "
        "dites « pas faite », avec la raison."
    )


async def _left_open(connection: AsyncConnection, known: Known, _typed: Typed) -> str:
    """Say what a closing leaves open."""
    posted = await documents.transmissions_of(connection, known.crisis.ref)
    left = remaining(
        {
            "cards": _open_cards(known),
            "receipts": sum(row.received_at is None for row in posted),
            "reference": known.crisis.reference is None,
        }
    )
    if not left:
        return "Rien ne reste ouvert."
    return f"Reste ouvert : {' ; '.join(left)}. Le registre le dira."


DECISIONS: Mapping[str, Decision] = {
    "proposer-la-levee": Decision(
        "propose_lifting",
        _propose,
        {"criteria": "Ce texte est trop long : 500 caractères au plus."},
    ),
    "lever": Decision("lift", _lift, {"authority": AUTHORITY, "reference": REFERENCE}),
    "fausse-alerte": Decision(
        "cancel",
        _cancel,
        {"reason": "Écrivez le motif en 20 caractères au plus, sans signe rare."},
        _reached,
        asks_again=True,
    ),
    "desarmer": Decision("stand_down", _stand_down, tells=_cards_left),
    "cloturer": Decision("close", _close, tells=_left_open),
}
