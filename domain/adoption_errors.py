"""What the rules refuse about a version that leaves, and about its adoption."""

from domain.errors import PlanError


class ConflictsLeftError(PlanError):
    """A new template contradicts edits, and nobody decided yet."""

    code = "CONFLITS_A_TRANCHER"


class IncompletePlanError(PlanError):
    """A section that the agreement expects is incomplete, and no reason is given."""

    code = "PLAN_INCOMPLET"


class NotSubmittedError(PlanError):
    """No version was submitted to the ARS, or it went further since."""

    code = "PLAN_NON_SOUMIS"


class NotAdoptedError(PlanError):
    """No version was adopted: there is nothing to circulate."""

    code = "PLAN_NON_ADOPTE"


class OpinionDateError(PlanError):
    """The opinion is dated before the submission, or in the future."""

    code = "AVIS_MAL_DATE"


class OpinionUnsaidError(PlanError):
    """Remarks or a refusal without their words."""

    code = "AVIS_SANS_MOTS"


class SilenceTooEarlyError(PlanError):
    """The ARS still has time to answer."""

    code = "SILENCE_TROP_TOT"


class AlreadyDecidedError(PlanError):
    """The bureau decided about this version."""

    code = "PLAN_DEJA_DECIDE"


class OpinionAwaitedError(PlanError):
    """The ARS has its word to say first (doubt D10)."""

    code = "AVIS_ATTENDU"


class OpinionAgainstError(PlanError):
    """The ARS refused the version, and its consent is needed (doubt D10)."""

    code = "AVIS_CONTRAIRE"


class NotEntitledError(PlanError):
    """Whoever signs neither presides nor stands in."""

    code = "SIGNATAIRE_NON_HABILITE"


class DecisionDateError(PlanError):
    """The decision is dated before the submission, or in the future."""

    code = "DECISION_MAL_DATEE"


class NoQuorumError(PlanError):
    """Too few members of the bureau were there."""

    code = "QUORUM_NON_ATTEINT"


class RefusalUnsaidError(PlanError):
    """The bureau refuses, and does not say why."""

    code = "REFUS_SANS_MOTIF"


class UnknownAddresseeError(PlanError):
    """The CPTS has no authority nor partner of this code."""

    code = "DESTINATAIRE_INCONNU"


class NoAddressError(PlanError):
    """The addressee has no mail address."""

    code = "DESTINATAIRE_SANS_COURRIEL"


class AlreadySentError(PlanError):
    """This version was sent to this addressee: one copy each."""

    code = "EXEMPLAIRE_DEJA_ADRESSE"


class NotSentError(PlanError):
    """This version was not sent to this addressee."""

    code = "EXEMPLAIRE_NON_ADRESSE"


class ReceiptDateError(PlanError):
    """The receipt is dated before the sending, or in the future."""

    code = "RECU_MAL_DATE"


class AlreadyCirculatedError(PlanError):
    """This version was circulated: nobody is written to twice."""

    code = "PLAN_DEJA_DIFFUSE"
