"""What the calendar tells the coordinator once: a silent ARS, a new template."""

from acts.adoption import note_opinion
from acts.notice import post_notice
from acts.wave import SYSTEM
from adapters.database import notices, plans
from adapters.database.unit import Act
from domain import adoption, coordinator_letter
from domain.adoption import Moment
from domain.cpts import Cpts
from domain.notice import Notice, NoticeKind, NoticeOrder, Recipient
from domain.plan import plan_id_of
from domain.plan_version import VersionStatus
from domain.reference import NoticeRef
from domain.review import OWNER_OF_PLAN
from domain.shipped_template import ShippedTemplate


async def note_silence(
    act: Act, tenant: Cpts, link_key: bytes
) -> tuple[NoticeRef, ...]:
    """Note that the ARS let its time pass on the version submitted last (doubt D10).

    It adopts nothing: the bureau does. What the ARS answers later replaces it.
    """
    history = await plans.history(act.connection, act.cpts_id)
    left = [each for each in history if each.status is not VersionStatus.DRAFT]
    if not left or left[-1].opinion or left[-1].decision:
        return ()
    now, days = Moment(act.at, tenant.zone_info), tenant.knobs.ars_tacit_days
    until = adoption.answer_by(left[-1], days, now)
    if now.today <= until:
        return ()
    version = adoption.silent(left[-1], days, now)
    await note_opinion(act, version, now, SYSTEM)
    mode = tenant.knobs.ars_review_mode
    words = coordinator_letter.silence(version.number, until, mode)
    return await _told(act, tenant, f"silence-v{version.number}", words, link_key)


async def tell_new_template(
    act: Act, tenant: Cpts, newest: ShippedTemplate, link_key: bytes
) -> tuple[NoticeRef, ...]:
    """Tell that a template is newer than the one of the plan; nothing else changes."""
    words = coordinator_letter.new_template(
        act.cpts_id, newest.template_id, newest.title
    )
    topic = f"modele-{newest.template_id}"
    return await _told(act, tenant, topic, words, link_key)


async def _told(
    act: Act, tenant: Cpts, topic: str, words: Notice, link_key: bytes
) -> tuple[NoticeRef, ...]:
    """Write to the coordinator, once a topic."""
    if await notices.is_posted(act.connection, act.cpts_id, topic):
        return ()
    who = tenant.coordinator
    to = Recipient(recipient_id=OWNER_OF_PLAN, name=who.name, address=who.email)
    order = NoticeOrder(
        kind=NoticeKind.WORD,
        plan_id=plan_id_of(act.cpts_id),
        topic=topic,
        notice=words,
        to=(to,),
        expires_at=act.at,  # it holds no link
    )
    await post_notice(act, order, link_key)
    return (NoticeRef(cpts_id=act.cpts_id, topic=topic),)
