"""A second version of a plan, to be compared with its first."""

from datetime import date

from adapters.database import plans
from adapters.database.unit import Database
from domain.card_editing import disable_card, edit_card
from domain.card_field import with_fields
from domain.content import Change, ChangeOrigin, Reading, SectionContent
from domain.plan import Plan

ON = date(2026, 11, 22)


def rewritten(plan: Plan) -> Plan:
    """The next version: a shorter delay, a card disabled, a section only read."""
    card = plan.template.card("T1-02")
    delay = '{"rapide":"PT20M","lente":"PT4H"}'
    shorter = with_fields(card, {"echeance": delay})
    edited = edit_card(plan, shorter, "Le SAMU le demande")
    gone = disable_card(edited, "T1-15", "Tenue par le SDIS")
    told = Change(
        section_id="SEC-16",
        target="T1-02.echeance",
        origin=ChangeOrigin.PARTNER,
        author="REFERENT_SSE",
        on=ON,
        detail="Le SAMU le demande",
    )
    reader = plan.holders[0].person_id
    read = Reading(person_id=reader, role=plan.holders[0].role, on=ON)
    section = SectionContent(section_id="SEC-08", reading=read)
    others = tuple(s for s in gone.sections if s.section_id != "SEC-08")
    return gone.model_copy(
        update={
            "number": plan.number + 1,
            "changes": (told,),
            "sections": (*others, section),
        }
    )


async def add_next(database: Database, cpts_id: str) -> None:
    """Write the next version beside the last one, then one that changes nothing."""
    async with database.act(cpts_id) as act:
        plan, _ = await plans.latest(act.connection, cpts_id)
        after = rewritten(plan)
        same = after.model_copy(update={"number": after.number + 1, "changes": ()})
        await plans.add(act, after)
        await plans.add(act, same)
