"""What a batch says, read from what the crisis froze."""

from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import (
    crises,
    deliveries,
    documents,
    notices,
    plans,
    seal,
    tenants,
    waves,
)
from adapters.database.crises import CrisisRow
from adapters.database.deliveries import BatchRow
from adapters.database.documents import DocumentRow
from domain.authority import Authority
from domain.calendar import french_day, french_hour
from domain.contact import readable
from domain.cpts import Cpts
from domain.dispatch import BatchRef
from domain.letter import (
    MessageKind,
    NoticeText,
    Offer,
    TransmissionKind,
    TransmissionText,
    WaveText,
)
from domain.notice import NoticeKind
from domain.plan import Plan
from domain.plan_version import VersionStatus
from domain.reference import DocumentRef, WaveRef

_OUR_OWN = (MessageKind.SEATED, MessageKind.CALLED_OFF, MessageKind.PARTNER_END)
_HELP = "CPTS {cpts} DANGER : {qui}, signale un besoin d'aide. Appelez maintenant."
_WITH_BUTTONS_OF_THEIR_OWN = (MessageKind.SURVEY, MessageKind.PARTNER)  # their pages


async def of_batch(
    connection: AsyncConnection, ref: BatchRef, sender: str
) -> WaveText | TransmissionText | NoticeText:
    """Give what is the same for everybody in a batch.

    Raises:
        UnknownBatchError: There is no such batch.
    """
    batch = await deliveries.batch(connection, ref)
    tenant = await tenants.get(connection, ref.cpts_id)
    head = _letterhead(tenant, sender)
    if batch.topic is not None:
        notice = await notices.said(connection, ref)
        kind = NoticeKind(batch.message)
        head["exercise"] = kind is NoticeKind.TEST
        head["may_be_left"] = kind.may_be_left
        return NoticeText.model_validate(head | notice.model_dump())
    if batch.wave is None:
        return await _transmission_text(connection, head, batch, tenant)
    crisis = await crises.get(connection, ref.cpts_id, batch.crisis_id)
    plan = await plans.frozen(connection, crisis)
    head["exercise"] = crisis.activation.exercise
    wave = await waves.get(
        connection, WaveRef(**crisis.ref.model_dump(), wave=batch.wave)
    )
    if batch.message not in _WITH_BUTTONS_OF_THEIR_OWN:
        head["offers"] = offers(plan, wave.answers)
        head["keys"] = plan.template.voice.keys(wave.answers)
    head["says"] = wave.says
    if batch.message == MessageKind.REMINDER:
        head["since"] = french_hour(wave.leaves_at, tenant.zone_info)
        head["repeats"] = wave.message
    return _wave_text(head, batch, (crisis, tenant, plan))


def _letterhead(tenant: Cpts, sender: str) -> dict[str, object]:
    return {
        "cpts_name": tenant.name,
        "cpts_short": tenant.short_name,
        "sender": sender,
        "coordinator": tenant.coordinator.name,
        "reply_to": tenant.coordinator.email,
        "phone": readable(tenant.coordinator.phone),
        "fictitious": tenant.fictitious,
    }


def offers(plan: Plan, codes: tuple[str, ...]) -> tuple[Offer, ...]:
    """Give the answers of a wave with their buttons, in the order of the wave."""
    known = {sheet.code: sheet for sheet in plan.template.answers}
    sheets = (known[code] for code in codes if code in known)
    return tuple(
        Offer.model_validate(
            {
                "answer": sheet.code,
                "button": sheet.button,
                "precisions": sheet.details,
            }
        )
        for sheet in sheets
        if sheet.button
    )


def _message(plan: Plan, kind: str) -> str:
    """Give the sentence of the plan for a message; some have that of the pages.

    The plan asks that the leader of the cell be called, and has no words for it.
    """
    if kind == MessageKind.HELP:
        return _HELP
    if kind in _OUR_OWN:
        return plan.template.pages.before_mission
    return plan.template.message(kind).text


def _wave_text(
    head: dict[str, object], batch: BatchRow, known: tuple[CrisisRow, Cpts, Plan]
) -> WaveText:
    crisis, tenant, plan = known
    said = crisis.activation
    at, giver, of_giver = said.received_at, said.giver, said.of_giver
    ends = batch.message in {MessageKind.LIFTED, MessageKind.PARTNER_END}
    if ends and crisis.lifted_at:
        at = crisis.lifted_at
        if crisis.lifted_by:  # none: our presidency ends what it began
            lifter = Authority(crisis.lifted_by)
            giver, of_giver = lifter.label, lifter.of_label
    return WaveText.model_validate(
        head
        | {
            "kind": batch.message,
            "message": _message(plan, batch.message),
            "scenario": plan.template.scenarios_of(said.types)[0].short,
            "place": said.place,
            "authority": giver,
            "of_authority": of_giver,
            "day": french_day(at, tenant.zone_info),
            "hour": french_hour(at, tenant.zone_info),
            "perimeter": said.perimeter,
            "mission": said.mission,
        }
    )


async def _transmission_text(
    connection: AsyncConnection,
    head: dict[str, object],
    batch: BatchRow,
    tenant: Cpts,
) -> TransmissionText:
    ref = DocumentRef(cpts_id=tenant.cpts_id, document_id=batch.document_id or "")
    document = await documents.get(connection, ref)
    posted = await documents.transmission(connection, ref)
    receiver = tenant.contact(posted.contact)
    sealed = await seal.evidence(connection, ref.cpts_id)
    return TransmissionText.model_validate(
        head
        | await _told_of(connection, document, tenant)
        | {
            "kind": TransmissionKind(batch.message),
            "title": document.title,
            "filename": document.filename,
            "beside": await documents.beside(connection, ref),
            "authority": receiver.name if receiver else posted.contact,
            "sent_on": french_day(document.made_at, tenant.zone_info),
            "sha256": document.sha256,
            "ledger_size": sealed.entries,
            "ledger_root": sealed.root,
        }
    )


async def _told_of(
    connection: AsyncConnection, document: DocumentRow, tenant: Cpts
) -> dict[str, object]:
    """Say what a document tells of: a version of the plan, or a crisis."""
    if document.plan_number is not None:
        version = await plans.version_row(
            connection, tenant.cpts_id, document.plan_number
        )
        waits = version.status is VersionStatus.SUBMITTED
        return {"about": "", "of_plan": True, "opinion_wanted": waits}
    crisis = await crises.get(connection, tenant.cpts_id, document.crisis_id)
    plan = await plans.frozen(connection, crisis)
    said = crisis.activation
    short = plan.template.scenarios_of(said.types)[0].short
    return {"about": f"{short}, {said.place}", "exercise": said.exercise}
