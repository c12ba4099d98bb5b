"""Mails that come back: what each server means, whatever a stranger writes."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.returned_mail import read_returned
from domain.bounce import BounceReason, Returned
from domain.return_path import ReturnPath
from tests import returned

CODE = "0123456789abcdef0123"
PATH = ReturnPath(pattern="alerte+{code}@val.example")


@pytest.mark.parametrize(
    ("status", "diagnostic", "reason"),
    [
        ("5.1.1", "550 5.1.1 user unknown", BounceReason.NO_SUCH_ADDRESS),
        ("5.0.0", "550 5.1.1 user unknown", BounceReason.NO_SUCH_ADDRESS),
        ("5.1.2", "", BounceReason.NO_SUCH_DOMAIN),
        ("5.1.10", "", BounceReason.NO_SUCH_DOMAIN),
        ("5.2.2", "552 5.2.2 mailbox full", BounceReason.FULL),
        ("4.2.2", "452 4.2.2 over quota, gave up", BounceReason.FULL),
        ("5.2.1", "", BounceReason.DISABLED),
        ("5.3.4", "", BounceReason.TOO_LARGE),
        ("4.4.7", "", BounceReason.UNREACHABLE),
        ("5.4.4", "", BounceReason.NO_SUCH_DOMAIN),
        ("5.7.26", "550 5.7.26 unauthenticated", BounceReason.REFUSED),
        ("5.1.8", "", BounceReason.REFUSED),
        ("5.0.0", "550 no", BounceReason.UNSAID),
        ("5.6.0", "", BounceReason.UNSAID),
        ("", "", BounceReason.UNSAID),
    ],
)
def test_a_failure_says_why_it_did_not_arrive(
    status: str, diagnostic: str, reason: BounceReason
) -> None:
    mail = read_returned(returned.report(status, diagnostic))

    assert (mail.says, mail.reason) == (Returned.FAILED, reason)
    assert mail.recipients == (returned.TO,)


@pytest.mark.parametrize(
    ("mail", "says"),
    [
        (returned.report("4.4.1", action="delayed"), Returned.DELAYED),
        (returned.report("2.0.0", action="delivered"), Returned.AUTOMATIC),
        (returned.QMAIL, Returned.FAILED),
        (returned.EXIM, Returned.FAILED),
        (returned.ABSENCE, Returned.AUTOMATIC),
        (returned.OLD_ABSENCE, Returned.AUTOMATIC),
        (returned.READ_RECEIPT, Returned.AUTOMATIC),
        (returned.PERSON, Returned.OTHER),
        (b"", Returned.OTHER),
    ],
)
def test_neither_a_delay_nor_an_absence_is_a_failure(
    mail: bytes, says: Returned
) -> None:
    read = read_returned(mail)

    assert (read.says, read.reason) == (says, BounceReason.UNSAID)


@given(st.binary(max_size=400), st.integers(0, 1200), st.binary(max_size=40))
@example(b"From: <\xff@\r\nTo: (((((", 0, b"")
@example(b"Content-Type: multipart/report\r\n\r\n", 0, b"")
def test_no_mail_of_a_stranger_breaks_the_reading(
    start: bytes, cut_at: int, stuffed: bytes
) -> None:
    whole = returned.report("5.1.1")
    for mail in (start, start + whole, whole[:cut_at] + stuffed + whole[cut_at:]):
        assert read_returned(mail).says in Returned


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (f"alerte+{CODE}@val.example", CODE),
        (f"<ALERTE+{CODE.upper()}@VAL.EXAMPLE>", CODE),
        (f"alerte+{CODE}0@val.example", None),
        (f"alerte+{CODE}@val.example.org", None),
        (f"alerte-{CODE}@val.example", None),
        ("alerte+0@val.example", None),
        ("alerte@val.example", None),
        ("", None),
    ],
)
def test_only_an_envelope_of_ours_names_a_message(
    address: str, code: str | None
) -> None:
    assert PATH.address(CODE) == f"alerte+{CODE}@val.example"
    assert PATH.code_in(address) == code


def test_a_return_path_without_a_code_names_no_message() -> None:
    path = ReturnPath(pattern="alerte@café.example")

    assert path.address(CODE) == "alerte@xn--caf-dma.example"
    assert path.code_in(path.address(CODE)) is None
    assert PATH.code_in(PATH.address(None)) is None  # queued before there were codes
