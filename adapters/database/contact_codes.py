"""Codes on their way: the last one sent to each address, by its digest."""

from collections.abc import Collection
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, and_, delete, func, insert, select

from adapters.database.tables import contact_codes, people
from adapters.database.unit import Act
from domain.reach import Medium


class SentCode(BaseModel):
    """The last code sent to an address."""

    model_config = ConfigDict(
        frozen=True, from_attributes=True, hide_input_in_errors=True
    )

    address: str
    number: int  # of the letter
    sent_today: int
    code_hash: bytes
    sent_at: datetime
    tries: int


async def of(act: Act, person_id: str, medium: Medium) -> SentCode | None:
    """Give the last code sent there, if one was."""
    found = await act.connection.execute(
        select(contact_codes).where(_same(act, person_id, medium))
    )
    row = found.one_or_none()
    return None if row is None else SentCode.model_validate(row)


async def sent_since(act: Act, address: str, since: datetime) -> int:
    """Count the codes sent to an address since then, whoever asked for them."""
    found = await act.connection.execute(
        select(func.coalesce(func.sum(contact_codes.c.sent_today), 0)).where(
            contact_codes.c.cpts_id == act.cpts_id,
            contact_codes.c.address == address,
            contact_codes.c.sent_at >= since,
        )
    )
    return int(found.scalar_one())


async def forget_strangers(act: Act, before: datetime) -> None:
    """Forget where strangers who asked from a poster wanted their code."""
    ours = select(people.c.person_id).where(people.c.cpts_id == act.cpts_id)
    await act.connection.execute(
        delete(contact_codes).where(
            contact_codes.c.cpts_id == act.cpts_id,
            contact_codes.c.sent_at < before,
            contact_codes.c.person_id.not_in(ours),
        )
    )


async def forget(act: Act, person_ids: Collection[str]) -> None:
    """Forget where codes went for some people."""
    await act.connection.execute(
        delete(contact_codes).where(
            contact_codes.c.cpts_id == act.cpts_id,
            contact_codes.c.person_id.in_(person_ids),
        )
    )


async def keep(act: Act, person_id: str, medium: Medium, sent: SentCode) -> None:
    """Keep a code in place of the one before."""
    await act.connection.execute(
        delete(contact_codes).where(_same(act, person_id, medium))
    )
    key = {"cpts_id": act.cpts_id, "person_id": person_id, "medium": medium}
    await act.connection.execute(
        insert(contact_codes).values(**key, **sent.model_dump())
    )


async def spend(act: Act, person_id: str, medium: Medium, sent: SentCode) -> None:
    """Say that a code was used: it opens nothing more."""
    spent = sent.model_copy(update={"code_hash": b""})
    await keep(act, person_id, medium, spent)


def _same(act: Act, person_id: str, medium: Medium) -> ColumnElement[bool]:
    return and_(
        contact_codes.c.cpts_id == act.cpts_id,
        contact_codes.c.person_id == person_id,
        contact_codes.c.medium == medium,
    )
