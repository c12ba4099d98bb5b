"""Links: derived, of one purpose, hard to guess, easy to type."""

import math
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.link import (
    ALPHABET,
    LENGTH,
    Purpose,
    answer_subject,
    is_shared,
    is_well_formed,
    shared,
    token,
    token_hash,
)

KEY = bytes(range(32))
subjects = st.text(min_size=1, max_size=40)
purposes = st.sampled_from(Purpose)


def test_a_token_holds_57_bits() -> None:
    assert math.log2(len(set(ALPHABET))) * LENGTH >= 57
    assert len(set(ALPHABET)) == len(ALPHABET)


def test_no_sign_is_easily_taken_for_another() -> None:
    assert not set("0O1lIio") & set(ALPHABET)


@given(subject=subjects, purpose=purposes)
def test_a_token_is_well_formed_and_always_the_same(
    subject: str, purpose: Purpose
) -> None:
    derived = token(KEY, purpose, subject)

    assert is_well_formed(derived)
    assert derived == token(KEY, purpose, subject)


@given(one=st.tuples(purposes, subjects), other=st.tuples(purposes, subjects))
def test_two_links_never_have_the_same_token(
    one: tuple[Purpose, str], other: tuple[Purpose, str]
) -> None:
    if one != other:
        assert token(KEY, *one) != token(KEY, *other)


def test_a_purpose_cannot_be_forged_inside_a_subject() -> None:
    assert token(KEY, Purpose.ANSWER, "x") != token(KEY, Purpose.RECEIPT, "x")
    assert token(KEY, Purpose.ANSWER, "x\0y") != token(KEY, Purpose.ANSWER, "xy")


def test_the_mark_of_a_shared_telephone_needs_the_key() -> None:
    own = token(KEY, Purpose.ANSWER, "x")
    other = token(KEY, Purpose.ANSWER, "y")
    marked = shared(KEY, own)

    assert marked.startswith(own)
    assert is_shared(KEY, marked)
    for wrong in (own, shared(bytes(32), own), other + marked[len(own) :], "é" * 20):
        assert not is_shared(KEY, wrong)


def test_another_key_gives_other_tokens() -> None:
    assert token(KEY, Purpose.ANSWER, "x") != token(bytes(32), Purpose.ANSWER, "x")


def test_a_token_is_known_for_ever() -> None:
    """Mails already sent hold it: changing the derivation breaks their links."""
    assert token(bytes(32), Purpose.ANSWER, "c-20261122-k7p2.p-abc") == "CvZ9DJEC9h"


def test_every_sign_is_used() -> None:
    seen = {sign for i in range(200) for sign in token(KEY, Purpose.ANSWER, str(i))}

    assert seen == set(ALPHABET)


@pytest.mark.parametrize("value", ["", "2" * 9, "2" * 11, "222222222O", "22222 2222"])
def test_what_is_no_token_is_seen_at_once(value: str) -> None:
    assert not is_well_formed(value)


def test_the_database_keeps_a_hash_of_the_token() -> None:
    assert token_hash("2222222222") == sha256(b"2222222222").digest()


def test_a_member_has_one_page_a_crisis() -> None:
    assert answer_subject("c-1", "p-1") == "c-1.p-1"
