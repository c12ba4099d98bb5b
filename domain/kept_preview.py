"""What an order would set off, as a document that is kept: the proof of readiness."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta

from domain.before_sending import ChannelLoad
from domain.overcall import SeatCall
from domain.person import Person
from domain.preview import ExpectedWave
from domain.preview_words import PreviewWords
from domain.sms_text import TextCheck


def preview_document(seen: PreviewWords) -> Mapping[str, object]:
    """Write it all down; it counts people, and names nobody."""
    said, found, before = seen.said, seen.found, seen.before
    return {
        "cpts_id": seen.tenant.cpts_id,
        "types": said.codes,
        "scenarios": [code for each in said.types for code in each.scenarios],
        "exercise": said.exercise,
        "seen_at": _written(found.now),
        "state": said.opening_state,
        "kinetic": found.kinetic,
        "night": found.night,
        "at_once": found.at_once,
        "cards": found.cards,
        "seats": found.seats,
        "waves": [_wave(each) for each in found.waves],
        "calls": [_call(each) for each in seen.calls],
        "channels": [_load(each) for each in before.loads],
        "cost_centimes": str(before.centimes),
        "texts": [_text(each) for each in before.texts],
        "unreached": list(_unreached(before.unreachable)),
    }


def kept(seen: PreviewWords) -> bytes:
    """Write it one way, so that its digest names it."""
    return json.dumps(preview_document(seen), ensure_ascii=False).encode()


def _wave(wave: ExpectedWave) -> dict[str, object]:
    departure = wave.departure
    return {
        "code": wave.code,
        "people": wave.people,
        "in_the_morning": wave.asleep,
        "leaves_at": _written(departure.leaves_at),
        "waits_for": departure.waits_for,
        "cards": departure.cards,
        "not_before": _written(wave.not_before),
    }


def _call(call: SeatCall) -> dict[str, object]:
    return {
        "profession": call.profession,
        "seats": call.seats,
        "called": call.called,
        "wanted": call.wanted if call.past else None,
        "past": asdict(call.past) if call.past else None,
    }


def _load(load: ChannelLoad) -> dict[str, object]:
    return {
        "channel": load.channel,
        "people": load.people,
        "within_s": load.within and -(-load.within // timedelta(seconds=1)),
        "cost_centimes": str(load.centimes),
    }


def _text(text: TextCheck) -> dict[str, object]:
    return {
        "message": text.code,
        "septets": text.septets,
        "segments": text.segments,
        "replaced": dict(text.replaced),
    }


def _unreached(lost: Iterable[Person]) -> Iterator[dict[str, object]]:
    counted = Counter(person.profession for person in lost)
    for profession, people in sorted(counted.items()):
        yield {"profession": profession, "people": people, "reason": "AUCUN_CANAL"}


def _written(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
