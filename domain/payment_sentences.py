"""Each refusal about the money of a plan, as one French sentence."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "CONTRAT_SANS_DATE": (
        "Le calendrier de la part fixe ne peut pas être calculé : il manque {missing} "
        "dans le fichier de la CPTS ; rien n'a été inscrit. Complétez ce fichier."
    ),
    "ANNEE_DE_CONTRAT_INCONNUE": (
        "La mission n'a pas d'année de contrat {year} ; rien n'a été inscrit. "
        "Ses années vont de {first} à {last}, du nom de celle où chacune commence."
    ),
    "VERSEMENT_FUTUR": (
        "La CPAM ne peut pas avoir notifié ni payé à une date à venir ; rien n'a été "
        "inscrit. Vérifiez la date de son courrier."
    ),
}
