"""Situation reports: counted and written, validated by the pilot, sent to the ARS."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from acts.document import MadeDocument, keep, post
from acts.report_proof import prove_sending
from adapters.database import (
    crises,
    plans,
    situation_facts,
    situation_reports,
    tenants,
    workbooks,
)
from adapters.database.situation_reports import SituationRow
from adapters.database.unit import Act, Database
from adapters.database.workbooks import Workbook
from domain.calendar import paced
from domain.errors import (
    NoSituationReportError,
    NotValidatedError,
    UnknownIndicatorError,
)
from domain.ledger import instant
from domain.plan import Plan
from domain.reference import CrisisRef, DocumentRef
from domain.situation import (
    VALIDATOR,
    Count,
    IndicatorRow,
    ReportTexts,
    Said,
    SituationReport,
)


class PrepareReport(BaseModel):
    """What the cell writes in the report being prepared; the rest is counted."""

    model_config = ConfigDict(
        frozen=True, str_strip_whitespace=True, hide_input_in_errors=True
    )

    ref: CrisisRef
    texts: dict[str, Said] = Field(default_factory=dict)  # by field of ReportTexts
    indicators: dict[str, Count] = Field(default_factory=dict)
    next_at: datetime | None = None  # as agreed with the ARS
    actor: str


async def prepare_report(
    database: Database, order: PrepareReport, fingerprint: str
) -> SituationReport:
    """Count the facts again and write the texts; the same report until it is sent.

    Args:
        database: The facts.
        order: What the cell writes.
        fingerprint: Of the key that signs the ledger, printed on documents.

    Raises:
        PatientDataError: A text holds a patient's identity.
        UnknownCrisisError: No such crisis.
        UnknownIndicatorError: The types of the crisis have no such indicator.
    """
    ref = order.ref
    async with database.act(ref.cpts_id) as act:
        crisis = await crises.lock(act, ref.crisis_id)
        plan = await plans.frozen(act.connection, crisis)
        rows = await situation_reports.of_crisis(act.connection, ref)
        numbers = await situation_facts.counted(
            act.connection, crisis, fingerprint, act.at
        )
        due_at = await situation_reports.next_due(act.connection, ref)
        before = rows[-1] if rows else None
        if before and before.sent_at is None:
            number, texts, typed = before.number, before.content.texts, before.content
        else:
            number, typed = len(rows) + 1, None
            texts = before.content.texts.carried() if before else ReportTexts()
        counted = numbers.pop("indicators")
        every = plan.template.situation_report.every.of(crisis.kinetic)
        following = act.at + paced(every, crisis.activation.pace) if due_at else None
        agreed = typed.agreed_at if typed else None
        report = SituationReport(
            **numbers,
            number=number,
            written_by=_role(plan, order.actor),
            texts=texts.rewritten(order.texts),
            indicators=_indicators(counted, order.indicators, typed),
            agreed_at=order.next_at or agreed,
            next_at=order.next_at or agreed or following,
        )
        await situation_reports.keep(act, report, due_at or act.at)
    return report


def _role(plan: Plan, code: str) -> str:
    labels = {role.code: role.label for role in plan.template.roles}
    return labels.get(code, code)


def _indicators(
    counted: Iterable[IndicatorRow],
    typed: Mapping[str, int],
    before: SituationReport | None,
) -> tuple[IndicatorRow, ...]:
    """Put what the cell typed in the place of what was counted."""
    rows = {row.name: row for row in counted}
    for name in typed:
        if name not in rows:
            raise UnknownIndicatorError(name=name, known=", ".join(rows))
    kept = {r.name: r for r in before.indicators if r.typed} if before else {}
    said = {n: IndicatorRow(name=n, value=v, typed=True) for n, v in typed.items()}
    return tuple({**rows, **kept, **said}.values())


async def validated_report(
    database: Database, ref: CrisisRef, actor: str
) -> SituationReport:
    """Give the report in hand as the pilot validates it: what is printed and sent.

    Raises:
        NoSituationReportError: None is being prepared.
        NotValidatedError: Whoever validates is not the pilot.
        UnknownCrisisError: No such crisis.
    """
    if actor != VALIDATOR:
        raise NotValidatedError(role=VALIDATOR)
    async with database.read() as connection:
        crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
        plan = await plans.frozen(connection, crisis)
        row = await situation_reports.in_hand(connection, ref)
    return row.content.model_copy(update={"validated_by": _role(plan, actor)})


class SendReport(BaseModel):
    """A validated report, and what was made of it."""

    model_config = ConfigDict(frozen=True)

    ref: CrisisRef
    report: SituationReport
    document: MadeDocument
    workbook: MadeDocument | None = None
    actor: str


async def send_situation(
    database: Database, order: SendReport, link_key: bytes
) -> DocumentRef:
    """Keep what was made of a report, and put it in the post to the ARS; once.

    Raises:
        NoSituationReportError: It was sent, or prepared again, meanwhile.
        UnknownCrisisError: No such crisis.
    """
    ref, report = order.ref, order.report
    async with database.act(ref.cpts_id) as act:
        crisis = await crises.lock(act, ref.crisis_id)
        row = await situation_reports.in_hand(act.connection, ref)
        if row.content.made_at != report.made_at:
            raise NoSituationReportError(crisis=ref.crisis_id)
        document = await keep(act, ref, order.document)
        workbook = await keep(act, ref, order.workbook) if order.workbook else None
        made = {
            "document_id": document.document_id,
            "workbook_id": workbook.document_id if workbook else None,
        }
        await situation_reports.mark_sent(act, report, made)
        await post(act, document, order.actor, link_key)
        _note_sent(act, order, row)
        await prove_sending(act, crisis, report, order.actor)
    return document


def _note_sent(act: Act, order: SendReport, row: SituationRow) -> None:
    report = order.report
    act.note(
        "sitrep.sent",
        about=order.ref.crisis_id,
        actor=order.actor,
        facts={
            "number": report.number,
            "due_at": instant(row.due_at),
            "late": act.at > row.due_at,
            "next_at": instant(report.next_at) if report.next_at else None,
            "sha256": order.document.sha256,
        },
    )


async def keep_workbook(
    database: Database, cpts_id: str, workbook: Workbook, actor: str
) -> None:
    """Keep the Excel of an authority and its mapping: reports fill it from now on.

    Raises:
        UnknownCptsError: No such CPTS.
    """
    async with database.act(cpts_id) as act:
        await tenants.get(act.connection, cpts_id)
        await workbooks.keep(act, workbook)
        act.note(
            "workbook.kept",
            about=cpts_id,
            actor=actor,
            facts={
                "contact": workbook.contact,
                "sha256": workbook.sha256,
                "numbers": sorted(workbook.mapping),
            },
        )
