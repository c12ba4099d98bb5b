"""What changes an order in flight, as its forms say it."""

from collections.abc import Mapping

from acts.ban import BanCirculation, EndBan, ban_circulation, end_ban
from acts.crisis_type import AddType, RemoveType, add_type, remove_type
from acts.order import (
    ConfirmOrder,
    RecordCallBack,
    SetKinetic,
    confirm_order,
    record_call_back,
    set_kinetic,
)
from domain.ban import Ban
from web.decision import (
    AUTHORITY,
    REASON,
    REFERENCE,
    Decision,
    Ready,
    Typed,
    doing,
    hour,
    named,
    text_or_none,
)
from web.known import Known


def _call_back(known: Known, typed: Typed) -> Ready:
    said = {
        "called_back_at": hour(known, typed, "called_back_at"),
        "reference": text_or_none(typed, "reference"),
    }
    order = RecordCallBack.model_validate(named(known, typed) | said)
    return doing(record_call_back, order)


def _confirm(known: Known, typed: Typed) -> Ready:
    said = {
        "reference": typed.get("reference", "").strip(),
        "authority": text_or_none(typed, "authority"),
        "written_at": hour(known, typed, "written_at"),
    }
    order = ConfirmOrder.model_validate(named(known, typed) | said)
    return doing(confirm_order, order)


def _kinetic(known: Known, typed: Typed) -> Ready:
    said = {name: typed.get(name, "") for name in ("kinetic", "reason")}
    order = SetKinetic.model_validate(named(known, typed) | said)
    return doing(set_kinetic, order)


def _add_type(known: Known, typed: Typed) -> Ready:
    chosen = [each.partition("/") for each in typed.getlist("scenarios")]
    codes = {code for code, _, _ in chosen}
    said = {
        "type_code": codes.pop() if len(codes) == 1 else None,  # one type an order
        "scenarios": tuple(scenario for _, _, scenario in chosen),
        "received_at": hour(known, typed, "received_at"),
        "reference": typed.get("reference", "").strip(),
    }
    order = AddType.model_validate(named(known, typed) | said)
    return doing(add_type, order)


def _remove_type(known: Known, typed: Typed) -> Ready:
    said = {
        "type_code": text_or_none(typed, "type_code"),
        "reference": typed.get("reference", "").strip(),
        "reason": typed.get("reason", ""),
    }
    order = RemoveType.model_validate(named(known, typed) | said)
    return doing(remove_type, order)


def _ban(known: Known, typed: Typed) -> Ready:
    ban = Ban.model_validate(
        {
            "zones": tuple(typed.getlist("zones")),
            "from_at": hour(known, typed, "from_at"),
            "until_at": hour(known, typed, "until_at"),
            "authority": typed.get("authority", ""),
            "reference": text_or_none(typed, "reference"),
        }
    )
    order = BanCirculation.model_validate({**named(known, typed), "ban": ban})
    return doing(ban_circulation, order)


def _free(known: Known, typed: Typed) -> Ready:
    said = {
        "authority": typed.get("authority", ""),
        "reference": text_or_none(typed, "reference"),
    }
    order = EndBan.model_validate(named(known, typed) | said)
    return doing(end_ban, order)


DECISIONS: Mapping[str, Decision] = {
    "contre-appel": Decision(
        "call_back",
        _call_back,
        {
            "called_back_at": "Donnez la date et l'heure de votre contre-appel.",
            "reference": REFERENCE,
        },
    ),
    "reference": Decision(
        "reference",
        _confirm,
        {
            "reference": REFERENCE,
            "authority": AUTHORITY,
            "written_at": "Donnez la date et l'heure de l'écrit, ou laissez vide.",
        },
    ),
    "rythme": Decision(
        "kinetic", _kinetic, {"kinetic": "Choisissez un rythme.", "reason": REASON}
    ),
    "ajouter-un-type": Decision(
        "add_type",
        _add_type,
        {
            "type_code": "Choisissez les situations d'un type, un seul à la fois.",
            "received_at": "Donnez la date et l'heure de la demande.",
            "reference": REFERENCE,
        },
    ),
    "retirer-un-type": Decision(
        "remove_type",
        _remove_type,
        {
            "type_code": "Choisissez le type à retirer.",
            "reference": REFERENCE,
            "reason": REASON,
        },
    ),
    "interdire-la-circulation": Decision(
        "ban",
        _ban,
        {
            "until_at": "Donnez une fin qui suit le début, ou laissez vide.",
            "from_at": "Donnez la date et l'heure du début.",
            "authority": AUTHORITY,
            "reference": REFERENCE,
        },
    ),
    "retablir-la-circulation": Decision(
        "free", _free, {"authority": AUTHORITY, "reference": REFERENCE}
    ),
}
