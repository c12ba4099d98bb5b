"""How differences are named: what became of a thing, why, and the fields of a card."""

from domain.content import ChangeOrigin
from domain.plan_diff import DISABLED, ChangeKind

KIND_LABELS = {
    ChangeKind.ADDED: "ajouté",
    ChangeKind.CHANGED: "modifié",
    ChangeKind.REMOVED: "supprimé",
}
DISABLED_LABELS = {
    ChangeKind.ADDED: "désactivée",
    ChangeKind.CHANGED: "désactivée, motif modifié",
    ChangeKind.REMOVED: "réactivée",
}
ORIGIN_LABELS = {
    ChangeOrigin.DRAFTING: "rédaction",
    ChangeOrigin.RETEX: "retour d'expérience",
    ChangeOrigin.EXERCISE: "exercice",
    ChangeOrigin.DIRECTORY: "annuaire",
    ChangeOrigin.LAW: "texte officiel",
    ChangeOrigin.PARTNER: "avis d'un partenaire",
    ChangeOrigin.TEMPLATE: "trame",
    ChangeOrigin.IMPORT: "document importé",
    ChangeOrigin.REVIEW: "revue du plan",
}
CARD_LABELS = {
    "titre": "Titre",
    "court": "Titre court",
    "phase": "Phase",
    "scenarios": "Scénarios",
    "roles": "Qui en répond",
    "professions": "Qui la mène",
    "competences": "Compétences",
    "competence_requise": "Compétence exigée",
    "effectif": "Effectif",
    "mode": "Mode",
    "besoins": "Places gardées",
    "contribution": "Nombres demandés",
    "equipe_de": "Équipe de",
    "critique": "Critique",
    "vague": "Vague d'alerte",
    "campagne": "Campagne",
    "depuis": "Délai compté depuis",
    "echeance": "Délai",
    "recurrence": "Répétition",
    "occurrences": "Dates",
    "jusqu_a": "Répétée jusqu'à",
    "passage_final": "Dernière fois",
    "jalons": "Étapes datées",
    "attendre_ordre": "Attend l'ordre",
    "depend_de": "Après",
    "meme_appel": "Même appel",
    "condition": "Condition",
    "deplacement": "Déplacement",
    "quoi": "À faire",
    "preuve": "Preuve",
    "partenaires": "À informer",
    "prudence": "Prudence",
    DISABLED: "Désactivée",
    # of a type of crisis
    "libelle": "Nom",
    "orsan": "Plans ORSAN",
    "cinetique": "Cinétique",
    "role_de_la_cpts": "Rôle de la CPTS",
    "roles_cles": "Rôles clés",
    "professions_cles": "Professions clés",
    "vagues": "Vagues",
    "ressources": "Ressources",
}
