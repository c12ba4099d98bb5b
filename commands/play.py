"""The play itself: the order, the cell and the members at work, the lifting."""

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta

from rich.console import Console
from rich.live import Live

from acts.crisis import OpenCrisis, open_crisis
from acts.ending import LiftCrisis, lift_crisis
from acts.steering import SAFETY
from adapters.database import crises
from commands.acting import LEAD, set_going
from commands.cast import Cast
from commands.cell import Cell, CrisisClock
from commands.screen import CALL, Look, Screen, look
from commands.story import Story
from domain.answer import AVAILABLE_OR_NOT, Availability
from domain.calendar import french_day, french_hour
from domain.cpts import Cpts
from domain.crisis import Activation
from domain.reference import CrisisRef
from domain.survey import SURVEY, PlaceAnswer
from domain.template import Template
from domain.wording import ANSWER_LABELS
from instance import Instance

PACE = 90  # a minute and a half a second
PATIENCE_S = 200
LOOK_S = 0.7
_RECEIVED = timedelta(seconds=1)  # ago, when it is recorded
_CALLED_BACK = timedelta(seconds=0.5)


@dataclass(frozen=True)
class Play:
    """One crisis played on an instance that runs."""

    instance: Instance
    tenant: Cpts
    template: Template
    story: Story
    cast: Cast
    console: Console

    async def run(self) -> CrisisRef:
        """Play from the order to the receipt of the report.

        Raises:
            TimeoutError: Something that had to happen did not.
        """
        ref = await self._open()
        clock = await self._clock(ref)
        screen = Screen(self.console, self.template, clock)
        cell = self._cell(ref, clock)
        async with asyncio.timeout(PATIENCE_S), asyncio.TaskGroup() as work:
            work.create_task(self._conduct(cell))
            await self._watch(screen, ref)
        return ref

    async def _open(self) -> CrisisRef:
        now = self.instance.database.now()
        order = OpenCrisis(
            cpts_id=self.tenant.cpts_id,
            activation=Activation(
                **self.story.order.model_dump(),
                received_at=now - _RECEIVED,
                called_back_at=now - _CALLED_BACK,
                pace=PACE,
            ),
            actor=LEAD,
        )
        link_key = self.instance.keys.link_key
        ref = await open_crisis(self.instance.database, order, link_key)
        await set_going(self.instance, ref)
        return ref

    async def _clock(self, ref: CrisisRef) -> CrisisClock:
        database = self.instance.database
        async with database.read() as connection:
            crisis = await crises.get(connection, ref.cpts_id, ref.crisis_id)
        return CrisisClock(crisis.t0, PACE, database.now)

    def _cell(self, ref: CrisisRef, clock: CrisisClock) -> Cell:
        async def wake() -> None:
            await set_going(self.instance, ref)

        async def count() -> Mapping[str, str]:
            return self._quoted(await look(self.instance.database, ref))

        roles = {card.card_id: card.roles[0] for card in self.template.cards}
        return Cell(self.instance, ref, roles, clock, count, wake, self.cast.quiet)

    def _quoted(self, seen: Look) -> Mapping[str, str]:
        """Give what proofs quote of the crisis."""
        zone, numbers = self.tenant.zone_info, seen.numbers
        answers, partners = numbers.answers, numbers.partners
        said = (
            (ANSWER_LABELS[code], answers[code])
            for code in AVAILABLE_OR_NOT
            if answers[code]
        )
        return {
            "heure": french_hour(seen.at, zone),
            "jour": french_day(seen.at, zone),
            "abri_demandes": str(seen.asked(SAFETY)),
            "abri": str(answers[Availability.SHELTERED]),
            "hors_zone": str(answers[Availability.OUT_OF_ZONE]),
            "aide": str(answers[Availability.NEEDS_HELP]),
            "demandes": str(seen.asked(CALL)),
            "remis": str(seen.sent(CALL)),
            "reponses": ", ".join(f"{number} {label}" for label, number in said)
            or "aucune encore",
            "places": f"{sum(need.filled for need in numbers.needs)} places tenues",
            "ouverts": str(seen.places(PlaceAnswer.OPEN)),
            "degrades": str(seen.places(PlaceAnswer.SLOWED)),
            "fermes": str(seen.places(PlaceAnswer.CLOSED)),
            "lieux_muets": str(seen.asked(SURVEY) - seen.places(*PlaceAnswer)),
            "besoins_partenaires": str(partners.needs if partners else 0),
            "faites": f"{numbers.cards.done} fiches faites",
        }

    async def _conduct(self, cell: Cell) -> None:
        """Let the cell work, then lift."""
        await cell.play(self.story.scenes)
        end = self.story.end
        await cell.clock.until(end.minute)
        await cell.quiet()
        self.cast.over = True
        order = LiftCrisis(
            **cell.ref.model_dump(),
            authority=end.authority,
            reference=end.reference,
            actor=LEAD,
        )
        await lift_crisis(self.instance.database, order)
        await cell.wake()

    async def _watch(self, screen: Screen, ref: CrisisRef) -> None:
        """Show what happens, until the ARS has its report.

        Members answer once they all were asked.
        """
        with self._live() as live:
            while True:
                seen = await look(self.instance.database, ref)
                if seen.sent(CALL) is not None:
                    self.cast.asked.set()
                if live is None:
                    screen.tell(seen)
                else:
                    live.update(screen.board(seen), refresh=True)
                if seen.ended:
                    return
                await asyncio.sleep(LOOK_S)

    def _live(self) -> "Live | nullcontext[None]":
        if not self.console.is_terminal:
            return nullcontext()
        return Live(console=self.console, auto_refresh=False)
