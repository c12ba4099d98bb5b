"""The pages put together: a composition root, served by uvicorn as a factory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from temporalio.client import Client

from adapters.garbage import search_rarely
from adapters.logs import configure
from adapters.temporal import Waker, connect
from auditor import DEPUTY_AFTER, keep_auditing
from instance import TEMPLATES, Instance, opened
from settings import Settings, load
from web import (
    adoption,
    ask,
    board,
    card,
    console,
    decide,
    declare,
    first_day,
    health,
    inbound,
    letter,
    member,
    member_cards,
    missions,
    partner,
    partners,
    payment,
    places,
    plan,
    plan_card_edit,
    plan_cards,
    plan_check,
    plan_conflicts,
    plan_diff,
    plan_export,
    plan_history,
    plan_import,
    plan_link,
    poster,
    provider_receipts,
    reach,
    receipt,
    report,
    review,
    roll_call,
    standing,
    stop,
    survey,
    tray,
)
from web.desk import Desk
from web.layouts import Views
from web.refusals import answer_refusals
from workflows import messages


def create() -> FastAPI:
    """Build the pages from the environment's settings."""
    settings = load()
    configure(settings.log_level)
    return build(settings)


def build(settings: Settings) -> FastAPI:
    """Build the pages of one instance."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        async with at_work(settings) as desk:
            app.state.desk = desk
            search_rarely()
            rounds = asyncio.create_task(
                keep_auditing(desk.instance.database, DEPUTY_AFTER)
            )
            yield
            rounds.cancel()

    app = FastAPI(title="Tocsin", lifespan=life, docs_url=None, redoc_url=None)
    outside = (
        *(member, member_cards, survey, partner, receipt, ask, plan_link, health),
        *(inbound, provider_receipts),
    )
    crisis = (standing, board, missions, report, places, partners, letter, card, decide)
    of_plan = (
        adoption,
        payment,
        plan,
        plan_card_edit,
        plan_cards,
        plan_check,
        plan_conflicts,
        plan_diff,
        plan_export,
        plan_history,
        plan_import,
    )
    of_people = (first_day, roll_call, poster, reach, stop, tray)
    of_year = (*of_plan, review)
    for part in (*outside, console, *of_year, *of_people, declare, *crisis):
        app.include_router(part.router)
    answer_refusals(app)
    return app


@asynccontextmanager
async def at_work(settings: Settings) -> AsyncIterator[Desk]:
    """Open what pages need; Temporal may be away, answers are taken all the same."""
    waker: Waker | None = None

    def wake(workflow_id: str) -> None:
        if waker is not None:
            waker(workflow_id)

    async with opened(settings, wake) as instance:
        client = await _client(instance)

        async def known() -> Client:
            return client

        waker = Waker(known, messages.WAKE)
        yield Desk(instance=instance, views=Views(TEMPLATES), client=client)


async def _client(instance: Instance) -> Client:
    settings = instance.settings
    return await connect(
        instance.keys.payload_key,
        settings.temporal_address,
        settings.temporal_namespace or "default",
        lazy=True,
    )
