"""Each refusal as one French sentence: what happened, who is affected, what to do."""

from collections.abc import Mapping

from domain import (
    adoption_sentences,
    check_sentences,
    contact_sentences,
    file_sentences,
    layer_sentences,
    order_sentences,
    payment_sentences,
    plan_sentences,
    reply_sentences,
    review_sentences,
    wave_sentences,
)
from domain.errors import PlanError
from domain.typography import typeset

_UNSAID = "—"

SENTENCES: Mapping[str, str] = {
    **adoption_sentences.SENTENCES,
    **check_sentences.SENTENCES,
    **contact_sentences.SENTENCES,
    **file_sentences.SENTENCES,
    **layer_sentences.SENTENCES,
    **order_sentences.SENTENCES,
    **payment_sentences.SENTENCES,
    **plan_sentences.SENTENCES,
    **reply_sentences.SENTENCES,
    **review_sentences.SENTENCES,
    **wave_sentences.SENTENCES,
    "CPTS_INCONNUE": (
        "Aucune CPTS ne porte l'identifiant « {cpts} ». "
        "Vérifiez-le avec « tocsin cpts list »."
    ),
    "CPTS_EXISTANTE": (
        "Une CPTS porte déjà l'identifiant « {cpts} » ; rien n'a changé. "
        "Choisissez un autre cpts_id dans le fichier."
    ),
    "PROFESSION_INCONNUE": (
        "La profession « {profession} » n'est pas dans la trame. "
        "Écrivez un libellé ou un code de la liste des professions."
    ),
    "ANNUAIRE_VIDE": (
        "L'annuaire ne contient personne : il n'y a personne à alerter, et rien n'a "
        "changé. Importez-le avec « tocsin roster import »."
    ),
    "ROLE_SANS_TITULAIRE": (
        "Le rôle {role} n'a pas de {missing} dans l'annuaire ; le plan n'est pas "
        "établi. Complétez « roles » dans le fichier de la CPTS, ou l'annuaire."
    ),
    "PLAN_ABSENT": (
        "La CPTS « {cpts} » n'a pas encore de plan. "
        "Établissez-le avec « tocsin plan new {cpts} »."
    ),
    "TYPE_INCONNU": (
        "Le plan ne connaît pas le type « {type} » ; rien n'a changé. "
        "Voyez « tocsin plan show »."
    ),
    "AUTORITE_NON_HABILITEE": (
        "Cette autorité ne peut ni mobiliser la CPTS ni lever l'alerte. "
        "Sont habilités le DG de l'ARS, le préfet et le ministre."
    ),
    "CONTRE_APPEL_ABSENT": (
        "La crise n'est pas ouverte : l'autorité n'a pas été rappelée après son ordre. "
        "Rappelez-la sur un numéro de l'annuaire de crise, puis donnez l'heure avec "
        "--called-back-at."
    ),
    "ORDRE_DEJA_OUVERT": (
        "Cet ordre a déjà ouvert la crise {crisis} ; rien de plus n'est parti. "
        "Suivez cette crise-là."
    ),
    "CRISE_INCONNUE": (
        "Aucune crise ne porte l'identifiant « {crisis} ». "
        "Vérifiez-le dans la liste des crises."
    ),
    "DEJA_LEVEE": (
        "La crise {crisis} est déjà levée ; rien n'a changé, personne n'est prévenu "
        "deux fois. Voyez sa main courante."
    ),
    "LIEN_INCONNU": (
        "Ce lien n'est pas valable : il est incomplet, ou il a été retiré. "
        "Ouvrez celui de votre dernier message, ou appelez votre CPTS."
    ),
    "LIEN_EXPIRE": (
        "Ce lien a expiré : l'alerte qu'il concernait est ancienne. "
        "Vous n'avez rien à faire."
    ),
    "TROP_D_ESSAIS": (
        "Trop de liens inexacts ont été ouverts d'ici. "
        "Attendez une minute, puis ouvrez le lien de votre dernier message."
    ),
    "PUPITRE_LOCAL": (
        "Le pupitre ne s'ouvre que sur la machine où Tocsin est installé, tant que la "
        "connexion des personnes n'existe pas ; rien n'a été montré ni inscrit."
    ),
    "FORMULAIRE_ETRANGER": (
        "Ce formulaire ne vient pas du pupitre ; rien n'a été inscrit. "
        "Rouvrez la page, puis recommencez."
    ),
    "FORMULAIRE_DEJA_ENVOYE": (
        "Ce formulaire a déjà été envoyé ; rien de plus n'est parti. "
        "Rouvrez la page pour en remplir un autre."
    ),
    "LIEN_DE_DEMANDE_EXPIRE": (
        "Ce lien a expiré : votre demande n'est pas partie. "
        "Appelez la CPTS, qui vous en donnera un autre."
    ),
    "LIEN_DU_PLAN_EXPIRE": (
        "Ce lien a expiré : le plan a continué sans lui. "
        "Ouvrez celui de votre dernier message, ou appelez votre CPTS."
    ),
    "CONTACT_INCONNU": (
        "La CPTS « {cpts} » n'a pas de contact « {contact} » qui puisse la mobiliser ; "
        "aucun lien n'est fait. Voyez « autorites » dans son fichier."
    ),
    "PARTENAIRE_INCONNU": (
        "La crise {crisis} n'a pas prévenu de partenaire « {partner} » ; rien n'est "
        "inscrit. Voyez la liste des partenaires, et leurs codes."
    ),
    "ENQUETE_IMPOSSIBLE": (
        "L'enquête flash n'est pas partie : l'état de la crise {crisis} ou son plan ne "
        "la permet pas, ou la CPTS n'a pas de lieu. Voyez l'état de la crise, et "
        "« structures » dans le fichier de la CPTS."
    ),
    "POINT_ABSENT": (
        "Aucun point de situation n'est en préparation pour la crise {crisis} ; rien "
        "n'est parti. Préparez-en un, puis envoyez-le."
    ),
    "INDICATEUR_INCONNU": (
        "Les types de cette crise n'ont pas d'indicateur « {name} » ; le point de "
        "situation n'a pas changé. Leurs indicateurs : {known}."
    ),
    "POINT_NON_VALIDE": (
        "Le point de situation n'est pas parti : le pilotage doit le valider. "
        "Relisez-le, puis envoyez-le au titre du rôle {role}."
    ),
    "TABLEUR_ARS": (
        "Le tableur de l'ARS ne peut pas être rempli ({file}) : {rule}. "
        "Corrigez-le, puis recommencez ; rien n'a été inscrit."
    ),
    "LOT_INCONNU": "Le lot de messages {batch} n'existe pas ; rien n'est parti.",
    "ORDRE_ACCELERE_ANCIEN": (
        "Quand les délais sont divisés, la crise part de maintenant : l'ordre doit "
        "avoir été reçu il y a moins d'une heure. Indiquez une heure plus récente, "
        "ou ne divisez pas les délais."
    ),
    "HEURE_FUTURE": (
        "L'heure donnée est dans l'avenir ; rien n'a été inscrit. "
        "Vérifiez l'heure, puis recommencez."
    ),
    "DONNEE_DE_PATIENT": (
        "Le texte semble contenir l'identité d'un patient ; rien n'a été inscrit. "
        "Retirez nom, numéro et date de naissance."
    ),
    "ENTREE_IMPROPRE": (
        "Le registre ne peut pas garder la valeur de « {field} » ; rien n'a été "
        "inscrit. Retirez les caractères inhabituels, puis recommencez."
    ),
    "STOCKAGE": (
        "Le document n'a pas pu être écrit ou relu ({reason}) ; rien n'est fait à "
        "moitié. Vérifiez le dossier de données avec « tocsin doctor »."
    ),
    "VARIABLE_INCONNUE": (
        "Le texte emploie {placeholder}, qui n'est pas une variable permise. "
        "Corrigez le message du plan."
    ),
    "ADRESSE_INUTILISABLE": (
        "Aucun serveur de courriel n'accepterait cette adresse. "
        "Corrigez-la dans l'annuaire."
    ),
    "MODELE_INVALIDE": (
        "Le modèle de plan est refusé : {file}, {id} : {rule}. "
        "Corrigez ce fichier, puis recommencez."
    ),
    "PERSONNE_INCONNUE": (
        "Personne, dans cette crise, ne répond à « {person} » ; rien n'a été inscrit. "
        "Donnez un RPPS, une adresse, ou l'identifiant de la liste des places."
    ),
    "MISSION_INCONNUE": (
        "La mission « {mission} » n'existe pas dans cette crise ; rien n'a changé. "
        "Voyez la liste des missions."
    ),
    "MISSION_CLOSE": (
        "La mission {mission} est close, ou une autre réponse y est déjà inscrite ; "
        "rien n'a changé. Rouvrez votre lien pour voir où elle en est."
    ),
    "MISSION_EN_ATTENTE": (
        "Cette personne n'a pas encore répondu à la mission {mission} ; rien de plus "
        "n'est parti. Appelez-la, ou annulez cette mission."
    ),
    "HEURES_DE_MISSION": (
        "Ces heures ne vont pas : la fin suit le début, de deux jours au plus, et le "
        "temps passé ne finit pas dans l'avenir. Rien n'a été inscrit ; corrigez-les."
    ),
    "DEPART_INTERDIT": (
        "{why} Rien n'est parti pour la fiche {card} ; personne ne doit se déplacer."
    ),
    "PERSONNE_NON_DISPONIBLE": (
        "Cette personne n'a pas dit oui, ou la fiche {card} demande une autre "
        "profession ou une compétence ; rien n'est parti. Choisissez parmi les "
        "personnes retenues ou en réserve."
    ),
    "POSTE_COMPLET": (
        "Aucune place de la fiche {card} n'est libre pour cette personne ; rien n'a "
        "changé. Voyez qui tient ses places."
    ),
    "REPOS_ENTRE_POSTES": (
        "Entre deux postes, il faut {lasts} de repos : {why}. Rien n'a changé ; il "
        "faut d'autres heures, ou quelqu'un d'autre."
    ),
    "POSTE_DEJA_TENU": (
        "Un autre poste serait quitté, et cela n'a pas été confirmé ; rien n'a été "
        "inscrit. Rouvrez votre lien et cochez la case, ou gardez votre poste."
    ),
    "ETUDIANT_SEUL": (
        "Aucun professionnel n'a de mission acceptée sur la fiche {card} : un étudiant "
        "n'est jamais seul à un poste. Rien n'est parti ; engagez d'abord un "
        "professionnel."
    ),
    "ACCORD_NON_DIT": (
        "L'accord de l'employeur n'a pas été dit ; rien n'a été inscrit. "
        "Rouvrez votre lien, choisissez oui ou non, puis répondez."
    ),
    "CONTRIBUTION_NON_DEMANDEE": (
        "Ces nombres ne sont pas demandés à votre profession, ou l'un dépasse 9999 ; "
        "rien n'a été inscrit. Rouvrez votre lien et corrigez-les."
    ),
    "FICHE_INCONNUE": (
        "La fiche {card} n'est pas dans cette crise, ou n'y est pas attendue. "
        "Voyez la liste des fiches."
    ),
    "FICHE_D_UN_AUTRE_ROLE": (
        "La fiche {card} n'est pas celle d'un de vos rôles dans cette crise ; rien n'a "
        "changé. Rouvrez votre page par le lien de votre message."
    ),
    "FICHE_TERMINEE": (
        "La fiche {card} est déjà terminée ; rien n'a changé. "
        "Une correction s'ajoute, par une preuve ou par une note."
    ),
    "FICHE_EN_ATTENTE_DE_FICHE": (
        "La fiche {card} ne peut pas commencer : terminez d'abord {awaited}."
    ),
    "FICHE_EN_ATTENTE_ORDRE": (
        "La fiche {card} attend l'ordre d'une autorité : personne ne part avant. "
        "Inscrivez cet ordre quand il arrive."
    ),
    "ORDRE_NON_ATTENDU": (
        "La fiche {card} n'attend pas d'ordre de {source} ; rien n'est inscrit. "
        "Vérifiez la fiche et l'autorité."
    ),
    "PREUVE_INCOMPLETE": (
        "La preuve de la fiche {card} n'est pas inscrite. À remplir : {missing} ; "
        "champs inconnus : {unknown} ; plus de 200 caractères : {long}."
    ),
}
_REASONS = {
    "LECTURE_SEULE": "lecture seule, ou droits insuffisants",
    "DISQUE_PLEIN": "disque plein",
    "DOCUMENT_ABSENT": "document absent",
    "DOCUMENT_ALTERE": "document altéré",
    "EMPREINTE_MAL_FORMEE": "empreinte mal formée",
}


class _Known(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return _UNSAID


def sentence(error: PlanError) -> str:
    """Say in French what a rule refused.

    Raises:
        KeyError: This kind of refusal has no sentence: a bug, that a test looks for.
    """
    facts = _Known(error.facts)
    reason = str(error.facts.get("reason", ""))
    facts["reason"] = _REASONS.get(reason, reason)
    return typeset(SENTENCES[error.code].format_map(facts))
