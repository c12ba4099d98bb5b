"""A crisis of the national template, opened and conducted as its cell would."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from acts.alert import close_wave
from acts.card import (
    CardOrder,
    ProveCard,
    ReleaseCard,
    declare_event,
    prove_card,
    release_card,
)
from acts.conduct import conduct_crisis
from acts.crisis import OpenCrisis, open_crisis
from acts.directory import add_cpts, import_roster
from acts.ending import CloseCrisis, LiftCrisis, close_crisis, lift_crisis
from acts.plan import new_plan
from adapters.database import crises, situations, tables, waves
from adapters.database.situations import Known
from adapters.database.unit import Database
from domain.authority import Authority
from domain.card import CardState, CountsFrom
from domain.card_errors import (
    CardBlockedError,
)
from domain.cpts import Cpts, RoleHolders
from domain.person import Link
from domain.reference import CrisisRef, WaveRef
from domain.run import OVER
from tests.conftest import Now
from tests.national import national
from tests.world import (
    CPTS_ID,
    LINK_KEY,
    activation,
    cpts,
    people,
    rpps,
)

ROLES = tuple(role.code for role in national().held_roles)


def national_cpts(cpts_id: str = CPTS_ID) -> Cpts:
    """A CPTS whose ten roles are held by the first twenty people."""
    roles = tuple(
        RoleHolders(code=code, titulaire=rpps(2 * rank), suppleant=rpps(2 * rank + 1))
        for rank, code in enumerate(ROLES)
    )
    return cpts(cpts_id).model_copy(update={"roles": roles})


async def opened(
    database: Database,
    codes: Iterable[str],
    link_key: bytes = LINK_KEY,
    bureau: tuple[str, ...] = (),
    **changes: object,
) -> CrisisRef:
    tenant = national_cpts().model_copy(update={"bureau": bureau})
    await add_cpts(database, tenant, "COORDINATEUR")
    everyone = people(60)
    members = tuple(replace(each, link=Link.MEMBER) for each in everyone[55:])
    roster = (*everyone[:55], *members)  # members are told, and never asked
    await import_roster(database, CPTS_ID, roster, "COORDINATEUR")
    await new_plan(database, CPTS_ID, national(), "COORDINATEUR")
    types = [
        {
            "code": code,
            "scenarios": [s.code for s in national().type_sheet(code).scenarios],
        }
        for code in codes
    ]
    order = OpenCrisis(
        cpts_id=CPTS_ID,
        activation=activation(database.now(), types=types, **changes),
        actor="REFERENT_SSE",
    )
    return await open_crisis(database, order, link_key)


async def known_of(database: Database, ref: CrisisRef) -> Known:
    async with database.read() as connection:
        crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
        return await situations.of_crisis(connection, crisis)


def order_on(ref: CrisisRef, card_id: str) -> CardOrder:
    return CardOrder(**ref.model_dump(), card_id=card_id, actor="PILOTAGE")


async def prove(
    database: Database, ref: CrisisRef, card_id: str, **said: object
) -> None:
    fields = dict.fromkeys(national().card(card_id).proof.fields, "1")
    facts = {**order_on(ref, card_id).model_dump(), "fields": fields, **said}
    await prove_card(database, ProveCard.model_validate(facts))


async def release(database: Database, ref: CrisisRef, known: Known) -> None:
    """Give every card the orders that it awaits."""
    for laid in known.laid:
        for group in laid.awaited_orders:
            order = ReleaseCard(
                **order_on(ref, laid.card_id).model_dump(),
                source=group[0],
                at=database.now(),
                reference="ordre écrit 4",
            )
            await release_card(database, order)


async def prove_all(database: Database, ref: CrisisRef) -> None:
    """Prove whatever may be, until nothing more may."""
    while True:
        known = await known_of(database, ref)
        ready = [
            run.card_id
            for run in known.runs
            if run.state not in OVER and run.state is not CardState.WAITING
        ]
        before = len(ready)
        for card_id in ready:
            try:
                await prove(database, ref, card_id)
            except CardBlockedError:
                continue
            before -= 1
        if before == len(ready):
            return


async def lift(database: Database, ref: CrisisRef) -> None:
    order = LiftCrisis(
        **ref.model_dump(), authority=Authority.DG_ARS, actor="REFERENT_SSE"
    )
    await lift_crisis(database, order)


async def close_due_waves(database: Database, ref: CrisisRef) -> None:
    """Do what the workflows of waves would: no mail leaves here."""
    async with database.read() as connection:
        rows = await waves.of_crisis(connection, ref)
    for row in rows:
        if row.closed_at is None and row.close_at <= database.now():
            await close_wave(database, WaveRef(**ref.model_dump(), wave=row.wave))


async def sent_waves(database: Database, ref: CrisisRef) -> list[str]:
    async with database.read() as connection:
        rows = await waves.of_crisis(connection, ref)
    return [row.code for row in rows if row.code in national_waves()]


def national_waves() -> set[str]:
    return {sheet.code for sheet in national().waves}


async def walked(
    database: Database, now: Now, codes: Sequence[str]
) -> tuple[Known, int]:
    """Prove every card from the order to the closing; count the proofs."""
    ref = await opened(database, codes)
    known = await known_of(database, ref)
    await release(database, ref, known)
    for laid in known.laid:
        if laid.card.counts_from is CountsFrom.EVENT:
            await declare_event(database, order_on(ref, laid.card_id))
    await prove_all(database, ref)

    await lift(database, ref)
    now.at += timedelta(days=1)
    await conduct_crisis(database, ref)
    await prove_all(database, ref)
    async with database.act(ref.cpts_id) as act:
        await crises.mark_filed(act, ref.crisis_id)
    await close_crisis(database, CloseCrisis(**ref.model_dump(), actor="PILOTAGE"))

    ended = await known_of(database, ref)
    count = sa.select(sa.func.count()).select_from(tables.proofs)
    async with database.read() as connection:
        return ended, await connection.scalar(count) or 0


def cards_of(codes: Iterable[str]) -> set[str]:
    """Name the cards of these types, the common ones included."""
    sheets = (national().type_sheet(code) for code in codes)
    own = {card.card_id for sheet in sheets for card in sheet.cards}
    return own | {card.card_id for card in national().common_cards}
