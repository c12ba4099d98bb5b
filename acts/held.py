"""What every act on a crisis begins with: who does it, and its row, held."""

from collections.abc import Container

from pydantic import BaseModel, ConfigDict

from adapters.database import crises, links
from adapters.database.crises import CrisisRow
from adapters.database.unit import Act
from domain.crisis import CrisisState
from domain.errors import FormAlreadyPostedError
from domain.order_errors import CrisisOverError
from domain.reference import CrisisRef
from domain.wording import STATE_LABELS

RUNNING = frozenset(state for state in CrisisState if state.takes_answers)
"""The states in which the cell works."""
WRITING_UP = frozenset({CrisisState.LIFTED, CrisisState.RETEX})
"""The states in which what remains is written and sent."""
NOT_CANCELLED = frozenset(CrisisState) - {CrisisState.CANCELLED}
"""Every state but that of a false alarm."""
NOT_OVER = frozenset(state for state in CrisisState if not state.is_over)
"""The states in which cards are still done."""


class OnCrisis(BaseModel):
    """An act on one crisis, and the role of who does it."""

    model_config = ConfigDict(frozen=True, str_strip_whitespace=True)

    cpts_id: str
    crisis_id: str
    actor: str
    nonce: str = ""  # of the form that asked for it: a form is taken once

    @property
    def ref(self) -> CrisisRef:
        """The crisis."""
        return CrisisRef(cpts_id=self.cpts_id, crisis_id=self.crisis_id)


async def hold(act: Act, order: OnCrisis, allowed: Container[CrisisState]) -> CrisisRow:
    """Hold the crisis until the commit; whoever acts on it ends its dormancy.

    Raises:
        CrisisOverError: It is not in one of these states.
        FormAlreadyPostedError: The same form was taken before.
        UnknownCrisisError: No such crisis.
    """
    crisis = await crises.lock(act, order.crisis_id)
    if order.nonce and not await links.use_nonce(act, order.nonce):
        raise FormAlreadyPostedError
    if crisis.state not in allowed:
        state = STATE_LABELS[crisis.state]
        raise CrisisOverError(crisis=order.crisis_id, state=state)
    await wake_up(act, crisis)
    act.wake(order.ref.workflow_id)
    return crisis


async def wake_up(act: Act, crisis: CrisisRow) -> None:
    """End the dormancy of a crisis: reminders and digests leave again."""
    if crisis.dormant:
        await crises.change(act, crisis.crisis_id, {"dormant": False})
