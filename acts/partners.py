"""Partners of the territory: told once, by a wave of their own, and heard."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.ext.asyncio import AsyncConnection

from acts.wave import open_wave
from adapters.database import crises, links, partners, waves
from adapters.database.situations import Known
from adapters.database.unit import Act, Database
from domain.alert import INFORM_WITHIN, WavePlan
from domain.answer import PartnerAnswer
from domain.calendar import paced
from domain.cpts import Cpts
from domain.errors import AnswerNotOfferedError, CrisisLiftedError, UnknownLinkError
from domain.letter import MessageKind
from domain.link import Purpose, partner_subject, token, token_hash
from domain.partner import PARTNER, Partner, to_tell
from domain.privacy import refuse_patient_data
from domain.reference import CrisisRef, WaveRef
from domain.wave import WaveSheet

END_WAVE = "VP_FIN"
_NOTHING: Mapping[str, str] = {}


async def freeze_partners(
    act: Act, ref: CrisisRef, tenant: Cpts, link_key: bytes, expires_at: datetime
) -> None:
    """Copy the partners into a crisis, each with the link of its page."""
    await links.add(
        act,
        [
            {
                "token_hash": token_hash(
                    token(
                        link_key,
                        Purpose.PARTNER,
                        partner_subject(ref.crisis_id, partner_id),
                    )
                ),
                "purpose": Purpose.PARTNER,
                "crisis_id": ref.crisis_id,
                "partner_id": partner_id,
                "expires_at": expires_at,
            }
            for partner_id in await partners.freeze(act, ref.crisis_id, tenant)
        ],
    )


async def partners_told(
    connection: AsyncConnection, known: Known, sheet: WaveSheet
) -> tuple[Partner, ...]:
    """List the partners of the directory whom a wave tells."""
    cards = (laid.card for laid in known.laid if laid.withdrawn is None)
    everyone = await partners.of_crisis(connection, known.ref)
    return to_tell(sheet.code, cards, everyone)


async def tell_partners(act: Act, known: Known, sheet: WaveSheet) -> WaveRef | None:
    """Open the wave of partners; None: the directory has nobody whom it tells.

    Nobody is reminded: the cell calls those who stay silent where the crisis is.
    """
    told = await partners_told(act.connection, known, sheet)
    if not told:
        return None
    within = sheet.answer_within
    patience = within.of(known.crisis.kinetic) if within else INFORM_WITHIN
    plan = WavePlan(
        code=sheet.code,
        message=sheet.messages[0],
        answers=sheet.answers,
        leaves_at=act.at,
        close_at=act.at + paced(patience, known.crisis.activation.pace),
    )
    codes = [partner.code for partner in told]
    return await open_wave(act, known.crisis.crisis_id, plan, codes)


async def tell_partners_the_end(
    act: Act, ref: CrisisRef, says: Mapping[str, str] = _NOTHING
) -> None:
    """Tell the partners who were written to that it is over, or was a false alarm.

    Args:
        act: The act that ends the crisis; its open waves are closed.
        ref: The crisis.
        says: `heure` and `motif` of a false alarm; nothing of a lifting.
    """
    wave = await partners.wave_of(act.connection, ref)
    reached = await partners.written_to(act.connection, wave) if wave else ()
    if reached:
        message = MessageKind.PARTNER_END
        plan = WavePlan.informing(END_WAVE, message, act.at, says)
        await open_wave(act, ref.crisis_id, plan, reached)


class AnswerAsPartner(BaseModel):
    """What a partner answers from its page."""

    model_config = ConfigDict(
        frozen=True, str_strip_whitespace=True, hide_input_in_errors=True
    )

    cpts_id: str
    crisis_id: str
    partner_id: str
    answer: PartnerAnswer
    nonce: str
    need: Annotated[str, Field(max_length=200)] = ""
    phone: Annotated[str, Field(max_length=30)] = ""  # to call back, as typed

    @property
    def ref(self) -> CrisisRef:
        """The crisis."""
        return CrisisRef(cpts_id=self.cpts_id, crisis_id=self.crisis_id)


async def answer_as_partner(
    database: Database, said: AnswerAsPartner, actor: str = PARTNER
) -> None:
    """Note the answer of a partner: it replaces the one before.

    The same form posted twice changes nothing the second time.

    Args:
        database: The facts.
        said: What it answers.
        actor: Who types it in, if it answered by telephone.

    Raises:
        AnswerNotOfferedError: The wave of partners did not leave.
        CrisisLiftedError: The crisis is over.
        PatientDataError: The text holds a patient's identity.
        UnknownCrisisError: No such crisis.
        UnknownLinkError: The wave was not for this partner.
    """
    refuse_patient_data(said.need, said.phone)
    async with database.act(said.cpts_id) as act:
        crisis = await crises.lock(act, said.crisis_id)
        if not await links.use_nonce(act, said.nonce):
            return
        if not crisis.state.takes_answers:
            raise CrisisLiftedError(crisis=said.crisis_id)
        wave = await partners.wave_of(act.connection, said.ref)
        told = await partners.told(act.connection, crisis)
        if wave is None or told is None:
            raise AnswerNotOfferedError(answer=said.answer)
        before = next((t for t in told if t.partner.code == said.partner_id), None)
        if before is None:
            raise UnknownLinkError
        needs = said.answer is PartnerAnswer.NEED
        detail = {"need": said.need, "phone": said.phone} if needs else {}
        heard = {"answer": said.answer, "answered_at": act.at, "detail": detail or None}
        await waves.answer(act, wave, said.partner_id, heard)
        act.note(
            "partner.answer",
            about=said.crisis_id,
            actor=actor,
            facts={"answer": said.answer, "changed": before.said is not None},
            sealed={
                "partner": before.partner.name,
                **{name: text or "—" for name, text in detail.items()},
            },
        )
