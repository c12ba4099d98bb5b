"""The documents of a crisis and of a plan put together."""

import asyncio
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from activities.filing import Filing
from acts import plan_printing
from acts.document import (
    MadeDocument,
    file_document,
    file_dossier,
    keep_pack,
    send_report,
)
from acts.plan_printing import PlanPress, PrintPlan
from acts.recognition import AskRecognition, ask_recognition
from acts.situation import SendReport, send_situation, validated_report
from adapters.ars_workbook import filled
from adapters.database import (
    chronicle,
    crises,
    crisis_facts,
    documents,
    ledger,
    plans,
    tenants,
    workbooks,
)
from adapters.database.crises import CrisisRow
from adapters.database.workbooks import Workbook
from adapters.documents import DocumentStore
from adapters.pack import PackContent, Proof, pack_bytes
from adapters.payment_file import load_variable_part
from adapters.pdf import PdfPress
from adapters.plan_page import PlanPagePress
from adapters.word_press import render_word
from domain import recognition_letter
from domain.payment import Expected, VariablePart, expected
from domain.printed_plan import Copy, PlanFormat
from domain.recognition import LETTER_KIND
from domain.reference import CrisisRef, DocumentRef
from domain.report import CrisisFacts, DocumentRow, EntryRow
from domain.situation import SituationReport
from domain.situation_numbers import numbers
from domain.transmission import RECEIVER
from instance import TEMPLATES, Instance

REPORT, DOSSIER = "RAPPORT", "DOSSIER"
SITUATION, WORKBOOK = "POINT_DE_SITUATION", "TABLEUR_ARS"
SENT = frozenset({REPORT, LETTER_KIND, SITUATION, WORKBOOK})  # that a pack holds
SHOWN_FIELDS = frozenset({"caller", "caller_function"})  # none about members


@dataclass(frozen=True)
class CrisisPicture:
    """What the documents of a crisis print, read at one instant."""

    facts: CrisisFacts
    documents: tuple[DocumentRow, ...]
    entries: tuple[EntryRow, ...]
    expected: Expected | None


@dataclass(frozen=True)
class CrisisArchive:
    """Keeps the documents of a crisis under their hash, and says so in the ledger."""

    instance: Instance
    store: DocumentStore
    money: VariablePart

    async def read(self, ref: CrisisRef) -> CrisisPicture:
        """Read what the documents of a crisis print.

        Raises:
            UnknownCrisisError: No such crisis.
        """
        database = self.instance.database
        async with database.read() as connection:
            facts = await crisis_facts.read(
                connection, ref, self.instance.signer.fingerprint, database.now()
            )
            lines = await chronicle.log_of(
                connection, ref.cpts_id, await _abouts(connection, ref)
            )
            made = await documents.of_crisis(connection, ref)
        return CrisisPicture(
            facts=facts,
            documents=tuple(
                DocumentRow(title=row.title, sha256=row.sha256)
                for row in made
                if row.kind in SENT
            ),
            entries=chronicle.entry_rows(lines),
            expected=expected(self.money, facts.claim) if facts.claim else None,
        )

    async def keep_report(self, ref: CrisisRef, pdf: bytes) -> DocumentRef:
        """Keep the report; the same bytes are noted once."""
        made = MadeDocument(
            kind=REPORT,
            title="Compte rendu de crise",
            path=f"documents/compte-rendu-{ref.crisis_id}.pdf",
            sha256=await asyncio.to_thread(self.store.put, pdf),
        )
        return await file_document(self.instance.database, ref, made)

    async def keep_dossier(self, ref: CrisisRef, pdf: bytes) -> int:
        """Keep the dossier as the last entry of a signed tree; give the tree's size."""
        made = MadeDocument(
            kind=DOSSIER,
            title="Dossier de la part variable",
            path="dossier.pdf",
            sha256=await asyncio.to_thread(self.store.put, pdf),
        )
        database = self.instance.database
        async with database.read() as connection:
            abouts = await _abouts(connection, ref)
        return await file_dossier(database, ref, made, abouts)

    async def pack(self, ref: CrisisRef, pdf: bytes, size: int) -> str:
        """Build the pack of a tree of this size around its dossier; give its hash."""
        content = await self._content(ref, pdf, size)
        made = await asyncio.to_thread(pack_bytes, content)
        sha256 = await asyncio.to_thread(self.store.put, made)
        await keep_pack(self.instance.database, ref, sha256, size)
        return sha256

    async def _content(self, ref: CrisisRef, pdf: bytes, size: int) -> PackContent:
        async with self.instance.database.read() as connection:
            entries = [
                line
                for about in await _abouts(connection, ref)
                for line in await ledger.entries_about(
                    connection, ref.cpts_id, about, size
                )
            ]
            entries.sort(key=lambda line: line.seq)
            seqs = [line.seq for line in entries]
            paths = await ledger.inclusion_proofs(connection, ref.cpts_id, seqs, size)
            shown = [
                opening
                for opening in await ledger.openings(connection, ref.cpts_id, seqs)
                if opening.field in SHOWN_FIELDS
            ]
            note = await ledger.note_at(connection, ref.cpts_id, size)
            reports = [
                row
                for row in await documents.of_crisis(connection, ref)
                if row.kind in SENT
            ]
        return PackContent(
            cpts_id=ref.cpts_id,
            about=ref.crisis_id,
            dossier=pdf,
            entries=entries,
            openings=shown,
            proofs=[Proof(s, p) for s, p in zip(seqs, paths, strict=True)],
            checkpoint=note or "",
            vkey=self.instance.signer.vkey,
            documents={row.filename: self.store.get(row.sha256) for row in reports},
        )


