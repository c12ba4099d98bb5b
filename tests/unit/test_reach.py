"""How members are reached: what a proof is worth, and the score."""

from dataclasses import replace
from datetime import timedelta

import pytest

from domain.opposition import Opposition, Scope, Via, barred, out_of_letters
from domain.person import Link, Person
from domain.reach import Freshness, How, Medium, Proof, reach, reached
from tests.world import OPENED

ZOE = Person(
    rpps=None,
    last_name="Fictive",
    first_name="Zoé",
    profession="INFIRMIER",
    zone="Nord",
    email="zoe@val.example",
    mobile="+33639980001",
)
VALID = timedelta(days=183)


def proof(address: str, days: int) -> Proof:
    at = OPENED - timedelta(days=days)
    return Proof(address=address, verified_at=at, how=How.CODE, by="p-1")


@pytest.mark.parametrize(
    ("known", "worth"),
    [
        ({}, Freshness.UNVERIFIED),
        ({Medium.MAIL: proof("ZOE@val.example", 183)}, Freshness.VERIFIED),
        ({Medium.MAIL: proof("zoe@val.example", 184)}, Freshness.STALE),
        ({Medium.MAIL: proof("old@val.example", 1)}, Freshness.UNVERIFIED),
    ],
)
def test_a_proof_holds_for_its_own_address_and_for_a_time(
    known: dict[Medium, Proof], worth: Freshness
) -> None:
    (found,) = reached({"p-1": ZOE}, {"p-1": known}, OPENED, VALID)

    mail = found.contact(Medium.MAIL)
    assert mail is not None
    assert (mail.freshness, found.badge) == (worth, worth)
    assert found.contact(Medium.PHONE) is None


def test_the_score_counts_members_by_profession_and_zone_and_says_whom_to_ask() -> None:
    both = {
        Medium.MAIL: proof("zoe@val.example", 1),
        Medium.MOBILE: proof("+33639980001", 1),
    }
    people = {
        "p-1": ZOE,
        "p-2": replace(ZOE, email="anh@val.example", mobile=None, zone=None),
        "p-3": replace(ZOE, link=Link.TERRITORY),
        "p-4": replace(ZOE, email="leo@val.example", mobile="+33639980004"),
    }
    proofs = {"p-1": both, "p-4": {Medium.MOBILE: proof("+33639980004", 2)}}

    everyone = reached(people, proofs, OPENED, VALID)
    score = reach(everyone)

    assert [(x.zone, x.members, x.two, x.one) for x in score.lines] == [
        ("", 1, 0, 0),
        ("Nord", 2, 1, 1),
    ]
    assert (score.members, score.two, score.percent) == (3, 1, 33)
    assert [each.person_id for each in score.to_ask] == ["p-2", "p-4"]
    assert reach(()).percent == 0
    shared = everyone[0].contact(Medium.MOBILE)
    assert shared is not None
    assert shared.shared  # with p-3


def test_what_informs_passes_a_stop_and_nothing_passes_an_opposition() -> None:
    said = (
        Opposition(person_id="a", scope=Scope.ALERT, crisis_id="c-1", via=Via.TEXT),
        Opposition(person_id="b", scope=Scope.EVER, via=Via.PAGE),
        Opposition(person_id="c", scope=Scope.ROUTINE, via=Via.MAIL),
        Opposition(person_id="b", scope=Scope.ALERT, crisis_id="c-1", via=Via.TEXT),
    )

    assert barred(said, "c-1", asks=True) == {"a": "ARRET_DEMANDE", "b": "OPPOSITION"}
    assert barred(said, "c-1", asks=False) == {"b": "OPPOSITION"}
    assert barred(said, "c-2", asks=True) == {"b": "OPPOSITION"}
    assert out_of_letters(said, routine=True) == {"b", "c"}
    assert out_of_letters(said, routine=False) == {"b"}  # a test, a code
