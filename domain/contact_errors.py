"""What is refused about the contacts of members."""

from domain.errors import PlanError


class NoSuchContactError(PlanError):
    """The directory has no such address of this person."""

    code = "CONTACT_ABSENT"
