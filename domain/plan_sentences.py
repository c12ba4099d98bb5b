"""The refusals about a plan and its year, each as one French sentence."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "FICHIER_WORD_REFUSE": (
        "Le fichier « {file} » n'a pas été importé : {rule}. Le plan n'a pas changé."
    ),
    "CHAMP_INCONNU": (
        "La section {section} n'a pas de champ à remplir « {field} » ; rien n'a "
        "changé. Champs : {known}."
    ),
    "PARTIE_INCONNUE": (
        "Aucune partie importée n'attend sous le numéro {part} ; rien n'a changé. "
        "Elle a peut-être trouvé sa place : relisez la liste."
    ),
    "PARTIE_SANS_PLACE": (
        "La partie {part} ne désigne aucun champ ; elle reste de côté. "
        "Dites lequel, par exemple SEC-09.regles_de_report."
    ),
    "PARTIE_MAL_PLACEE": (
        "Cette partie n'est pas un tableau aux colonnes de ce champ ; elle reste de "
        "côté. Colonnes attendues : {columns}."
    ),
    "VERSION_INCONNUE": (
        "Le plan de la CPTS « {cpts} » n'a pas de version {number} ; rien n'a changé. "
        "Voyez la liste de ses versions."
    ),
    "FORMAT_JAMAIS_PUBLIC": (
        "Le format {form} porte des coordonnées : il n'a pas d'édition publique, et "
        "rien n'a été imprimé. Choisissez pdf, cards, html ou docx."
    ),
    "AUCUN_BROUILLON": (
        "La version {number} du plan est partie : elle ne change plus, et rien n'a été "
        "enregistré. Ouvrez la version suivante, puis recommencez."
    ),
    "PLAN_MODIFIE_ENTRE_TEMPS": (
        "Deux personnes ont modifié la version {number} du plan en même temps ; "
        "rien de ce que vous avez écrit n'est enregistré. "
        "Relisez, puis recommencez."
    ),
    "SECTION_INCONNUE": (
        "Le plan n'a pas de section « {section} » ; rien n'a changé. "
        "Elles vont de SEC-01 à SEC-16."
    ),
    "ROLE_INCONNU": (
        "Le plan n'a pas de rôle « {role} » ; rien n'a été enregistré. "
        "Donnez le code d'un de ses rôles, ou COORDINATEUR."
    ),
    "PERSONNE_SANS_ROLE": (
        "Cette personne ne tient aucun rôle du plan ; sa relecture n'est pas inscrite. "
        "Désignez un titulaire ou un suppléant, par son RPPS ou son courriel."
    ),
    "SECTION_DEJA_MODIFIEE": (
        "La section {section} a changé dans cette version : elle n'est pas relue sans "
        "changement, et rien n'a été inscrit. Ses modifications suffisent."
    ),
    "FICHIER_DE_SECTION_REFUSE": (
        "Le fichier « {file} » n'est pas enregistré : {place}, {rule}. "
        "Corrigez, puis recommencez."
    ),
    "SECTION_REFUSEE": (
        "La section {section} n'est pas enregistrée : {wrong}. "
        "Corrigez, puis recommencez."
    ),
}
