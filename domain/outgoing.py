"""A text or a call ready for one recipient."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is written or said to one number; the id is its business key."""

    cpts_id: str
    delivery_id: str
    number: str  # E.164
    text: str
    invitation: str = ""  # to answer: left out where nobody reads the answer

    def for_whom_reads(self, *, replies: bool) -> str:
        """Give the words, which ask for an answer only where one is read."""
        return f"{self.text} {self.invitation}".strip() if replies else self.text
