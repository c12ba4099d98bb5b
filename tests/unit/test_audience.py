"""A wave is for some, and each of the others is left out for a reason that is said."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.audience import Call, Candidate, LeftOut, Recipients
from domain.person import Absence, Link, Person, Status
from domain.plan import Holder
from domain.wave import WAVE_CODES, Kinetic
from tests.national import national

DAY = date(2026, 11, 22)
AWAY = Absence(DAY, DAY)
HOLDERS = (
    Holder(role="PILOTAGE", person_id="anne", deputy_id="bruno"),
    Holder(role="DECISION", person_id="denis"),
)
NURSE = Person("99000000001", "Fictif", "Anne", "INFIRMIER", zone="NORD")
CARDS = (national().card("T2-07"), national().card("T1-10"))


def _call(wave: str, kinetic: Kinetic = Kinetic.FAST) -> Call:
    return Call(
        wave=national().wave(wave),
        kinetic=kinetic,
        day=DAY,
        types=("SICK",),
        zones=frozenset({"NORD"}),
        cards=CARDS,
        holders=HOLDERS,
    )


def _to(call: Call, *candidates: Candidate) -> dict[str, LeftOut | None]:
    said = call.to(candidates)
    return dict.fromkeys(said.asked) | dict(said.left_out)


PEOPLE = st.builds(
    Person,
    rpps=st.none(),
    last_name=st.just("Fictif"),
    first_name=st.just("Anne"),
    profession=st.sampled_from(("INFIRMIER", "OPTICIEN")),
    zone=st.sampled_from((None, "NORD", "SUD")),
    link=st.sampled_from(Link),
    status=st.sampled_from(Status),
    accepted_types=st.sampled_from(((), ("SICK",), ("NRC",))),
    double_commitment=st.booleans(),
    absences=st.sampled_from(((), (AWAY,))),
)
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        st.sampled_from(("anne", "bruno", "chloe", "denis", "elsa", "farid")),
        PEOPLE,
        seated=st.booleans(),
        answered=st.booleans(),
        stopped=st.booleans(),
        opposed=st.booleans(),
    ),
    unique_by=lambda each: each.person_id,
)


@given(CANDIDATES, st.sampled_from(WAVE_CODES), st.sampled_from(Kinetic))
def test_everyone_is_asked_or_left_out_with_the_reason(
    candidates: list[Candidate], wave: str, kinetic: Kinetic
) -> None:
    said = _call(wave, kinetic).to(candidates)

    everyone = [*said.asked, *(who for who, _ in said.left_out)]
    assert sorted(everyone) == sorted(each.person_id for each in candidates)


@given(CANDIDATES)
def test_a_student_is_never_asked_alone(candidates: list[Candidate]) -> None:
    said = _call("V2").to(candidates)

    known = {each.person_id: each for each in candidates}
    students = {w for w, e in known.items() if e.person.status is Status.STUDENT}
    there = {*said.asked, *(w for w, e in known.items() if e.seated)}
    assert not students & set(said.asked) or there - students


@pytest.mark.parametrize(
    ("person", "why"),
    [
        (NURSE, None),
        (replace(NURSE, zone=None), None),
        (replace(NURSE, link=Link.MEMBER), LeftOut.NOT_VOLUNTEER),
        (replace(NURSE, absences=(AWAY,)), LeftOut.AWAY),
        (replace(NURSE, absences=(replace(AWAY, locum_mobile="+33639980001"),)), None),
        (replace(NURSE, accepted_types=("NRC",)), LeftOut.OTHER_TYPE),
        (replace(NURSE, profession="OPTICIEN"), LeftOut.NOT_WANTED),
        (replace(NURSE, double_commitment=True), LeftOut.COMMITTED),
        (replace(NURSE, zone="SUD"), LeftOut.OTHER_ZONE),
        (replace(NURSE, status=Status.STUDENT), LeftOut.STUDENT_ALONE),
    ],
)
def test_v2_asks_the_volunteers_it_suits(person: Person, why: LeftOut | None) -> None:
    assert _to(_call("V2"), Candidate("anne", person)) == {"anne": why}


def test_a_wave_of_one_card_asks_nobody_without_the_skill_that_it_demands() -> None:
    call = replace(_call("V2"), cards=(national().card("T3-12"),))
    able = Candidate("bruno", replace(NURSE, skills=("VACCINATION",)))

    assert _to(call, Candidate("anne", NURSE), able) == {
        "anne": LeftOut.UNSKILLED,
        "bruno": None,
    }


def test_among_equals_whoever_was_called_least_is_called_first() -> None:
    skilled = replace(NURSE, skills=("GERIATRIE",))
    candidates = (
        Candidate("anne", NURSE, calls=3),
        Candidate("bruno", NURSE, calls=1),
        Candidate("chloe", skilled, calls=5),
        Candidate("denis", NURSE, calls=1),
    )
    call = replace(_call("V2"), skills_first=frozenset({"GERIATRIE"}))

    assert call.to(candidates).asked == ("chloe", "bruno", "denis", "anne")


def test_v3_asks_every_zone_and_a_slow_crisis_those_committed_elsewhere() -> None:
    far = Candidate("anne", replace(NURSE, zone="SUD", double_commitment=True))

    assert _to(_call("V3", Kinetic.SLOW), far) == {"anne": None}


@pytest.mark.parametrize(
    ("candidate", "why"),
    [
        (Candidate("anne", NURSE, seated=True), LeftOut.SEATED),
        (Candidate("anne", NURSE, answered=True), LeftOut.ANSWERED),
        (Candidate("anne", NURSE, elsewhere=True), LeftOut.ELSEWHERE),
        (Candidate("anne", NURSE, stopped=True), LeftOut.STOPPED),
        (Candidate("anne", NURSE, opposed=True), LeftOut.OPPOSED),
    ],
)
def test_nobody_is_asked_again_but_safety_reaches_all_who_did_not_object(
    candidate: Candidate, why: LeftOut
) -> None:
    assert _to(_call("V2"), candidate) == {"anne": why}
    safe = why if why is LeftOut.OPPOSED else None
    assert _to(_call("VS"), candidate) == {"anne": safe}


def test_safety_goes_to_whoever_may_be_in_the_zone_the_field_first() -> None:
    south = replace(NURSE, zone="SUD", link=Link.TERRITORY)
    home = Candidate("chloe", NURSE)
    field = Candidate("denis", south, present_in=("NORD",), seated=True)
    away = Candidate("elsa", south)

    said = _call("VS").to((home, field, away))

    assert said == Recipients(("denis", "chloe"), (("elsa", LeftOut.OTHER_ZONE),))


def test_whoever_works_here_is_informed() -> None:
    known = replace(NURSE, link=Link.TERRITORY, zone="SUD", absences=(AWAY,))

    assert _to(_call("V4"), Candidate("anne", known, stopped=True)) == {"anne": None}


def test_a_role_is_asked_of_its_holder_then_of_the_deputy() -> None:
    both = (Candidate("anne", NURSE), Candidate("bruno", NURSE))
    other = Candidate("chloe", NURSE)
    call = _call("V1")

    assert _to(call, *both, other) == {
        "anne": None,
        "bruno": LeftOut.DEPUTY,
        "chloe": LeftOut.NO_ROLE,
    }
    silent = replace(call, silent=frozenset({"anne"}))
    assert _to(silent, *both) == {"anne": None, "bruno": None}
    answered = (replace(both[0], answered=True), both[1])
    assert _to(call, *answered) == {"anne": LeftOut.ANSWERED, "bruno": LeftOut.DEPUTY}


def test_a_deputy_is_asked_at_once_when_the_holder_is_away() -> None:
    away = Candidate("anne", replace(NURSE, absences=(AWAY,)))

    assert _to(_call("V1"), away, Candidate("bruno", NURSE)) == {
        "anne": LeftOut.AWAY,
        "bruno": None,
    }


def test_the_skills_of_the_type_come_first() -> None:
    plain = Candidate("anne", NURSE)
    trained = Candidate("bruno", replace(NURSE, skills=("GERIATRIE",)))
    call = replace(_call("V2"), skills_first=frozenset({"GERIATRIE"}))

    assert call.to((plain, trained)).asked == ("bruno", "anne")
