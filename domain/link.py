"""Links that members and authorities open: short, personal, revocable.

A token is derived, never stored: the same subject gives the same token, so that a
message sent twice holds one link. The database keeps its hash.
"""

import hashlib
import hmac
from enum import StrEnum

# 52 signs, none easily taken for another: 10 of them hold 57 bits
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz"
LENGTH = 10


class Purpose(StrEnum):
    """What a link is for: a token of one purpose is refused for another."""

    ANSWER = "answer"
    NOTICE = "notice"  # of the plan: a section to review, a profile, a reading
    PARTNER = "partner"
    RECEIPT = "receipt"
    REQUEST = "request"  # of an authority, for help
    SHARED = "shared"  # a mark after a member's token: a telephone of several
    SURVEY = "survey"


def token(key: bytes, purpose: Purpose, subject: str) -> str:
    """Derive the token of a subject (a recipient, a document)."""
    digest = hmac.digest(key, f"{purpose}\x00{subject}".encode(), "sha256")
    number = int.from_bytes(digest, "big")
    signs = []
    for _ in range(LENGTH):
        number, sign = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[sign])
    return "".join(signs)


def token_hash(value: str) -> bytes:
    """Hash a token as the database keeps it; 32 bytes."""
    return hashlib.sha256(value.encode()).digest()


def is_well_formed(value: str) -> bool:
    """Say if this could be a token at all, before asking the database."""
    return len(value) == LENGTH and all(sign in ALPHABET for sign in value)


def shared(key: bytes, own: str) -> str:
    """Mark a member's token, for the telephone that they share with others."""
    return own + token(key, Purpose.SHARED, own)


def is_shared(key: bytes, value: str) -> bool:
    """Say if this token came by a telephone that several share."""
    marked = shared(key, value[:LENGTH])
    return hmac.compare_digest(value.encode(), marked.encode())


def answer_subject(crisis_id: str, person_id: str) -> str:
    """Name the subject of a member's link: one page a person and crisis."""
    return f"{crisis_id}.{person_id}"


def survey_subject(crisis_id: str, structure_id: str) -> str:
    """Name the subject of a place's link: one page a place and crisis."""
    return f"{crisis_id}.{structure_id}"


def partner_subject(crisis_id: str, partner_id: str) -> str:
    """Name the subject of a partner's link: one page a partner and crisis."""
    return f"{crisis_id}.{partner_id}"


def notice_subject(plan_id: str, kind: str, topic: str, recipient_id: str) -> str:
    """Name the subject of a link about a plan: a reminder holds the same one."""
    return f"{plan_id}.{topic}.{kind}.{recipient_id}"
