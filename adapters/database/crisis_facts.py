"""All that the report and the dossier print about a crisis, read at one instant."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import (
    chronicle,
    crises,
    crisis_types,
    documents,
    figures,
    outcomes,
    plans,
    tenants,
    turnout,
    waves,
)
from adapters.database.chronicle import LogLine
from adapters.database.crises import CrisisRow
from adapters.database.tables import crises as crises_table
from domain.answer import Availability
from domain.calendar import french_instant
from domain.cpts import Cpts
from domain.crisis import Origin
from domain.figures import Figures
from domain.outcome import PartnerCounts
from domain.payment import Claim
from domain.plan import Plan
from domain.reference import CrisisRef
from domain.report import (
    CrisisFacts,
    DocumentRow,
    Indicator,
    OrderFacts,
    Seal,
    Timings,
)
from domain.turnout import (
    AlertCounts,
    FirstAnswer,
    NeedRow,
    by_group,
    curve,
    unconfirmed,
)
from domain.wave import PARTNERS_WAVE
from domain.wording import (
    AUTHORITY_LABELS,
    CHANNEL_LABELS,
    KINETIC_LABELS,
    giver_label,
)

_NO_ZONE = "hors zone"


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
    lines = await chronicle.log_of(connection, ref.cpts_id, (ref.crisis_id,))
    of_plan = await chronicle.log_of(connection, ref.cpts_id, (crisis.plan_id,))
    said, proofs = crisis.activation, chronicle.proofs(lines)
    proofs |= chronicle.proofs_of_plan(of_plan, crisis.plan_sha256)
    return CrisisFacts(
        **_about_cpts(tenant),
        **_about_figures(numbers, plan),
        **await _about_types(connection, ref, plan),
        **await _about_people(connection, crisis, plan, lines),
        crisis_id=ref.crisis_id,
        kinetic=KINETIC_LABELS[crisis.kinetic],
        exercise=said.exercise,
        pace=said.pace,
        order=_order(crisis),
        t0=crisis.t0,
        lifted_at=crisis.lifted_at,
        lifted_by=_lifter(crisis),
        cancelled_at=crisis.cancelled_at,
        plan_version=crisis.plan_number,
        plan_sha256=crisis.plan_sha256,
        cards=await outcomes.cards_of(connection, crisis, plan, now),
        timeline=chronicle.timeline(lines, _contacts(tenant)),
        contributions=await outcomes.contributions_of(connection, ref, plan),
        missions=await outcomes.missions_of(connection, ref),
        partners=_partners(numbers, plan),
        places=await outcomes.places_of(connection, crisis, plan, now),
        situation_reports=await outcomes.reports_of(connection, ref),
        difficulties=await outcomes.difficulties_of(connection, ref),
        claim=await _claim(connection, crisis, tenant),
        documents_sent=await _sent(connection, ref, tenant),
        authority_replies=len(proofs.get(Indicator.REPLIES, ())),
        proofs=proofs,
        seal=Seal(
            size=numbers.evidence.entries,
            root=numbers.evidence.root,
            key_fingerprint=fingerprint,
        ),
        made_at=now,
    )


async def _about_types(
    connection: AsyncConnection, ref: CrisisRef, plan: Plan
) -> dict[str, Any]:
    """Name the types and scenarios, those added or removed in flight as well."""
    rows = await crisis_types.of_crisis(connection, ref)
    sheets = [(plan.template.type_sheet(row.type), row.scenarios) for row in rows]
    return {
        "types": tuple(sheet.label for sheet, _ in sheets),
        "scenarios": tuple(
            sheet.scenario(code).label for sheet, codes in sheets for code in codes
        ),
    }


async def _about_people(
    connection: AsyncConnection,
    crisis: CrisisRow,
    plan: Plan,
    lines: Iterable[LogLine],
) -> dict[str, Any]:
    ref = CrisisRef(cpts_id=crisis.cpts_id, crisis_id=crisis.crisis_id)
    asking = turnout.requests(await waves.of_crisis(connection, ref))
    parts = await turnout.parts(connection, ref)
    people = await turnout.people(connection, ref, asking, (p.person_id for p in parts))
    labels = _profession_labels(plan)
    left_at = {wave.wave: wave.leaves_at for wave in asking}
    answers = tuple(
        FirstAnswer(
            delay=(line.at - left_at[line.facts["wave"]]) * crisis.activation.pace,
            offers_help=Availability(line.facts["answer"]).offers_help,
        )
        for line in lines
        if line.kind == "answer"
        and line.facts["wave"] in left_at
        and not line.facts["changed"]
    )
    return {
        "professions": by_group(((labels[p.profession], p) for p in people), parts),
        "by_zone": by_group(((p.zone or _NO_ZONE, p) for p in people), parts),
        "unconfirmed": len(unconfirmed(parts)),
        "curve": curve(answers) if asking else (),
    }


async def _claim(connection: AsyncConnection, crisis: CrisisRow, tenant: Cpts) -> Claim:
    """Say what the expected amount depends on, in days of the CPTS."""
    row = crises_table.c
    others = await connection.execute(
        select(row.t0).where(
            row.cpts_id == crisis.cpts_id,
            row.crisis_id != crisis.crisis_id,
            row.exercise.is_(False),
            row.pace == 1,
            row.reference.is_not(None),
            row.cancelled_at.is_(None),
        )
    )

    def day(at: datetime) -> date:
        return at.astimezone(tenant.zone_info).date()

    return Claim(
        size=tenant.size,
        population=tenant.population,
        activated_on=day(crisis.t0),
        recognised_on=crisis.confirmed_at and day(crisis.confirmed_at),
        lifted_on=crisis.lifted_at and day(crisis.lifted_at),
        anniversary_on=tenant.anniversary_on or tenant.contract_on,
        mission_4_on=tenant.mission_4_on,
        others_on=tuple(sorted(day(at) for at in others.scalars())),
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


def _partners(numbers: Figures, plan: Plan) -> PartnerCounts | None:
    """Count the partners told; None when the plan tells none."""
    if numbers.partners is not None:
        return PartnerCounts.model_validate(numbers.partners.model_dump())
    codes = {wave.code for wave in plan.template.waves}
    return PartnerCounts() if PARTNERS_WAVE in codes else None


def _seconds(number: float | None) -> timedelta | None:
    return None if number is None else timedelta(seconds=number)


def _profession_labels(plan: Plan) -> dict[str, str]:
    return {each.code: each.label for each in plan.template.professions}


def _lifter(crisis: CrisisRow) -> str | None:
    if crisis.lifted_at is None:
        return None
    who = crisis.lifted_by
    return AUTHORITY_LABELS[who] if who else "présidence de la CPTS"


def _order(crisis: CrisisRow) -> OrderFacts:
    said = crisis.activation
    return OrderFacts(
        authority=giver_label(said),
        acting_for=said.acting_for or None,
        caller_function=said.caller_function or None,
        channel=CHANNEL_LABELS[said.channel],
        received_at=said.received_at,
        called_back_at=crisis.called_back_at,
        local_initiative=said.origin is Origin.LOCAL,
        written_reference=crisis.reference,
        confirmed_at=crisis.confirmed_at,
        confirmed_by=crisis.confirmed_by and AUTHORITY_LABELS[crisis.confirmed_by],
        perimeter=said.perimeter,
        mission=said.mission,
    )


def _contacts(tenant: Cpts) -> dict[str, str]:
    return {contact.code: contact.name for contact in tenant.authorities}


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
