"""Places: never more than there are, by rank, and none lost."""

import asyncio

import pytest

from activities.places import Places, Rank


async def visit(places: Places, rank: Rank, let_in: list[Rank]) -> None:
    async with places.one(rank):
        let_in.append(rank)


async def settled(*tasks: asyncio.Task[None]) -> None:
    for _ in range(5):
        await asyncio.sleep(0)
    assert not any(task.done() for task in tasks)


async def test_who_waits_is_let_in_by_rank_then_as_they_came() -> None:
    places, let_in = Places(1), list[Rank]()
    ranks = [(1, 0), (1, 1), (0, 2), (1, 0), (0, 1)]
    async with places.one((1, 0)):
        tasks = [asyncio.create_task(visit(places, each, let_in)) for each in ranks]
        await settled(*tasks)
    await asyncio.gather(*tasks)

    assert let_in == sorted(ranks)


async def test_no_more_are_in_than_there_are_places() -> None:
    places, inside, most = Places(3), 0, 0

    async def stay() -> None:
        nonlocal inside, most
        async with places.one((0,)):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.001)
            inside -= 1

    await asyncio.gather(*(stay() for _ in range(20)))

    assert most == places.number


@pytest.mark.parametrize("let_in_first", [False, True])
async def test_who_gives_up_waiting_takes_no_place_away(*, let_in_first: bool) -> None:
    places, let_in = Places(1), list[Rank]()
    async with places.one((0,)):
        gone = asyncio.create_task(visit(places, (1,), let_in))
        stays = asyncio.create_task(visit(places, (2,), let_in))
        await settled(gone, stays)
        if not let_in_first:
            gone.cancel()
    gone.cancel()  # after the place was given to it, before it knew
    await stays

    with pytest.raises(asyncio.CancelledError):
        await gone
    assert let_in == [(2,)]
    await visit(places, (3,), let_in)
    assert let_in[-1] == (3,)
