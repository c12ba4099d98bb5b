"""What is written of a directory is read back the same."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.cpts_file import load_cpts
from adapters.roster_csv import read_csv
from adapters.roster_export import csv_bytes
from domain.directory import diff
from domain.person import Absence, CrisisType, Link, Person, Status
from domain.roster import HEADINGS
from domain.roster_reading import read_rows
from domain.roster_writing import lines_of
from tests.world import ROOT, template

CPTS = load_cpts(ROOT / "examples/cpts.yaml")
TEMPLATE = template()
COMMUNES = {commune.code: commune.zone for commune in CPTS.communes}

names = st.sampled_from(["Mas", "D'Arc", "Le Gall", "Éluard; Rey", 'Dit "Jo"', "Œuvré"])
mails = st.none() | st.sampled_from(["a@b.example", "J.Mas@b.example"])
mobiles = st.none() | st.sampled_from(["+33639980012", "+262692201234", "+32475123456"])
phones = st.none() | st.just("+33536490012")  # a mobile alone is the first number
days = st.dates(date(2026, 1, 1), date(2029, 1, 1))
absences = st.builds(
    lambda first, last, name, mobile: Absence(
        min(first, last), max(first, last), name, mobile
    ),
    *(days, days, st.none() | names, mobiles),
)


def several(codes: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(codes), unique=True, max_size=3).map(tuple)


persons = st.builds(
    Person,
    rpps=st.none() | st.sampled_from(["99000000010", "99000000028"]),
    last_name=names,
    first_name=names,
    profession=st.sampled_from([each.code for each in TEMPLATE.professions]),
    commune=st.none() | st.sampled_from(sorted(COMMUNES)),
    zone=st.none() | st.sampled_from(CPTS.zones),
    email=mails,
    mobile=mobiles,
    phone2=phones,
    link=st.sampled_from(Link),
    status=st.sampled_from(Status),
    skills=several([skill.code for skill in TEMPLATE.skills]),
    accepted_types=several([kind.value for kind in CrisisType]),
    double_commitment=st.booleans(),
    reachable_at_night=st.booleans(),
    employer_agrees=st.none() | st.booleans(),
    structures=several([place.code for place in CPTS.structures]),
    absences=st.lists(absences, max_size=2).map(tuple),
)


def whole(person: Person) -> Person:
    """A commune says its zone, as any reading makes it."""
    return replace(person, zone=person.zone or COMMUNES.get(person.commune or ""))


@settings(max_examples=25)
@given(st.lists(persons.map(whole), unique_by=lambda p: p.identity, max_size=3))
def test_an_export_imports_again_unchanged(people: list[Person]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "annuaire.csv"
        lines = lines_of(people, CPTS, TEMPLATE)
        file.write_bytes(csv_bytes(tuple(HEADINGS.values()), lines))
        rows = read_csv(file) if people else ()

    read = read_rows(rows, CPTS, TEMPLATE)

    assert read.bad_lines == ()
    assert list(read.people) == people
    assert all(person.unsaid == frozenset() for person in read.people)
    assert diff(people, read.people) == diff((), ())


def test_the_example_of_everybody_is_written_and_read_back() -> None:
    rows = read_csv(ROOT / "examples/roster.csv")
    people = read_rows(rows, CPTS, TEMPLATE).people

    assert len(people) == 378
    assert {person.link for person in people} == set(Link)
    numbers = {p.phone2 for p in people}
    numbers |= {away.locum_mobile for p in people for away in p.absences}
    assert all(n.startswith(("+3353649", "+3363998")) for n in numbers if n)
    holders = {r.holder for r in CPTS.roles} | {r.deputy for r in CPTS.roles}
    held = [person for person in people if person.rpps in holders]
    assert len(held) == len(holders) == 20
    assert {(p.link, p.reachable_at_night) for p in held} == {(Link.VOLUNTEER, True)}
