"""Enrolment from a poster: an address is proved, then the member or the coordinator."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from acts.code import ContactOf, Goes, TypedCode, check, forget, issue
from acts.contact import CONTACTS
from acts.review import local_day
from acts.wave import MEMBER
from adapters.database import (
    contact_codes,
    contacts,
    join_requests,
    people,
    plan_links,
    tenants,
)
from adapters.database.unit import Act, Database
from domain.contact import readable
from domain.contact_errors import (
    StaleCodeError,
    TooManyJoinRequestsError,
    UnknownJoinRequestError,
)
from domain.directory import RosterDiff
from domain.join import MOST_AN_HOUR, JoinForm, JoinState
from domain.link import Purpose, notice_subject, token, token_hash
from domain.notice import NoticeKind
from domain.person import Person
from domain.plan import plan_id_of
from domain.poster import Poster
from domain.reach import How, Proof
from domain.reference import NoticeRef

_HOUR = timedelta(hours=1)


class MakePoster(BaseModel):
    """The order to print the poster of a CPTS."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    actor: str


async def make_poster(
    database: Database,
    order: MakePoster,
    link_key: bytes,
    address: Callable[[str], str],
) -> Poster:
    """Give the poster of this year, whose link opens until the end of the next.

    Args:
        database: Where facts are.
        order: Whose poster.
        link_key: What tokens are derived from.
        address: Gives the address that a token opens.

    Raises:
        UnknownCptsError: No such CPTS.
    """
    async with database.act(order.cpts_id) as act:
        tenant = await tenants.hold(act)
        year = local_day(act, tenant).year
        plan_id, topic = plan_id_of(act.cpts_id), f"affiche-{year}"
        subject = notice_subject(plan_id, NoticeKind.POSTER, topic, act.cpts_id)
        value = token(link_key, Purpose.NOTICE, subject)
        end = datetime(year + 2, 1, 1, tzinfo=tenant.zone_info).astimezone(UTC)
        row = {
            "token_hash": token_hash(value),
            "kind": NoticeKind.POSTER,
            "plan_id": plan_id,
            "number": None,
            "subject": None,  # anybody's
            "topic": topic,
            "expires_at": end,
        }
        await plan_links.add_new(act, [row])
        act.note("poster.made", about=act.cpts_id + CONTACTS, actor=order.actor)
    return Poster(
        cpts_name=tenant.name,
        fictitious=tenant.fictitious,
        timezone=tenant.time_zone,
        made_at=act.at,
        last_day=end - timedelta(days=1),
        address=address(value),
        phone=readable(tenant.coordinator.phone),
    )


async def ask_to_join(
    database: Database, cpts_id: str, said: JoinForm, key: bytes
) -> tuple[str, NoticeRef]:
    """Send a code to whoever asks, known or not: nothing is told of who is known.

    Returns:
        The request, and the letters to hand over.

    Raises:
        NoCarrierError: Nothing brings a code to this address.
        TooManyCodesError: Several left for it today.
        TooManyJoinRequestsError: More came in an hour than people would make.
    """
    async with database.act(cpts_id) as act:
        await tenants.hold(act)
        yesterday = act.at - timedelta(days=1)
        await forget(act, await join_requests.forget_unproved(act, yesterday))
        await contact_codes.forget_strangers(act, yesterday)
        if await join_requests.asked_since(act, act.at - _HOUR) >= MOST_AN_HOUR:
            raise TooManyJoinRequestsError
        request_id = people.new_id()
        await join_requests.add(act, request_id, said)
        to = ContactOf(cpts_id=cpts_id, person_id=request_id, medium=said.medium)
        goes = Goes(
            name=said.full_name,
            address=said.address,
            carried=database.providers.channels,
        )
        return request_id, await issue(act, to, goes, key)


async def prove_join(
    database: Database, cpts_id: str, request_id: str, code: str, key: bytes
) -> None:
    """Take the code of a request; what the directory had already settles itself.

    Raises:
        StaleCodeError: Too old, tried too often, or used.
        UnknownJoinRequestError: No such request.
        WrongCodeError: Not that code.
    """
    async with database.act(cpts_id) as act:  # a wrong try is kept too
        await tenants.hold(act)
        asked = await join_requests.lock(act, request_id)
        said = asked.content
        if asked.state is not JoinState.ASKED or said is None:
            raise StaleCodeError
        typed = TypedCode(
            cpts_id=cpts_id, person_id=request_id, medium=said.medium, code=code
        )
        wrong = await check(act, typed, said.address, key)
        if wrong is None:
            known = said.find(await people.all_of(act.connection, cpts_id))
            alone = said.settles_alone(known and known[1])
            if alone:
                await _enter(act, said, MEMBER, act.at)
                await _end(act, request_id, JoinState.DONE)
            else:
                await join_requests.wait(act, request_id)
            act.note(
                "join.proved",
                about=cpts_id + CONTACTS,
                actor=MEMBER,
                facts={"medium": said.medium, "waits": not alone},
                sealed={"person": known[0]} if known else None,
            )
    if wrong is not None:
        raise wrong


class SettleJoin(BaseModel):
    """What the coordinator says of a request."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    request_id: str
    accepted: bool
    actor: str


async def settle_join(database: Database, order: SettleJoin) -> None:
    """Enrol who waits, or refuse; what they said of themselves is then forgotten.

    Raises:
        UnknownJoinRequestError: No such request waits.
    """
    async with database.act(order.cpts_id) as act:
        await tenants.hold(act)
        asked = await join_requests.lock(act, order.request_id)
        if asked.state is not JoinState.WAITING or asked.content is None:
            raise UnknownJoinRequestError
        ended = JoinState.DONE if order.accepted else JoinState.REFUSED
        who = None
        if order.accepted:
            proved_at = asked.proved_at or act.at
            who = await _enter(act, asked.content, order.actor, proved_at)
        await _end(act, order.request_id, ended)
        act.note(
            "join.settled",
            about=order.cpts_id + CONTACTS,
            actor=order.actor,
            facts={"accepted": order.accepted},
            sealed={"person": who} if who else None,
        )


async def _end(act: Act, request_id: str, state: JoinState) -> None:
    """End a request; what it said is needed no more, nor the letter of its code."""
    await join_requests.end(act, request_id, state)
    await forget(act, (request_id,))


async def _enter(act: Act, said: JoinForm, actor: str, proved_at: datetime) -> str:
    """Write the address of a request in the directory, proved; give whose it is."""
    known = said.find(await people.all_of(act.connection, act.cpts_id))
    now = said.written_on(known[1]) if known else said.person
    if known is None:
        await people.apply(act, RosterDiff(new=(now,), changed=(), gone=()))
    elif now != known[1]:
        await people.apply(act, RosterDiff(new=(), changed=((known[1], now),), gone=()))
    who = known[0] if known else await _id_of(act, now)
    proof = Proof(address=said.address, verified_at=proved_at, how=How.CODE, by=actor)
    await contacts.prove(act, who, said.medium, proof)
    return who


async def _id_of(act: Act, person: Person) -> str:
    everyone = await people.all_of(act.connection, act.cpts_id)
    return next(who for who, one in everyone if one.identity == person.identity)
