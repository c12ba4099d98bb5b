"""Numbers that are no ordinary mobile, and what must become of each."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import phonenumbers

from benchmarks.carriers import OK, Carrier
from benchmarks.rows import Rows
from benchmarks.texting import number_of, with_mobiles
from domain.alert import DeliveryState, NotSent
from domain.cascade import AGAIN
from domain.person import Person
from domain.reference import CrisisRef
from domain.wave import Channel

SHARED, WRONG, LANDLINE = number_of(0), number_of(8), "+33536490012"
OVERSEAS = tuple(
    phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    for region in ("GP", "MQ", "GF", "RE", "YT")
    if (
        number := phonenumbers.example_number_for_type(
            region, phonenumbers.PhoneNumberType.MOBILE
        )
    )
)
_ON_LANDLINE = 7
SECOND_CALLS = f"%{AGAIN}"  # by their ids; minutes later: no round waits for them


def knows_numbers(_nth: int, number: str) -> int:
    """Refuse the number that nobody has, as any provider would."""
    return 400 if number == WRONG else OK


def everyone(number: int) -> tuple[Person, ...]:
    """List people: two share a telephone, five live overseas, one has a landline."""
    people = list(with_mobiles(number))
    people[1] = replace(people[1], mobile=SHARED)
    for place, overseas in enumerate(OVERSEAS, 2):
        people[place] = replace(people[place], mobile=overseas)
    people[_ON_LANDLINE] = replace(people[_ON_LANDLINE], mobile=LANDLINE)
    return tuple(people)


def mistaken(
    rows: Rows, ref: CrisisRef, texts: Sequence[Carrier], calls: Carrier
) -> int:
    """Count what became of these numbers otherwise than it must."""
    return sum(not holds for holds in _hold(rows, ref, texts, calls))


def _hold(
    rows: Rows, ref: CrisisRef, texts: Sequence[Carrier], calls: Carrier
) -> Iterator[bool]:
    told = rows.every(
        "SELECT channel, address, state, reason FROM deliveries"
        " WHERE cpts_id = ? AND crisis_id = ? AND wave = ? AND channel <> ?"
        " AND delivery_id NOT LIKE ?",
        *(ref.cpts_id, ref.crisis_id, rows.request(ref), Channel.MAIL),
        SECOND_CALLS,
    )
    left = (DeliveryState.SENT, None)
    for number in (SHARED, *OVERSEAS):
        yield sum(each.numbers[number] for each in texts) == 1
        yield calls.numbers[number] == 1
        yield {(said[2], said[3]) for said in told if said[1] == number} == {left}
    yield (Channel.CALL, LANDLINE, *left) in told
    yield (Channel.TEXT, None, DeliveryState.NOT_SENT, NotSent.NO_ADDRESS) in told
    yield (Channel.TEXT, WRONG, DeliveryState.NOT_SENT, NotSent.REFUSED) in told
    yield not sum(each.numbers[LANDLINE] for each in texts)
