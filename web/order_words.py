"""The order of a crisis in words: who gave it, what it awaits, what was decided."""

from collections.abc import Iterator

from domain.ban import Ban
from domain.crisis import CrisisState
from domain.wording import AUTHORITY_LABELS, KINETIC_LABELS, STATE_LABELS, giver_label
from web.known import Known, moment


def state_of(known: Known) -> str:
    """Say where the crisis stands."""
    label = STATE_LABELS[known.crisis.state]
    return f"{label[:1].upper()}{label[1:]}"


def order_of(known: Known) -> str:
    """Say who gave the order, when, and how it was confirmed."""
    crisis, said = known.crisis, known.crisis.activation
    who = f"{said.caller}, {said.caller_function}".rstrip(", ")
    giver = giver_label(said)
    parts = [f"{giver[:1].upper()}{giver[1:]} ({who}), {moment(crisis.t0, known)}"]
    if crisis.called_back_at:
        parts.append(f"rappelé {moment(crisis.called_back_at, known)}")
    if crisis.reference:
        parts.append(f"référence {crisis.reference}")
    if said.pace > 1:
        parts.append(f"délais divisés par {said.pace}")
    return " ; ".join(parts) + "."


def types_of(known: Known) -> str:
    """Name the types of now, and their speed."""
    types = " ; ".join(known.type_label(each.code) for each in known.types)
    return f"{types} ({KINETIC_LABELS[known.crisis.kinetic]})"


def awaited(known: Known) -> tuple[str, ...]:
    """Say what is expected of an authority, and what it forbids."""
    crisis = known.crisis
    said: list[str] = []
    if crisis.state is CrisisState.PRE_ALERT:
        said.append(
            "Contre-appel attendu : rappelez l'autorité sur un numéro que vous "
            "connaissiez déjà ; seule la cellule est prévenue d'ici là."
        )
    if crisis.state is CrisisState.ACTIVE_TO_CONFIRM:
        what = (
            "Reconnaissance par une autorité attendue"
            if crisis.activation.authority is None
            else "Référence écrite attendue"
        )
        by_letter = ", demandée par lettre" if known.letter_under_way else ""
        unpaid = (
            "" if crisis.activation.exercise else ", et sans elle rien n'est payable"
        )
        said.append(f"{what}{by_letter}{unpaid}.")
    if crisis.ban is not None and crisis.state.takes_answers:
        said.append(_ban(crisis.ban, known))
    return tuple(said)


def _ban(ban: Ban, known: Known) -> str:
    zones = f"zone{'s' * (len(ban.zones) > 1)} {', '.join(ban.zones)}"
    where = zones if ban.zones else "tout le territoire"
    since = moment(ban.from_at, known).removeprefix("à ")
    until = (
        f"jusqu'{moment(ban.until_at, known).replace('le ', 'au ', 1)}"
        if ban.until_at
        else "jusqu'à nouvel ordre"
    )
    return (
        f"Circulation interdite par le {AUTHORITY_LABELS[ban.authority]}, {where}, "
        f"dès {since}, {until} : aucune mission n'y part."
    )


def decided(known: Known) -> tuple[str, ...]:
    """Say what was decided since the order, the oldest first."""
    return tuple(_decided(known))


def _decided(known: Known) -> Iterator[str]:
    crisis = known.crisis
    proposed = crisis.lifting_proposed_at
    if proposed and crisis.state.takes_answers:
        yield f"Levée proposée {moment(proposed, known)} : l'autorité décide."
    if crisis.lifted_at:
        yield f"Levée {moment(crisis.lifted_at, known)}."
    if crisis.cancelled_at:
        yield f"Fausse alerte, annulée {moment(crisis.cancelled_at, known)}."
    if crisis.stood_down_at:
        yield f"Cellule désarmée {moment(crisis.stood_down_at, known)}."
    if crisis.dormant:
        yield "En veille : plus de rappels, le dossier reste ouvert."
    if crisis.state is CrisisState.LIFTED and crisis.filed_at is None:
        yield "Compte rendu en préparation : la clôture viendra ensuite."
