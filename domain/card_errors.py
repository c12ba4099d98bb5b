"""What a rule refuses about cards and waves."""

from domain.errors import PlanError


class UnknownCardError(PlanError):
    """The crisis has no such card, or the card no such run or condition."""

    code = "FICHE_INCONNUE"


class CardNotYoursError(PlanError):
    """None of the roles of this person answers for the card."""

    code = "FICHE_D_UN_AUTRE_ROLE"


class CardOverError(PlanError):
    """Nothing is left to do on this card."""

    code = "FICHE_TERMINEE"


class CardBlockedError(PlanError):
    """Another card must be ended before this one starts."""

    code = "FICHE_EN_ATTENTE_DE_FICHE"


class CardWaitsError(PlanError):
    """The card awaits the order of an authority."""

    code = "FICHE_EN_ATTENTE_ORDRE"


class OrderNotAwaitedError(PlanError):
    """The card awaits no order of this authority."""

    code = "ORDRE_NON_ATTENDU"


class ProofIncompleteError(PlanError):
    """A field of the proof is absent, unknown or too long."""

    code = "PREUVE_INCOMPLETE"


class UnknownWaveError(PlanError):
    """The plan has no such wave."""

    code = "VAGUE_INCONNUE"


class WaveGoneError(PlanError):
    """The wave has left: it is too late to hold or advance it."""

    code = "VAGUE_PARTIE"


class MessageNotAllowedError(PlanError):
    """This message is no safety message, or may not leave in this state."""

    code = "MESSAGE_NON_PREVU"
