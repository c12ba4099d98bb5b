"""Where each contract year stands: what proves it, what the CPAM wrote."""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.payment_file import load_fixed_part, load_variable_part
from domain.chronicle import KINDS
from domain.contract import Contract, Standing
from domain.fixed_part import FixedPart
from domain.knobs import FixedMilestone, Knobs
from domain.money import MoneyYear, ProofEntry, Story, money_years
from domain.money_words import contract_words, year_words
from domain.payment_record import Part, Payment, PaymentState, Slice, standing
from domain.plan_version import (
    Opinion,
    PlanVersion,
    VersionKind,
    VersionStatus,
)
from domain.receiver import Receiver
from tests.world import cpts

FILES = Path(__file__).parents[2] / "plan_templates"
PART = load_fixed_part(FILES / "part-fixe.yaml")
ZONE = ZoneInfo("Europe/Paris")
ADOPTED = "plan.decided"


def contract(**changes: object) -> Contract:
    """Size 3, mission from 1 April 2026, the day of the contract."""
    on = date(2026, 4, 1)
    said: dict[str, object] = {"contract_on": on, "mission_4_on": on}
    read = Contract.of(cpts().model_copy(update=said | changes))
    assert read
    return read


def version(kind: VersionKind, adopted: str | None, **changes: object) -> PlanVersion:
    empty: dict[str, object] = dict.fromkeys(PlanVersion.model_fields)
    said: dict[str, object] = {
        "cpts_id": "val-test",
        "plan_id": "plan-val-test",
        "number": 1,
        "kind": kind,
        "status": VersionStatus.ADOPTED,
        "sha256": "0" * 64,
        "revision": 1,
        "made_at": datetime(2026, 4, 2, tzinfo=UTC),
        "adopted_at": adopted and datetime.fromisoformat(f"{adopted}T12:00:00Z"),
    }
    return PlanVersion.model_validate(empty | said | changes)


WRITTEN = version(VersionKind.FIRST_WRITING, "2027-01-10")
UPDATED = version(VersionKind.UPDATE, "2028-02-20")


def story(*versions: PlanVersion, payments: tuple[Payment, ...] = ()) -> Story:
    entries = tuple(
        ProofEntry(seq, ADOPTED, version.adopted_at.date())
        for seq, version in enumerate(versions, 40)
        if version.adopted_at
    )
    return Story(ZONE, versions, entries, payments)


def years(said: Story, today: str, **changes: object) -> tuple[MoneyYear, ...]:
    return money_years(PART, contract(**changes), said, date.fromisoformat(today))


def test_a_year_is_proved_by_the_entries_of_its_own_days() -> None:
    first, second, third = years(story(WRITTEN, UPDATED), "2028-03-01")[:3]

    assert [p.entries[0].seq for p in first.proofs if p.entries] == [40]
    assert {p.entries[0].seq for p in second.proofs if p.entries} == {41}
    assert "Accusé de réception de l'ARS" in [need.text for need in first.missing]
    assert first.standing is second.standing is Standing.DONE
    assert (third.begun, third.fixed.kind) == (False, VersionKind.UPDATE)


def test_what_is_proved_many_times_is_counted() -> None:
    receipts = tuple(
        ProofEntry(seq, "document.received", date(2026, 12, 1), Receiver.ARS)
        for seq in range(5)
    )
    known = Story(ZONE, (WRITTEN,), receipts)
    first, *_ = years(known, "2027-02-01")
    rows = dict(year_words(first, PART, contract()).rows)

    assert rows["Prouvé"][0].endswith("(écriture 2), et 2 autres")


@pytest.mark.parametrize(
    ("by", "proved"),
    [
        (Receiver.ARS, {"Accusé de réception de l'ARS"}),
        (Receiver.CPAM, {"Accusé de réception de la CPAM"}),
        (Receiver.HOSPITAL, set()),
        (None, set()),
    ],
)
def test_the_receipt_of_one_is_no_proof_that_another_received(
    by: Receiver | None, proved: set[str]
) -> None:
    receipt = ProofEntry(7, "document.received", date(2026, 12, 1), by)
    first, *_ = years(Story(ZONE, (WRITTEN,), (receipt,)), "2027-02-01")

    assert {p.need.text for p in first.proofs if p.entries} == proved


def test_an_update_that_nobody_adopted_is_late_after_its_anniversary() -> None:
    _, missed, *_ = years(story(WRITTEN), "2028-04-02")
    _, soon, *_ = years(story(WRITTEN), "2028-03-01")

    assert (missed.standing, soon.standing) == (Standing.LATE, Standing.SOON)
    assert missed.missing
    words = year_words(missed, PART, contract())
    assert words.alarm.startswith("En retard")
    assert "Manque" in dict(words.rows)
    assert "Bientôt" in year_words(soon, PART, contract()).alarm


def test_a_plan_that_was_written_before_tocsin_is_only_updated() -> None:
    first, second, *_ = years(story(UPDATED), "2028-03-01")

    assert (first.fixed.kind, second.fixed.kind) == (
        VersionKind.FIRST_WRITING,
        VersionKind.UPDATE,
    )
    assert first.fixed.closes


