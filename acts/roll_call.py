"""Ask the same thing of many members: enrol, say it is exact, answer a test."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import timedelta

from pydantic import BaseModel, ConfigDict

from acts.notice import post_notice
from acts.review import local_day
from adapters.database import (
    contacts,
    notices,
    oppositions,
    people,
    roll_calls,
    tenants,
)
from adapters.database.plan_links import PlanLink
from adapters.database.unit import Act, Database
from domain.contact import number_for
from domain.contact_errors import NobodyToAskError, RollCallOpenError
from domain.cpts import Cpts
from domain.notice import NoticeOrder, Recipient
from domain.opposition import out_of_letters
from domain.person import Link, Person
from domain.plan import plan_id_of
from domain.reference import NoticeRef
from domain.roll_call import (
    EXACT_FOR,
    TEST_CALLS_AFTER,
    RollCall,
    RollCallKind,
    call_of,
    roll_call_id,
    topic_of,
    topics_of,
)
from domain.roll_call_letter import words_of
from domain.wave import Channel

LINK_LIFE = timedelta(days=90)
ROLL_CALLS = ".appels"
"""What their entries are about: they belong to no dossier."""


class OpenRollCall(BaseModel):
    """The order to ask something of many."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    kind: RollCallKind
    actor: str


async def open_roll_call(
    database: Database, said: OpenRollCall, link_key: bytes
) -> tuple[NoticeRef, ...]:
    """Write to everybody whom it concerns, once a day at most.

    Raises:
        NobodyToAskError: It concerns nobody.
        RollCallOpenError: It was asked today.
        UnknownCptsError: No such CPTS.
    """
    async with database.act(said.cpts_id) as act:
        tenant = await tenants.hold(act)
        return await open_within(act, tenant, said, link_key)


async def open_within(
    act: Act, tenant: Cpts, said: OpenRollCall, link_key: bytes
) -> tuple[NoticeRef, ...]:
    """Write to everybody whom it concerns, inside an act; a topic a channel.

    Raises:
        NobodyToAskError: It concerns nobody.
        RollCallOpenError: It was asked today.
    """
    call_id = roll_call_id(said.kind, local_day(act, tenant))
    known = await roll_calls.of_cpts(act.connection, act.cpts_id)
    if any(each.roll_call_id == call_id for each in known):
        raise RollCallOpenError(roll_call=call_id)
    asked = await _concerned(act, said.kind)
    if not asked:
        raise NobodyToAskError(cpts=said.cpts_id)
    call = RollCall(
        roll_call_id=call_id,
        kind=said.kind,
        opened_at=act.at,
        opened_by=said.actor,
        letters=1,
        ended_at=None,
    )
    await roll_calls.add(act, call, asked)
    orders = tuple(_orders(act, call, asked))
    for order in orders:
        await post_notice(act, order, link_key)
    reached = {to.recipient_id for order in orders for to in order.to if to.address}
    act.note(
        "roll_call.opened",
        about=act.cpts_id + ROLL_CALLS,
        actor=said.actor,
        facts={
            "roll_call": call_id,
            "kind": said.kind,
            "people": len(asked),
            "without_address": len(asked) - len(reached),
        },
    )
    return tuple(NoticeRef(cpts_id=act.cpts_id, topic=each.topic) for each in orders)


def _orders(
    act: Act, call: RollCall, asked: Mapping[str, Person]
) -> Iterator[NoticeOrder]:
    """Write by mail; a test goes by every channel, as an alert would.

    A number that several share reaches nobody alone: it proves nothing, and rings not.
    """
    test = call.kind is RollCallKind.TEST
    for channel in act.carried if test else (Channel.MAIL,):
        found = {who: _address(channel, person) for who, person in asked.items()}
        times = Counter(found.values())
        mail = channel is Channel.MAIL
        to = tuple(
            Recipient(recipient_id=who, name=asked[who].full_name, address=address)
            for who, address in found.items()
            if mail or (address and times[address] == 1)
        )
        calls = channel is Channel.CALL
        if to:
            yield NoticeOrder(
                kind=call.kind.letter,
                channel=channel,
                plan_id=plan_id_of(act.cpts_id),
                topic=topic_of(call.roll_call_id, channel),
                notice=words_of(call.kind, channel),
                to=to,
                expires_at=act.at + LINK_LIFE,
                leaves_at=act.at + TEST_CALLS_AFTER if calls else None,
            )


def _address(channel: Channel, person: Person) -> str | None:
    if channel is Channel.MAIL:
        return person.email
    return number_for(channel, (person.mobile, person.phone2))


async def _concerned(act: Act, kind: RollCallKind) -> dict[str, Person]:
    """List the members whom it concerns, by id."""
    everyone = await people.all_of(act.connection, act.cpts_id)
    refused = out_of_letters(
        await oppositions.of_cpts(act.connection, act.cpts_id),
        routine=kind.letter.is_routine,
    )
    confirmed = await roll_calls.confirmed(act.connection, act.cpts_id)

    def concerns(person_id: str) -> bool:
        said_at = confirmed.get(person_id)
        match kind:
            case RollCallKind.TEST:
                return True
            case RollCallKind.ENROL:
                return said_at is None
            case RollCallKind.EXACT:
                return said_at is not None and act.at - said_at > EXACT_FOR

    return {
        who: person
        for who, person in everyone
        if person.link is not Link.TERRITORY and who not in refused and concerns(who)
    }


async def answer_test(database: Database, link: PlanLink) -> None:
    """Note that a test reached somebody; it proves the address that it went to."""
    async with database.act(link.cpts_id) as act:
        await answer_within(act, link.subject or "", link.topic or "")


async def answer_within(act: Act, who: str, topic: str) -> None:
    """Note the answer of somebody to a test, by the channel of its topic."""
    call_id = call_of(topic)
    if await roll_calls.answer(act, call_id, who):
        await contacts.prove_by_letter(act, topic, who)
        await notices.give_up(act, topics_of(call_id), who)
