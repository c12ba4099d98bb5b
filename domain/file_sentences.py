"""Each refusal about a file that somebody wrote, as one French sentence."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "FICHIER_CPTS": (
        "Le fichier {file} est refusé à « {key} » : {rule}. "
        "Corrigez-le, puis recommencez ; rien n'a été inscrit."
    ),
    "FICHIER_ANNUAIRE": (
        "Le fichier {file} n'est pas un annuaire lisible : {rule}. "
        "Corrigez-le, puis recommencez ; l'annuaire n'a pas changé."
    ),
    "FICHIER_FOURNISSEURS": (
        "Le fichier des fournisseurs {file} est refusé à « {key} » : {rule}. "
        "Aucun SMS ni appel ne partirait. Corrigez-le, puis relancez Tocsin."
    ),
}
