"""What the rules refuse, and how a provider may fail."""

from typing import ClassVar

from typing_extensions import override


class PlanError(Exception):
    """A rule says no: `code` travels in failures, `facts` fill the French sentence.

    The edge (`web/`, `commands/`) turns both into one sentence: what happened, who
    is affected, what to do now. Facts hold ids and numbers, never names.
    """

    code: ClassVar[str] = "PLAN"

    def __init__(self, **facts: str | int) -> None:
        super().__init__(self.code, *sorted(facts.items()))
        self.facts = facts

    @property
    def passing(self) -> bool:
        """Say if the same may be asked again: what is in its way may go away."""
        return False


class UnknownCptsError(PlanError):
    """No CPTS has this id."""

    code = "CPTS_INCONNUE"


class CptsExistsError(PlanError):
    """A CPTS has this id already."""

    code = "CPTS_EXISTANTE"


class UnknownProfessionError(PlanError):
    """The template has no such profession."""

    code = "PROFESSION_INCONNUE"


class EmptyRosterError(PlanError):
    """Nobody could be read from the file, or the CPTS has nobody."""

    code = "ANNUAIRE_VIDE"


class MissingRoleHolderError(PlanError):
    """A role of the plan has no holder, or its holder is not on the roster."""

    code = "ROLE_SANS_TITULAIRE"


class UnknownPlanError(PlanError):
    """The CPTS has no plan yet."""

    code = "PLAN_ABSENT"


class UnknownTypeError(PlanError):
    """The plan has no such type of crisis."""

    code = "TYPE_INCONNU"


class UnknownScenarioError(UnknownTypeError):
    """Types that the plan has, with a scenario that none of them has."""

    code = "SCENARIO_INCONNU"


class UnknownAuthorityError(PlanError):
    """This authority may neither mobilise a CPTS nor lift."""

    code = "AUTORITE_NON_HABILITEE"


class CallBackMissingError(PlanError):
    """No wave may leave before the authority was called back (card TC-01)."""

    code = "CONTRE_APPEL_ABSENT"


class OrderAlreadyOpenError(PlanError):
    """This order has opened a crisis already."""

    code = "ORDRE_DEJA_OUVERT"


class UnknownCrisisError(PlanError):
    """No crisis has this id."""

    code = "CRISE_INCONNUE"


class CrisisLiftedError(PlanError):
    """The crisis is over: nothing is asked or answered any more."""

    code = "CRISE_LEVEE"


class AlreadyLiftedError(PlanError):
    """The crisis was lifted before: a lifting is written once."""

    code = "DEJA_LEVEE"


class UnknownLinkError(PlanError):
    """No such link, or it was revoked."""

    code = "LIEN_INCONNU"


class ExpiredLinkError(PlanError):
    """The link has lived its time."""

    code = "LIEN_EXPIRE"


class TooManyTriesError(PlanError):
    """The same visitor opened too many links that do not exist."""

    code = "TROP_D_ESSAIS"


class AnswerNotOfferedError(PlanError):
    """The wave does not offer this answer."""

    code = "REPONSE_NON_PROPOSEE"


class NotOnThisMachineError(PlanError):
    """The console answers on the machine where it runs, until people sign in."""

    code = "PUPITRE_LOCAL"


class ForeignFormError(PlanError):
    """A form of the console was posted from another site."""

    code = "FORMULAIRE_ETRANGER"


class FormAlreadyPostedError(PlanError):
    """The same form was posted before: what it asked is done."""

    code = "FORMULAIRE_DEJA_ENVOYE"


class ExpiredRequestLinkError(PlanError):
    """The link by which an authority asks for help has lived its time."""

    code = "LIEN_DE_DEMANDE_EXPIRE"


class ExpiredPlanLinkError(PlanError):
    """The link of a letter about the plan has lived its time."""

    code = "LIEN_DU_PLAN_EXPIRE"


class UnknownContactError(PlanError):
    """The CPTS has no such contact, or this contact may not mobilise it."""

    code = "CONTACT_INCONNU"


class UnknownPartnerError(PlanError):
    """The crisis told no such partner."""

    code = "PARTENAIRE_INCONNU"


class SurveyClosedError(PlanError):
    """The state of the crisis, its plan or its directory allows no flash survey."""

    code = "ENQUETE_IMPOSSIBLE"


class NoSituationReportError(PlanError):
    """No situation report is being prepared in this crisis."""

    code = "POINT_ABSENT"


class UnknownIndicatorError(PlanError):
    """The types of the crisis have no such indicator."""

    code = "INDICATEUR_INCONNU"


class NotValidatedError(PlanError):
    """A situation report leaves once the pilot has validated it."""

    code = "POINT_NON_VALIDE"


class WorkbookError(PlanError):
    """The Excel of an authority cannot be filled: facts `file`, `rule` (in French)."""

    code = "TABLEUR_ARS"


class UnknownBatchError(PlanError):
    """No such batch of messages."""

    code = "LOT_INCONNU"


class FutureInstantError(PlanError):
    """An instant that should be past lies in the future."""

    code = "HEURE_FUTURE"


class PatientDataError(PlanError):
    """A free text holds what looks like a patient's identity."""

    code = "DONNEE_DE_PATIENT"


class UnfitEntryError(PlanError):
    """The ledger cannot keep a value as it is: facts `field`, `why`."""

    code = "ENTREE_IMPROPRE"


class StorageError(PlanError):
    """A document cannot be written or read back; `reason` says why."""

    code = "STOCKAGE"

    @property
    @override
    def passing(self) -> bool:
        """A disk is emptied, mounted, replaced; a damaged document stays so."""
        return self.facts.get("reason") in {
            "DISQUE_PLEIN",
            "DISQUE_EN_PANNE",
            "LECTURE_SEULE",
        }


class UnknownPlaceholderError(PlanError):
    """A text uses a variable outside the closed list, or leaves a brace alone."""

    code = "VARIABLE_INCONNUE"


class UnusableAddressError(PlanError):
    """No mail server would take this address."""

    code = "ADRESSE_INUTILISABLE"


class TemplateError(PlanError):
    """A template breaks a rule: facts `file`, `id`, `rule` (a French sentence)."""

    code = "MODELE_INVALIDE"


class CptsFileError(PlanError):
    """The file of a CPTS is wrong: facts `file`, `key`, `rule` (in French)."""

    code = "FICHIER_CPTS"


class RosterFileError(PlanError):
    """The roster is no readable table: facts `file`, `rule` (in French)."""

    code = "FICHIER_ANNUAIRE"


class DeliveryError(Exception):
    """The provider is away or answered badly: the same message may go later."""
