"""What a rule refuses about the cards of a plan, its layers and its upgrade."""

from domain.errors import PlanError


class CardRefusedError(PlanError):
    """A card as it is wanted breaks a rule."""

    code = "FICHE_REFUSEE"


class CardFileError(PlanError):
    """The file of a card cannot be read, or is no card."""

    code = "FICHIER_DE_FICHE_REFUSE"


class CardNotInPlanError(PlanError):
    """The plan has no such card."""

    code = "FICHE_ABSENTE_DU_PLAN"


class CardExistsError(PlanError):
    """The plan has a card of this id already, disabled perhaps."""

    code = "FICHE_EXISTANTE"


class CardNeededError(PlanError):
    """Other cards lean on the one that would no longer be played."""

    code = "FICHE_APPELEE"


class CardDisabledError(PlanError):
    """The card is disabled already."""

    code = "FICHE_DESACTIVEE"


class CardPlayedError(PlanError):
    """The card is not disabled."""

    code = "FICHE_ACTIVE"


class NothingToChangeError(PlanError):
    """What is asked is what the plan says already."""

    code = "PLAN_INCHANGE"


class UpgradeRefusedError(PlanError):
    """What the plan adds does not hold with the new template."""

    code = "TRAME_INCOMPATIBLE"


class WrongRegionError(PlanError):
    """The layer of the region does not complete this template."""

    code = "REGION_INCOMPATIBLE"


class UndecidedConflictsError(PlanError):
    """Conflicts with the template wait for a decision."""

    code = "POINTS_NON_TRANCHES"


class UnknownConflictError(PlanError):
    """No conflict is about this."""

    code = "CONFLIT_INCONNU"
