"""What is refused about receipts and mails that came back."""

from domain.errors import PlanError


class UnknownReceiptError(PlanError):
    """No message is known by what this receipt names."""

    code = "RETOUR_INCONNU"
