"""An authority's link: made, taken back; the request it posts wakes the cell only."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from acts.request import (
    LINK_LIFE,
    LinkOrder,
    ask_for_help,
    make_request_link,
    revoke_request_link,
)
from adapters.database import crises, request_links, tables
from adapters.database.unit import Database
from domain.authority import Authority
from domain.crisis import ActivatedType, CrisisState, OrderChannel
from domain.errors import (
    ExpiredRequestLinkError,
    FormAlreadyPostedError,
    OrderAlreadyOpenError,
    UnknownContactError,
    UnknownLinkError,
)
from domain.request import HelpRequest
from tests.conftest import Now
from tests.world import CPTS_ID, LINK_KEY, settle

ORDER = LinkOrder(cpts_id=CPTS_ID, contact="ARS_DD", actor="COORDINATEUR")
REQUEST = HelpRequest(
    name="Dominique Fictif",
    function="cadre d'astreinte",
    type=ActivatedType(code="SICK", scenarios=("INCENDIE_FUMEES",)),
    place="Saint-Martin-le-Pré",
    mission="Appuyer les EHPAD",
)


async def _found(database: Database, value: str) -> request_links.RequestLink:
    async with database.read() as connection:
        return await request_links.find(connection, value, database.now())


async def test_a_link_is_the_contact_s_until_another_is_made(
    database: Database, now: Now
) -> None:
    await settle(database)
    first, _ = await make_request_link(database, ORDER, LINK_KEY)
    held = await _found(database, first)

    now.at += timedelta(minutes=1)
    second, ends = await make_request_link(database, ORDER, LINK_KEY)

    assert (held.cpts_id, held.contact) == (CPTS_ID, "ARS_DD")
    assert (await _found(database, second)).expires_at == ends == now.at + LINK_LIFE
    with pytest.raises(UnknownLinkError):
        await _found(database, first)


async def test_a_link_ends_by_itself_or_when_it_is_taken_back(
    database: Database, now: Now
) -> None:
    await settle(database)
    value, ends = await make_request_link(database, ORDER, LINK_KEY)

    now.at = ends
    with pytest.raises(ExpiredRequestLinkError):
        await _found(database, value)
    assert await revoke_request_link(database, ORDER) == 0
    now.at = ends - timedelta(seconds=1)
    assert await revoke_request_link(database, ORDER) == 1
    for gone in (value, "x"):
        with pytest.raises(UnknownLinkError):
            await _found(database, gone)


async def test_only_who_may_mobilise_is_given_a_link(database: Database) -> None:
    await settle(database)

    for act in (
        make_request_link(
            database, ORDER.model_copy(update={"contact": "SAMU"}), LINK_KEY
        ),
        revoke_request_link(database, ORDER.model_copy(update={"contact": "SAMU"})),
    ):
        with pytest.raises(UnknownContactError):
            await act


async def test_a_request_opens_a_pre_alert_once(
    database: Database, now: Now, wakes: list[str]
) -> None:
    await settle(database)
    value, _ = await make_request_link(database, ORDER, LINK_KEY)
    link = await _found(database, value)

    ref = await ask_for_help(database, link, REQUEST, LINK_KEY, "nonce-1")

    async with database.read() as connection:
        crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
        rows = await connection.execute(sa.select(tables.waves.c.code))
    assert crisis.state is CrisisState.PRE_ALERT
    assert crisis.activation.authority is Authority.DG_ARS
    assert crisis.activation.channel is OrderChannel.FORM
    assert crisis.activation.called_back_at is None
    assert list(rows.scalars()) == []  # the small plan has no wave of a pre-alert
    assert not wakes  # whoever received it starts the workflow, which looks by itself
    now.at += timedelta(minutes=5)
    with pytest.raises(OrderAlreadyOpenError):
        await ask_for_help(database, link, REQUEST, LINK_KEY, "nonce-2")
    other = REQUEST.model_copy(
        update={"type": ActivatedType(code="SICK", scenarios=("CANICULE",))}
    )
    with pytest.raises(FormAlreadyPostedError):
        await ask_for_help(database, link, other, LINK_KEY, "nonce-1")
