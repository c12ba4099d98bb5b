"""The sentences of `domain/review_errors.py`."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "REVUE_INCONNUE": (
        "La CPTS {cpts} n'a pas de revue du plan pour {year}. "
        "La page « Revue du plan » montre celle qui est ouverte."
    ),
    "DEMANDE_INCONNUE": (
        "Cette revue ne demande rien de tel ({task}) ; rien n'a changé. "
        "La page « Revue du plan » liste les demandes."
    ),
    "DEMANDE_D_UN_AUTRE": (
        "Cette demande est passée à une autre personne ; votre réponse n'a pas été "
        "prise. Voyez avec la coordination."
    ),
    "ECHEANCE_INCONNUE": (
        "Aucune date ne dit quand le plan de {cpts} est dû : la revue ne s'ouvre pas. "
        "Donnez « date_contrat_aci » ou « date_anniversaire » dans le fichier de la "
        "CPTS."
    ),
    "REVUE_OUVERTE": (
        "La revue {year} du plan de {cpts} est déjà ouverte ; rien n'a changé. "
        "Suivez-la sur la page « Revue du plan »."
    ),
    "REPONSE_IMPOSSIBLE": (
        "« {answer} » ne répond pas à cette demande ; rien n'a changé. "
        "Choisissez parmi : {answers}."
    ),
}
