"""Open a crisis on the order of an authority, or of our own initiative."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from acts.conduct import advance
from acts.partners import freeze_partners
from adapters.database import (
    crises,
    crisis_types,
    freezing,
    links,
    plans,
    same_person,
    structures,
    tenants,
)
from adapters.database.unit import Act, Database
from domain.cpts import Cpts
from domain.crisis import Activation
from domain.crisis_type import fastest
from domain.errors import EmptyRosterError, FormAlreadyPostedError
from domain.ledger import Fact, instant
from domain.link import Purpose, answer_subject, token, token_hash
from domain.reference import CrisisRef

AUTHENTICATION_CARD = "TC-01"  # done by the call-back that an activation records
LINK_LIFE = timedelta(days=90)
_SIGNS = "abcdefghjkmnpqrstvwxyz23456789"


class OpenCrisis(BaseModel):
    """The order to open a crisis."""

    model_config = ConfigDict(frozen=True)

    cpts_id: str
    activation: Activation
    actor: str
    nonce: str = ""  # of the form that ordered it: a form opens one crisis


async def open_crisis(
    database: Database, order: OpenCrisis, link_key: bytes
) -> CrisisRef:
    """Open a crisis: freeze plan and directory, lay out cards and seats, alert.

    Whoever opens one starts its workflow, which looks at once: there is nobody to wake.

    Raises:
        AcceleratedCrisisError: Its delays are divided, and it is no exercise.
        CallBackMissingError: The call-back comes before the order.
        EmptyRosterError: There is nobody to alert.
        FormAlreadyPostedError: The same form opened one, with other words.
        FutureInstantError: The order is dated in the future.
        OrderAlreadyOpenError: The same order opened one already.
        PatientDataError: A free text holds a patient's identity.
        StaleAcceleratedOrderError: Its delays are divided, and it is hours old.
        UnknownAuthorityError: No authority gave the order.
        UnknownCptsError: No such CPTS.
        UnknownPlanError: It has no plan.
        UnknownTypeError: Its plan has no such type or scenario.
        UnknownZoneError: The CPTS has no such zone.
    """
    said = order.activation
    async with database.act(order.cpts_id) as act:
        said.check(act.at)
        tenant = await tenants.hold(act)
        _check_for(tenant, said)
        plan, sha256 = await plans.in_force(act.connection, order.cpts_id)
        ref = CrisisRef(cpts_id=order.cpts_id, crisis_id=_new_id(act.at))
        frozen: dict[str, Fact] = {
            "plan_id": plan.plan_id,
            "plan_number": plan.number,
            "plan_sha256": sha256,
            "kinetic": said.kinetic or fastest(plan.template.scenarios_of(said.types)),
        }
        if providers := database.providers.frozen():
            frozen["providers"] = providers
        await crises.add(act, ref.crisis_id, said, frozen)
        await _use_form(act, order.nonce)
        await crisis_types.add(act, ref.crisis_id, said.types, said.received_at)
        asked = await _freeze(act, ref, tenant, link_key)
        if not asked:
            raise EmptyRosterError(cpts=order.cpts_id)
        expires_at = act.at + LINK_LIFE
        about = {
            "purpose": Purpose.ANSWER,
            "crisis_id": ref.crisis_id,
            "expires_at": expires_at,
        }
        await links.add(act, _links(ref, asked, link_key), about)
        await freeze_partners(act, ref, tenant, link_key, expires_at)
        _note_opening(act, ref, order, {**frozen, "people": len(asked)})
        await advance(act, ref)
        act.sign_checkpoint()
    return ref


async def _freeze(
    act: Act, ref: CrisisRef, tenant: Cpts, key: bytes
) -> tuple[str, ...]:
    """Freeze the directory and its places; give whom the crisis knows."""
    today = act.at.astimezone(tenant.zone_info).date()
    known = await freezing.freeze(act, ref.crisis_id, today)
    if tenant.same_person:
        await same_person.add(act, ref, key)
    await structures.freeze(act, ref.crisis_id)
    return known


def _check_for(tenant: Cpts, said: Activation) -> None:
    tenant.check_zones(said.zones)
    said.check_pace(fictitious=tenant.fictitious)


async def _use_form(act: Act, nonce: str) -> None:
    if nonce and not await links.use_nonce(act, nonce):
        raise FormAlreadyPostedError


def _new_id(at: datetime) -> str:
    return f"c-{at:%Y%m%d}-{''.join(secrets.choice(_SIGNS) for _ in range(4))}"


def _links(
    ref: CrisisRef, asked: tuple[str, ...], key: bytes
) -> list[dict[str, object]]:
    return [
        {
            "token_hash": token_hash(
                token(key, Purpose.ANSWER, answer_subject(ref.crisis_id, person_id))
            ),
            "person_id": person_id,
        }
        for person_id in asked
    ]


def _note_opening(
    act: Act, ref: CrisisRef, order: OpenCrisis, frozen: Mapping[str, Fact]
) -> None:
    said = order.activation
    act.note(
        "crisis.opened",
        about=ref.crisis_id,
        actor=order.actor,
        facts={
            **frozen,
            "origin": said.origin,
            "types": {each.code: list(each.scenarios) for each in said.types},
            "authority": said.authority,
            "channel": said.channel,
            "received_at": instant(said.received_at),
            "called_back_at": (
                instant(said.called_back_at) if said.called_back_at else None
            ),
            "reference": said.reference,
            "place": said.place,
            "perimeter": said.perimeter,
            "zones": list(said.zones),
            "mission": said.mission,
            "exercise": said.exercise,
            "pace": said.pace,
            "state": said.opening_state,
        },
        sealed={
            "caller": said.caller,
            "caller_function": said.caller_function or "—",
            "acting_for": said.acting_for or "—",
        },
    )
