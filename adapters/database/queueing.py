"""What is to leave: a row a person and channel, in batches that leave together."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.database import mailboxes, oppositions, seats
from adapters.database.deliveries import return_codes
from adapters.database.mailboxes import Mailbox
from adapters.database.many import insert_all
from adapters.database.tables import batches, crisis_people, deliveries
from adapters.database.unit import Act
from domain.alert import BATCH_SIZE, DeliveryState, NotSent
from domain.cascade import Way
from domain.night import Ground
from domain.reference import WaveRef
from domain.wave import Channel

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Said:
    """One message of one wave; a reminder has a suffix of its own."""

    ref: WaveRef
    message: str
    suffix: str = ""


async def queue(
    act: Act, said: Said, person_ids: Sequence[str], ways: Sequence[Way]
) -> None:
    """Queue a message to each of these people by each way; say who has none."""
    if not person_ids:
        return
    ref = said.ref
    known = await mailboxes.of(act, ref, said.message)
    refused = await oppositions.barring(act.connection, ref)
    sooner: Collection[str] = ()
    if split := next((way for way in ways if way.leaves_at != way.sooner_at), None):
        sooner = await spared_less(act.connection, ref, split.sooner_to)
    boxes = [(each, known[each]) for each in person_ids]
    for way in ways:
        parts: defaultdict[datetime, list[Row]] = defaultdict(list)
        for row in _rows(said, way, boxes, refused):
            parts[way.at(sooner=row["recipient_id"] in sooner)].append(row)
        number = 0
        for at, rows in sorted(parts.items()):
            for start in range(0, len(rows), BATCH_SIZE):
                number += 1
                stem = _batch_id(said, way, number)
                await _add(act, said, (stem, way, at), rows[start : start + BATCH_SIZE])


async def spared_less(
    connection: AsyncConnection, ref: WaveRef, ground: Ground
) -> frozenset[str]:
    """Give whom the night spares less: those in a seat, or who said so themselves."""
    if ground is Ground.ENGAGED:
        return await seats.everyone(connection, ref.cpts_id, ref.crisis_id)
    rows = await connection.execute(
        select(crisis_people.c.person_id).where(
            crisis_people.c.cpts_id == ref.cpts_id,
            crisis_people.c.crisis_id == ref.crisis_id,
            crisis_people.c.reachable_at_night,
        )
    )
    return frozenset(rows.scalars())


def _batch_id(said: Said, way: Way, number: int) -> str:
    stem = f"{said.ref.crisis_id}.{said.ref.wave}.{said.message}"
    own = "" if way.channel is Channel.MAIL else f".{way.channel}{way.suffix}"
    return f"{stem}{own}.{number}"


def _delivery_id(said: Said, way: Way, person_id: str) -> str:
    stem = f"{said.ref.crisis_id}.{said.ref.wave}.{person_id}.{way.channel}"
    return f"{stem}{said.suffix}{way.suffix}"


async def _add(
    act: Act, said: Said, batch: tuple[str, Way, datetime], rows: Sequence[Row]
) -> None:
    batch_id, way, at = batch
    base = {
        "cpts_id": said.ref.cpts_id,
        "batch_id": batch_id,
        "crisis_id": said.ref.crisis_id,
        "wave": said.ref.wave,
    }
    row = {"message": said.message, "channel": way.channel, "leaves_at": at, "fence": 0}
    await act.connection.execute(insert(batches), {**base, **row})
    # in the order they leave: what shares a commit shares its pages
    await insert_all(act.connection, deliveries, rows, base)


def _rows(
    said: Said,
    way: Way,
    boxes: Sequence[tuple[str, Mailbox]],
    refused: Mapping[str, NotSent],
) -> Iterator[Row]:
    """Lay out the rows of one way; a telephone that several share rings once."""
    sharing: defaultdict[str, list[str]] = defaultdict(list)
    if way.channel is not Channel.MAIL:
        for person_id, box in boxes:
            number = box.address(way.channel)
            if number is not None and person_id not in refused:
                sharing[number].append(person_id)
    names = {person_id: box.name for person_id, box in boxes}
    stands_for = ",".join(way.stands_for) or None
    codes = return_codes(way.channel, len(boxes))
    for place, ((person_id, box), code) in enumerate(zip(boxes, codes, strict=True)):
        address = box.address(way.channel)
        why = refused.get(person_id) or (None if address else NotSent.NO_ADDRESS)
        group = sharing.get(address or "", [])
        if why is None and group and group[0] != person_id:
            why = NotSent.SHARED
        shared = len(group) > 1 and why in {None, NotSent.SHARED}
        named = shared and why is None
        yield {
            "delivery_id": _delivery_id(said, way, person_id),
            "recipient_id": person_id,
            "place": place,
            "channel": way.channel,
            "name": ", ".join(names[each] for each in group) if named else box.name,
            "address": address,
            "state": DeliveryState.NOT_SENT if why else DeliveryState.QUEUED,
            "reason": why,
            "fence": 0,
            "return_code": code,
            "stands_for": stands_for,
            "sharing": len(group) if shared else None,
            "carried_by": (
                _delivery_id(said, way, group[0]) if why is NotSent.SHARED else None
            ),
        }
