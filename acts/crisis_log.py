"""What people write in the crisis log with their own words."""

from typing import Annotated

from pydantic import Field

from acts.held import OnCrisis, hold
from adapters.database.unit import Database
from domain.crisis import CrisisState
from domain.privacy import refuse_patient_data

_WRITABLE = frozenset(CrisisState) - {CrisisState.CLOSED}


class NoteInLog(OnCrisis):
    """A fact, a decision, with the role of who writes it."""

    text: Annotated[str, Field(min_length=2, max_length=500)]


async def note_in_log(database: Database, order: NoteInLog) -> None:
    """Write in the crisis log; a correction is written after, nothing is rubbed out.

    The text is sealed, since a sentence may name somebody: shown in the log, it is not
    in what leaves the CPTS.

    Raises:
        CrisisOverError: The crisis is closed.
        PatientDataError: The text holds a patient's identity.
        UnknownCrisisError: No such crisis.
    """
    refuse_patient_data(order.text)
    async with database.act(order.cpts_id) as act:
        await hold(act, order, _WRITABLE)
        act.note(
            "log.noted",
            about=order.crisis_id,
            actor=order.actor,
            sealed={"text": order.text},
        )
