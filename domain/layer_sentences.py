"""The refusals about cards, layers and upgrades, each as one French sentence."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "FICHE_REFUSEE": (
        "La fiche {card} est refusée : {rule}. Rien n'a changé. "
        "Corrigez-la, puis recommencez."
    ),
    "FICHIER_DE_FICHE_REFUSE": (
        "Le fichier « {file} » n'est pas enregistré : {place} : {rule}. "
        "Corrigez, puis recommencez."
    ),
    "FICHE_ABSENTE_DU_PLAN": (
        "Le plan n'a pas de fiche {card} ; rien n'a changé. "
        "Voyez la liste de ses fiches."
    ),
    "FICHE_EXISTANTE": (
        "Le plan a déjà une fiche {card} ; rien n'a changé. Donnez à la vôtre le "
        "numéro libre {free}, ou modifiez celle-là."
    ),
    "FICHE_APPELEE": (
        "La fiche {card} reste jouée : {others} s'appuie sur elle ; rien n'a changé. "
        "Modifiez ou désactivez d'abord {others}."
    ),
    "FICHE_DESACTIVEE": (
        "La fiche {card} est désactivée ; rien n'a changé. Réactivez-la d'abord."
    ),
    "FICHE_ACTIVE": "La fiche {card} n'est pas désactivée ; rien n'a changé.",
    "PLAN_INCHANGE": (
        "Le plan dit déjà cela de {target} ; aucune version n'est écrite."
    ),
    "TRAME_INCOMPATIBLE": (
        "Le plan ne tient pas avec le modèle {template} : {card} : {rule}. Rien n'a "
        "changé. Revoyez d'abord les fiches modifiées, ajoutées ou désactivées."
    ),
    "REGION_INCOMPATIBLE": (
        "La couche régionale {region} ne complète pas le modèle {template} ; rien n'a "
        "changé. Attendez sa nouvelle édition, ou retirez « region » de la CPTS."
    ),
    "POINTS_NON_TRANCHES": (
        "Le plan a encore à trancher avec son modèle ({number}), dont {target} ; rien "
        "n'a changé. Gardez votre texte ou prenez celui du modèle, puis recommencez."
    ),
    "CONFLIT_INCONNU": (
        "Aucun point à trancher ne s'appelle {target} ; rien n'a changé. "
        "Voyez la liste des points à trancher du plan."
    ),
}
