"""« Tout relu, sauf… »: one act, a named person, exceptions that stay in sight."""

from dataclasses import replace

import pytest

from domain.attest import Voucher, attest, attest_all
from domain.check_errors import NotAttestableError, UnknownExceptionError
from domain.content import Change, ChangeOrigin
from domain.person import Link
from domain.plan import Plan
from domain.plan_check import CheckState, check_plan
from domain.plan_errors import UnknownSectionError
from tests.checked import TODAY, facts, plan

FACTS = facts()
WHO = Voucher("p-2", dict(FACTS.roster)["p-2"], TODAY)


def bare() -> Plan:
    """The same plan, that nobody has read yet."""
    sections = tuple(s.model_copy(update={"attestations": ()}) for s in plan().sections)
    return plan().model_copy(update={"sections": sections})


def states(said: Plan, section_id: str) -> list[CheckState]:
    (section,) = (
        s
        for s in check_plan(said, FACTS).sections
        if s.section.section_id == section_id
    )
    return [result.state for result in section.results]


def test_one_act_reads_everything() -> None:
    vouched = attest_all(bare(), (), WHO)
    content = vouched.plan.section("SEC-09")

    assert check_plan(bare(), FACTS).percent < 100
    assert check_plan(vouched.plan, FACTS).percent == 100
    assert vouched.checks[:2] == ("SEC-03.3", "SEC-04.3")
    assert content.reading
    assert (content.reading.person_id, content.reading.on) == ("p-2", TODAY)
    assert attest_all(vouched.plan, (), WHO).plan == vouched.plan


def test_an_excepted_section_and_an_excepted_card_are_still_to_read() -> None:
    vouched = attest_all(bare(), ("SEC-06", "T2-03", "T2-03"), WHO)
    found = check_plan(vouched.plan, FACTS)
    gaps = [g.sentence for s in found.sections for r in s.results for g in r.gaps]

    assert states(vouched.plan, "SEC-06")[1:] == [CheckState.TO_ATTEST] * 2
    assert states(vouched.plan, "SEC-16")[1] is CheckState.TO_ATTEST
    assert "Reste à relire : T2-03." in gaps
    assert vouched.plan.section("SEC-06").reading is None
    assert found.incomplete == ("SEC-16",)


def test_a_section_that_changed_is_not_said_to_be_the_same() -> None:
    change = Change(
        section_id="SEC-09",
        target="regles_de_report",
        origin=ChangeOrigin.LAW,
        author="COORDINATEUR",
        on=TODAY,
    )
    changed = bare().model_copy(update={"changes": (change,)})

    assert attest_all(changed, (), WHO).plan.section("SEC-09").reading is None


def test_what_is_neither_a_section_nor_a_card_is_refused() -> None:
    with pytest.raises(UnknownExceptionError):
        attest_all(bare(), ("SEC-99",), WHO)


def test_one_check_is_vouched_for_alone_in_the_role_of_its_owner() -> None:
    said = attest(bare(), "SEC-06", 2, WHO)
    (made,) = said.plan.section("SEC-06").attestations
    owner = next(h for h in bare().holders if h.role == "SUPPORT_LOGISTIQUE")
    owning = replace(WHO, person_id=owner.person_id)

    assert states(said.plan, "SEC-06")[1:] == [
        CheckState.TO_ATTEST,
        CheckState.SATISFIED,
    ]
    assert made.role == "REFERENT_SSE"
    both = attest(said.plan, "SEC-06", None, owning).plan.section("SEC-06")
    assert [(a.check, a.role) for a in both.attestations] == [
        (1, "SUPPORT_LOGISTIQUE"),
        (2, "SUPPORT_LOGISTIQUE"),
    ]


def test_who_holds_no_role_vouches_as_what_they_are() -> None:
    plain = replace(WHO, person_id="p-200")
    (made,) = attest(bare(), "SEC-08", 0, plain).plan.section("SEC-08").attestations

    assert made.role == Link.VOLUNTEER


@pytest.mark.parametrize(
    ("section", "rank"),
    [("SEC-01", 0), ("SEC-06", 9), ("SEC-12", None)],
)
def test_what_a_machine_checks_is_filled_not_vouched_for(
    section: str, rank: int | None
) -> None:
    with pytest.raises(NotAttestableError):
        attest(bare(), section, rank, WHO)


def test_a_section_that_the_plan_does_not_have_is_refused() -> None:
    with pytest.raises(UnknownSectionError):
        attest(bare(), "SEC-99", None, WHO)


def test_a_gap_that_somebody_says_is_known_is_satisfied() -> None:
    nobody = replace(FACTS, roster=FACTS.roster[:40])
    said = attest(plan(), "SEC-07", 0, WHO).plan
    before, after = (
        check_plan(each, nobody).sections[6].results[0] for each in (plan(), said)
    )

    assert (before.code, before.state) == ("EFFECTIF_PAR_TYPE", CheckState.MISSING)
    assert (after.state, after.by_people) == (CheckState.SATISFIED, True)
