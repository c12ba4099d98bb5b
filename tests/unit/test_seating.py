"""People of posts and of the reserve, counted by card, profession and zone."""

from domain.mission import MissionState
from domain.seating import Sitting, ZoneFigures, by_zone


def sits(
    card: str | None, zone: str | None, mission: MissionState | None = None
) -> Sitting:
    return Sitting(
        person_id="p",
        name="Fictif Camille",
        profession="INFIRMIER",
        zone=zone,
        mobile=None,
        card=card,
        mission=mission,
    )


def test_a_post_counts_people_by_their_own_zone_and_the_reserve_comes_last() -> None:
    people = (
        sits(None, "Sud"),
        sits("T2-07", "Nord", MissionState.ACCEPTED),
        sits("T2-07", "Nord", MissionState.PROPOSED),
        sits("T2-07", None),
    )

    counted = [(row.card, row.zone, row.people, row.engaged) for row in by_zone(people)]

    assert counted == [
        ("T2-07", "Nord", 2, 1),
        ("T2-07", None, 1, 0),
        (None, "Sud", 1, 0),
    ]
    assert all(isinstance(row, ZoneFigures) for row in by_zone(people))
