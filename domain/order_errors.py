"""What the rules refuse about the order of a crisis, from its call-back to its end."""

from domain.errors import PlanError


class StaleAcceleratedOrderError(PlanError):
    """An order whose delays are divided was received more than an hour ago."""

    code = "ORDRE_ACCELERE_ANCIEN"


class AcceleratedCrisisError(PlanError):
    """Delays may be divided in an exercise or a demonstration, not in a crisis."""

    code = "CRISE_ACCELEREE"


class CrisisOverError(PlanError):
    """The crisis is in a state where this may no longer, or not yet, be done."""

    code = "CRISE_TERMINEE"


class CallBackNotAwaitedError(PlanError):
    """The crisis is no pre-alert: it waits for no call-back."""

    code = "CONTRE_APPEL_NON_ATTENDU"


class CallBackTooEarlyError(PlanError):
    """The call-back comes before the order."""

    code = "CONTRE_APPEL_TROP_TOT"


class AlreadyConfirmedError(PlanError):
    """The order has its written reference."""

    code = "DEJA_CONFIRMEE"


class UnnamedAuthorityError(PlanError):
    """A local initiative is recognised by an authority, to be named."""

    code = "RECONNAISSANCE_SANS_AUTORITE"


class TypeAlreadyGivenError(PlanError):
    """The crisis has this type."""

    code = "TYPE_DEJA_DONNE"


class TypeNotGivenError(PlanError):
    """The crisis does not have this type."""

    code = "TYPE_NON_DONNE"


class LastTypeError(PlanError):
    """A crisis has at least one type."""

    code = "DERNIER_TYPE"


class LiftingAuthorityError(PlanError):
    """The CPTS does not end alone what an authority ordered or recognised."""

    code = "LEVEE_SANS_AUTORITE"


class NeverRecognisedError(PlanError):
    """No authority recognised this local initiative: the presidency ends it."""

    code = "INITIATIVE_NON_RECONNUE"


class AlreadyStoodDownError(PlanError):
    """The cell was stood down before."""

    code = "DEJA_DESARMEE"


class UnknownZoneError(PlanError):
    """The CPTS has no such zone."""

    code = "ZONE_INCONNUE"


class NoBanError(PlanError):
    """No ban on circulation is recorded."""

    code = "AUCUNE_INTERDICTION"


class NotFiledError(PlanError):
    """The report of the crisis is not made yet."""

    code = "NON_ARCHIVEE"


class LetterUnderWayError(PlanError):
    """The letter asking for recognition is on its way."""

    code = "DEMANDE_EN_COURS"
