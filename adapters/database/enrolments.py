"""Members who went through their own page: when, and what they agreed to."""

from sqlalchemy import insert, update

from adapters.database.tables import enrolments
from adapters.database.unit import Act


async def confirm(act: Act, person_id: str, notice: str | None) -> None:
    """Keep that somebody confirmed what is known of them.

    Args:
        act: The act.
        person_id: Who.
        notice: The digest of the words that they agreed to; none: they did not agree.
    """
    values = {
        "confirmed_at": act.at,
        "consented_at": act.at if notice else None,
        "notice": notice,
    }
    known = await act.connection.execute(
        update(enrolments)
        .where(enrolments.c.cpts_id == act.cpts_id, enrolments.c.person_id == person_id)
        .values(values)
        .returning(enrolments.c.person_id)
    )
    if known.one_or_none() is None:
        key = {"cpts_id": act.cpts_id, "person_id": person_id}
        await act.connection.execute(insert(enrolments).values(**key, **values))
