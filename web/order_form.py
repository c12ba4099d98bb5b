"""The order as it is typed on the screens of Déclencher, and what it says."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.authority import Authority
from domain.crisis import CLOCK_SKEW, ActivatedType, Activation, OrderChannel, Origin
from domain.errors import PatientDataError, UnknownTypeError
from domain.order_errors import StaleAcceleratedOrderError
from domain.privacy import refuse_patient_data
from domain.sentences import sentence
from domain.template import Template
from domain.wave import Kinetic

CPTS = "CPTS"  # the giver of a local initiative
YES, NOT_YET = "oui", "pas-encore"
_LONGEST = 5000  # of what is typed; the order's own limits are shorter
_MISSING = {
    "caller": "Écrivez le nom de la personne qui appelle, ou de qui décide.",
    "place": "Écrivez le lieu de l'événement, par exemple la commune.",
    "mission": "Écrivez ce que l'on demande à la CPTS.",
    "perimeter": "Précisez le périmètre.",
    "received_at": "Donnez la date et l'heure de l'ordre.",
}
_FREE_TEXTS = ("place", "perimeter", "mission", "reference")
_PLACEHOLDER: tuple[ActivatedType, ...] = (
    ActivatedType(code="-", scenarios=("-",)),  # screen 1 comes first
)


class OrderForm(BaseModel):
    """What the screens carry from one to the next, exactly as it was typed."""

    model_config = ConfigDict(str_max_length=_LONGEST, hide_input_in_errors=True)

    screen: int = Field(default=1, ge=1, le=4)
    go: Literal["next", "back", "keep", "open"] = "next"
    nonce: str = ""
    exercise: str = ""
    pace: int = Field(default=1, ge=1, le=600)  # of an exercise only
    shown: str = ""  # on the last screen: the exercise box, as its button says it
    giver: str = Authority.DG_ARS.value
    caller: str = ""
    caller_function: str = ""
    acting_for: str = ""
    channel: OrderChannel = OrderChannel.PHONE
    received_at: str = ""
    called_back: str = ""
    called_back_at: str = ""
    reference: str = ""
    place: str = ""
    zones: list[str] = []
    perimeter: str = ""
    mission: str = ""
    scenarios: list[str] = []  # « SICK/CANICULE »
    kinetic: Kinetic | Literal[""] = ""  # none: that of the fastest scenario

    @property
    def is_exercise(self) -> bool:
        """Is the box ticked?"""
        return self.exercise == YES


Said = tuple[Activation | None, Mapping[str, str]]
"""The order, unless something is wrong; a sentence for each field that is."""


def understood(
    form: OrderForm, template: Template | None, zone: ZoneInfo, now: datetime
) -> Said:
    """Read what was typed.

    Args:
        form: The fields.
        template: Where its types are looked up; none on the first screen.
        zone: Where the CPTS lives its hours.
        now: The present.
    """
    wrong: dict[str, str] = {}
    types = _PLACEHOLDER
    if template is not None:
        types = _types(form, template)
        if not types:
            wrong["scenarios"] = "Choisissez au moins une situation."
    instants = _instants(form, zone, now, wrong)
    local = form.giver == CPTS
    perimeter = form.perimeter.strip() or _whole(form.zones)
    facts: dict[str, object] = {
        **form.model_dump(
            include={"caller", "caller_function", "acting_for", "place", "mission"}
        ),
        **instants,
        "types": types or _PLACEHOLDER,
        "origin": Origin.LOCAL if local else Origin.AUTHORITY,
        "authority": None if local else form.giver,
        "channel": form.channel,
        "reference": form.reference.strip() or None,
        "perimeter": perimeter,
        "zones": tuple(form.zones),
        "kinetic": form.kinetic or None,
        "exercise": form.is_exercise,
        "pace": form.pace if form.is_exercise else 1,
    }
    said = _validated(facts, wrong)
    if said and said.is_stale(now):
        wrong["pace"] = sentence(StaleAcceleratedOrderError())
    return (said if not wrong else None), wrong


def _types(form: OrderForm, template: Template) -> tuple[ActivatedType, ...]:
    chosen: dict[str, list[str]] = {}
    for each in form.scenarios:
        code, _, scenario = each.partition("/")
        chosen.setdefault(code, []).append(scenario)
    types = tuple(
        ActivatedType(code=code, scenarios=tuple(dict.fromkeys(scenarios)))
        for code, scenarios in chosen.items()
    )
    try:
        template.scenarios_of(types)
    except UnknownTypeError:
        return ()
    return types


def _whole(zones: list[str]) -> str:
    if not zones:
        return "Tout le territoire de la CPTS"
    return f"{'Zone' if len(zones) == 1 else 'Zones'} {', '.join(zones)}"[:200]


def _instants(
    form: OrderForm, zone: ZoneInfo, now: datetime, wrong: dict[str, str]
) -> dict[str, datetime | None]:
    received = local_instant(form.received_at, zone, now)
    if received is None:
        wrong["received_at"] = _MISSING["received_at"]
    elif received > now + CLOCK_SKEW:
        wrong["received_at"] = "Cette heure est dans l'avenir : vérifiez-la."
    if form.giver != CPTS and form.called_back not in {YES, NOT_YET}:
        wrong["called_back"] = "Dites si vous avez rappelé l'autorité."
    if form.called_back != YES or form.giver == CPTS:
        return {"received_at": received or now, "called_back_at": None}
    called_back = local_instant(form.called_back_at, zone, now)
    if called_back is None:
        wrong["called_back_at"] = (
            "Donnez l'heure de votre contre-appel, ou choisissez « Pas encore »."
        )
    elif called_back > now + CLOCK_SKEW:
        wrong["called_back_at"] = "Cette heure est dans l'avenir : vérifiez-la."
    elif received and called_back < received:
        wrong["called_back_at"] = "Le contre-appel vient après l'ordre : vérifiez."
    return {"received_at": received or now, "called_back_at": called_back}


def local_instant(text: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Read the hour of a form as the CPTS lives it; None if it is not one.

    In the hour that autumn repeats, the last time it was that hour is meant.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if at.tzinfo is not None:
        return at
    second = at.replace(tzinfo=zone, fold=1)
    return second if second <= now + CLOCK_SKEW else second.replace(fold=0)


def _validated(facts: Mapping[str, object], wrong: dict[str, str]) -> Activation | None:
    for name in _FREE_TEXTS:
        try:
            refuse_patient_data(str(facts[name] or ""))
        except PatientDataError:
            wrong[name] = (
                "Ce texte semble contenir l'identité d'un patient : retirez-la."
            )
    try:
        return Activation.model_validate(facts)
    except ValidationError as error:
        for each in error.errors():
            name = str(each["loc"][0])
            field = {"authority": "giver"}.get(name, name)
            wrong.setdefault(field, _sentence(name, each["type"], each.get("ctx")))
        return None


def _sentence(name: str, kind: str, context: Mapping[str, object] | None) -> str:
    if kind == "string_too_long" and context:
        return f"Ce texte est trop long : {context['max_length']} caractères au plus."
    return _MISSING.get(
        name, "Cette valeur n'est pas permise : choisissez-en une autre."
    )
