"""Mails that come back, read with `email`: reports (RFC 3464), older ones, absences."""

from collections.abc import Iterator
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses

from domain.bounce import Returned, ReturnedMail, reason_of

LARGEST = 1_000_000  # bytes: a report stands before the mail that it gives back
_SENT_TO = ("X-Original-To", "Delivered-To", "Envelope-To", "To")
_SERVERS = frozenset({"mailer-daemon", "postmaster"})
_ABSENCES = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress")
# the plainest policy: any other may fail on the headers of a stranger
_PARSER = BytesParser(policy=policy.compat32)


def read_returned(mail: bytes) -> ReturnedMail:
    """Say what a mail sent to a return path is; whatever the bytes, it is something."""
    message = _PARSER.parsebytes(mail[:LARGEST])
    recipients = tuple(
        address for name in _SENT_TO for address in _addresses(message, name)
    )
    if message.get_content_type() == "multipart/report":
        return _report(message, recipients)
    if "X-Failed-Recipients" in message:  # Exim's, which calls itself an auto-reply
        return ReturnedMail(recipients, Returned.FAILED)
    if any(_mailbox(each) in _SERVERS for each in _addresses(message, "From")):
        return ReturnedMail(recipients, Returned.FAILED)
    says = Returned.AUTOMATIC if _is_automatic(message) else Returned.OTHER
    return ReturnedMail(recipients, says)


def _report(message: Message, recipients: tuple[str, ...]) -> ReturnedMail:
    """Read a report: a failure wins over a delay, which wins over what arrived."""
    said = {_word(each, "Action"): each for each in _of_recipients(message)}
    if failed := said.get("failed"):
        reason = reason_of(_text(failed, "Status"), _text(failed, "Diagnostic-Code"))
        return ReturnedMail(recipients, Returned.FAILED, reason)
    if "delayed" in said:
        return ReturnedMail(recipients, Returned.DELAYED)
    return ReturnedMail(recipients, Returned.AUTOMATIC)  # « read », « relayed »


def _of_recipients(message: Message) -> Iterator[Message]:
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            if isinstance(blocks, list):
                yield from (each for each in blocks if isinstance(each, Message))


def _is_automatic(message: Message) -> bool:
    """Does nobody write, but a machine for somebody (RFC 3834)?"""
    submitted = _word(message, "Auto-Submitted") or "no"
    return submitted != "no" or any(name in message for name in _ABSENCES)


def _addresses(message: Message, name: str) -> Iterator[str]:
    values = [str(value) for value in message.get_all(name, ())]
    yield from (address for _, address in getaddresses(values) if address)


def _mailbox(address: str) -> str:
    return address.partition("@")[0].lower()


def _word(message: Message, name: str) -> str:
    return _text(message, name).partition(";")[0].strip().lower()


def _text(message: Message, name: str) -> str:
    return str(message.get(name, ""))
