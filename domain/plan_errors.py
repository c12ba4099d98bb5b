"""What the rules refuse about the versions of the plan."""

from domain.errors import PlanError


class UnknownVersionError(PlanError):
    """The plan has no version of this number."""

    code = "VERSION_INCONNUE"


class NoDraftError(PlanError):
    """The last version left already: none is being written."""

    code = "AUCUN_BROUILLON"


class ChangedMeanwhileError(PlanError):
    """Somebody else saved the draft since it was read."""

    code = "PLAN_MODIFIE_ENTRE_TEMPS"
