"""What the rules refuse about the money of a plan."""

from domain.errors import PlanError


class NoContractDatesError(PlanError):
    """The file of the CPTS lacks a date of its contract: facts `missing`."""

    code = "CONTRAT_SANS_DATE"


class UnknownContractYearError(PlanError):
    """No contract year of the mission has this number: facts `first`, `last`."""

    code = "ANNEE_DE_CONTRAT_INCONNUE"


class FuturePaymentError(PlanError):
    """The CPAM can neither have notified nor paid on a day to come."""

    code = "VERSEMENT_FUTUR"
