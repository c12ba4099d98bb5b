"""By which ways the silent are reminded, and how often a telephone rings."""

from datetime import UTC, datetime, timedelta

from domain.cascade import Way, reminded_by, rung_twice
from domain.wave import Channel, ChannelStep

FOUR = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def test_a_reminder_leaves_by_no_way_that_was_not_used_before() -> None:
    said = (("SMS", 0), ("COURRIEL", 0), ("APPEL", 60))
    steps = [
        ChannelStep.model_validate({"canal": code, "apres": timedelta(minutes=after)})
        for code, after in said
    ]

    used = reminded_by(steps, timedelta(hours=1), 1)

    assert [step.channel for step in used] == [Channel.TEXT, Channel.MAIL]


def test_only_a_call_rings_twice_and_sooner_in_an_accelerated_exercise() -> None:
    found = (Way(Channel.TEXT, FOUR, FOUR), Way(Channel.CALL, FOUR, FOUR))

    text, call, again = rung_twice(found, 4)

    assert (text.again, call.again, again.again) == (False, False, True)
    assert again.leaves_at - call.leaves_at == timedelta(seconds=30)
