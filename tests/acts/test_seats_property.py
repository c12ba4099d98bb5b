"""Seats under any sequence of answers and missions: not too many, nor two in a row."""

import asyncio
import shutil
from collections import Counter, defaultdict
from collections.abc import Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from typing_extensions import override

from acts.alert import record_answer
from acts.conduct import conduct_crisis
from acts.mission import CancelMission, cancel_mission, propose_mission
from acts.mission_answer import answer_mission
from adapters.database import reserve, seats
from adapters.database.unit import Database
from domain.answer import Availability
from domain.errors import PlanError
from domain.mission import Mission, MissionReply, MissionState
from domain.reference import CrisisRef
from tests.conftest import Now
from tests.posts import (
    EMPLOYEE,
    FIRST,
    SECOND,
    STUDENT,
    all_missions,
    crisis_with_posts,
    mission_of,
    persons,
    replies,
    stand_of,
    yes,
)

ANSWERS = [code for code in Availability if code is not Availability.SILENT]
PLACES = st.integers(0, EMPLOYEE)
PACE = 60
REST = timedelta(minutes=11)  # 11 hours, at that pace


def opened(path: Path, now: Now) -> Database:
    return Database(f"sqlite:///{path}", now=now, sign=lambda _: "", origin="x.example")


class Desk(RuleBasedStateMachine):
    """A cell and its people, who say anything in any order."""

    model: Path
    ref: CrisisRef
    who: list[str]
    beyond: ClassVar[set[int]] = set()  # seats taken, less those that a need has
    doubly: ClassVar[set[str]] = set()  # who held two seats at once

    def __init__(self) -> None:
        super().__init__()
        path = self.model.with_name("played.db")
        shutil.copy(self.model, path)
        self.now = Now()
        self.served_cards: set[str] = set()
        self.seated: frozenset[str] = frozenset()
        self.looked_at = self.now.at  # by the clock of the crisis
        self.loop = asyncio.Runner()
        self.database = opened(path, self.now)

    def does(self, act: Coroutine[Any, Any, object]) -> None:
        """Do it, or be refused by a rule; a minute passes."""
        self.now.at += timedelta(minutes=1)
        with suppress(PlanError):
            self.loop.run(act)

    def missions(self) -> tuple[Mission, ...]:
        return self.loop.run(all_missions(self.database, self.ref))

    @initialize(rush=st.booleans(), same_hours=st.booleans())
    def begins(self, *, rush: bool, same_hours: bool) -> None:
        """Have everybody come, or only one who rests; everybody asked for one shift."""
        for person in self.who if rush else ():
            coming = yes(self.ref, person, Availability.IMMEDIATE)
            self.does(record_answer(self.database, coming))
        for shift in (0, 1) if rush else ():
            self.is_proposed(0, FIRST, shift)
            self.replies(1, MissionReply.ACCEPT, agrees=True, leaves=True)
        for place in range(len(self.who)) if same_hours else ():
            self.is_proposed(place, FIRST, 2)
            self.replies(1, MissionReply.ACCEPT, agrees=True, leaves=True)
        if not rush:
            self.works_and_comes_back(0, FIRST, 1)

    @rule(place=PLACES, answer=st.sampled_from(ANSWERS))
    def says(self, place: int, answer: Availability) -> None:
        self.does(record_answer(self.database, yes(self.ref, self.who[place], answer)))

    @rule(place=PLACES, card=st.sampled_from([FIRST, SECOND]), shift=st.integers(0, 2))
    def is_proposed(self, place: int, card: str, shift: int) -> None:
        """Propose one of three shifts of two hours, one after the other."""
        order = mission_of(self.database, self.ref, self.who[place], card)
        starts_at = Now().at + timedelta(hours=8 + 2 * shift)
        hours = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}
        wanted = order.mission.model_copy(update=hours)
        self.does(
            propose_mission(self.database, order.model_copy(update={"mission": wanted}))
        )

    @rule(
        last=st.integers(1, 3),
        reply=st.sampled_from(MissionReply),
        agrees=st.booleans(),
        leaves=st.booleans(),
    )
    def replies(
        self, last: int, reply: MissionReply, *, agrees: bool, leaves: bool
    ) -> None:
        if len(missions := self.missions()) < last:
            return
        mission = missions[-last]
        said = replies(
            *(self.ref, mission.person_id, mission.mission_id, reply),
            employer_agrees=agrees,
            leaves_other=leaves,
            worked_from=self.now.at - timedelta(minutes=2),
            worked_until=self.now.at,
        )
        stand = self.loop.run(stand_of(self.database, self.ref, mission.person_id))
        self.does(answer_mission(self.database, said))
        if stand.card_id == mission.card_id and self.missions()[-last].worked_until:
            self.served_cards.add(mission.card_id)

    @rule(place=PLACES, card=st.sampled_from([FIRST, SECOND]), shift=st.integers(0, 2))
    def works_and_comes_back(self, place: int, card: str, shift: int) -> None:
        """Come, do a mission that ends at once, and be available again."""
        coming = yes(self.ref, self.who[place]).model_copy(
            update={"employer_agrees": True}
        )
        self.does(record_answer(self.database, coming))
        self.is_proposed(place, card, shift)
        for reply in (MissionReply.ACCEPT, MissionReply.END):
            self.replies(1, reply, agrees=True, leaves=True)
        again = coming.model_copy(update={"nonce": f"{coming.nonce}:again"})
        self.does(record_answer(self.database, again))

    @rule(minutes=st.sampled_from([5, 11]))
    def time_passes(self, minutes: int) -> None:
        self.now.at += timedelta(minutes=minutes)
        self.does(conduct_crisis(self.database, self.ref))
        self.looked_at = self.now.at

    @rule(last=st.integers(1, 3))
    def is_called_off(self, last: int) -> None:
        if len(missions := self.missions()) >= last:
            order = CancelMission(
                **self.ref.model_dump(),
                mission_id=missions[-last].mission_id,
                actor="PILOTAGE",
            )
            self.does(cancel_mission(self.database, order))

    @invariant()
    def seats_hold(self) -> None:
        self.loop.run(self._seats_hold())

    async def _seats_hold(self) -> None:
        async with self.database.read() as connection:
            key = (connection, self.ref.cpts_id, self.ref.crisis_id)
            needs = await seats.needs_of(*key)
            filled = await seats.filled(*key)
            line = await reserve.in_line(connection, self.ref)
            seated = await seats.holders(
                connection, self.ref, [need.need_id for need in needs]
            )
        taken = Counter(filter(None, seated))
        self.doubly.update(who for who, number in taken.items() if number > 1)
        self.beyond.update(filled.get(n.need_id, 0) - n.needed for n in needs)
        held = {}
        for person in self.who:
            stand = await stand_of(self.database, self.ref, person)
            if stand.card_id:
                held[person] = stand.card_id
        assert all(filled.get(need.need_id, 0) <= need.needed for need in needs)
        assert sum(filled.values()) == len(held)  # nobody holds two
        assert self.who[STUDENT] not in held
        free = sum(need.needed for need in needs) - len(held)
        missions = await all_missions(self.database, self.ref)
        ended = {m.person_id: m.worked_until for m in missions if m.worked_until}
        rested = [
            w
            for w in line
            if ended.get(w.person_id, self.looked_at - REST) + REST <= self.looked_at
        ]
        assert not (free and rested), "a seat is empty while somebody waits for it"
        for mission in missions:
            who = mission.person_id
            if mission.state is MissionState.ACCEPTED and who != self.who[STUDENT]:
                assert held.get(who, mission.card_id) == mission.card_id

    @invariant()
    def nobody_takes_a_post_during_their_rest(self) -> None:
        missions = self.missions()
        accepted = [m for m in missions if m.state is MissionState.ACCEPTED]
        for one, two in combinations(accepted, 2):
            if one.person_id == two.person_id:
                first, then = sorted((one, two), key=lambda m: m.starts_at)
                assert then.starts_at - first.ends_at >= REST
        held = self.loop.run(self._seated())
        expected = {mission.person_id for mission in accepted}
        for mission in missions:
            if mission.worked_until and mission.person_id not in expected:
                rests = self.now.at - mission.worked_until < REST
                assert not (rests and mission.person_id in held - self.seated)
        self.seated = held

    async def _seated(self) -> frozenset[str]:
        async with self.database.read() as connection:
            return await seats.everyone(
                connection, self.ref.cpts_id, self.ref.crisis_id
            )

    @invariant()
    def shifts_hold(self) -> None:
        self.loop.run(self._shifts_hold())

    async def _shifts_hold(self) -> None:
        async with self.database.read() as connection:
            key = (connection, self.ref.cpts_id, self.ref.crisis_id)
            needs = await seats.needs_of(*key)
            served = await seats.served(*key)
            seated = await seats.everyone(*key)
        on_duty: defaultdict[tuple[str, datetime], set[str]] = defaultdict(set)
        for mission in await all_missions(self.database, self.ref):
            if mission.state is MissionState.ACCEPTED:
                on_duty[mission.card_id, mission.starts_at].add(mission.person_id)
        for (card, _), team in on_duty.items():
            places = sum(need.needed for need in needs if need.card_id == card)
            team.discard(self.who[STUDENT])
            assert len(team) <= places, "more people at one hour than seats"
        assert len(seated) <= sum(served.values())
        for card in self.served_cards:
            kept = (served.get(need.need_id) for need in needs if need.card_id == card)
            assert any(kept), "who held a seat to the end is forgotten"

    @override
    def teardown(self) -> None:
        self.loop.run(self.database.close())
        self.loop.close()


@pytest.mark.timeout(120)
def test_no_sequence_overfills_a_seat_or_gives_one_person_two_or_no_rest(
    tmp_path: Path, sqlite_model: Path
) -> None:
    path = tmp_path / "model.db"
    shutil.copy(sqlite_model, path)

    async def begin() -> tuple[CrisisRef, list[str]]:
        database = opened(path, Now())
        ref = await crisis_with_posts(database, exercise=True, pace=PACE)
        who = await persons(database, ref)
        await database.close()
        return ref, who

    Desk.model = path
    Desk.ref, Desk.who = asyncio.run(begin())
    run_state_machine_as_test(
        Desk,
        settings=settings(
            max_examples=12,
            stateful_step_count=20,
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert max(Desk.beyond) <= 0
    assert Desk.doubly == set()
