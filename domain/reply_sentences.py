"""The refusals of answers and of the tray of messages, each as one French sentence."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "CRISE_LEVEE": (
        "L'alerte est terminée : votre réponse n'est plus nécessaire et rien n'a été "
        "inscrit. Merci, vous n'avez rien à faire."
    ),
    "REPONSE_NON_PROPOSEE": (
        "Cette réponse n'est pas proposée par le message ; rien n'a été inscrit. "
        "Rouvrez votre lien et choisissez un des boutons."
    ),
    "NUMERO_INCONNU": (
        "Aucune CPTS ne connaît le numéro de ce message ; rien n'est inscrit. "
        "Complétez l'annuaire si la personne rappelle."
    ),
    "MESSAGE_RECU_INCONNU": (
        "Ce message n'est pas à trier, ou plusieurs personnes ont pu l'écrire ; rien "
        "n'a changé. Rouvrez la liste des messages, et dites de qui il vient."
    ),
    "MESSAGE_TROP_TARD": (
        "La crise est levée : cette réponse n'y change plus rien, et rien n'a été "
        "inscrit. Classez le message : « Ce n'est pas une réponse »."
    ),
    "MESSAGE_SANS_CE_CHOIX": (
        "Le message envoyé à cette personne ne propose pas cette réponse ; rien n'a "
        "été inscrit. Choisissez-en une de la liste, ou appelez la personne."
    ),
    "MISSION_SANS_ATTENTE": (
        "La mission « {mission} » n'attend plus de réponse de cette personne ; rien "
        "n'a été inscrit. Voyez où elle en est, et appelez la personne dans le doute."
    ),
    "ACCORD_A_DEMANDER": (
        "Cette personne est salariée, et son message ne dit pas si son employeur est "
        "d'accord ; rien n'a été inscrit. Appelez-la : qu'elle réponde par son lien, "
        "qui le lui demande."
    ),
    "RETOUR_INCONNU": (
        "Ce courriel ou cet accusé n'est celui d'aucun message de Tocsin ; rien n'est "
        "noté. Vérifiez l'adresse de retour des courriels s'il en revient d'autres."
    ),
    "MESSAGE_RECU_TRIE": (
        "Ce message est déjà trié ; rien n'a changé. Rouvrez la liste des messages."
    ),
}
