"""What the rules refuse of who vouches for a plan."""

from domain.errors import PlanError


class NotAttestableError(PlanError):
    """A check that a machine makes, or that the section does not have."""

    code = "CONTROLE_NON_ATTESTABLE"


class UnknownExceptionError(PlanError):
    """« Tout relu, sauf… » names neither a section nor a card of the plan."""

    code = "EXCEPTION_INCONNUE"


class NotInDirectoryError(PlanError):
    """Nobody of the directory answers to it, or several people do."""

    code = "PERSONNE_HORS_ANNUAIRE"
