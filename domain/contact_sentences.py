"""The sentences of `domain/contact_errors.py`."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "CONTACT_ABSENT": (
        "L'annuaire n'a pas cette coordonnée de la personne ; rien n'est vérifié. "
        "Inscrivez-la d'abord."
    ),
    "CODE_SANS_CANAL": (
        "Aucun code ne peut partir vers cette coordonnée. La coordination la "
        "vérifiera en vous appelant."
    ),
    "CODES_TROP_NOMBREUX": (
        "Plusieurs codes sont déjà partis vers cette adresse aujourd'hui. Regardez vos "
        "courriels indésirables, ou réessayez demain."
    ),
    "CODE_FAUX": (
        "Ce n'est pas le code envoyé ; rien n'est vérifié. Recopiez les six chiffres "
        "du dernier message reçu."
    ),
    "CODE_PERIME": (
        "Ce code ne vaut plus : trop ancien, ou essayé trop souvent. Demandez-en un "
        "autre."
    ),
    "INSCRIPTION_INCONNUE": (
        "Cette demande d'inscription n'attend plus : quelqu'un l'a déjà tranchée, ou "
        "elle a été oubliée. Regardez la liste."
    ),
    "DEMANDES_TROP_NOMBREUSES": (
        "Trop de demandes viennent d'arriver ; la vôtre n'est pas prise. Réessayez "
        "dans une heure, ou appelez la coordination."
    ),
    "ACCORD_ABSENT": (
        "Pour être volontaire, cochez votre accord ; rien n'est enregistré. Sans "
        "accord, vous restez informé, jamais sollicité."
    ),
    "APPEL_DEJA_FAIT": (
        "La même demande est déjà partie aujourd'hui ; rien n'est envoyé. Voyez qui a "
        "répondu sur la page « Qui joindre »."
    ),
    "PERSONNE_A_SOLLICITER": (
        "Personne n'est à solliciter ; rien n'est envoyé. Tous les adhérents de "
        "l'annuaire ont répondu, ou l'annuaire n'en compte pas."
    ),
    "APPEL_INCONNU": (
        "La CPTS n'a rien demandé sous ce nom ({roll_call}). La page « Qui joindre » "
        "liste les demandes."
    ),
}
