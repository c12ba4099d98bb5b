"""What the crisis log says of answers, and of messages that wait for a person."""

from collections.abc import Callable, Mapping
from typing import Any

from domain.mission import MissionReply
from domain.reply import Waits
from domain.wave import Channel
from domain.wording import ANSWER_LABELS

Facts = Mapping[str, Any]

HEARD_BY = {
    Channel.TEXT.value: "par SMS",
    Channel.CALL.value: "au téléphone",
    Channel.MAIL.value: "par courriel",
}
WAITS_LABELS = {
    Waits.UNCLEAR.value: "réponse pas claire",
    Waits.SHARED.value: "qui répond ?",
    Waits.UNKNOWN.value: "numéro inconnu",
    Waits.LATE.value: "plus rien n'est demandé",
    Waits.MISSION.value: "une mission attend sa réponse",
}
MISSION_LABELS = {
    MissionReply.ACCEPT.value: "mission acceptée",
    MissionReply.DECLINE.value: "mission déclinée",
}
_LABELS = {**ANSWER_LABELS, **MISSION_LABELS}
KINDS = {
    "answer": "réponse",
    "contribution": "contribution",
    "help.asked": "besoin d'aide",
    "seat.passed": "place rendue, personne suivante",
    "reply.kept": "message à trier",
    "reply.settled": "message trié",
}


def _answered(facts: Facts) -> str:
    if facts.get("elsewhere"):
        return (
            "Engagement dans une autre CPTS pour le même ordre : place laissée libre."
        )
    by = facts.get("by")  # none: on their page
    how = f" {HEARD_BY[by]}" if by else ""
    return f"Réponse reçue{how} : {ANSWER_LABELS[facts['answer']]}."


def _kept(facts: Facts) -> str:
    how, why = HEARD_BY[facts["channel"]], WAITS_LABELS[facts["why"]]
    return f"Message reçu {how}, à trier ({why})."


def _settled(facts: Facts) -> str:
    answer = facts["answer"]
    none = "ne plus solliciter" if facts["stops"] else "ce n'est pas une réponse"
    said = _LABELS[answer] if answer else none
    return f"Message reçu {HEARD_BY[facts['channel']]}, trié : {said}."


SENTENCES: Mapping[str, Callable[[Facts], str]] = {
    "answer": _answered,
    "contribution": lambda facts: (
        f"Nombres déclarés depuis un lieu d'exercice : fiche {facts['card']}."
    ),
    "help.asked": lambda facts: (
        f"Besoin d'aide signalé, pilotage {'' if facts['told'] else 'non '}prévenu."
    ),
    "seat.passed": lambda facts: (
        f"Place rendue sur la fiche {facts['card']} : la personne suivante est retenue."
    ),
    "reply.kept": _kept,
    "reply.settled": _settled,
}
