"""STOP: for this alert, for routine letters, for ever; and its taking back."""

from pydantic import BaseModel, ConfigDict

from acts.wave import MEMBER
from adapters.database import crises, oppositions, tenants
from adapters.database.unit import Act, Database
from domain.mission_errors import UnknownPersonError
from domain.opposition import Opposition, Scope, Via

OPPOSITIONS = ".oppositions"
"""What their entries are about: they belong to no dossier."""


class Stop(BaseModel):
    """The order to stop writing to somebody."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    person_id: str
    scope: Scope
    crisis_id: str = ""  # with `ALERT` alone
    via: Via
    actor: str = MEMBER

    @property
    def about(self) -> str:
        """What the entry is about: the crisis, else a file of its own."""
        alert = self.scope is Scope.ALERT
        return self.crisis_id if alert else self.cpts_id + OPPOSITIONS

    @property
    def opposition(self) -> Opposition:
        """What is kept of it."""
        alert = self.crisis_id if self.scope is Scope.ALERT else ""
        return Opposition(
            person_id=self.person_id, scope=self.scope, crisis_id=alert, via=self.via
        )


async def stop(database: Database, said: Stop) -> None:
    """Stop writing to somebody; the same again changes nothing.

    Raises:
        UnknownCrisisError: No such crisis.
        UnknownPersonError: Nobody has this id.
    """
    async with database.act(said.cpts_id) as act:
        await stop_within(act, said)


async def stop_within(act: Act, said: Stop) -> None:
    """Stop writing to somebody, inside an act that heard it.

    Raises:
        UnknownCrisisError: No such crisis.
        UnknownPersonError: Nobody has this id.
    """
    await _hold(act, said)
    opposition = said.opposition
    if not await oppositions.add(act, opposition):
        return
    await oppositions.hold_back(act, opposition)
    facts = {"scope": said.scope, "via": said.via}
    who = {"person": said.person_id}
    act.note(
        "contact.stopped", about=said.about, actor=said.actor, facts=facts, sealed=who
    )


async def resume(database: Database, said: Stop) -> None:
    """Take an opposition back: what leaves from now on reaches the person again.

    Raises:
        UnknownPersonError: Nobody has this id.
    """
    async with database.act(said.cpts_id) as act:
        await _hold(act, said)
        if not await oppositions.remove(act, said.opposition):
            return
        facts = {"scope": said.scope, "via": said.via}
        who = {"person": said.person_id}
        act.note(
            "contact.resumed",
            about=said.about,
            actor=said.actor,
            facts=facts,
            sealed=who,
        )


async def _hold(act: Act, said: Stop) -> None:
    """Hold whatever writes to this person: the message after a STOP never leaves."""
    if not await oppositions.knows(act.connection, said.cpts_id, said.person_id):
        raise UnknownPersonError(person=said.person_id)
    if said.scope is Scope.ALERT:
        await crises.lock(act, said.crisis_id)
        return
    await tenants.hold(act)
    if said.scope is Scope.EVER:
        for crisis in await crises.all_of(act.connection, act.cpts_id):
            if crisis.filed_at is None:
                await crises.lock(act, crisis.crisis_id)
