"""What completes an order, as its forms say it: call-back, reference."""

from collections.abc import Mapping
from functools import partial

from acts.order import ConfirmOrder, RecordCallBack, confirm_order, record_call_back
from web.decision import Decision, Ready, Typed, hour, named, text_or_none
from web.known import Known


def _call_back(known: Known, typed: Typed) -> Ready:
    said = {
        "called_back_at": hour(known, typed, "called_back_at"),
        "reference": text_or_none(typed, "reference"),
    }
    order = RecordCallBack.model_validate(named(known, typed) | said)
    return partial(record_call_back, order=order)


def _confirm(known: Known, typed: Typed) -> Ready:
    said = {
        "reference": typed.get("reference", "").strip(),
        "authority": text_or_none(typed, "authority"),
        "written_at": hour(known, typed, "written_at"),
    }
    order = ConfirmOrder.model_validate(named(known, typed) | said)
    return partial(confirm_order, order=order)


DECISIONS: Mapping[str, Decision] = {
    "contre-appel": Decision("call_back", _call_back, "called_back_at"),
    "reference": Decision("reference", _confirm, "reference"),
}