def test_while_nothing_is_written_the_balance_waits() -> None:
    first, second, third = years(story(), "2027-06-01")

    assert [y.fixed.closes for y in (first, second, third)] == [False, True, True]
    assert not year_words(first, PART, contract()).alarm
    due = dict(year_words(second, PART, contract()).rows)["Échéance"]
    assert due[0].startswith(
        "1er\N{NO-BREAK SPACE}avril\N{NO-BREAK SPACE}2027, contrat"
    )
    assert "Échéance" not in dict(year_words(first, PART, contract()).rows)
    assert year_words(second, PART, contract()).alarm.startswith("En retard")
    assert first.chosen
    assert first.chosen.amount == 33_750
    assert second.chosen
    assert second.chosen.amount == 11_250


@pytest.mark.parametrize(
    ("milestone", "on"),
    [
        (FixedMilestone.DELIVERED, date(2026, 12, 1)),
        (FixedMilestone.ARS_OPINION, date(2026, 12, 20)),
        (FixedMilestone.VALIDATED_AT_REVIEW, date(2027, 1, 10)),
    ],
)
def test_what_makes_the_first_writing_due_is_a_choice(
    milestone: FixedMilestone, on: date
) -> None:
    sent = WRITTEN.model_copy(
        update={
            "submitted_at": datetime(2026, 12, 1, 9, tzinfo=UTC),
            "opinion": Opinion.REMARKS,
            "opinion_at": datetime(2026, 12, 19, 23, 30, tzinfo=UTC),  # 20th in Paris
        }
    )
    refused = sent.model_copy(update={"opinion": Opinion.REFUSED})

    assert story(sent).written_on(milestone) == on
    is_opinion = milestone is FixedMilestone.ARS_OPINION
    assert story(refused).written_on(milestone) == (None if is_opinion else on)
    words = contract_words(contract(knobs=Knobs(fixed_milestone=milestone)), PART, ())
    assert words[-1].startswith("Jalon")


def typed(amount: int, at: int, **changes: object) -> Payment:
    said: dict[str, object] = {
        "payment_id": f"pay-{at}",
        "part": Part.FIXED,
        "slice": Slice.ADVANCE,
        "year_first_on": date(2026, 4, 1),
        "state": PaymentState.NOTIFIED,
        "amount": amount,
        "on": date(2026, 4, 12),
        "reference": "CPAM-1",
        "at": datetime(2026, 4, 12, at, tzinfo=UTC),
    }
    return Payment.model_validate(said | changes)


def test_a_correction_stands_and_what_it_corrects_stays_in_sight() -> None:
    wrong, right = typed(33_000, 9), typed(33_750, 10)
    paid = typed(33_750, 11, state=PaymentState.PAID)
    other = typed(1, 12, part=Part.VARIABLE)
    first, *_ = years(
        story(WRITTEN, payments=(wrong, right, paid, other)), "2027-02-01"
    )
    rows = dict(year_words(first, PART, contract()).rows)

    assert standing((wrong, right, paid)) == (right, paid)
    assert [each.amount for each in first.typed(PaymentState.NOTIFIED)] == [
        33_000,
        33_750,
        1,
    ]
    assert rows["Notifié"][0].endswith("(corrigé depuis)")
    assert not rows["Notifié"][1].endswith("(corrigé depuis)")
    assert len(rows["Payé"]) == 1
    assert "avance de la part variable : 1" in rows["Notifié"][-1]


@pytest.mark.parametrize(("population", "doubt"), [(80_000, "D3"), (175_000, "D4")])
def test_a_population_on_a_bound_is_flagged_with_its_doubt(
    population: int, doubt: str
) -> None:
    bounds = load_variable_part(FILES / "part-variable.yaml").bounds
    said = contract(population=population)

    words = contract_words(said, PART, bounds.sizes(population))

    assert f", {doubt} ;" in words[1]
    assert "c'est la taille du contrat qui paie" in words[1]


def test_after_the_contract_and_before_any_scale_nothing_is_promised() -> None:
    *_, late = years(story(WRITTEN), "2031-05-01")
    early, *_ = years(
        story(),
        "2022-06-01",
        mission_4_on=date(2022, 5, 1),
        contract_on=date(2022, 4, 1),
    )
    said = year_words(late, PART, contract())

    assert late.after_contract
    assert "renouvelé" in dict(said.rows)["Attendu"][0]
    assert early.chosen is None
    assert (
        "aucun barème" in dict(year_words(early, PART, contract()).rows)["Attendu"][0]
    )


def test_what_proves_is_an_entry_that_the_acts_write() -> None:
    kinds = {kind for need in PART.proofs for kind in need.entries}

    assert kinds <= set(KINDS)


def test_a_file_that_forgets_a_reading_is_refused() -> None:
    said = PART.model_dump(mode="json", exclude_none=True)
    del said["doutes"]["jalon"]["lectures"]

    with pytest.raises(ValueError, match="lectures"):
        FixedPart.model_validate(said)
