"""What the year of a plan refuses."""

from domain.errors import PlanError


class UnknownReviewError(PlanError):
    """The plan of this CPTS has no review of that year."""

    code = "REVUE_INCONNUE"


class UnknownTaskError(PlanError):
    """Nobody is asked that."""

    code = "DEMANDE_INCONNUE"


class NotAskedError(PlanError):
    """This task is somebody else's."""

    code = "DEMANDE_D_UN_AUTRE"


class NoDueDateError(PlanError):
    """The file of the CPTS gives no date to count from."""

    code = "ECHEANCE_INCONNUE"


class ReviewOpenError(PlanError):
    """A review of that year is open already."""

    code = "REVUE_OUVERTE"


class WrongAnswerError(PlanError):
    """This answer does not answer that."""

    code = "REPONSE_IMPOSSIBLE"
