"""The plan and its files: a template read, copies printed and kept, a Word file read.

Pages and commands need the same, so it stands in neither.
"""

import asyncio
import tempfile
from functools import partial
from pathlib import Path

from acts.circulation import Circulate, circulate_plan
from acts.document import MadeDocument
from acts.plan import new_plan
from acts.plan_copy import SendCopy, send_copy
from adapters.database import plans, tenants
from adapters.templates import load_region, load_template
from adapters.word_plan import read_word
from archive import print_plan
from domain.aside import unsaid
from domain.content import Aside
from domain.errors import UnknownPlanError
from domain.plan import Plan
from domain.plan_version import PlanVersion, VersionStatus
from domain.printed_plan import Copy, PlanFormat
from domain.reference import DocumentRef
from domain.transmission import PLAN, PUBLIC_PLAN
from domain.word_plan import WordFile, proposed
from instance import DEFAULT_TEMPLATE, TEMPLATES, Instance

TITLE = "Plan de réponse aux crises sanitaires"


async def open_plan(
    instance: Instance, cpts_id: str, actor: str, template_id: str | None = None
) -> Plan:
    """Open the next working version, or bring the draft up to date.

    Args:
        instance: Whose CPTS it is.
        cpts_id: The CPTS, whose region completes the template.
        actor: Who asks.
        template_id: What the plan follows from now on; None: what its last version
            follows, or the national template.

    Raises:
        PlanError: As `acts.plan.new_plan`.
        TemplateError: There is no such template, or its region does not hold.
    """
    async with instance.database.read() as connection:
        tenant = await tenants.get(connection, cpts_id)
        try:
            last, _ = await plans.latest(connection, cpts_id)
            followed = last.template.template_id
        except UnknownPlanError:
            followed = DEFAULT_TEMPLATE.name
    template = load_template(TEMPLATES / (template_id or followed))
    region = load_region(TEMPLATES, tenant.region, template) if tenant.region else None
    return await new_plan(instance.database, cpts_id, template, actor, region)


async def send_plan(instance: Instance, order: SendCopy) -> DocumentRef:
    """Print a numbered copy of the last version that left, and put it in the post.

    Raises:
        PlanError: As `acts.plan_copy.send_copy`.
    """
    printed = partial(_keep, instance)
    return await send_copy(instance.database, order, printed, instance.keys.link_key)


async def circulate(instance: Instance, order: Circulate) -> int:
    """Print the public edition of the version in force, and write to everybody.

    Raises:
        PlanError: As `acts.circulation.circulate_plan`.
    """
    printed = partial(_keep, instance)
    key = instance.keys.link_key
    return await circulate_plan(instance.database, order, printed, key)


async def new_parts(
    instance: Instance, cpts_id: str, word: WordFile
) -> tuple[Plan, tuple[Aside, ...]]:
    """Cut a Word plan at its headings; leave out what the draft says word for word.

    The draft is compared as its own export: a file that was exported, edited and
    given back proposes what was edited.

    Raises:
        NoDraftError: The last version left already.
        UnknownCptsError: No such CPTS.
        UnknownPlanError: It has no plan.
    """
    async with instance.database.read() as connection:
        await tenants.get(connection, cpts_id)
        plan, _ = await plans.draft(connection, cpts_id)
    said = await print_plan(instance, cpts_id, PlanFormat.WORD, Copy(), plan.number)

    def cut() -> tuple[Aside, ...]:
        with tempfile.TemporaryDirectory(prefix="tocsin-") as folder:
            path = Path(folder) / "plan.docx"
            path.write_bytes(said)
            known = proposed(read_word(path), plan.template)
        return unsaid(proposed(word, plan.template), known)

    return plan, await asyncio.to_thread(cut)


async def _keep(instance: Instance, version: PlanVersion, copy: Copy) -> MadeDocument:
    """Print a copy of a version, and keep it."""
    pdf = await print_plan(
        instance, version.cpts_id, PlanFormat.PDF, copy, version.number
    )
    store = instance.documents
    waits = version.status is VersionStatus.SUBMITTED
    title = f"{TITLE}, version {version.number}{', pour avis' if waits else ''}"
    name = f"plan-{version.cpts_id}-v{version.number}"
    if copy.number is not None:
        title += f", exemplaire n° {copy.number}"
        name += f"-exemplaire-{copy.number:02}"
    return MadeDocument(
        kind=PLAN if copy.number else PUBLIC_PLAN,
        title=title,
        path=f"documents/{name}.pdf",
        sha256=await asyncio.to_thread(store.put, pdf),
    )
