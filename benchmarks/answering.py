"""Answers posted on real pages, at an even pace."""

import asyncio
import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

import httpx

from benchmarks.measures import Measure, percentile
from benchmarks.rows import Rows
from benchmarks.stage import NotReadyError, Stage
from domain.answer import Availability
from domain.link import Purpose, answer_subject
from domain.reference import CrisisRef
from instance import opened

PEOPLE = 2000
WITHIN_S = 60.0
TRIES = 160  # of a page that was killed: a quarter of a second each
PAUSE_S = 0.25
READY_S = 0.5  # until everyone stands in line: else the first all come at once
OPENED_EVERY = 10  # the others opened their page before these minutes
LINES = 50  # people with a page in hand at once: a queue of httpx grows in n²
P99_BAR_MS = 50.0
_NONCE = re.compile(r'name="nonce" value="([^"]+)"')
_ANSWERS = (  # one in three would come at once: far more than there are seats
    Availability.IMMEDIATE,
    Availability.ENGAGED_ELSEWHERE,
    Availability.UNAVAILABLE,
)


@dataclass(frozen=True)
class Posted:
    """What posting took, in milliseconds; and what the database says of it."""

    shown_ms: tuple[float, ...]
    posted_ms: tuple[float, ...]
    lost: int
    overfilled: int
    seconds: float


async def links_of(stage: Stage, rows: Rows, ref: CrisisRef) -> list[str]:
    """Write the links that the people of a wave were sent."""
    found = rows.every(
        "SELECT person_id FROM recipients"
        " WHERE cpts_id = ? AND crisis_id = ? AND wave = ? ORDER BY person_id",
        *(ref.cpts_id, ref.crisis_id, rows.request(ref)),
    )
    async with opened(stage.settings) as instance:
        return [
            instance.link(Purpose.ANSWER, answer_subject(ref.crisis_id, str(person_id)))
            for (person_id,) in found
        ]


async def post_all(
    stage: Stage,
    rows: Rows,
    ref: CrisisRef,
    within_s: float = WITHIN_S,
    people: int = PEOPLE,
) -> Posted:
    """Have people of a wave answer on their pages, evenly over a time."""
    links = (await links_of(stage, rows, ref))[:people]
    lines = asyncio.Semaphore(LINES)
    async with httpx.AsyncClient(timeout=10) as browser:
        pace = within_s / len(links)
        began = time.perf_counter() + READY_S
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(
                    _member(browser, lines, link, (place, began + place * pace))
                )
                for place, link in enumerate(links)
            ]
    seconds = time.perf_counter() - began
    shown, posted = zip(*(task.result() for task in tasks), strict=True)
    return Posted(
        shown_ms=shown[::OPENED_EVERY],
        posted_ms=posted,
        lost=len(links) - _answered(rows, ref),
        overfilled=_overfilled(rows, ref),
        seconds=seconds,
    )


async def _member(
    browser: httpx.AsyncClient,
    lines: asyncio.Semaphore,
    link: str,
    turn: tuple[int, float],
) -> tuple[float, float]:
    """Open the page, post its form; give the milliseconds of each."""
    place, at = turn
    await asyncio.sleep(max(0.0, at - time.perf_counter()))
    async with lines:
        began = time.perf_counter()
        nonce = secrets.token_urlsafe(12)
        if place % OPENED_EVERY == 0:
            nonce = _nonce(await _insist(browser, "GET", link))
        shown = time.perf_counter()
        form = {"nonce": nonce, "answer": str(_ANSWERS[place % len(_ANSWERS)])}
        await _insist(browser, "POST", link, form)
        return (shown - began) * 1000, (time.perf_counter() - shown) * 1000


def _nonce(page: httpx.Response) -> str:
    found = _NONCE.search(page.text)
    if found is None:
        raise NotReadyError("a member's page has no form")
    return found[1]


async def _insist(
    browser: httpx.AsyncClient, verb: str, link: str, form: dict[str, str] | None = None
) -> httpx.Response:
    """Ask, again if nobody answers or can write there: as a person does.

    Raises:
        NotReadyError: The pages are away for long, or refuse.
    """
    for _ in range(TRIES):
        try:
            reply = await browser.request(verb, link, data=form)
        except httpx.TransportError:
            await asyncio.sleep(PAUSE_S)
            continue
        if reply.status_code == HTTPStatus.SERVICE_UNAVAILABLE:  # « réessayez »
            await asyncio.sleep(PAUSE_S)
            continue
        if reply.is_success:
            return reply
        message = f"the pages said {reply.status_code}"
        raise NotReadyError(message)
    raise NotReadyError("the pages are away")


def _answered(rows: Rows, ref: CrisisRef) -> int:
    """Count the people whose answer is both a row and one entry of the ledger."""
    said = rows.number(
        "SELECT count(*) FROM recipients WHERE cpts_id = ? AND crisis_id = ?"
        " AND wave = ? AND answer IS NOT NULL",
        *(ref.cpts_id, ref.crisis_id, rows.request(ref)),
    )
    noted = rows.number(
        "SELECT count(*) FROM ledger_entries WHERE cpts_id = ? AND about = ?"
        " AND kind = 'answer'",
        ref.cpts_id,
        ref.crisis_id,
    )
    return min(said, noted)


def _overfilled(rows: Rows, ref: CrisisRef) -> int:
    """Count the seats taken beyond what was needed, or twice by one person."""
    taken, people, needed = rows.one(
        "SELECT count(person_id), count(DISTINCT person_id),"
        " (SELECT sum(needed) FROM needs WHERE cpts_id = ? AND crisis_id = ?)"
        " FROM seats WHERE cpts_id = ? AND crisis_id = ?",
        *(ref.cpts_id, ref.crisis_id) * 2,
    )
    taken, people, needed = int(str(taken)), int(str(people)), int(str(needed))
    return max(0, taken - needed) + taken - people


def measures_of(name: str, posted: Posted, how: str) -> Sequence[Measure]:
    """Name the measures of one posting."""
    answers = f"{len(posted.posted_ms)} people over {posted.seconds:.0f} s; {how}"
    p99 = percentile(posted.posted_ms, 0.99)
    return (
        Measure(f"{name}_p99", p99, "ms", f"POST; {answers}", P99_BAR_MS),
        Measure(
            f"{name}_p50", percentile(posted.posted_ms, 0.5), "ms", f"POST; {answers}"
        ),
        Measure(
            f"{name}_page_p99",
            percentile(posted.shown_ms, 0.99),
            "ms",
            f"GET of the page, one POST in {OPENED_EVERY}; {answers}",
        ),
        Measure(
            f"{name}_lost",
            posted.lost,
            "answers",
            "posted, less those that are a row and one entry of the ledger",
            0,
        ),
        Measure(
            f"{name}_overfilled",
            posted.overfilled,
            "seats",
            "taken beyond the need, or twice by one person",
            0,
        ),
    )
