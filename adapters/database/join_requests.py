"""Requests to be enrolled, made from the page of a poster."""

from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database.tables import join_requests
from adapters.database.unit import Act
from domain.contact_errors import UnknownJoinRequestError
from domain.join import JoinForm, JoinRequest, JoinState


async def add(act: Act, request_id: str, said: JoinForm) -> None:
    """Keep a request whose code is on its way."""
    await act.connection.execute(
        insert(join_requests).values(
            cpts_id=act.cpts_id,
            request_id=request_id,
            asked_at=act.at,
            state=JoinState.ASKED,
            content=said.model_dump(mode="json"),
        )
    )


async def forget_unproved(act: Act, before: datetime) -> tuple[str, ...]:
    """Forget the requests whose code was never typed; say which they were."""
    gone = await act.connection.execute(
        delete(join_requests)
        .where(
            join_requests.c.cpts_id == act.cpts_id,
            join_requests.c.state == JoinState.ASKED,
            join_requests.c.asked_at < before,
        )
        .returning(join_requests.c.request_id)
    )
    return tuple(gone.scalars())


async def asked_since(act: Act, since: datetime) -> int:
    """Count the requests that a CPTS had since then."""
    found = await act.connection.execute(
        select(func.count()).where(
            join_requests.c.cpts_id == act.cpts_id, join_requests.c.asked_at > since
        )
    )
    return found.scalar_one()


async def lock(act: Act, request_id: str) -> JoinRequest:
    """Give one request, held until the commit.

    Raises:
        UnknownJoinRequestError: There is no such request.
    """
    found = await act.connection.execute(
        select(join_requests)
        .where(
            join_requests.c.cpts_id == act.cpts_id,
            join_requests.c.request_id == request_id,
        )
        .with_for_update()
    )
    row = found.one_or_none()
    if row is None:
        raise UnknownJoinRequestError
    return JoinRequest.model_validate(row)


async def wait(act: Act, request_id: str) -> None:
    """Say that the address is proved, and that the coordinator settles the rest."""
    await _write(act, request_id, state=JoinState.WAITING, proved_at=act.at)


async def end(act: Act, request_id: str, state: JoinState) -> None:
    """Say how a request ended; what it said is needed no more."""
    await _write(act, request_id, state=state, content=None)


async def _write(act: Act, request_id: str, **values: object) -> None:
    await act.connection.execute(
        update(join_requests)
        .where(
            join_requests.c.cpts_id == act.cpts_id,
            join_requests.c.request_id == request_id,
        )
        .values(**values)
    )


async def waiting(connection: AsyncConnection, cpts_id: str) -> tuple[JoinRequest, ...]:
    """List the requests that wait for the coordinator, the oldest first."""
    rows = await connection.execute(
        select(join_requests)
        .where(
            join_requests.c.cpts_id == cpts_id,
            join_requests.c.state == JoinState.WAITING,
        )
        .order_by(join_requests.c.asked_at, join_requests.c.request_id)
    )
    return tuple(JoinRequest.model_validate(row) for row in rows.all())
