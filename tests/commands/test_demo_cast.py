"""The story and the habits of the demonstration, without playing it."""

from collections import Counter

from commands.habits import HABITS, partner_of, place_of, script_of
from commands.story import Proven, Taken, load_story
from domain.answer import AVAILABLE_OR_NOT, Availability
from tests.national import national
from tests.terminal import EXAMPLES

STORY = load_story(EXAMPLES / "incendie.yaml")
OFFERED = frozenset(AVAILABLE_OR_NOT)


def test_every_scene_follows_the_one_before_and_the_lifting_ends_them() -> None:
    minutes = [scene.minute for scene in STORY.scenes]

    assert minutes == sorted(minutes)
    assert minutes[-1] < STORY.end.minute


def test_every_proof_of_the_story_fills_in_its_card() -> None:
    template = national()
    cards = [scene for scene in STORY.scenes if isinstance(scene, Taken)]

    assert cards
    for scene in cards:
        card = template.card(scene.card_id)
        if isinstance(scene, Proven):
            assert set(scene.proof) == set(card.proof.fields), scene.card_id


def test_what_somebody_says_depends_on_the_draw_alone() -> None:
    first, again = (script_of(1, "a@cpts.example", "INFIRMIER") for _ in range(2))
    others = {script_of(seed, "a@cpts.example", "INFIRMIER") for seed in range(20)}

    assert first == again
    assert len(others) > 1
    assert len({place_of(seed, "o@cpts.example") for seed in range(50)}) > 2
    assert {"", None} < {partner_of(seed, "m@cpts.example") for seed in range(50)}


def test_each_profession_has_its_habits() -> None:
    said = {
        profession: Counter(
            reply.answer if reply else None
            for reply in (
                script_of(1, f"{number}@cpts.example", profession).reply(OFFERED)
                for number in range(400)
            )
        )
        for profession in (*HABITS, "DIETETICIEN")
    }

    pharmacists, nurses = said["PHARMACIEN"], said["INFIRMIER"]
    assert pharmacists[Availability.ON_SITE] > pharmacists[Availability.IMMEDIATE]
    assert nurses[Availability.IMMEDIATE] > pharmacists[Availability.IMMEDIATE]
    assert all(counted[None] for counted in said.values())  # some never answer


def test_the_cell_says_at_once_that_it_was_called() -> None:
    script = script_of(1, "a@cpts.example", "INFIRMIER")
    reply = script.reply({Availability.RECEIVED, Availability.UNAVAILABLE})

    assert reply is not None
    assert (reply.answer, reply.minutes) == (Availability.RECEIVED, 0)
