"""What is refused about the contacts of members."""

from domain.errors import PlanError


class NoSuchContactError(PlanError):
    """The directory has no such address of this person."""

    code = "CONTACT_ABSENT"


class NoCarrierError(PlanError):
    """No code can be sent there: no provider, or a landline."""

    code = "CODE_SANS_CANAL"


class TooManyCodesError(PlanError):
    """Several codes left today for this address, or for this person."""

    code = "CODES_TROP_NOMBREUX"


class WrongCodeError(PlanError):
    """This is not the code that was sent."""

    code = "CODE_FAUX"


class StaleCodeError(PlanError):
    """The code is too old, was tried too often, or was never sent."""

    code = "CODE_PERIME"


class UnknownJoinRequestError(PlanError):
    """No such request to be enrolled waits."""

    code = "INSCRIPTION_INCONNUE"


class TooManyJoinRequestsError(PlanError):
    """More requests came in an hour than people would make."""

    code = "DEMANDES_TROP_NOMBREUSES"


class ConsentMissingError(PlanError):
    """Nobody is a volunteer without agreeing."""

    code = "ACCORD_ABSENT"


class RollCallOpenError(PlanError):
    """The same was asked today."""

    code = "APPEL_DEJA_FAIT"


class NobodyToAskError(PlanError):
    """Everybody said it already, or nobody is a member."""

    code = "PERSONNE_A_SOLLICITER"


class UnknownRollCallError(PlanError):
    """The CPTS never asked that."""

    code = "APPEL_INCONNU"
