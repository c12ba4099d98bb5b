"""What the console may do on a crisis in its state, and what follows."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from acts.held import RUNNING, WRITING_UP
from domain.crisis import CrisisState
from domain.letter import MessageKind
from domain.recognition import is_due
from domain.survey import SURVEY
from web.known import Known


class OpenAct(NamedTuple):
    """One act, and the page that asks for it."""

    address: str
    label: str
    follows: str


def _runs(known: Known) -> bool:
    return known.crisis.state in RUNNING


def _may_end(known: Known) -> bool:
    return known.crisis.state in RUNNING | WRITING_UP


def _lacks_reference(known: Known) -> bool:
    crisis = known.crisis
    return crisis.reference is None and crisis.state is not CrisisState.CANCELLED


def _may_leave(known: Known) -> bool:
    state = known.plan.template.departures.state(known.crisis.state)
    return _runs(known) and state.allows(MessageKind.MISSION)


def _may_protect(known: Known) -> bool:
    state = known.plan.template.departures.state(known.crisis.state)
    return state.allows(MessageKind.SHELTER)


def _may_survey(known: Known) -> bool:
    state = known.plan.template.departures.state(known.crisis.state)
    return _runs(known) and SURVEY in state.campaigns


_ALLOWED: Mapping[str, Callable[[Known], bool]] = {
    "contre-appel": lambda known: known.crisis.state is CrisisState.PRE_ALERT,
    "reference": _lacks_reference,
    "lettre": lambda known: _lacks_reference(known) and not known.letter_under_way,
    "rythme": _runs,
    "ajouter-un-type": lambda known: (
        _runs(known) and len(known.types) < len(known.plan.template.types)
    ),
    "retirer-un-type": lambda known: _runs(known) and len(known.types) > 1,
    "interdire-la-circulation": _runs,
    "retablir-la-circulation": lambda known: (
        _runs(known) and known.crisis.ban is not None
    ),
    "missions": _may_leave,
    "vagues": _runs,
    "securite": _may_protect,
    "enquete": _may_survey,
    "partenaires": lambda known: bool(known.told),
    "point-de-situation": _may_end,
    "proposer-la-levee": _runs,
    "lever": _runs,
    "fausse-alerte": _runs,
    "desarmer": lambda known: _may_end(known) and known.crisis.stood_down_at is None,
    "cloturer": lambda known: (
        known.crisis.state in WRITING_UP and known.crisis.filed_at is not None
    ),
}
"""When an act is offered; its own rules are checked again when it is done."""

_GROUPS: tuple[tuple[str, tuple[OpenAct, ...]], ...] = (
    (
        "L'ordre",
        (
            OpenAct(
                "contre-appel",
                "Inscrire le contre-appel",
                "L'autorité est rappelée : l'alerte part.",
            ),
            OpenAct(
                "reference",
                "Inscrire la référence écrite",
                "Sans elle, rien n'est payable.",
            ),
            OpenAct(
                "lettre",
                "Demander la référence par lettre",
                "À l'ARS : une lettre, deux rappels, puis rien.",
            ),
            OpenAct(
                "rythme",
                "Changer le rythme",
                "Rapide, en minutes, ou lent, en heures : les délais des fiches.",
            ),
            OpenAct(
                "ajouter-un-type",
                "Ajouter un type de crise",
                "L'autorité étend son ordre : ses fiches s'ouvrent.",
            ),
            OpenAct(
                "retirer-un-type",
                "Retirer un type de crise",
                "L'autorité réduit son ordre : ses places libres se ferment.",
            ),
            OpenAct(
                "interdire-la-circulation",
                "Inscrire une interdiction de circuler",
                "Aucune mission ne part vers ces zones.",
            ),
            OpenAct(
                "retablir-la-circulation",
                "Rétablir la circulation",
                "L'autorité met fin à l'interdiction.",
            ),
        ),
    ),
    (
        "Le terrain et l'ARS",
        (
            OpenAct(
                "missions",
                "Missions",
                "Qui part, où, jusqu'à quand ; en proposer, en annuler.",
            ),
            OpenAct(
                "vagues",
                "Retenir ou avancer une vague",
                "Qui est prévenu, et quand.",
            ),
            OpenAct(
                "securite",
                "Message de sécurité",
                "Abri, repli, rester à son poste : à toute une zone, aussitôt.",
            ),
            OpenAct(
                "enquete",
                "Enquête flash",
                "Quels lieux de soins sont ouverts, et qui appeler.",
            ),
            OpenAct(
                "partenaires",
                "Partenaires",
                "Qui a besoin de quoi, qui appeler ; inscrire ce qu'ils disent.",
            ),
            OpenAct(
                "point-de-situation",
                "Point de situation",
                "Tocsin compte, vous complétez, le pilotage valide, l'ARS reçoit.",
            ),
        ),
    ),
    (
        "La fin",
        (
            OpenAct(
                "proposer-la-levee",
                "Proposer la levée",
                "Vous l'écrivez à l'autorité ; c'est elle qui décide.",
            ),
            OpenAct(
                "lever",
                "Lever l'alerte",
                "L'autorité l'a décidé : plus rien n'est demandé.",
            ),
            OpenAct(
                "fausse-alerte",
                "Fausse alerte",
                "Il n'y avait pas de crise : les personnes jointes le savent aussitôt.",
            ),
            OpenAct(
                "desarmer",
                "Désarmer la cellule",
                "La cellule rentre chez elle, avant ou après la levée.",
            ),
            OpenAct(
                "cloturer",
                "Clôturer la crise",
                "Plus rien n'est attendu ; ce qui reste ouvert est dit.",
            ),
        ),
    ),
)
_AT_HAND = (
    *("contre-appel", "reference", "lettre"),
    *("securite", "missions", "enquete", "point-de-situation"),
    *("lever", "cloturer"),
)


def open_acts(known: Known) -> tuple[tuple[str, tuple[OpenAct, ...]], ...]:
    """List what may be done now, by group; a group with nothing is left out."""
    found = (
        (title, tuple(act for act in acts if _ALLOWED[act.address](known)))
        for title, acts in _GROUPS
    )
    return tuple((title, acts) for title, acts in found if acts)


def at_hand(known: Known) -> tuple[OpenAct, ...]:
    """List what is likely to come next: what the board shows."""
    every = {act.address: act for _, acts in open_acts(known) for act in acts}
    crisis = known.crisis
    lifted = crisis.lifted_at is not None
    if not is_due(crisis.activation, lifted=lifted, now=known.now):
        every.pop("lettre", None)
    if not _runs(known):
        every.pop("securite", None)
    return tuple(every[address] for address in _AT_HAND if address in every)


def is_open(known: Known, address: str) -> bool:
    """May this act be done now?"""
    return _ALLOWED[address](known)