async def print_letter(instance: Instance, crisis: CrisisRow) -> bytes:
    """Print the letter that asks the ARS to recognise a crisis in writing."""
    database = instance.database
    async with database.read() as connection:
        facts = await crisis_facts.read(
            connection, crisis.ref, instance.signer.fingerprint, database.now()
        )
        plan = await plans.frozen(connection, crisis)
        tenant = await tenants.get(connection, crisis.cpts_id)
    (sheet,) = (s for s in plan.template.letters if s.code == recognition_letter.LETTER)
    letter = recognition_letter.letter(sheet, crisis.activation, facts, tenant)
    press = PdfPress(TEMPLATES / "documents")
    return await asyncio.to_thread(press.render_letter, facts, letter)


async def print_plan(
    instance: Instance, cpts_id: str, form: PlanFormat, copy: Copy, number: int | None
) -> bytes:
    """Print one copy of a version of the plan, of the last one if none is named.

    Raises:
        PlanError: There is no such CPTS, plan or version.
    """
    order = PrintPlan(cpts_id, form, copy, number)
    press = plan_press(instance)
    return await plan_printing.print_plan(instance.database, order, press)


def plan_press(instance: Instance) -> PlanPress:
    """Put together what prints a plan."""
    press = PdfPress(TEMPLATES / "documents")
    return PlanPress(
        plans={
            PlanFormat.PDF: press.render_plan,
            PlanFormat.CARDS: press.render_cards,
            PlanFormat.WORD: render_word,
            PlanFormat.HTML: PlanPagePress(TEMPLATES).render,
        },
        summary=press.render_summary,
        fingerprint=instance.signer.fingerprint,
    )


async def keep_letter(
    instance: Instance, crisis: CrisisRow, actor: str, pdf: bytes
) -> DocumentRef:
    """Keep the letter, and put it in the post.

    Raises:
        PlanError: Nothing is to be asked, or it is asked already.
    """
    store = instance.documents
    made = MadeDocument(
        kind=LETTER_KIND,
        title="Demande de reconnaissance écrite",
        path=f"documents/demande-de-reconnaissance-{crisis.crisis_id}.pdf",
        sha256=await asyncio.to_thread(store.put, pdf),
    )
    order = AskRecognition(**crisis.ref.model_dump(), actor=actor, made=made)
    return await ask_recognition(instance.database, order, instance.keys.link_key)


async def _abouts(connection: AsyncConnection, ref: CrisisRef) -> tuple[str, ...]:
    crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
    return (ref.crisis_id, crisis.plan_id, ref.cpts_id)


async def send_report_in_hand(
    instance: Instance, ref: CrisisRef, actor: str
) -> DocumentRef:
    """Print the situation report in hand, fill the ARS's own Excel, post both.

    Raises:
        NoSituationReportError: None is being prepared.
        NotValidatedError: Whoever validates is not the pilot.
        UnknownCrisisError: No such crisis.
        WorkbookError: The Excel kept for the ARS cannot be filled any more.
    """
    report = await validated_report(instance.database, ref, actor)
    async with instance.database.read() as connection:
        workbook = await workbooks.find(connection, ref.cpts_id, RECEIVER)
    store = instance.documents
    press = PdfPress(TEMPLATES / "documents")
    pdf = await asyncio.to_thread(press.render_situation, report)
    name = f"point-de-situation-{ref.crisis_id}-{report.number:02}"
    order = SendReport(
        ref=ref,
        report=report,
        document=MadeDocument(
            kind=SITUATION,
            title=report.title,
            path=f"documents/{name}.pdf",
            sha256=await asyncio.to_thread(store.put, pdf),
        ),
        workbook=workbook and await _filled(store, workbook, report, name),
        actor=actor,
    )
    return await send_situation(instance.database, order, instance.keys.link_key)


async def _filled(
    store: DocumentStore, workbook: Workbook, report: SituationReport, name: str
) -> MadeDocument:
    """Fill a copy of the ARS's own Excel with the numbers of a report."""
    own = store.get(workbook.sha256)
    copy = await asyncio.to_thread(
        filled, workbook.name, own, workbook.mapping, numbers(report)
    )
    return MadeDocument(
        kind=WORKBOOK,
        title=f"{report.title}, tableur de l'ARS",
        path=f"documents/{name}.xlsx",
        sha256=await asyncio.to_thread(store.put, copy),
    )


def filing(instance: Instance) -> Filing:
    """Put together what files a crisis: for the worker, and for `evidence pack`."""
    archive = CrisisArchive(
        instance,
        instance.documents,
        load_variable_part(TEMPLATES / "part-variable.yaml"),
    )
    return Filing(
        read=archive.read,
        press=PdfPress(TEMPLATES / "documents"),
        archive=archive,
        send_report=lambda ref: send_report(
            instance.database, ref, instance.keys.link_key
        ),
    )
