"""The refusals about the order of a crisis, each as one French sentence."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "SCENARIO_INCONNU": (
        "Le type {type} n'a pas de scénario « {scenario} » ; rien n'a changé. "
        "Choisissez parmi : {known}."
    ),
    "CRISE_ACCELEREE": (
        "Les délais ne se divisent que dans un exercice, ou dans une CPTS fictive ; "
        "aucune crise n'est ouverte. Dites que c'est un exercice, ou gardez les délais."
    ),
    "CRISE_TERMINEE": (
        "La crise {crisis} est {state} : cela ne se fait pas dans cet état, et rien "
        "n'a changé. Voyez où en est la crise."
    ),
    "CONTRE_APPEL_NON_ATTENDU": (
        "La crise {crisis} n'attend pas de contre-appel ; rien n'a changé. "
        "Voyez sa main courante."
    ),
    "CONTRE_APPEL_TROP_TOT": (
        "L'heure du contre-appel précède celle de l'ordre ; rien n'a été inscrit. "
        "Vérifiez-la, puis recommencez."
    ),
    "DEJA_CONFIRMEE": (
        "La crise {crisis} a déjà sa référence écrite ; rien n'a changé. "
        "Une correction s'ajoute par une note à la main courante."
    ),
    "RECONNAISSANCE_SANS_AUTORITE": (
        "La crise {crisis} est une initiative de la CPTS ; rien n'a été inscrit. "
        "Dites quelle autorité la reconnaît : ARS, préfet ou ministre."
    ),
    "TYPE_DEJA_DONNE": (
        "La crise {crisis} a déjà le type « {type} » ; rien n'a changé. "
        "Choisissez-en un autre."
    ),
    "TYPE_NON_DONNE": (
        "La crise {crisis} n'a pas le type « {type} » ; rien n'a changé. "
        "Choisissez un de ses types."
    ),
    "DERNIER_TYPE": (
        "« {type} » est le seul type de la crise {crisis} ; rien n'a changé. "
        "Ajoutez d'abord le nouveau type, ou faites lever la crise."
    ),
    "LEVEE_SANS_AUTORITE": (
        "La crise {crisis} ne peut être levée que par une autorité : ARS, préfet ou "
        "ministre ; rien n'a changé. Proposez-lui la levée, et inscrivez "
        "votre proposition."
    ),
    "INITIATIVE_NON_RECONNUE": (
        "Aucune autorité n'a reconnu la crise {crisis}, ouverte par la CPTS ; rien n'a "
        "changé. C'est sa présidence qui y met fin."
    ),
    "DEJA_DESARMEE": (
        "La cellule de la crise {crisis} est déjà désarmée ; rien n'a changé. "
        "Voyez sa main courante."
    ),
    "ZONE_INCONNUE": (
        "La CPTS n'a pas de zone « {zone} » ; rien n'a été inscrit. "
        "Ses zones : {zones}."
    ),
    "AUCUNE_INTERDICTION": (
        "Aucune interdiction de circuler n'est inscrite pour la crise {crisis} ; rien "
        "n'a changé. Voyez où en est la crise."
    ),
    "NON_ARCHIVEE": (
        "Le compte rendu de la crise {crisis} n'est pas encore établi ; elle n'est pas "
        "clôturée. Il vient en quelques minutes tant que Tocsin tourne ; recommencez "
        "ensuite."
    ),
    "DEMANDE_EN_COURS": (
        "La demande de reconnaissance de la crise {crisis} est déjà partie ; rien de "
        "plus ne part que deux rappels. Voyez sa main courante."
    ),
}
