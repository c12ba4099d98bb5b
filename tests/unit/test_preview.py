"""What an order would set off: whom, when, by the rules that conduct a crisis."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from adapters.templates import load_template
from domain.audience import Candidate
from domain.person import Link, Person
from domain.plan import Holder, Plan
from domain.preview import ExpectedWave, Foreseen, Preview
from domain.wave import Kinetic
from domain.wave_departure import Wait
from tests.places import PARTNERS
from tests.world import ROOT, activation

PARIS = ZoneInfo("Europe/Paris")
NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
NIGHT = datetime(2026, 11, 20, 22, tzinfo=UTC)
FIRE = ({"code": "CASUALTIES", "scenarios": ("INCENDIE",)},)


@cache
def plan() -> Plan:
    folder: Path = ROOT / "plan_templates" / "fr-2022-12"
    holders = (
        Holder(role="REFERENT_SSE", person_id="p0", deputy_id="p1"),
        Holder(role="DECISION", person_id="p2", deputy_id="p3"),
        Holder(role="PILOTAGE", person_id="p4", deputy_id="p5"),
    )
    return Plan(
        cpts_id="val-test",
        plan_id="plan",
        number=1,
        holders=holders,
        template=load_template(folder),
    )


def everyone() -> tuple[Candidate, ...]:
    return tuple(
        Candidate(
            f"p{n}",
            Person(
                rpps=None,
                last_name=f"Fictif{n}",
                first_name="Camille",
                profession="INFIRMIER",
                zone="Nord" if n % 2 else "Sud",
                email=f"p{n}@val.example",
                link=Link.VOLUNTEER if n < 30 else Link.MEMBER,
                reachable_at_night=n < 10,
            ),
        )
        for n in range(40)
    )


def _seen(now: datetime, **changes: object) -> Preview:
    said = activation(now, **({"types": FIRE} | changes))
    return Foreseen(plan(), said, PARIS, now).preview(everyone(), PARTNERS)


def _wave(found: Preview, code: str) -> ExpectedWave:
    return {wave.code: wave for wave in found.waves}[code]


def test_by_day_each_wave_is_counted_and_leaves_at_its_hour() -> None:
    found = _seen(NOON)

    assert [wave.code for wave in found.waves] == ["V0", "V1", "V2", "V3", "V4", "VP"]
    assert [wave.people for wave in found.waves] == [2, 1, 30, 30, 40, 2]
    assert [wave.code for wave in found.leaving] == ["V0"]
    assert found.at_once == 2
    received = NOON - timedelta(minutes=10)
    assert _wave(found, "V2").departure.leaves_at == received + timedelta(minutes=30)
    assert _wave(found, "V3").departure.waits_for is Wait.NOT_NEEDED
    assert (found.kinetic, found.night) == (Kinetic.FAST, False)
    assert found.cards > found.seats > 0


def test_a_perimeter_asks_its_zones_and_the_others_only_later() -> None:
    found = _seen(NOON, zones=("Nord",))

    assert [_wave(found, code).people for code in ("V2", "V3")] == [15, 30]


def test_at_night_those_who_sleep_are_counted_apart() -> None:
    wave = _wave(_seen(NIGHT), "V2")

    assert (wave.people, wave.asleep) == (30, 20)
    assert _seen(NIGHT).night
    assert not _seen(NIGHT, pace=60).night


def test_without_a_call_back_the_cell_alone_is_told() -> None:
    found = _seen(NOON, called_back_at=None)

    waits = {wave.code: wave.departure.waits_for for wave in found.waves}
    assert waits["V0"] is None
    assert waits["V2"] is waits["V4"] is Wait.STATE
    assert found.at_once == 2


def test_a_slow_crisis_tells_partners_in_the_morning_and_no_pre_alert_does() -> None:
    heat = {"types": ({"code": "SICK", "scenarios": ("CANICULE",)},)}
    slow = _wave(_seen(NIGHT, **heat), "VP")
    alert = _wave(_seen(NOON, called_back_at=None), "VP")

    assert slow.departure.leaves_at == datetime(2026, 11, 22, 6, tzinfo=UTC)
    assert alert.departure.waits_for is Wait.STATE


def test_a_wave_that_awaits_a_card_says_its_hour_all_the_same() -> None:
    sick = ({"code": "SICK", "scenarios": ("INCENDIE_FUMEES",)},)
    volunteers = _wave(_seen(NOON, types=sick), "V2")

    assert volunteers.departure.waits_for is Wait.CARD
    assert volunteers.not_before
    assert volunteers.not_before - NOON <= timedelta(minutes=30)
    assert volunteers.not_before > NOON
