"""Each refusal of who vouches for a plan, as one French sentence."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "CONTROLE_NON_ATTESTABLE": (
        "Le contrôle {check} de {section} ne s'atteste pas : il se remplit, ou il "
        "n'existe pas. Rien n'a été inscrit ; voyez ce qui manque dans la section."
    ),
    "EXCEPTION_INCONNUE": (
        "« {exception} » n'est ni une section ni une fiche de ce plan ; rien n'a été "
        "inscrit. Donnez par exemple SEC-04 ou T2-03."
    ),
    "PERSONNE_HORS_ANNUAIRE": (
        "« {person} » ne désigne personne dans l'annuaire, ou plusieurs ; rien n'a été "
        "inscrit. Donnez un RPPS ou un courriel qui n'est qu'à cette personne."
    ),
}
