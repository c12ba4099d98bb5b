"""A wave of texts through a real Kannel, against a bare loop into the same gateway."""

import asyncio
import json
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.kannel import PACKAGES, FakeSmsc, Kannel, kannel, missing
from benchmarks.measures import Measure, median_of, ratios
from benchmarks.stage import CONNECTIONS, AbsentError, Helper, NotReadyError, Stage
from benchmarks.texting import (
    number_of,
    provider_file,
    settled_by,
    with_mobiles,
)
from benchmarks.waves import Sent, Waves, all_up
from domain.dispatch import Addressee, BatchRef
from domain.link import Purpose
from domain.wave import Channel
from instance import opened
from stationery import Notepad

NAME = "wave_sms_ratio"
TEXTS, PAIRS = 2000, 5
RATIO_BAR = 1.5
TEXTED = "bench-texts"
_ACCOUNT = {"username": "tocsin", "password": "fictif"}


async def text_measures(folder: Path) -> list[Measure]:
    """Hand texts over to Kannel, by a wave and by a bare loop in turn.

    Raises:
        AbsentError: Kannel is not installed.
        NotReadyError: A part did not come up, or a text was lost or sent twice.
    """
    if absent := missing():
        raise AbsentError(NAME, f"{', '.join(absent)} absent: install {PACKAGES}")
    with TemporaryDirectory() as place, kannel(Path(place)) as gateway:
        file = provider_file(Path(place) / "providers.yaml", _provider(gateway))
        with gateway.fake_smsc() as centre:
            async with all_up(folder, file) as (stage, waves):
                await settled_by(stage, TEXTED, with_mobiles(TEXTS), Channel.TEXT)
                return await _compared(stage, waves, gateway, centre)


async def _compared(
    stage: Stage, waves: Waves, gateway: Kannel, centre: FakeSmsc
) -> list[Measure]:
    first = await waves.send(TEXTED, TEXTS)  # warms everything
    query = json.dumps(_ACCOUNT | {"text": await _text(stage, first)})
    bare = await Helper.start(stage, "benchmarks.bare_http", gateway.url, query)
    await bare.ask(count=TEXTS)
    runs, theirs, ours = 2, [], []
    for turn in range(PAIRS):
        for who in ("bare", "wave") if turn % 2 else ("wave", "bare"):
            if who == "bare":
                said = await bare.ask(count=TEXTS)
                theirs.append(float(said["seconds"]))
            else:
                ours.append((await waves.send(TEXTED, TEXTS)).since_commit)
            runs += 1
            await asyncio.to_thread(centre.took, runs * TEXTS)  # its queue is empty
    await bare.stop()
    _check_once_each(centre, runs)
    how = (
        f"{TEXTS} texts handed over to a real Kannel: from the commit of the order to"
        f" the last, over a bare httpx loop of as many, {CONNECTIONS} connections each,"
        " pair by pair, no receipts; median"
    )
    return [
        median_of(NAME, "x", ratios(ours, theirs), how, RATIO_BAR),
        median_of("wave_sms", "s", ours, f"{TEXTS} texts, from the commit; median"),
        median_of("bare_sms", "s", theirs, f"{TEXTS} texts, bare loop; median"),
    ]


async def _text(stage: Stage, sent: Sent) -> str:
    """Write the text of a wave to one person: what the bare loop hands over."""
    ref = sent.ref
    addressee = Addressee(
        delivery_id=f"{ref.crisis_id}.1.p-abcdefghjk.{Channel.TEXT}",
        name="Camille Fictif00001",
        address=number_of(1),
        purpose=Purpose.ANSWER,
        subject="bench",
    )
    batch = BatchRef(
        cpts_id=ref.cpts_id, batch_id=f"{ref.crisis_id}.1.V2.{Channel.TEXT}.1"
    )
    async with opened(stage.settings) as instance:
        compose = await Notepad(instance, Channel.TEXT)(batch)
        return compose(addressee).for_whom_reads(replies=False)


def _check_once_each(centre: FakeSmsc, runs: int) -> None:
    """See that the message centre took each text of each run once.

    Raises:
        NotReadyError: One was lost, or came twice.
    """
    taken = centre.took(runs * TEXTS)
    wrong = sum(taken.count(f"{number_of(number)} ") != runs for number in range(TEXTS))
    if wrong:
        message = f"{wrong} numbers did not get one text a run"
        raise NotReadyError(message)


def _provider(gateway: Kannel) -> dict[str, object]:
    """Describe the gateway, as fast as it takes."""
    return {
        "code": "KANNEL",
        "canal": Channel.TEXT,
        "par_seconde": 10_000,
        "connexions": CONNECTIONS,
        "cout_centimes": 1,
        "http": {
            "methode": "GET",
            "url": gateway.url,
            "parametres": _ACCOUNT | {"to": "{numero}", "text": "{texte}"},
            "accepte": {"statuts": [202]},
        },
    }
