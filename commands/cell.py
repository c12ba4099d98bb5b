"""The simulated cell: does what the story says, when it says so, by the acts."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from acts.card import (
    CardOrder,
    ProveCard,
    ReleaseCard,
    SetCardAside,
    declare_event,
    prove_card,
    release_card,
    set_card_aside,
    take_card,
)
from acts.ending import ProposeLifting, propose_lifting
from acts.mission import ProposeMission, propose_mission
from acts.order import ConfirmOrder, confirm_order
from acts.situation import PrepareReport, prepare_report
from acts.steering import SafetyOrder, send_safety
from acts.survey import OpenSurvey, open_survey
from adapters.database import sitting
from adapters.database.unit import Database
from archive import send_report_in_hand
from commands.acting import LEAD
from commands.story import (
    CardScene,
    Confirmed,
    Declared,
    Mission,
    Ordered,
    Proposed,
    Protected,
    Proven,
    Reported,
    Scene,
    SetAside,
    Surveyed,
    Taken,
)
from domain.mission import MissionOrder
from domain.reference import CrisisRef
from domain.situation import ReportTexts
from instance import Instance

COMMUNICATION, LEADER, SECRETARY = "COMMUNICATION", "PILOTAGE", "SECRETARIAT"  # roles
SHIFT = timedelta(hours=4)


@dataclass(frozen=True)
class CrisisClock:
    """The time of the crisis, which runs faster than ours."""

    t0: datetime
    pace: int
    now: Callable[[], datetime]

    def minutes(self) -> float:
        """Say how many minutes of the crisis have passed."""
        return (self.now() - self.t0) / timedelta(minutes=1) * self.pace

    async def until(self, minute: float) -> None:
        """Wait for a minute of the crisis; at once if it is past."""
        left = (minute - self.minutes()) * 60 / self.pace
        await asyncio.sleep(max(left, 0))


@dataclass(frozen=True)
class Cell:
    """Those who conduct the crisis, and the authorities that call them."""

    instance: Instance
    ref: CrisisRef
    roles: Mapping[str, str]  # by card: who answers for it
    clock: CrisisClock
    count: Callable[[], Awaitable[Mapping[str, str]]]  # what proofs quote
    wake: Callable[[], Awaitable[object]]
    quiet: Callable[[], Awaitable[None]]  # members have answered

    @property
    def database(self) -> Database:
        """Where facts are."""
        return self.instance.database

    async def play(self, scenes: tuple[Scene, ...]) -> None:
        """Play every scene at its minute, one after another."""
        for scene in scenes:
            await self.clock.until(scene.minute)
            await self._act(scene)
            await self.wake()

    async def _act(self, scene: Scene) -> None:
        match scene:
            case Protected():
                await self._protect(scene)
            case Mission():
                await self._send(scene)
            case Confirmed(reference=reference):
                said = {**self.ref.model_dump(), "actor": LEAD}
                written = ConfirmOrder(**said, reference=reference)
                await confirm_order(self.database, written)
            case Proposed(criteria=criteria):
                said = {**self.ref.model_dump(), "actor": LEADER}
                proposal = ProposeLifting(**said, criteria=criteria)
                await propose_lifting(self.database, proposal)
            case Surveyed():
                key = self.instance.keys.link_key
                asking = OpenSurvey(**self.ref.model_dump(), actor=SECRETARY)
                await open_survey(self.database, asking, key)
            case Reported(texts=texts):
                await self._report(texts)
            case _:
                await self._handle(scene, self._order(scene))

    async def _protect(self, scene: Protected) -> None:
        order = SafetyOrder(
            **self.ref.model_dump(),
            message=scene.message,
            zones=scene.zones,
            actor=COMMUNICATION,
        )
        await send_safety(self.database, order)

    async def _report(self, texts: ReportTexts) -> None:
        """Write a situation report, which the leader validates and sends."""
        said = texts.model_dump(exclude_defaults=True)
        order = PrepareReport(ref=self.ref, texts=said, actor=SECRETARY)
        fingerprint = self.instance.signer.fingerprint
        await prepare_report(self.database, order, fingerprint)
        await send_report_in_hand(self.instance, self.ref, LEADER)

    async def _send(self, scene: Mission) -> None:
        """Propose the same mission to everyone who holds a seat of the card."""
        await self.quiet()
        now = self.database.now()
        async with self.database.read() as connection:
            people = await sitting.of_crisis(connection, self.ref, now)
        for person in (each for each in people if each.card == scene.card_id):
            mission = MissionOrder(
                card_id=scene.card_id,
                person_id=person.person_id,
                place=scene.place,
                zone=scene.zone,
                contact=scene.contact,
                starts_at=now,
                ends_at=now + SHIFT,
            )
            order = ProposeMission(
                **self.ref.model_dump(), mission=mission, actor=LEADER
            )
            await propose_mission(self.database, order)

    async def _handle(self, scene: CardScene, order: CardOrder) -> None:
        match scene:
            case Proven():
                said = await self.count()
                filled = {k: text.format_map(said) for k, text in scene.proof.items()}
                proof = ProveCard(**order.model_dump(), fields=filled)
                await prove_card(self.database, proof)
            case Ordered(source=source, reference=reference):
                given = {"source": source, "reference": reference}
                at = self.database.now()
                release = ReleaseCard(**order.model_dump(), **given, at=at)
                await release_card(self.database, release)
            case SetAside(reason=reason):
                aside = SetCardAside(**order.model_dump(), reason=reason)
                await set_card_aside(self.database, aside)
            case Declared():
                await declare_event(self.database, order)
            case Taken():
                await take_card(self.database, order)

    def _order(self, scene: CardScene) -> CardOrder:
        actor = self.roles[scene.card_id]
        return CardOrder(**self.ref.model_dump(), card_id=scene.card_id, actor=actor)
