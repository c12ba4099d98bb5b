"""The national template holds all that the trame says."""

from collections import Counter
from datetime import time, timedelta
from pathlib import Path

import pytest

from adapters.templates import load_template
from domain.card import CardMode, CountsFrom, OrderSource
from domain.duration import Period
from domain.template import Template
from domain.template_rules import breaches
from domain.wave import WAVE_CODES, Channel, Kinetic

FOLDER = Path(__file__).resolve().parents[2] / "plan_templates" / "fr-2022-12"


@pytest.fixture(scope="module")
def national() -> Template:
    return load_template(FOLDER)


def test_the_national_template_holds_all_and_breaks_no_rule(national: Template) -> None:
    assert list(breaches(national)) == []
    assert not national.small
    assert len(national.cards) == 99
    assert {
        "roles": len(national.roles),
        "professions": len(national.professions),
        "skills": len(national.skills),
        "links": len(national.links),
        "statuses": len(national.statuses),
        "partners": len(national.partners),
        "proofs": len(national.proofs),
        "structures": len(national.structures),
        "answers": len(national.answers),
        "variables": len(national.variables),
        "messages": len(national.messages),
        "exercises": len(national.exercises),
        "steps": len(national.yearly_update.steps),
        "headings": len(national.situation_report.headings),
    } == {
        "roles": 12,
        "professions": 21,
        "skills": 18,
        "links": 3,
        "statuses": 6,
        "partners": 35,
        "proofs": 7,
        "structures": 9,
        "answers": 18,
        "variables": 20,
        "messages": 20,
        "exercises": 4,
        "steps": 10,
        "headings": 10,
    }


def test_types_come_in_the_order_of_their_numbers(national: Template) -> None:
    assert [sheet.number for sheet in national.types] == [1, 2, 3, 4, 5]


def test_cards_are_numbered_without_a_gap(national: Template) -> None:
    common = {card.card_id for card in national.common_cards}
    own = {t.number: [card.card_id for card in t.cards] for t in national.types}

    assert common == {f"TC-{rank:02}" for rank in range(1, 25)}
    assert own == {n: [f"T{n}-{r:02}" for r in range(1, 16)] for n in range(1, 6)}


def test_each_card_has_its_mode_and_its_start(national: Template) -> None:
    modes = Counter(card.mode for card in national.cards)
    starts = Counter(card.counts_from for card in national.cards)

    assert modes == {
        CardMode.CELL: 54,
        CardMode.CONTRIBUTION: 21,
        CardMode.SEATS: 24,
    }
    assert starts == {
        CountsFrom.T0: 77,
        CountsFrom.ORDER: 12,
        CountsFrom.LIFTING: 6,
        CountsFrom.EVENT: 4,
    }
    assert sum(card.moves_people for card in national.cards) == 22


def test_the_five_types_have_their_scenarios(national: Template) -> None:
    found = {t.code: len(t.scenarios) for t in national.types}

    assert found == {
        "CASUALTIES": 5,
        "SICK": 5,
        "EMERGING_AGENT": 5,
        "NRC": 5,
        "CARE_DISRUPTION": 7,
    }
    assert all(len(t.indicators) >= 8 for t in national.types)


def test_sections_waves_and_campaigns_are_all_there(national: Template) -> None:
    sections = [section.section_id for section in national.sections]

    assert sections == [f"SEC-{rank:02}" for rank in range(1, 17)]
    assert tuple(wave.code for wave in national.waves) == WAVE_CODES
    assert [c.code for c in national.campaigns] == ["ENQUETE_FLASH", "INSCRIPTION"]
    assert national.sections[1].reviewed_every == Period(6, "M")
    assert national.wave("VS").channels.of(Kinetic.FAST)[1].channel is Channel.CALL


def test_special_fields_of_cards_are_read(national: Template) -> None:
    follow_up, file, iodine = (national.card(c) for c in ("T1-15", "TC-22", "T4-08"))

    assert follow_up.occurrences == tuple(timedelta(days=d) for d in (2, 7, 30))
    assert follow_up.repeats_until == Period(1, "Y")
    assert [part.name for part in file.milestones] == ["provisoire", "complet"]
    assert file.milestones[1].depends_on == ("TC-20",)
    assert iodine.awaited_orders == ((OrderSource.PREFECT,),)
    assert national.card("T1-06").team_of == "T1-05"
    assert national.card("T4-02").same_call_as == "TC-09"
    assert national.card("TC-17").final_run_after == timedelta(days=7)
    assert [c.card_id for c in national.cards if c.skills_required] == ["T3-12"]


def test_the_plan_frozen_in_a_crisis_is_the_template_that_was_read(
    national: Template,
) -> None:
    assert Template.model_validate_json(national.model_dump_json()) == national


def test_two_professions_are_named_by_no_card(national: Template) -> None:
    named = [profession.code for profession in national.professions_without_card]

    assert named == ["ORTHOPTISTE", "PSYCHOMOTRICIEN"]


def test_the_state_of_a_crisis_says_what_may_leave(national: Template) -> None:
    table = national.departures

    assert table.state("PRE_ALERTE").waves == ("VS", "V0", "V1")
    assert table.state("ACTIVE").allows("mission")
    assert table.state("LEVEE").allows("levee")
    assert not table.state("LEVEE").allows("mission")
    with pytest.raises(KeyError):
        table.state("ENDORMIE")


@pytest.mark.parametrize(
    ("sending", "types", "awaited"),
    [
        ("V0", {"SICK"}, ()),
        ("V4", {"SICK"}, ("TC-01",)),
        ("V2", {"CASUALTIES"}, ("TC-01",)),
        ("V2", {"CASUALTIES", "SICK"}, ("TC-01", "T2-01")),
        ("V3", {"NRC", "SICK"}, ("TC-01", "T2-01", "T4-02")),
        ("ENQUETE_FLASH", {"NRC"}, ("TC-01",)),
    ],
)
def test_a_sending_waits_for_the_cards_of_the_types_of_the_crisis(
    national: Template, sending: str, types: set[str], awaited: tuple[str, ...]
) -> None:
    assert national.departures.awaited_cards(sending, frozenset(types)) == awaited


def test_the_night_goes_past_midnight(national: Template) -> None:
    night = national.departures.night

    covered = {hour: night.covers(time(hour)) for hour in (21, 22, 0, 6, 7, 12)}
    assert covered == {21: False, 22: True, 0: True, 6: True, 7: False, 12: False}
    assert night.of(Kinetic.FAST).at_once == ("VS", "V0", "V1")
    assert night.of(Kinetic.SLOW).at_once == ("VS", "V0")


def test_a_night_within_one_day_is_read_as_well(national: Template) -> None:
    night = national.departures.night
    nap = night.model_copy(update={"starts": time(1), "ends": time(5)})

    covered = {hour: nap.covers(time(hour)) for hour in (0, 1, 4, 5)}
    assert covered == {0: False, 1: True, 4: True, 5: False}
