"""All that the report and the dossier print about a crisis, read at one instant."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import cards, crises, documents, figures, plans, tenants
from adapters.database.crises import CrisisRow
from adapters.database.tables import ledger_entries
from domain.calendar import french_instant
from domain.card import CardState
from domain.chronicle import KINDS, told
from domain.cpts import Cpts
from domain.figures import Figures
from domain.plan import Plan
from domain.reference import CrisisRef
from domain.report import (
    AlertCounts,
    CardRow,
    CrisisFacts,
    DocumentRow,
    EntryRow,
    Indicator,
    NeedRow,
    OrderFacts,
    ProfessionRow,
    Seal,
    TimelineRow,
    Timings,
)
from domain.wording import (
    AUTHORITY_LABELS,
    CARD_STATE_LABELS,
    CHANNEL_LABELS,
    giver_label,
)

_UNTOLD = frozenset({"answer", "batch.sent", "plan.made"})  # figures tell them
_PROVES = {
    "crisis.opened": (Indicator.ORDER, Indicator.ACTIONS),
    "plan.made": (Indicator.PLAN,),
    "crisis.lifted": (Indicator.LIFTING,),
}
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class LogLine:
    """One ledger entry, read back."""

    seq: int
    at: datetime
    kind: str
    facts: Mapping[str, Any]


async def log_of(
    connection: AsyncConnection, cpts_id: str, abouts: Iterable[str]
) -> tuple[LogLine, ...]:
    """Read the ledger entries about these, in order: the crisis log is a view of it."""
    rows = await connection.execute(
        select(
            ledger_entries.c.seq,
            ledger_entries.c.at,
            ledger_entries.c.kind,
            ledger_entries.c.canonical,
        )
        .where(
            ledger_entries.c.cpts_id == cpts_id,
            ledger_entries.c.about.in_(tuple(abouts)),
        )
        .order_by(ledger_entries.c.seq)
    )
    return tuple(
        LogLine(seq=row[0], at=row[1], kind=row[2], facts=json.loads(row[3])["facts"])
        for row in rows.all()
    )


def entry_rows(lines: Iterable[LogLine]) -> tuple[EntryRow, ...]:
    """Name each entry by its kind, in French words."""
    return tuple(
        EntryRow(seq=line.seq, at=line.at, kind=KINDS[line.kind]) for line in lines
    )


async def read(
    connection: AsyncConnection, ref: CrisisRef, fingerprint: str, now: datetime
) -> CrisisFacts:
    """Gather what the documents of a crisis print.

    Raises:
        UnknownCrisisError: There is no such crisis.
    """
    crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
    tenant = await tenants.get(connection, ref.cpts_id)
    plan = await plans.frozen(connection, crisis)
    numbers = await figures.of_crisis(connection, ref, now)
    lines = await log_of(connection, ref.cpts_id, (ref.crisis_id, crisis.plan_id))
    said, template = crisis.activation, plan.template
    return CrisisFacts(
        **_about_cpts(tenant),
        **_about_figures(numbers, plan),
        crisis_id=ref.crisis_id,
        types=tuple(template.type_sheet(code).label for code in said.codes),
        scenarios=tuple(each.label for each in template.scenarios_of(said.types)),
        exercise=said.exercise,
        pace=said.pace,
        order=_order(crisis),
        t0=crisis.t0,
        opened_at=crisis.opened_at,
        lifted_at=crisis.lifted_at,
        lifted_by=AUTHORITY_LABELS[crisis.lifted_by] if crisis.lifted_by else None,
        plan_version=crisis.plan_number,
        plan_sha256=crisis.plan_sha256,
        cards=_cards(await cards.of_crisis(connection, ref), plan),
        timeline=_timeline(lines, tenant),
        professions=await _professions(connection, ref, plan),
        situation_reports=0,
        documents_sent=await _sent(connection, ref, tenant),
        proofs=_proofs(lines),
        seal=Seal(
            size=numbers.evidence.entries,
            root=numbers.evidence.root,
            key_fingerprint=fingerprint,
        ),
        made_at=now,
    )


def _about_cpts(tenant: Cpts) -> dict[str, Any]:
    return {
        "cpts_name": tenant.name,
        "fictitious": tenant.fictitious,
        "population": tenant.population,
        "size": tenant.size,
        "communes": len(tenant.communes),
        "zones": tenant.zones,
        "timezone": tenant.time_zone,
    }


def _about_figures(numbers: Figures, plan: Plan) -> dict[str, Any]:
    titles = {card.card_id: card.title for card in plan.template.cards}
    labels = _profession_labels(plan)
    timings = numbers.timings
    return {
        "alerts": AlertCounts.model_validate(numbers.alerts.model_dump()),
        "not_sent_reasons": numbers.not_sent_reasons,
        "answers": numbers.answers,
        "needs": tuple(
            NeedRow(
                card=titles[need.card],
                profession=labels[need.profession] if need.profession else None,
                zone=need.zone,
                needed=need.needed,
                filled=need.filled,
            )
            for need in numbers.needs
        ),
        "timings": Timings(
            first_message=_seconds(timings.open_to_first_message_s),
            last_message=_seconds(timings.open_to_last_message_s),
        ),
    }


def _seconds(number: float | None) -> timedelta | None:
    return None if number is None else timedelta(seconds=number)


def _profession_labels(plan: Plan) -> dict[str, str]:
    return {each.code: each.label for each in plan.template.professions}


def _order(crisis: CrisisRow) -> OrderFacts:
    said = crisis.activation
    return OrderFacts(
        authority=giver_label(said),
        acting_for=said.acting_for or giver_label(said),
        caller_function=said.caller_function or None,
        channel=CHANNEL_LABELS[said.channel],
        received_at=said.received_at,
        called_back_at=crisis.called_back_at,
        written_reference=crisis.reference,
        perimeter=said.perimeter,
        mission=said.mission,
    )


def _cards(runs: Iterable[cards.CardRun], plan: Plan) -> tuple[CardRow, ...]:
    titles = {card.card_id: card.title for card in plan.template.cards}
    return tuple(
        CardRow(
            id=run.card_id,
            title=titles[run.card_id],
            state=CARD_STATE_LABELS[run.state],
            due_at=run.due_at,
            done_at=run.done_at,
            proof="ordre, contre-appel et référence inscrits à l'ouverture"
            if run.state is CardState.DONE
            else None,
        )
        for run in sorted(runs, key=lambda run: (run.due_at or _NEVER, run.card_id))
    )


async def _professions(
    connection: AsyncConnection, ref: CrisisRef, plan: Plan
) -> tuple[ProfessionRow, ...]:
    labels = _profession_labels(plan)
    return tuple(
        ProfessionRow(
            profession=labels[row.profession],
            asked=row.asked,
            sent=row.sent,
            answered=row.answered,
        )
        for row in await figures.by_profession(connection, ref)
    )


def _contacts(tenant: Cpts) -> dict[str, str]:
    return {contact.code: contact.name for contact in tenant.authorities}


def _timeline(lines: Iterable[LogLine], tenant: Cpts) -> tuple[TimelineRow, ...]:
    names = _contacts(tenant)
    return tuple(
        TimelineRow(at=line.at, text=told(line.kind, _naming(line.facts, names)))
        for line in lines
        if line.kind not in _UNTOLD
    )


def _naming(facts: Mapping[str, Any], names: Mapping[str, str]) -> Mapping[str, Any]:
    contact = facts.get("contact")
    return {**facts, "contact": names.get(contact, contact)} if contact else facts


async def _sent(
    connection: AsyncConnection, ref: CrisisRef, tenant: Cpts
) -> tuple[DocumentRow, ...]:
    made = {row.document_id: row for row in await documents.of_crisis(connection, ref)}
    contacts, zone = _contacts(tenant), ZoneInfo(tenant.time_zone)
    return tuple(
        DocumentRow(
            title=made[row.document_id].title,
            sha256=made[row.document_id].sha256,
            sent_to=contacts.get(row.contact, row.contact),
            sent_at=made[row.document_id].made_at,
            receipt=f"Accusé le {french_instant(row.received_at, zone)}."
            if row.received_at
            else None,
        )
        for row in await documents.transmissions_of(connection, ref)
    )


def _proofs(lines: Iterable[LogLine]) -> dict[Indicator, tuple[int, ...]]:
    found: dict[Indicator, list[int]] = defaultdict(list)
    for line in lines:
        for indicator in _PROVES.get(line.kind, ()):
            found[indicator].append(line.seq)
        if line.kind == "crisis.opened" and line.facts["reference"]:
            found[Indicator.RECOGNITION].append(line.seq)
    return {indicator: tuple(seqs) for indicator, seqs in found.items()}
