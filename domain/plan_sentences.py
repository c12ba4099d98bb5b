"""The refusals about a plan and its year, each as one French sentence."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "FICHIER_WORD_REFUSE": (
        "Le fichier « {file} » n'a pas été importé : {rule}. Le plan n'a pas changé."
    ),
    "PARTIE_MAL_PLACEE": (
        "Cette partie n'est pas un tableau aux colonnes de ce champ ; elle reste de "
        "côté. Colonnes attendues : {columns}."
    ),
}
