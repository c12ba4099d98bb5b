"""The money of one contract year in French: what the terminal and the page both say."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.calendar import NBSP, french_count, french_date
from domain.chronicle import kind_label
from domain.contract import Contract, Due, Standing
from domain.cpts import SizeClass
from domain.fixed_part import DoubtRule, FixedPart, FixedYear, Slices
from domain.known_facts import count_of
from domain.money import MoneyYear, Proof
from domain.payment import Mark, euros
from domain.payment_record import Part, Payment, PaymentState, standing
from domain.plan_due import MOOT
from domain.plan_version import VersionKind

KIND_LABELS: Mapping[VersionKind, str] = {
    VersionKind.FIRST_WRITING: "première rédaction",
    VersionKind.UPDATE: "mise à jour",
}
NEVER_PROMISED = (
    "Attendu, jamais promis : la somme accordée est celle que la CPAM notifie."
)
FICTITIOUS = "CPTS fictive : aucune de ces sommes n'existe."
_SHOWN = 3  # entries that prove one thing
_ALARMS = {
    Standing.LATE: "En retard : le plan était attendu le {}.",
    Standing.SOON: "Bientôt : le plan est attendu le {}.",
}


@dataclass(frozen=True, slots=True)
class YearWords:
    """One contract year, row by row: a label, and its lines."""

    number: int
    title: str
    alarm: str  # empty when nothing presses
    rows: tuple[tuple[str, tuple[str, ...]], ...]


def year_words(year: MoneyYear, part: FixedPart, contract: Contract) -> YearWords:
    """Say one contract year; a row that has nothing to say is left out."""
    fixed = year.fixed
    rows: list[tuple[str, Iterable[str]]] = [
        ("Attendu", (*_expected(year, part), *_scale(year, contract)))
    ]
    if fixed.kind is VersionKind.UPDATE:
        rows.append(("Échéance", _due(year.due, part.doubts.update)))
    elif fixed.closes and year.standing is not Standing.DONE:
        rows.append(("Échéance", _due(year.due, part.doubts.first_plan)))
    if fixed.closes and year.begun:
        missing = (f"{need.text} ({need.mark.label})" for need in year.missing)
        rows += [
            ("Prouvé", map(_proof, (p for p in year.proofs if p.entries))),
            ("Manque", missing),
        ]
    rows += [
        ("Notifié", _typed(year.typed(PaymentState.NOTIFIED))),
        ("Payé", _typed(year.typed(PaymentState.PAID))),
    ]
    said = ((label, tuple(lines)) for label, lines in rows)
    return YearWords(
        number=fixed.number,
        title=_title(fixed),
        alarm=_alarm(year),
        rows=tuple((label, lines) for label, lines in said if lines),
    )


def contract_words(
    contract: Contract, part: FixedPart, sizes: Sequence[SizeClass]
) -> tuple[str, ...]:
    """Say what all the years rest on: size, mission, first plan, doubts."""
    knobs = contract.knobs
    return (
        *_size(contract, sizes),
        f"Mission 4 depuis le {french_date(contract.mission_on)}.",
        *(
            f"Premier plan : {line}."
            for line in _due(contract.first_due, part.doubts.first_plan)
        ),
        f"Jalon : {_rule(part.doubts.milestone, knobs.fixed_milestone)}.",
    )


def _size(contract: Contract, sizes: Sequence[SizeClass]) -> Iterator[str]:
    people = french_count(contract.population)
    size = contract.size.removeprefix("T")
    yield f"Taille {size} au contrat, {people} habitants."
    if tuple(sizes) != (contract.size,):
        other = " ou ".join(each.removeprefix("T") for each in sizes)
        doubts = {80_000: ", D3", 175_000: ", D4"}
        which = doubts.get(contract.population, "")
        yield (
            f"À vérifier : cette population donnerait la taille {other}{which} ; "
            "c'est la taille du contrat qui paie."
        )


def _title(fixed: FixedYear) -> str:
    first, last = fixed.starts_on, fixed.year.last_on
    what = KIND_LABELS[fixed.kind]
    return f"{fixed.name} : {what}, du {french_date(first)} au {french_date(last)}"


def _alarm(year: MoneyYear) -> str:
    presses = year.begun and year.fixed.closes
    said = _ALARMS.get(year.standing, "") if presses else ""
    return said.format(french_date(year.due.on))


def _expected(year: MoneyYear, part: FixedPart) -> Iterator[str]:
    fixed, chosen = year.fixed, year.chosen
    if chosen is None:
        yield "aucun barème en vigueur à cette date"
        return
    if year.after_contract:
        yield "si le contrat, terminé, est renouvelé :"
    if chosen.advance:
        yield f"{euros(chosen.advance)} d'avance le {french_date(fixed.starts_on)}"
    if chosen.balance:
        yield f"{euros(chosen.balance)} de solde le {french_date(fixed.balance_on)}"
    if not fixed.closes:
        yield "le solde suivra l'année où le plan sera écrit"
    if fixed.is_prorated:
        yield from _both_readings(year, chosen, part.doubts.prorata)


def _both_readings(year: MoneyYear, chosen: Slices, doubt: DoubtRule) -> Iterator[str]:
    (other, slices), *_ = (
        (scope, slices)
        for scope, slices in year.fixed.readings.items()
        if scope is not year.prorata_scope
    )
    yield f"lecture retenue : {_rule(doubt, year.prorata_scope)}"
    yield (
        f"autre lecture : {euros(slices.balance)} de solde, "
        f"{_rule(doubt, other)} ; écart de {euros(abs(chosen.amount - slices.amount))}"
    )


def _scale(year: MoneyYear, contract: Contract) -> Iterator[str]:
    scale = year.fixed.scale
    if scale is not None and year.chosen and year.chosen.amount:
        amount = euros(scale.of_year(year.fixed.kind, contract.size))
        yield (
            f"barème : {amount} par an, {scale.advance_percent}{NBSP}% d'avance, "
            f"{scale.agreement} depuis le {french_date(scale.first_on)} "
            f"{_mark(scale.mark, scale.sources)}"
        )


def _due(due: Due, doubt: DoubtRule) -> Iterator[str]:
    for code, on in sorted(due.readings, key=lambda each: each[0] != due.chosen):
        said = "" if code == due.chosen else "autre lecture, "
        moot = f", {MOOT}" if code in due.moot else ""
        yield f"{said}{french_date(on)}, {_rule(doubt, code)}{moot}"


def _rule(doubt: DoubtRule, code: str) -> str:
    said = doubt.reading(code)
    return f"{said.text} {_mark(said.mark, (*said.sources, doubt.doubt))}"


def _mark(mark: Mark, sources: Iterable[str]) -> str:
    return f"({mark.label} : {', '.join(sources)})"


def _proof(proof: Proof) -> str:
    entries = ", ".join(
        f"{kind_label(entry.kind)} le {french_date(entry.on)} (écriture {entry.seq})"
        for entry in proof.entries[:_SHOWN]
    )
    others = len(proof.entries) - _SHOWN
    more = f", et {count_of(others, 'autre')}" if others > 0 else ""
    return f"{proof.need.text} : {entries}{more}"


def _typed(payments: Sequence[Payment]) -> Iterator[str]:
    kept = standing(payments)
    for payment in payments:
        reference = f", référence {payment.reference}" if payment.reference else ""
        part = "" if payment.part is Part.FIXED else f" de {payment.part.label}"
        said = (
            f"{payment.slice.label}{part} : {euros(payment.amount)} "
            f"le {french_date(payment.on)}{reference}"
        )
        yield said if payment in kept else f"{said} (corrigé depuis)"
