"""The crisis log: each ledger entry as one French sentence."""

from collections.abc import Callable, Mapping
from typing import Any

from domain import (
    audit_chronicle,
    card_chronicle,
    check_chronicle,
    contact_chronicle,
    order_chronicle,
    payment_chronicle,
    plan_chronicle,
    reply_chronicle,
    review_chronicle,
    territory_chronicle,
)
from domain.survey import SURVEY
from domain.typography import typeset
from domain.wave import PARTNERS_WAVE
from domain.wording import (
    AUTHORITY_LABELS,
    SAFETY_LABELS,
    WAVE_LABELS,
)

Facts = Mapping[str, Any]

KINDS = {
    **audit_chronicle.KINDS,
    **card_chronicle.KINDS,
    **plan_chronicle.KINDS,
    **check_chronicle.KINDS,
    **reply_chronicle.KINDS,
    **review_chronicle.KINDS,
    **contact_chronicle.KINDS,
    "cpts.added": "CPTS inscrite",
    "roster.imported": "annuaire importé",
    "payment.recorded": "somme inscrite",
    "preview.kept": "aperçu gardé",
    "crisis.opened": "crise ouverte",
    "wave.opened": "vague ouverte",
    "wave.reminded": "relance",
    "wave.closed": "vague close",
    "batch.sent": "lot de messages",
    "mission.proposed": "mission proposée",
    "mission.answered": "réponse à une mission",
    "mission.ended": "mission terminée",
    "mission.cancelled": "mission annulée",
    "order.called_back": "contre-appel",
    "order.confirmed": "confirmation écrite",
    "kinetic.set": "rythme choisi",
    "type.added": "type ajouté",
    "type.removed": "type retiré",
    "circulation.banned": "circulation interdite",
    "circulation.freed": "circulation rétablie",
    "log.noted": "note de la cellule",
    "lifting.proposed": "levée proposée",
    "survey.opened": "enquête flash",
    "survey.answer": "réponse d'un lieu",
    "partner.answer": "réponse d'un partenaire",
    "sitrep.sent": "point de situation",
    "workbook.kept": "tableur de l'ARS",
    "crisis.lifted": "crise levée",
    "crisis.cancelled": "fausse alerte",
    "cell.stood_down": "cellule désarmée",
    "crisis.closed": "crise clôturée",
    "request.link_made": "lien de demande remis à une autorité",
    "request.link_revoked": "lien de demande retiré",
    "crisis.dormant": "mise en veille",
    "digests.sent": "rappel des fiches en attente",
    "wave.steered": "décision sur une vague",
    "safety.sent": "message de sécurité",
    "document.made": "document établi",
    "document.sent": "document adressé",
    "document.received": "accusé de réception",
}
_WHY = {
    "BESOIN_COUVERT": "le besoin est couvert",
    "CRISE_LEVEE": "la crise est levée",
    "CRISE_ANNULEE": "c'était une fausse alerte",
    "DELAI_ECOULE": "le délai est écoulé",
    "TOUT_ENVOYE": "tout est parti",
}
_DOCUMENTS = {
    "RAPPORT": "Compte rendu de crise",
    "DOSSIER": "Dossier de la part variable",
    "RECONNAISSANCE": "Courrier demandant la reconnaissance écrite",
    "POINT_DE_SITUATION": "Point de situation",
    "TABLEUR_ARS": "Tableur de l'ARS",
}


def _several(number: int, one: str, more: str) -> str:
    return f"{number} {one if number <= 1 else more}"


def _people(number: int) -> str:
    return _several(number, "personne", "personnes")


_REPLIES = {
    "MISSION_ACCEPTEE": "acceptée",
    "MISSION_DECLINEE": "déclinée",
}


def _mission(facts: Facts) -> str:
    return f"Mission {facts['mission']} (fiche {facts['card']})"


def _cards(number: int) -> str:
    return _several(number, "fiche", "fiches")


def _opened(facts: Facts) -> str:
    reference = facts["reference"]
    written = f"référence {reference}" if reference else "référence écrite attendue"
    exercise = "EXERCICE. " if facts["exercise"] else ""
    giver = facts["authority"]
    why = f"sur ordre du {AUTHORITY_LABELS[giver]}" if giver else "à notre initiative"
    return (
        f"{exercise}Crise ouverte {why} "
        f"({written}) ; {_people(facts['people'])} dans l'annuaire."
    )


def _reported(facts: Facts) -> str:
    late = ", après l'heure convenue" if facts["late"] else ""
    return f"Point de situation n° {facts['number']} validé et adressé à l'ARS{late}."


