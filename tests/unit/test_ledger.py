"""What an entry may hold, and the bytes it always has."""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.errors import UnfitEntryError
from domain.ledger import LARGEST, Entry, Opening, instant, seal
from domain.merkle import leaf_hash

ENTRY = {
    "seq": 7,
    "prev": 3,
    "cpts_id": "vallees-autan",
    "about": "c-20261122-k7p2",
    "kind": "answer",
    "at": "2026-11-22T21:40:07.123Z",
    "recorded_at": "2026-11-22T21:40:07.130Z",
    "actor": "MEMBRE",
    "facts": {},
    "sealed": {},
}


class Said(StrEnum):
    YES = "DISPONIBLE_IMMEDIAT"


def entry(**changes: object) -> Entry:
    return Entry.model_validate(ENTRY | changes)


def refused(facts: Mapping[str, object]) -> Mapping[str, str | int]:
    with pytest.raises(UnfitEntryError) as refusal:
        entry(facts=facts)
    return refusal.value.facts


def test_an_entry_has_one_canonical_form() -> None:
    made = entry(facts={"wave": 1, "answer": Said.YES, "needs": ["ide", None, True]})

    assert made.canonical().decode() == (
        '{"about":"c-20261122-k7p2","actor":"MEMBRE","at":"2026-11-22T21:40:07.123Z",'
        '"cpts_id":"vallees-autan","facts":{"answer":"DISPONIBLE_IMMEDIAT",'
        '"needs":["ide",null,true],"wave":1},"kind":"answer","prev":3,'
        '"recorded_at":"2026-11-22T21:40:07.130Z","sealed":{},"seq":7,"v":1}'
    )
    assert made.leaf_hash() == leaf_hash(made.canonical())


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST, LARGEST)
    | st.text('aé\u2019\n"\\€😀ß', max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("aé€😀\ufb33", max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


@settings(max_examples=50)
@given(facts=st.dictionaries(st.text("az😀\ue000", min_size=1), JSON, max_size=3))
def test_an_entry_read_back_has_the_same_bytes(facts: dict[str, object]) -> None:
    try:
        made = entry(facts=facts)
    except UnfitEntryError:  # hypothesis found a decomposed pair
        return

    assert Entry.read(made.canonical().decode()) == made
    assert json.loads(made.canonical())["facts"] == facts


def test_changing_what_was_given_does_not_change_the_entry() -> None:
    facts = {"zones": ["Z1"]}
    made = entry(facts=facts)

    facts["zones"].append("Z2")

    assert made.facts == {"zones": ("Z1",)}


@pytest.mark.parametrize(
    ("facts", "field", "why"),
    [
        ({"rate": 0.5}, "facts.rate", "float"),
        ({"n": LARGEST + 1}, "facts.n", "integer"),
        ({"n": -LARGEST - 1}, "facts.n", "integer"),
        ({"note": "e\u0301"}, "facts.note", "NFC"),
        ({"e\u0301": 1}, "facts", "NFC"),
        ({"note": "\ud800"}, "facts.note", "character"),
        ({"note": "a\0b"}, "facts.note", "character"),
        ({"deep": [{"at": datetime(2026, 1, 1, tzinfo=UTC)}]}, "facts.deep.0.at", None),
        ({"deep": {1: "x"}}, "facts.deep", "key"),
        ({"raw": b"x"}, "facts.raw", "bytes"),
        ({"set": {"x"}}, "facts.set", "set"),
    ],
)
def test_a_fact_without_one_form_is_refused_by_name(
    facts: Mapping[str, object], field: str, why: str | None
) -> None:
    assert refused(facts) == {"field": field, "why": why or "datetime"}


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T21:40:07Z",
        "2026-11-22T21:40:07.123+00:00",
        "2026-11-22 21:40:07.123Z",
        "2026-02-29T21:40:07.123Z",
        "2026-11-22T24:61:07.123Z",
        "٢٠٢٦-11-22T21:40:07.123Z",
    ],
)
def test_an_instant_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(UnfitEntryError):
        entry(at=text)
    with pytest.raises(UnfitEntryError):
        entry(recorded_at=text)


@pytest.mark.parametrize(
    "changes",
    [
        {"seq": -1},
        {"seq": 7, "prev": 7},
        {"prev": -1},
        {"seq": True},
        {"seq": "7"},
        {"v": 2},
        {"cpts_id": "Vallées"},
        {"about": ""},
        {"kind": "a b"},
        {"actor": "Jeanne Exemple"},
        {"extra": 1},
        {"sealed": {"person": 3}},
    ],
)
def test_a_malformed_entry_is_refused(changes: Mapping[str, object]) -> None:
    with pytest.raises(ValidationError):
        entry(**changes)


def test_a_sealed_field_has_a_plain_name() -> None:
    assert entry(sealed={"person_id": "x"}).sealed == {"person_id": "x"}
    with pytest.raises(UnfitEntryError):
        entry(sealed={"Jeanne Exemple": "x"})


def test_an_instant_is_written_in_utc_and_cut_to_the_millisecond() -> None:
    paris = timezone(timedelta(hours=1))

    written = instant(datetime(2026, 11, 22, 22, 40, 7, 123_999, tzinfo=paris))

    assert written == "2026-11-22T21:40:07.123Z"
    with pytest.raises(UnfitEntryError):
        instant(datetime(2026, 11, 22))  # noqa: DTZ001 - the very mistake


def test_a_seal_is_the_salted_hash_of_the_value() -> None:
    salt = bytes(range(32))
    expected = b64encode(sha256(salt + "Zoé".encode()).digest()).decode()

    assert seal("Zoé", salt) == expected
    assert Opening.of(4, "person", "Zoé", salt).seal == expected


def test_a_value_that_changes_on_the_way_is_not_sealed() -> None:
    with pytest.raises(UnfitEntryError) as refusal:
        Opening.of(4, "person", "Zoe\u0301", bytes(32))

    assert refusal.value.facts == {"field": "person", "why": "NFC"}
