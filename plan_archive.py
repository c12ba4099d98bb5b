"""Copies of the plan put together: printed, kept under their hash, ready to be sent.

Pages and commands need the same, so it stands in neither.
"""

import asyncio
from functools import partial

from acts.circulation import Circulate, circulate_plan
from acts.document import MadeDocument
from acts.plan_copy import SendCopy, send_copy
from adapters.documents import DocumentStore
from archive import print_plan
from domain.plan_version import PlanVersion, VersionStatus
from domain.printed_plan import Copy, PlanFormat
from domain.reference import DocumentRef
from domain.transmission import PLAN, PUBLIC_PLAN
from instance import Instance

TITLE = "Plan de réponse aux crises sanitaires"


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


async def _keep(instance: Instance, version: PlanVersion, copy: Copy) -> MadeDocument:
    """Print a copy of a version, and keep it."""
    pdf = await print_plan(
        instance, version.cpts_id, PlanFormat.PDF, copy, version.number
    )
    store = DocumentStore(instance.settings.data_dir / "documents")
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
