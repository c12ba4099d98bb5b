"""What the tray of messages refuses."""

from domain.errors import PlanError


class UnknownReplyError(PlanError):
    """The CPTS has no such message, or it is not from this person."""

    code = "MESSAGE_RECU_INCONNU"


class ReplySettledError(PlanError):
    """The message was settled before."""

    code = "MESSAGE_RECU_TRIE"


class ReplyTooLateError(PlanError):
    """The crisis is over: a message that was read answers nothing any more."""

    code = "MESSAGE_TROP_TARD"


class ReplyNotOfferedError(PlanError):
    """The message sent does not offer the answer that was read."""

    code = "MESSAGE_SANS_CE_CHOIX"


class MissionSettledError(PlanError):
    """The mission that a message answers awaits no answer any more."""

    code = "MISSION_SANS_ATTENTE"


class EmployerToAskError(PlanError):
    """An employee says yes by text: their employer said nothing."""

    code = "ACCORD_A_DEMANDER"


class UnknownSenderError(PlanError):
    """No CPTS knows this number, and the instance holds several."""

    code = "NUMERO_INCONNU"
