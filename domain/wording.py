"""French words for codes, wherever documents and commands print them."""

from domain.alert import NotSent
from domain.answer import Availability
from domain.authority import Authority
from domain.card import CardState, OrderSource
from domain.crisis import Activation, CrisisState, OrderChannel
from domain.mission import MissionState
from domain.plan_version import VersionKind
from domain.survey import PlaceState
from domain.wave import Kinetic

AUTHORITY_LABELS = {
    Authority.DG_ARS.value: "directeur général de l'ARS",
    Authority.PREFECT.value: "préfet",
    Authority.MINISTER.value: "ministre chargé de la santé",
}

WAVE_LABELS = {
    "VS": "Message de sécurité",
    "V0": "Alerte au référent et à la présidence",
    "V1": "Appel de la cellule de crise",
    "V2": "Appel aux professionnels",
    "V3": "Appel de renforts",
    "V4": "Information des membres",
    "VP": "Information des partenaires",
    "VP_FIN": "Fin annoncée aux partenaires",
    "AIDE": "Appel à l'aide transmis au pilotage",
    "RAPPEL_FICHES": "Rappel des fiches en attente",
    "COMPLET": "Remerciements",
    "ENQUETE_FLASH": "Enquête flash",
    "LEVEE": "Annonce de la fin de l'alerte",
    "MISSION": "Courriel de mission",
    "PLACE": "Courriel à la personne suivante de la réserve",
    "MISSION_ANNULEE": "Courriel d'annulation de mission",
    "ANNULATION": "Annonce de la fausse alerte",
}

SAFETY_LABELS = {
    "abri": "mettez-vous à l'abri",
    "repli": "évacuez maintenant",
    "poste": "restez à votre poste",
}
"""What protects people, by code of its text."""
LOCAL_INITIATIVE = (
    "Ouverte à votre initiative. Utile, mais non payable tant que l'ARS ne l'a pas "
    "reconnue."
)


def people(number: int) -> str:
    """Count people: « 1 personne », « 12 personnes »."""
    return f"{number} personne{'s' * (number > 1)}"


def passage(number: int) -> str:
    """Say, after the name of a card, which run of it this is, but of the first."""
    return f", {number}e passage" if number > 1 else ""


def giver_label(said: Activation) -> str:
    """Write who gave the order, in full."""
    if said.authority is None:
        return "la CPTS, de sa propre initiative"
    return AUTHORITY_LABELS[said.authority]


CHANNEL_LABELS = {
    OrderChannel.PHONE: "téléphone",
    OrderChannel.EMAIL: "courriel",
    OrderChannel.IN_PERSON: "de vive voix",
    OrderChannel.FORM: "formulaire en ligne",
}
KINETIC_LABELS = {
    Kinetic.FAST: "cinétique rapide",
    Kinetic.SLOW: "cinétique lente",
}
KIND_LABELS = {  # of a version of the plan
    VersionKind.FIRST_WRITING: "Première écriture",
    VersionKind.UPDATE: "Mise à jour",
}
STATE_LABELS = {
    CrisisState.PRE_ALERT: "pré-alerte",
    CrisisState.ACTIVE_TO_CONFIRM: "active, référence écrite attendue",
    CrisisState.ACTIVE: "active",
    CrisisState.LIFTED: "levée",
    CrisisState.RETEX: "retour d'expérience",
    CrisisState.CLOSED: "clôturée",
    CrisisState.CANCELLED: "annulée",
}
CARD_STATE_LABELS = {
    CardState.TO_DO: "à faire",
    CardState.WAITING: "en attente d'ordre",
    CardState.TAKEN: "prise en charge",
    CardState.RUNNING: "en cours",
    CardState.DONE: "faite",
    CardState.NOT_APPLICABLE: "sans objet",
    CardState.NOT_DONE: "non faite",
}
MESSAGE_LABELS = {  # those that are not named as the wave they leave with
    "pre_alerte": "Mise en veille",
    "relance": "Relance",
    "mission": "Mission",
    "complet": "Besoin couvert",
    "levee": "Fin de l'alerte",
    "annulation": "Fausse alerte",
    "repli": "Repli",
    "abri": "Mise à l'abri",
    "poste": "Rester à son poste",
    "enquete": "Enquête flash",
    "inscription": "Inscription",
    "partenaire": "Information d'un partenaire",
    "digest": "Rappel des fiches en attente",
    "arret": "Arrêt des sollicitations",
    "retex": "Retour d'expérience",
}
NOT_SENT_LABELS = {
    NotSent.NO_ADDRESS.value: "sans adresse",
    NotSent.ANSWERED.value: "avait déjà répondu",
    NotSent.COVERED.value: "besoin déjà couvert",
    NotSent.LIFTED.value: "crise levée",
    NotSent.CANCELLED.value: "fausse alerte",
    NotSent.REFUSED.value: "refusé par le serveur de courriel",
    NotSent.TOO_LATE.value: "délai écoulé",
    NotSent.CALLED_OFF.value: "mission déjà close",
    NotSent.UNCERTAIN.value: "envoi incertain",
    NotSent.OPPOSED.value: "ne veut plus de ces messages",
    NotSent.HEARD.value: "avait décroché au premier appel",
    NotSent.SHARED.value: "téléphone partagé",
    NotSent.STOPPED.value: "a dit STOP pour cette alerte",
}
MISSION_LABELS = {
    MissionState.PROPOSED.value: "proposée",
    MissionState.ACCEPTED.value: "acceptée",
    MissionState.DECLINED.value: "déclinée",
    MissionState.ENDED.value: "terminée",
    MissionState.CANCELLED.value: "annulée",
}
ORDER_LABELS = {
    OrderSource.SAMU.value: "le SAMU",
    OrderSource.SDIS.value: "le SDIS",
    OrderSource.ARS.value: "l'ARS",
    OrderSource.PREFECT.value: "le préfet",
    OrderSource.MINISTER.value: "le ministre",
}
PLACE_STATE_LABELS = {
    PlaceState.OPEN.value: "ouvert",
    PlaceState.SLOWED.value: "ralenti",
    PlaceState.CLOSED.value: "fermé",
    PlaceState.SILENT.value: "sans réponse",
    PlaceState.CLOSED_AT_NIGHT.value: "fermé la nuit",
}
ANSWER_LABELS = {
    Availability.IMMEDIATE.value: "disponible tout de suite",
    Availability.ON_SITE.value: "aide depuis son lieu d'exercice",
    Availability.LATER.value: "disponible plus tard",
    Availability.UNAVAILABLE.value: "non disponible",
    Availability.ENGAGED_ELSEWHERE.value: "déjà mobilisé ailleurs",
    Availability.RECEIVED.value: "bien reçu",
    Availability.SHELTERED.value: "à l'abri",
    Availability.OUT_OF_ZONE.value: "hors de la zone",
    Availability.NEEDS_HELP.value: "a besoin d'aide",
    Availability.SILENT.value: "sans réponse",
}
