"""The sentences of what is refused about waves."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "VAGUE_INCONNUE": (
        "Le plan de cette crise n'a pas de vague {wave} ; rien n'a changé. "
        "Voyez la liste des vagues."
    ),
    "VAGUE_PARTIE": (
        "La vague {wave} est déjà partie : il est trop tard pour la retenir ou "
        "l'avancer. Un message d'annulation ou de sécurité peut encore partir."
    ),
    "MESSAGE_NON_PREVU": (
        "Le message « {message} » ne peut pas partir maintenant ; rien n'est parti. "
        "Messages de sécurité : abri, repli, poste."
    ),
}
