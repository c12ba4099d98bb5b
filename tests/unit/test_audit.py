"""The auditor's rules: late by more than a minute, said once, then said done."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from domain.audit import GRACE, AuditedWave, KeptLapse, Lack, Lapse, judge

NOW = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


WAVE = AuditedWave(
    wave=2,
    code="V2",
    asked=40,
    written_to=40,
    waiting=0,
    last_sent_at=NOW,
    opened_at=NOW,
    leaves_at=NOW,
    remind_at=NOW + timedelta(minutes=15),
    close_at=NOW + timedelta(minutes=30),
    closed=False,
)


def lacks(found: AuditedWave, at: datetime) -> set[Lack]:
    return {lapse.lack for lapse in found.lapses(at)}


def test_a_wave_lacks_what_its_hours_say() -> None:
    later = NOW + timedelta(minutes=31)

    assert lacks(WAVE, NOW) == set()
    assert lacks(WAVE, later) == {Lack.REMINDER, Lack.CLOSING}
    assert lacks(replace(WAVE, remind_at=None, closed=True), later) == set()
    assert lacks(replace(WAVE, waiting=3), NOW) == {Lack.MESSAGES}
    assert lacks(replace(WAVE, waiting=3, leaves_at=later), NOW) == set()
    assert lacks(replace(WAVE, written_to=39, closed=True), NOW) == {Lack.LOST}


def test_a_wave_that_still_sends_is_not_late() -> None:
    sending = replace(WAVE, waiting=9, last_sent_at=NOW + timedelta(minutes=5))
    (lapse,) = sending.lapses(NOW + timedelta(minutes=6))

    assert lapse.due_at == NOW + timedelta(minutes=5)
    assert not judge((lapse,), (), NOW + timedelta(minutes=6)).news


def test_what_is_late_is_raised_once_after_the_grace() -> None:
    lapse = Lapse(Lack.CLOSING, "V2.2", NOW)

    assert not judge((lapse,), (), NOW + GRACE).news
    (raised,) = judge((lapse,), (), NOW + GRACE + SECOND).news
    assert raised == KeptLapse(Lack.CLOSING, "V2.2", NOW, raised=True)
    assert not judge((lapse,), (raised,), NOW + 9 * GRACE).news
    assert judge((), (raised,), NOW + 9 * GRACE).ended == (raised,)


def test_what_has_no_hour_counts_from_when_it_was_seen() -> None:
    lapse = Lapse(Lack.WAVE, "V2")
    (seen,) = judge((lapse,), (), NOW).news

    assert (seen.due_at, seen.raised) == (NOW, False)
    assert not judge((lapse,), (seen,), NOW + GRACE).news
    (raised,) = judge((lapse,), (seen,), NOW + GRACE + SECOND).news
    assert (raised.due_at, raised.raised) == (NOW, True)
