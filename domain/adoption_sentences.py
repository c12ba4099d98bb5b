"""The refusals about a version that leaves, each as one French sentence."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "CONFLITS_A_TRANCHER": (
        "La version {number} n'est pas soumise : la nouvelle trame contredit "
        "{conflicts} de vos modifications. Choisissez pour chacune, puis recommencez."
    ),
    "PLAN_INCOMPLET": (
        "La version {number} n'est pas soumise : des sections attendues sont "
        "incomplètes ({sections}). Complétez-les, ou écrivez le motif pour lequel elle "
        "part ainsi."
    ),
    "PLAN_NON_SOUMIS": (
        "Aucune version du plan n'attend d'avis ni de décision ; rien n'est inscrit. "
        "Soumettez d'abord le brouillon à l'ARS."
    ),
    "PLAN_NON_ADOPTE": (
        "Aucune version du plan n'est adoptée : rien n'est diffusé. "
        "Inscrivez d'abord la décision du bureau."
    ),
    "AVIS_MAL_DATE": (
        "L'avis daté du {on} n'est pas inscrit : la version {number} est partie le "
        "{submitted}, et nous sommes le {today}. Corrigez la date."
    ),
    "AVIS_SANS_MOTS": (
        "L'avis n'est pas inscrit : des remarques ou un refus s'inscrivent avec leurs "
        "mots. Écrivez-les, puis recommencez."
    ),
    "SILENCE_TROP_TOT": (
        "L'absence d'avis n'est pas inscrite : l'ARS a jusqu'au {until} pour répondre. "
        "Recommencez après cette date."
    ),
    "PLAN_DEJA_DECIDE": (
        "Le bureau s'est déjà prononcé sur la version {number} ; rien n'a changé. "
        "Une nouvelle décision porte sur une nouvelle version."
    ),
    "AVIS_ATTENDU": (
        "La version {number} n'est pas adoptée : votre contrat attend l'accord de "
        "l'ARS{until}. Inscrivez sa réponse, puis recommencez."
    ),
    "AVIS_CONTRAIRE": (
        "La version {number} n'est pas adoptée : l'ARS l'a refusée, et votre contrat "
        "demande son accord. Ouvrez la version suivante et tenez compte de ses mots."
    ),
    "SIGNATAIRE_NON_HABILITE": (
        "La décision n'est pas inscrite : cette personne ne préside pas la CPTS et ne "
        "supplée pas sa présidence. Donnez qui a présidé, par RPPS ou courriel, ou "
        "mettez d'abord les rôles à jour."
    ),
    "DECISION_MAL_DATEE": (
        "La décision datée du {on} n'est pas inscrite : la version {number} est partie "
        "le {submitted}, et nous sommes le {today}. Corrigez la date."
    ),
    "QUORUM_NON_ATTEINT": (
        "La décision n'est pas inscrite : {present} présents, pour un quorum de "
        "{quorum}. Réunissez le bureau de nouveau."
    ),
    "REFUS_SANS_MOTIF": (
        "Le refus n'est pas inscrit : le bureau en donne le motif, que la version "
        "suivante reprend. Écrivez-le, puis recommencez."
    ),
    "DESTINATAIRE_INCONNU": (
        "La CPTS « {cpts} » n'a ni autorité ni partenaire « {contact} » ; rien n'est "
        "parti. Voyez « autorites » et « partenaires » dans son fichier."
    ),
    "DESTINATAIRE_SANS_COURRIEL": (
        "Le plan n'est pas parti à « {contact} », qui n'a pas d'adresse de courriel. "
        "Ajoutez-la au fichier de la CPTS, ou remettez un exemplaire en main propre."
    ),
    "EXEMPLAIRE_DEJA_ADRESSE": (
        "La version {number} est déjà partie à « {contact} » ; rien de plus n'est "
        "envoyé. Sans accusé de réception, deux rappels partent d'eux-mêmes."
    ),
    "EXEMPLAIRE_NON_ADRESSE": (
        "La version {number} n'a pas été adressée à « {contact} » : il n'y a pas de "
        "réception à inscrire. Vérifiez le destinataire."
    ),
    "RECU_MAL_DATE": (
        "La réception datée du {on} n'est pas inscrite : l'exemplaire est parti le "
        "{sent}, et nous sommes le {today}. Corrigez la date."
    ),
    "PLAN_DEJA_DIFFUSE": (
        "La version {number} est déjà diffusée ; personne n'est sollicité deux fois. "
        "Voyez combien l'ont lue."
    ),
}
