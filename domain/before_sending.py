"""Before an order is confirmed: by what channels, how long, at what cost, whom not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from domain.audience import Candidate
from domain.calendar import paced
from domain.cascade import RINGS
from domain.contact import number_for
from domain.cpts import Cpts
from domain.person import Person
from domain.preview import ExpectedWave, Foreseen, Preview
from domain.provider import Providers, usable_rate
from domain.sms_text import TextCheck, check_texts
from domain.template import Template
from domain.wave import Channel, Kinetic, WaveSheet


@dataclass(frozen=True, slots=True)
class ChannelLoad:
    """What one channel would carry, if nobody answered before."""

    channel: Channel
    people: int
    within: timedelta | None  # until the last; none: the server of mails sets its pace
    centimes: Decimal


@dataclass(frozen=True, slots=True)
class BeforeSending:
    """What is known before anybody is disturbed."""

    loads: tuple[ChannelLoad, ...]
    unreachable: tuple[Person, ...]  # asked, and no channel of theirs leads to them
    texts: tuple[TextCheck, ...]

    @property
    def centimes(self) -> Decimal:
        """What all channels cost at most."""
        return sum((each.centimes for each in self.loads), Decimal(0))

    @property
    def too_long(self) -> tuple[TextCheck, ...]:
        """The texts that take more than one text message."""
        return tuple(each for each in self.texts if each.segments > 1)


@dataclass(frozen=True, slots=True)
class Means:
    """What carries the messages of an order."""

    template: Template
    providers: Providers
    kinetic: Kinetic
    pace: int


@dataclass(frozen=True, slots=True)
class Sender:
    """Who carries the messages of an instance, and how long its links are."""

    providers: Providers
    link: str  # the address of a page of a member, as a text holds it


def before_order(
    tenant: Cpts,
    order: Foreseen,
    found: Preview,
    everyone: Iterable[Candidate],
    sender: Sender,
) -> BeforeSending:
    """Check the texts that leave at once, with the real link; add up what leaves."""
    template, said = order.plan.template, order.said
    codes = {wave.code for wave in found.leaving}
    sent = {sheet.messages[0] for sheet in template.waves if sheet.code in codes}
    scenario, *_ = template.scenarios_of(said.types)
    known = {
        "cpts": tenant.short_name,
        "scenario": scenario.short,
        "lieu": said.place,
        "lien": sender.link,
    }
    texts = check_texts(
        [message for message in template.messages if message.code in sent],
        template.variables,
        known,
        template.exercise_prefix if said.exercise else "",
    )
    means = Means(template, sender.providers, found.kinetic, said.pace)
    return before_sending(found.leaving, everyone, means, tuple(texts))


def before_sending(
    waves: Iterable[ExpectedWave],
    candidates: Iterable[Candidate],
    means: Means,
    texts: Sequence[TextCheck],
) -> BeforeSending:
    """Add up the waves that leave at once.

    Args:
        waves: Those that leave, and whom they ask.
        candidates: The directory.
        means: Channels of the template, and who carries them.
        texts: Every message of these waves, checked.
    """
    directory = {each.person_id: each.person for each in candidates}
    segments = {each.code: each.segments for each in texts}
    leaving = tuple(waves)
    parts = [
        part for wave in leaving for part in _parts(wave, directory, means, segments)
    ]
    lost = {
        who
        for wave in leaving
        for who in wave.asked
        if not any(_reaches(each, directory[who]) for each in _steps(wave, means))
    }
    return BeforeSending(
        loads=tuple(_loads(parts, means.providers)),
        unreachable=tuple(directory[who] for who in sorted(lost)),
        texts=tuple(texts),
    )


def _steps(wave: ExpectedWave, means: Means) -> dict[Channel, timedelta]:
    """Give the channels of a wave and their delays; mail stands in for the others."""
    sheet = next(each for each in means.template.waves if each.code == wave.code)
    found: dict[Channel, timedelta] = {}
    for step in sheet.channels.of(means.kinetic):
        carried = bool(means.providers.of(step.channel))
        channel = step.channel if carried else Channel.MAIL
        found.setdefault(channel, paced(step.after, means.pace))
    return found


@dataclass(frozen=True, slots=True)
class _Part:
    """What one wave asks of one channel."""

    channel: Channel
    people: int
    after: timedelta
    centimes: Decimal


def _parts(
    wave: ExpectedWave,
    directory: Mapping[str, Person],
    means: Means,
    segments: Mapping[str, int],
) -> Iterator[_Part]:
    sheet = next(each for each in means.template.waves if each.code == wave.code)
    texts = segments.get(sheet.messages[0], 1)
    for channel, after in _steps(wave, means).items():
        carried = means.providers.of(channel)
        number = sum(_reaches(channel, directory[who]) for who in wave.asked)
        first = {Channel.TEXT: texts, Channel.CALL: RINGS}.get(channel, 1)
        again = RINGS if channel is Channel.CALL else 1
        units = first + again * _is_reminded(sheet, after, means)
        price = carried[0].cost if carried else Decimal(0)
        yield _Part(channel, number, after, price * units * number)


def _is_reminded(sheet: WaveSheet, after: timedelta, means: Means) -> bool:
    """Do the silent have one reminder more by a channel that is used after this?"""
    if not sheet.answers or sheet.answer_within is None:
        return False
    return after < paced(sheet.answer_within.of(means.kinetic), means.pace)


def _loads(parts: Sequence[_Part], providers: Providers) -> Iterator[ChannelLoad]:
    for channel in Channel:
        mine = [each for each in parts if each.channel is channel and each.people]
        if not mine:
            continue
        people, within = sum(each.people for each in mine), None
        if carried := providers.of(channel):
            sending = timedelta(seconds=people / usable_rate(carried))
            within = max(each.after for each in mine) + sending
        cost = sum((each.centimes for each in mine), Decimal(0))
        yield ChannelLoad(channel, people, within, cost)


def _reaches(channel: Channel, person: Person) -> bool:
    if channel is Channel.MAIL:
        return person.email is not None
    return number_for(channel, (person.mobile, person.phone2)) is not None
