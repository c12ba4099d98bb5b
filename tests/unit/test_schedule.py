"""The clock of a crisis: runs open when they must, whatever the step."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.card import CardState, CountsFrom, OrderSource
from domain.card_fact import Agreement, Event, Order
from domain.gate import CrisisFacts, NoDeparture, TravelBan, no_departure
from domain.run import Run
from domain.schedule import Schedule, blocked_by, schedule
from domain.union import LaidCard, lay_out
from domain.wave import Kinetic
from tests.national import T0, TYPES, activated, crisis, laid, national

MINUTE = timedelta(minutes=1)
HOUR = 60 * MINUTE
DAY = 24 * HOUR
HORIZON = T0 + 15 * HOUR

_Runs = dict[tuple[str, int], Run]
_Step = Callable[[datetime, Schedule], datetime | None]


def _written(
    cards: tuple[LaidCard, ...], runs: _Runs, facts: CrisisFacts, now: datetime
) -> Schedule:
    said = schedule(cards, runs.values(), facts, now)
    runs |= {run.key: run for run in (*said.opened, *said.changed)}
    return said


def _drawn(
    cards: tuple[LaidCard, ...], facts: CrisisFacts, now: datetime
) -> dict[str, Run]:
    """The last run of each card."""
    runs: _Runs = {}
    _written(cards, runs, facts, now)
    return {card_id: run for (card_id, _), run in sorted(runs.items())}


def _lived(
    cards: tuple[LaidCard, ...],
    facts: CrisisFacts,
    done: dict[datetime, str],
    step: _Step,
) -> _Runs:
    """Live a crisis to its horizon; at some instants, the runs of a card are done."""
    runs: _Runs = {}
    now = T0
    while True:
        said = _written(cards, runs, facts, now)
        for run in list(runs.values()):
            if run.card_id == done.get(now) and run.state is not CardState.WAITING:
                runs[run.key] = replace(run, state=CardState.DONE)
        if now >= HORIZON:
            return runs
        acts = [at for at in done if at > now]
        now = min([step(now, said) or HORIZON, *acts, HORIZON])


INSTANTS = st.integers(0, 15 * 60).map(lambda minutes: T0 + minutes * MINUTE)
MOVING = ("T1-05", "T1-06", "T1-10", "T4-08", "T4-10", "T5-13", "T5-02", "T5-04")
ORDERS = st.builds(
    Order, st.sampled_from(MOVING), st.sampled_from(OrderSource), INSTANTS
)
EVENTS = st.builds(Event, st.sampled_from(("T4-04", "TC-18")), INSTANTS)
BANS = st.builds(
    lambda starts, lasts: TravelBan((), starts, lasts and starts + lasts * MINUTE),
    INSTANTS,
    st.none() | st.integers(1, 400),
)
FACTS = st.builds(
    CrisisFacts,
    orders=st.lists(ORDERS, max_size=12).map(tuple),
    events=st.lists(EVENTS, max_size=3).map(tuple),
    bans=st.lists(BANS, max_size=3).map(tuple),
    lifted_at=st.none() | INSTANTS,
    pace=st.sampled_from((1, 3)),
)
CODES = st.lists(st.sampled_from(TYPES), min_size=1, max_size=2, unique=True)


@settings(max_examples=15)
@given(CODES, FACTS, st.dictionaries(INSTANTS, st.sampled_from(MOVING)), st.data())
def test_the_clock_skips_nothing_whatever_the_step(
    codes: list[str],
    facts: CrisisFacts,
    done: dict[datetime, str],
    data: st.DataObject,
) -> None:
    cards = crisis(*codes)
    step = data.draw(st.sampled_from((29 * MINUTE, 3 * HOUR, 11 * HOUR)))

    by_moment = _lived(cards, facts, done, lambda _, said: said.next_at)
    by_step = _lived(cards, facts, done, lambda now, _: now + step)

    assert by_moment == by_step


@settings(max_examples=30)
@given(CODES, FACTS, INSTANTS)
def test_asking_again_at_the_same_instant_gives_nothing(
    codes: list[str], facts: CrisisFacts, now: datetime
) -> None:
    runs: _Runs = {}
    first = _written(crisis(*codes), runs, facts, now)

    again = schedule(crisis(*codes), runs.values(), facts, now)

    assert (again.opened, again.changed) == ((), ())
    assert again.next_at == first.next_at
    assert first.next_at is None or first.next_at > now


@settings(max_examples=30)
@given(CODES, st.sampled_from(Kinetic), FACTS, INSTANTS)
def test_no_run_is_due_before_what_it_depends_on(
    codes: list[str], kinetic: Kinetic, facts: CrisisFacts, now: datetime
) -> None:
    cards = crisis(*codes, kinetic=kinetic)
    runs: _Runs = {}
    _written(cards, runs, facts, now)

    for each in cards:
        first = runs.get((each.card_id, 1))
        awaited = [runs[n, 1] for n in each.card.depends_on if (n, 1) in runs]
        if first and first.due_at:
            assert all(run.due_at and run.due_at <= first.due_at for run in awaited)


@settings(max_examples=30)
@given(FACTS, INSTANTS)
def test_nobody_leaves_without_every_order(facts: CrisisFacts, now: datetime) -> None:
    for each in crisis("NRC", "CASUALTIES"):
        given_by = {
            o.source for o in facts.orders if o.card_id == each.card_id and o.at <= now
        }
        gated = each.card.counts_from is not CountsFrom.LIFTING
        if gated and any(given_by.isdisjoint(group) for group in each.awaited_orders):
            assert no_departure(each, facts, "NORD", now) is not None


def test_every_card_from_t0_opens_at_once_the_gated_ones_waiting() -> None:
    cards = crisis("CASUALTIES", "NRC")

    runs = _drawn(cards, CrisisFacts(), T0)

    from_t0 = {CountsFrom.T0, CountsFrom.ORDER}
    assert set(runs) == {c.card_id for c in cards if c.card.counts_from in from_t0}
    waiting = {name for name, r in runs.items() if r.state is CardState.WAITING}
    gated = {c.card_id for c in cards if c.awaited_orders} - {"TC-24"}
    assert waiting == gated
    assert all(runs[name].due_at is None for name in gated)


def test_a_gated_card_counts_from_the_last_order() -> None:
    cards = crisis("CASUALTIES")
    samu = Order("T1-05", OrderSource.SAMU, T0 + 2 * HOUR)
    ars = Order("T1-05", OrderSource.ARS, T0 + 3 * HOUR)

    half = _drawn(cards, CrisisFacts(orders=(samu,)), T0 + 4 * HOUR)["T1-05"]
    full = _drawn(cards, CrisisFacts(orders=(samu, ars)), T0 + 4 * HOUR)["T1-05"]

    assert half.state is CardState.WAITING
    assert full.state is CardState.TO_DO
    assert full.counted_from == ars.at


def test_an_order_for_one_card_opens_no_other() -> None:
    cards = crisis("CASUALTIES")
    orders = tuple(
        Order("T1-06", source, T0) for source in (OrderSource.SAMU, OrderSource.ARS)
    )

    assert _drawn(cards, CrisisFacts(orders=orders), T0)["T1-05"].due_at is None


def test_a_recurrent_card_opens_one_run_per_period_until_the_lifting() -> None:
    reports = (laid("TC-07", "CASUALTIES"),)  # every 2 hours
    runs: _Runs = {}

    _written(reports, runs, CrisisFacts(lifted_at=T0 + 6 * HOUR), T0 + 9 * HOUR)

    assert [run.opened_at - T0 for run in runs.values()] == [
        0 * HOUR,
        2 * HOUR,
        4 * HOUR,
    ]
    assert [run.due_at for run in runs.values()] == [
        T0 + 2 * HOUR,
        T0 + 4 * HOUR,
        T0 + 6 * HOUR,
    ]


def test_an_hour_that_was_agreed_moves_the_next_run_and_those_after_it() -> None:
    reports = (laid("TC-07", "CASUALTIES"),)
    runs: _Runs = {}
    sooner = Agreement("TC-07", 2, at=T0 + HOUR, due_at=T0 + 90 * MINUTE)
    later = replace(sooner, at=T0 + 70 * MINUTE, due_at=T0 + 5 * HOUR)

    _written(reports, runs, CrisisFacts(agreements=(sooner,)), T0 + HOUR)
    agreed = runs["TC-07", 2]
    _written(reports, runs, CrisisFacts(agreements=(sooner, later)), T0 + 6 * HOUR)

    assert (agreed.opened_at, agreed.due_at) == (T0 + HOUR, T0 + 90 * MINUTE)
    assert [run.due_at for run in runs.values()] == [
        T0 + 2 * HOUR,
        T0 + 5 * HOUR,
        T0 + 7 * HOUR,
    ]


def test_what_outlives_the_lifting_ends_after_its_own_delay() -> None:
    support = (laid("TC-23", "CASUALTIES"),)  # after a day, then weekly, 30 days more
    runs: _Runs = {}

    _written(support, runs, CrisisFacts(lifted_at=T0 + 2 * DAY), T0 + 90 * DAY)

    opened = [(run.opened_at - T0).days for run in runs.values()]
    assert opened == [0, 1, 8, 15, 22, 29]


def test_occurrences_count_from_the_start_of_the_card() -> None:
    follow_up = (laid("T1-15", "CASUALTIES"),)
    runs: _Runs = {}

    said = _written(follow_up, runs, CrisisFacts(), T0 + 60 * DAY)

    assert [run.due_at for run in runs.values()] == [
        T0 + 2 * DAY,
        T0 + 7 * DAY,
        T0 + 30 * DAY,
    ]
    assert said.next_at is None


def test_the_lifting_opens_one_last_run() -> None:
    times = (laid("TC-17", "CASUALTIES"),)
    lifted_at = T0 + HOUR
    runs: _Runs = {}
    _written(times, runs, CrisisFacts(), T0)

    said = _written(times, runs, CrisisFacts(lifted_at=lifted_at), lifted_at)

    assert [run.due_at for run in said.opened] == [lifted_at + 7 * DAY]
    assert _written(
        times, runs, CrisisFacts(lifted_at=lifted_at), T0 + DAY
    ) == Schedule((), (), None)


def test_the_lifting_is_the_order_that_its_own_card_awaits() -> None:
    runs = _drawn(crisis("SICK"), CrisisFacts(lifted_at=T0 + DAY), T0 + DAY)

    assert runs["TC-24"].state is CardState.TO_DO
    assert runs["TC-24"].due_at == T0 + DAY + 2 * HOUR


def test_milestones_come_due_before_the_whole() -> None:
    run = _drawn(crisis("SICK"), CrisisFacts(lifted_at=T0), T0)["TC-22"]
    file = laid("TC-22", "SICK")

    assert [(m.milestone, m.due_at) for m in run.milestones] == [
        ("provisoire", T0 + 30 * DAY),
        ("complet", T0 + 60 * DAY),
    ]
    assert blocked_by(file, run, crisis("SICK"), ()) == ("TC-24",)
    sent = replace(run, milestones_done=("provisoire",))
    assert sent.deadline == run.milestones[1]
    assert blocked_by(file, sent, crisis("SICK"), ()) == ("TC-24", "TC-20")
    whole = replace(run, milestones_done=("provisoire", "complet"))
    assert whole.deadline is not None
    assert whole.deadline.milestone is None


def test_each_event_opens_a_run() -> None:
    exposed = (laid("T4-04", "NRC"),)
    events = (Event("T4-04", T0 + 2 * HOUR), Event("T4-04", T0 + HOUR))
    runs: _Runs = {}

    _written(exposed, runs, CrisisFacts(events=events), T0 + 90 * MINUTE)
    assert [run.opened_at for run in runs.values()] == [T0 + HOUR]
    _written(exposed, runs, CrisisFacts(events=events), T0 + 3 * HOUR)

    assert [run.opened_at for run in runs.values()] == [T0 + HOUR, T0 + 2 * HOUR]


def test_a_ban_holds_the_cards_that_move_people_and_their_delay() -> None:
    cards = crisis("CASUALTIES")
    ban = TravelBan(("NORD",), T0 + MINUTE, T0 + HOUR)
    facts = CrisisFacts(zones=("NORD",), bans=(ban,))

    held = _drawn(cards, facts, T0 + 30 * MINUTE)
    free = _drawn(cards, facts, T0 + HOUR)

    assert held["T1-10"].state is CardState.WAITING
    assert held["T1-10"].due_at is None
    assert held["T1-04"].state is CardState.TO_DO
    assert free["T1-10"].state is CardState.TO_DO
    assert free["T1-10"].counted_from == T0 + HOUR


def test_a_ban_elsewhere_holds_missions_there_only() -> None:
    visits = laid("T1-10", "CASUALTIES")
    facts = CrisisFacts(zones=("NORD", "SUD"), bans=(TravelBan(("NORD",), T0),))

    assert _drawn((visits,), facts, T0)["T1-10"].state is CardState.TO_DO
    assert no_departure(visits, facts, "NORD", T0) is NoDeparture.BAN
    assert no_departure(visits, facts, None, T0) is NoDeparture.BAN
    assert no_departure(visits, facts, "SUD", T0) is None


def test_a_run_that_was_late_before_the_ban_stays_late() -> None:
    visits = laid("T1-10", "CASUALTIES")
    due_at = _drawn((visits,), CrisisFacts(), T0)["T1-10"].due_at
    assert due_at is not None
    facts = CrisisFacts(bans=(TravelBan((), due_at, due_at + HOUR),))
    runs: _Runs = {}

    _written((visits,), runs, facts, due_at + MINUTE)

    assert runs["T1-10", 1].state is CardState.WAITING
    assert runs["T1-10", 1].due_at == due_at


def test_nobody_leaves_for_a_crisis_that_is_over_or_a_type_removed() -> None:
    gone = lay_out(national(), (activated("SICK", removed="doute levé"),))
    visits = next(each for each in gone if each.card_id == "T2-07")
    lifted = CrisisFacts(lifted_at=T0)

    assert no_departure(visits, CrisisFacts(), "NORD", T0) is NoDeparture.WITHDRAWN
    assert no_departure(laid("T2-07", "SICK"), lifted, "NORD", T0) is NoDeparture.LIFTED
    assert no_departure(laid("TC-24", "SICK"), lifted, "NORD", T0) is None


def test_removing_a_type_ends_what_nobody_started() -> None:
    runs: _Runs = {}
    _written(crisis("SICK", "CASUALTIES"), runs, CrisisFacts(), T0)
    taken = ("T1-02", 1)
    runs[taken] = replace(runs[taken], state=CardState.TAKEN)
    types = (activated("SICK"), activated("CASUALTIES", removed="fausse alerte"))

    said = _written(
        lay_out(national(), types, Kinetic.FAST), runs, CrisisFacts(), T0 + MINUTE
    )

    assert said.opened == ()
    assert {run.state for run in said.changed} == {CardState.NOT_APPLICABLE}
    assert {run.reason for run in said.changed} == {"fausse alerte"}
    assert runs[taken].state is CardState.TAKEN
    assert runs["TC-02", 1].state is CardState.TO_DO


def test_a_card_waits_for_the_cards_it_depends_on() -> None:
    cards = crisis("SICK")
    runs = _drawn(cards, CrisisFacts(), T0)
    asked = laid("TC-05", "SICK")
    over: Iterable[Run] = (replace(runs["TC-03"], state=CardState.DONE),)

    assert blocked_by(asked, runs["TC-05"], cards, runs.values()) == ("TC-03",)
    assert blocked_by(asked, runs["TC-05"], cards, over) == ()
