"""A document on its way: three letters to the authority, one to the coordinator."""

from datetime import timedelta

from domain.letter import TransmissionKind
from domain.transmission import LETTERS, Transmission
from tests.world import OPENED


def test_a_document_is_reminded_twice_then_handed_back() -> None:
    assert LETTERS.count(TransmissionKind.REMINDER) == 2
    assert LETTERS[0] is TransmissionKind.DOCUMENT
    assert LETTERS[-1] is TransmissionKind.NO_RECEIPT


def test_a_letter_is_due_at_its_hour_and_not_before() -> None:
    waiting = Transmission(next_at=OPENED)

    assert not waiting.letter_due(OPENED - timedelta(microseconds=1))
    assert waiting.letter_due(OPENED)


def test_no_letter_is_due_once_received() -> None:
    assert not Transmission(ended=True).letter_due(OPENED)
