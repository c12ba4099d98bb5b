from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dossier import Gap, NotPayable, gaps, not_payable, runs
from domain.report import EntryRow, Indicator
from tests.samples.crisis import FACTS, RAW, changed, nothing, ordered

WRITTEN = ordered(written_reference="ARS-2026-118")
_SAID = RAW["claim"]
assert isinstance(_SAID, Mapping)
CLAIM: Mapping[str, object] = _SAID
LACKING_NOTHING = {
    "fictitious": False,
    "order": WRITTEN,
    "authority_replies": 2,
    "retex_at": RAW["made_at"],
    "unconfirmed": 0,
    "professions": [FACTS.professions[0].model_copy(update={"came": 12})],
}


def entry(seq: int, kind: str) -> EntryRow:
    return EntryRow(seq=seq, at=FACTS.t0 + timedelta(seconds=seq), kind=kind)


def test_a_complete_dossier_lacks_nothing_and_is_refused_nothing() -> None:
    complete = changed(**LACKING_NOTHING)

    assert gaps(complete) == ()
    assert not_payable(complete) == ()


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"exercise": True}, NotPayable.EXERCISE),
        ({"pace": 2}, NotPayable.PACE),
        ({"fictitious": True}, NotPayable.FICTITIOUS),
        ({"order": {**WRITTEN, "written_reference": None}}, NotPayable.NO_REFERENCE),
        ({"order": {**WRITTEN, "local_initiative": True}}, NotPayable.LOCAL_INITIATIVE),
        ({"cancelled_at": RAW["made_at"]}, NotPayable.CANCELLED),
        ({"plan_version": None}, NotPayable.NO_PLAN),
        ({"claim": {**CLAIM, "mission_4_on": "2026-11-23"}}, NotPayable.BEFORE_MISSION),
    ],
)
def test_one_reason_is_enough_not_to_be_payable(
    facts: dict[str, object], reason: NotPayable
) -> None:
    assert not_payable(changed(**(LACKING_NOTHING | facts))) == (reason,)


def test_a_local_initiative_is_payable_once_recognised_in_writing() -> None:
    order = {**WRITTEN, "local_initiative": True, "confirmed_by": "préfet"}

    assert not_payable(changed(**(LACKING_NOTHING | {"order": order}))) == ()


def test_nobody_calls_back_an_authority_that_did_not_call() -> None:
    silent = dict.fromkeys(("acting_for", "called_back_at"))
    local = {**WRITTEN, **silent, "local_initiative": True}

    assert gaps(changed(**(LACKING_NOTHING | {"order": local}))) == ()
    assert gaps(changed(**(LACKING_NOTHING | {"order": {**WRITTEN, **silent}}))) == (
        Gap.ACTING_FOR,
        Gap.CALL_BACK,
    )


def test_everything_is_missing_where_nothing_was_recorded() -> None:
    assert gaps(nothing()) == tuple(Gap)


@pytest.mark.parametrize(
    ("facts", "gap"),
    [
        ({"unconfirmed": 1}, Gap.CONFIRMED_TIME),
        ({"situation_reports": []}, Gap.SITUATION_REPORT),
        ({"claim": {**CLAIM, "anniversary_on": None}}, Gap.ANNIVERSARY),
        ({"claim": {**CLAIM, "mission_4_on": None}}, Gap.MISSION_DATE),
    ],
)
def test_one_thing_left_out_is_one_gap(facts: dict[str, object], gap: Gap) -> None:
    assert gaps(changed(**(LACKING_NOTHING | facts))) == (gap,)


def test_a_mission_that_starts_on_the_day_of_the_order_is_not_late() -> None:
    claim = {**CLAIM, "mission_4_on": CLAIM["activated_on"]}

    assert not_payable(changed(**(LACKING_NOTHING | {"claim": claim}))) == ()


def test_each_line_of_the_table_can_show_what_it_lacks() -> None:
    assert {gap.indicator for gap in Gap} == set(Indicator)


def test_neighbouring_entries_of_one_kind_make_one_line() -> None:
    kinds = ("ordre", "réponse", "réponse", "réponse", "levée", "réponse")
    gathered = runs(entry(10 * n, kind) for n, kind in enumerate(kinds))

    assert [(run.first, run.last, run.count, run.kind) for run in gathered] == [
        (0, 0, 1, "ordre"),
        (10, 30, 3, "réponse"),
        (40, 40, 1, "levée"),
        (50, 50, 1, "réponse"),
    ]
    assert gathered[1].started_at == FACTS.t0 + timedelta(seconds=10)
    assert gathered[1].ended_at == FACTS.t0 + timedelta(seconds=30)


@given(st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from("abc")), unique=True))
def test_no_entry_is_lost_by_gathering(drawn: list[tuple[int, str]]) -> None:
    gathered = runs(entry(seq, kind) for seq, kind in drawn)

    assert sum(run.count for run in gathered) == len(drawn)
    assert all(before.kind != after.kind for before, after in pairwise(gathered))
    assert [run.first for run in gathered] == sorted(run.first for run in gathered)
