"""What the rules of missions and contributions refuse."""

from domain.errors import PlanError


class UnknownPersonError(PlanError):
    """The crisis knows nobody by this RPPS, mail or id."""

    code = "PERSONNE_INCONNUE"


class UnknownMissionError(PlanError):
    """The crisis has no such mission, or it is somebody else's."""

    code = "MISSION_INCONNUE"


class MissionClosedError(PlanError):
    """The mission is over, or was answered another way."""

    code = "MISSION_CLOSE"


class MissionOpenError(PlanError):
    """The person has a proposal that awaits an answer."""

    code = "MISSION_EN_ATTENTE"


class MissionHoursError(PlanError):
    """The hours of a mission cannot be true."""

    code = "HEURES_DE_MISSION"


class NoDepartureError(PlanError):
    """Nobody leaves on this card: facts `card`, `why` (in French)."""

    code = "DEPART_INTERDIT"


class UnfitPersonError(PlanError):
    """The person did not offer to come, or the card wants other professions."""

    code = "PERSONNE_NON_DISPONIBLE"


class NoSeatLeftError(PlanError):
    """Every seat of the card that the person may fill is taken."""

    code = "POSTE_COMPLET"


class RestNeededError(PlanError):
    """The hours leave too little rest beside another post: facts `lasts`, `why`."""

    code = "REPOS_ENTRE_POSTES"


class SeatHeldError(PlanError):
    """The person holds another seat and did not confirm leaving it."""

    code = "POSTE_DEJA_TENU"


class StudentAloneError(PlanError):
    """No professional is on this card: a student is never alone."""

    code = "ETUDIANT_SEUL"


class EmployerUnsaidError(PlanError):
    """An employee accepts without saying if the employer agrees."""

    code = "ACCORD_NON_DIT"


class ContributionNotWantedError(PlanError):
    """No card asks this number of this person."""

    code = "CONTRIBUTION_NON_DEMANDEE"
