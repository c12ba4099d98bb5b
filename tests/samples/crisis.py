"""One crisis of the fictitious CPTS, and the awkward ones, for documents."""

import json
from collections.abc import Mapping
from pathlib import Path

from domain.report import CrisisFacts, DocumentRow

_SAMPLE = json.loads(Path(__file__).with_name("crisis.json").read_text("utf-8"))
RAW: Mapping[str, object] = _SAMPLE["facts"]
FACTS = CrisisFacts.model_validate(RAW)
DOCUMENTS = tuple(DocumentRow.model_validate(row) for row in _SAMPLE["documents"])
_LONG = "Communauté de l'Entre-Deux-Mers-et-Haute-Lande-Girondine, " * 8
_TEXTS = (
    "authority",
    "acting_for",
    "caller_function",
    "channel",
    "written_reference",
    "perimeter",
    "mission",
)
_ORDER, _PROFESSION = FACTS.order.model_dump(), FACTS.professions[0].model_dump()
_CARD, _NEED = FACTS.cards[1].model_dump(), FACTS.needs[0].model_dump()


def changed(**facts: object) -> CrisisFacts:
    """Give the sample with other facts."""
    return CrisisFacts.model_validate({**RAW, **facts})


def ordered(**order: object) -> Mapping[str, object]:
    """Give the sample's order with other facts."""
    return {**_ORDER, **order}


def nothing() -> CrisisFacts:
    """Give a crisis of which almost nothing was recorded."""
    known = (
        "cpts_name",
        "crisis_id",
        "t0",
        "made_at",
        "timezone",
        "seal",
    )
    facts = {key: RAW[key] for key in known}
    return CrisisFacts.model_validate({**facts, "order": {}, "alerts": {}})


def numerous() -> CrisisFacts:
    """Give a crisis of 2,000 members and every list too long for a page."""
    return changed(
        alerts={"asked": 6000, "sent": 5990, "not_sent": 10},
        not_sent_reasons={"SANS_ADRESSE": 4},
        answers={"DISPONIBLE_IMMEDIAT": 212, "NON_REPONSE": 1788},
        professions=[
            {**_PROFESSION, "label": f"Profession {n}", "came": n} for n in range(30)
        ],
        timeline=[{"at": FACTS.t0, "text": f"Fait n° {n}."} for n in range(2000)],
        cards=[{**_CARD, "id": f"T{n}"} for n in range(80)],
        needs=[_NEED] * 40,
        documents_sent=FACTS.documents_sent * 40,
    )


def verbose() -> CrisisFacts:
    """Give a crisis where every text is far too long, and all marks are on."""
    order: dict[str, object] = dict.fromkeys(_TEXTS, _LONG)
    sent = {**FACTS.documents_sent[0].model_dump(), "title": _LONG, "receipt": _LONG}
    card = {**_CARD, "id": _LONG, "title": _LONG, "state": _LONG}
    return changed(
        cpts_name=_LONG,
        types=[_LONG] * 5,
        scenarios=[_LONG] * 6,
        exercise=True,
        pace=60,
        order=ordered(**order, local_initiative=True),
        lifted_by=_LONG,
        not_sent_reasons={f"{n} {_LONG}": n + 1 for n in range(12)},
        needs=[{**_NEED, "card": _LONG, "profession": _LONG, "zone": _LONG}] * 12,
        cards=[card] * 20,
        timeline=[{"at": FACTS.t0, "text": _LONG}] * 60,
        professions=[{**_PROFESSION, "label": f"{n} {_LONG}"} for n in range(25)],
        documents_sent=[{**sent, "sent_to": _LONG}] * 8,
        seal={"size": 9_999_999, "root": "f" * 64, "key_fingerprint": "A1B2 " * 16},
    )


AWKWARD: Mapping[str, CrisisFacts] = {
    "nothing recorded": nothing(),
    "no answer": changed(answers={"NON_REPONSE": 0}),
    "unknown words": changed(answers={"AUTRE": 3}, not_sent_reasons={"NOUVEAU": 2}),
    "2,000 members": numerous(),
    "long texts": verbose(),
}