_COUNTED = {
    SURVEY: territory_chronicle.places,
    PARTNERS_WAVE: territory_chronicle.partners,
    "VP_FIN": territory_chronicle.partners,
}  # the others are to people


def _wave_opened(facts: Facts) -> str:
    counted = _COUNTED.get(facts["code"], _people)
    return f"{_wave(facts)} : {counted(facts['asked'])}."


_BY = {"SMS": "SMS remis au fournisseur", "APPEL": "Appels remis au fournisseur"}


def _batch(facts: Facts) -> str:
    by = _BY.get(facts.get("channel", ""), "Messages remis au serveur")
    not_sent = sum(facts["not_sent"].values())
    left = f", {not_sent} non parti{'s' * (not_sent > 1)}" if not_sent else ""
    corrected = " (chiffres corrigés)" if facts.get("corrects") else ""
    return f"{by} : {facts['sent']}{left}{corrected}."


def _closed(facts: Facts) -> str:
    silent = f" Sans réponse : {facts['silent']}." if facts["silent"] else ""
    return f"{_wave(facts)} : vague close, {_WHY[facts['why']]}.{silent}"


def _wave(facts: Facts) -> str:
    code: str = facts["code"]
    return WAVE_LABELS.get(code, code)


def _steered(facts: Facts) -> str:
    decided = {"RETENUE": "retenue", "AVANCEE": "avancée"}
    said = decided.get(facts["state"], "laissée à son heure")
    return f"Vague {facts['code']} {said} : {facts['reason']}."


_SENTENCES: dict[str, Callable[[Facts], str]] = {
    **audit_chronicle.SENTENCES,
    **card_chronicle.SENTENCES,
    **order_chronicle.SENTENCES,
    **reply_chronicle.SENTENCES,
    **review_chronicle.SENTENCES,
    **contact_chronicle.SENTENCES,
    **territory_chronicle.SENTENCES,
    **plan_chronicle.SENTENCES,
    **check_chronicle.SENTENCES,
    **payment_chronicle.SENTENCES,
    "preview.kept": lambda facts: (
        f"Aperçu gardé : {_several(facts['at_once'], 'message', 'messages')} à "
        f"l'ouverture, {_people(facts['unreached'])} à appeler."
    ),
    "crisis.opened": _opened,
    "wave.opened": _wave_opened,
    "wave.reminded": lambda facts: (
        f"{_wave(facts)} : relance à {_people(facts['silent'])}."
    ),
    "wave.closed": _closed,
    "batch.sent": _batch,
    "mission.proposed": lambda facts: f"{_mission(facts)} proposée.",
    "mission.answered": lambda facts: f"{_mission(facts)} {_REPLIES[facts['answer']]}.",
    "mission.ended": lambda facts: f"{_mission(facts)} terminée, heures confirmées.",
    "mission.cancelled": lambda facts: f"{_mission(facts)} annulée par la cellule.",
    "sitrep.sent": _reported,
    "crisis.dormant": lambda facts: (
        f"Mise en veille : personne n'a rien fait depuis {facts['after_hours']} h. "
        "Plus de rappels ; le dossier reste ouvert."
    ),
    "digests.sent": lambda facts: (
        f"Rappel des fiches en attente : {_people(facts['people'])}, "
        f"{_cards(len(facts['cards']))}."
    ),
    "wave.steered": _steered,
    "safety.sent": lambda facts: (
        f"Message de sécurité décidé, « {SAFETY_LABELS[facts['message']]} » : "
        f"{', '.join(facts['zones']) or 'tout le territoire'}."
    ),
    "document.made": lambda facts: f"{_DOCUMENTS[facts['document']]} établi.",
    "document.sent": lambda facts: f"Document adressé : {facts['contact']}.",
    "document.received": lambda facts: (
        f"Réception {'inscrite à la main' if facts.get('typed') else 'confirmée'} : "
        f"{facts['contact']}."
    ),
}


def kind_label(kind: str) -> str:
    """Name a kind of entry in French words, one of another version as well."""
    return KINDS.get(kind, f"autre fait ({kind})")


def told(kind: str, facts: Facts) -> str:
    """Tell one entry as a French sentence."""
    sentence = _SENTENCES.get(kind)
    return typeset(sentence(facts) if sentence else f"{_sentence_of(kind)}.")


def _sentence_of(kind: str) -> str:
    label = kind_label(kind)
    return label[:1].upper() + label[1:]
