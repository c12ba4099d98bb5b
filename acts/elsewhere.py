"""One person whom two CPTS call chooses once: the others hear it, by their own act.

Source: docs/sources.md#two-cpts
"""

from acts.alert import RecordAnswer, answer_within
from adapters.database import same_person, waves
from adapters.database.unit import Act
from domain.answer import Availability
from domain.ledger import instant
from domain.reference import CrisisRef

_ENGAGED = Availability.ENGAGED_ELSEWHERE
_AT_ONCE = 50  # answers wait meanwhile


async def follow_choices(act: Act, ref: CrisisRef) -> None:
    """Note « engaged elsewhere » for whoever was asked here and chose another CPTS.

    Messages to them are held back as soon as they chose (`adapters/database/turns.py`).
    Safe to repeat: one choice is noted once.
    """
    found = await same_person.choices(act.connection, ref)
    if not found:
        return
    asked = await waves.offered(act.connection, ref, _ENGAGED)
    here = [choice for choice in found if choice.person_id in asked]
    for choice in here[:_AT_ONCE]:
        said = RecordAnswer(
            **ref.model_dump(),
            person_id=choice.person_id,
            answer=_ENGAGED,
            nonce=f"{choice.person_id}:{instant(choice.said_at)}:ailleurs",
            elsewhere=True,
        )
        await answer_within(act, said)
    if here[_AT_ONCE:]:
        act.wake(ref.workflow_id)
