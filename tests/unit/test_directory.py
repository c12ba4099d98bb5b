"""A file changes what it says, and nothing else; the locum stands in."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from domain.directory import diff, in_place_of
from domain.person import Absence, Link, Person, Status, shared_addresses

ANNE = Person(
    rpps="99000000010",
    last_name="Descombes",
    first_name="Anne",
    profession="INFIRMIER",
    email="anne@val.example",
    mobile="+33639980012",
    skills=("AFGSU2",),
    link=Link.MEMBER,
)
PAUL = Person(
    rpps=None,
    last_name="Mas",
    first_name="Paul",
    profession="KINE",
    email="paul@val.example",
)
AWAY = Absence(date(2026, 11, 20), date(2026, 11, 25), "Léa Rey", "+33639980099")


def test_a_column_that_a_file_lacks_leaves_what_was_known() -> None:
    said = replace(
        ANNE, mobile=None, link=Link.VOLUNTEER, skills=(), email="new@val.example"
    )

    found = diff((ANNE,), (replace(said, unsaid=frozenset({"mobile", "skills"})),))

    now = replace(ANNE, link=Link.VOLUNTEER, email="new@val.example")
    assert found.changed == ((ANNE, now),)


def test_an_empty_cell_is_not_an_absent_column() -> None:
    found = diff((ANNE,), (replace(ANNE, skills=(), mobile=None),))

    assert found.changed == ((ANNE, replace(ANNE, skills=(), mobile=None)),)


@pytest.mark.parametrize(
    "change",
    [
        {"rpps": "99000000028"},
        {"email": "other@val.example"},
        {"email": None},
        {"last_name": "Mas-Roux"},
        {"rpps": "99000000028", "profession": "PEDICURE_PODOLOGUE"},
    ],
)
def test_a_file_that_gains_or_loses_a_column_still_speaks_of_the_same_people(
    change: dict[str, Any],
) -> None:
    now = replace(PAUL, **change)

    assert diff((ANNE, PAUL), (ANNE, now)).changed == ((PAUL, now),)
    assert diff((ANNE, now), (ANNE, PAUL)).changed == ((now, PAUL),)


def test_two_people_of_one_name_are_never_taken_for_each_other() -> None:
    twin = replace(PAUL, email="paul.mas@val.example")
    third = replace(PAUL, email=None)
    other = replace(ANNE, rpps="99000000028", email=None)

    found = diff((PAUL, twin), (third,))

    assert (found.new, found.changed, found.gone) == ((third,), (), (PAUL, twin))
    assert diff((ANNE,), (other,)).new == (other,)


def test_a_file_of_the_territory_alone_says_nothing_of_members() -> None:
    nearby = replace(ANNE, rpps="99000000036", last_name="Rey", link=Link.TERRITORY)
    gone = replace(nearby, rpps="99000000044", last_name="Pons")
    listed = replace(
        ANNE, link=Link.TERRITORY, email="cabinet@val.example", zone="Nord"
    )

    found = diff((ANNE, PAUL, nearby, gone), (listed, replace(nearby, zone="Sud")))

    assert found.gone == (gone,)
    assert found.changed == (
        (ANNE, replace(ANNE, zone="Nord")),
        (nearby, replace(nearby, zone="Sud")),
    )


def test_an_empty_file_takes_everybody_away() -> None:
    assert diff((ANNE, PAUL), ()).gone == (ANNE, PAUL)


def test_a_locum_takes_the_place_with_their_own_name_and_number() -> None:
    locum = in_place_of(ANNE, AWAY, (ANNE, PAUL))

    assert locum is not None
    assert (locum.full_name, locum.mobile, locum.email) == (
        "Léa Rey",
        "+33639980099",
        None,
    )
    assert (locum.status, locum.profession) == (Status.LOCUM, "INFIRMIER")
    assert locum.skills == ()


def test_a_locum_of_the_directory_lends_their_mail_unless_asked_already() -> None:
    known = replace(PAUL, mobile="+33639980099", skills=("MCS",), link=Link.TERRITORY)
    volunteer = replace(known, link=Link.VOLUNTEER)

    locum = in_place_of(ANNE, AWAY, (ANNE, known))

    assert locum is not None
    assert (locum.email, locum.skills) == ("paul@val.example", ("MCS",))
    assert in_place_of(ANNE, AWAY, (ANNE, volunteer)) is None


def test_a_locum_without_a_name_is_said_so() -> None:
    unnamed = replace(AWAY, locum_name=None)

    locum = in_place_of(ANNE, unnamed, ())

    assert locum is not None
    assert locum.full_name == "Remplaçant Descombes"
    assert in_place_of(ANNE, replace(unnamed, locum_mobile=None), ()) is None


def test_an_absence_covers_its_first_and_its_last_day() -> None:
    person = replace(ANNE, absences=(AWAY,))

    days = (date(2026, 11, day) for day in (19, 20, 25, 26))
    assert [person.absence_on(day) for day in days] == [None, AWAY, AWAY, None]


def test_nothing_said_of_types_accepts_them_all() -> None:
    choosy = replace(ANNE, accepted_types=("SICK",))

    assert ANNE.accepts("NRC")
    assert (choosy.accepts("SICK"), choosy.accepts("NRC")) == (True, False)


def test_people_who_share_an_address_are_told_together() -> None:
    same_mail = replace(PAUL, email="ANNE@val.example")
    same_mobile = replace(PAUL, email=None, mobile=ANNE.mobile)

    shared = shared_addresses((ANNE, PAUL, same_mail, same_mobile))

    assert [(s.address, s.people) for s in shared] == [
        ("anne@val.example", (ANNE, same_mail)),
        ("+33639980012", (ANNE, same_mobile)),
    ]
