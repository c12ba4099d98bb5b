"""« Reprendre ces mots »: what an owner says changes, written in their section."""

from pydantic import BaseModel, ConfigDict

from acts.section import EditSection, edit_section
from adapters.database import plans, reviews, tenants
from adapters.database.unit import Database
from domain.aside import joined
from domain.content import ChangeOrigin
from domain.review import OWNER_OF_PLAN, TaskKind
from domain.review_errors import UnknownTaskError
from domain.section_edit import form_of
from domain.word_plan import placed


class TakeWords(BaseModel):
    """The order to write in the draft what somebody answered about their section."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    period: str
    task_id: str
    field: str = ""  # none: the only one of the section that is written in words
    nonce: str = ""  # of the form


async def take_words(database: Database, order: TakeWords) -> str:
    """Put the words after what the field says, by their author; give the field.

    A section that says them already is left as it is.

    Raises:
        ChangedMeanwhileError: Somebody saved the draft at the same instant.
        FormAlreadyPostedError: The same form was posted before.
        MisplacedPartError: The field takes a table.
        NoDraftError: The last version left already.
        RefusedSectionError: The field may not say that.
        UnknownFieldError: The section has no such field, or several to choose from.
        UnknownTaskError: Nobody answered that in words about a section.
    """
    async with database.read() as connection:
        await tenants.get(connection, order.cpts_id)
        plan, standing = await plans.draft(connection, order.cpts_id)
        asked = await reviews.tasks(connection, order.cpts_id, order.period)
    found = (t for t in asked if t.task_id == order.task_id)
    task = next((t for t in found if t.kind is TaskKind.SECTION), None)
    if task is None or task.words is None:
        raise UnknownTaskError(task=order.task_id)
    form, said = form_of(plan, task.subject), plan.section(task.subject)
    only = form.written[0].name if len(form.written) == 1 else ""
    field = order.field or only
    value = placed(form, field, task.words)
    if said.says(task.words):
        return field
    edit = EditSection(
        cpts_id=order.cpts_id,
        section_id=task.subject,
        number=standing.number,
        revision=standing.revision,
        nonce=order.nonce,
        values={field: joined(said.value(field), value)},
        author=task.role or OWNER_OF_PLAN,
        origin=ChangeOrigin.REVIEW,
        detail=f"Revue {order.period}",
    )
    await edit_section(database, edit)
    return field
