"""A situation report ends a run of its card; its receipt completes the proof."""

from acts.conduct import advance
from acts.runs import Ended, end_run, run_in_hand
from acts.wave import AUTHORITY
from adapters.database import cards, crises, situation_reports, situations
from adapters.database.crises import CrisisRow
from adapters.database.unit import Act
from domain.ledger import instant
from domain.reference import CrisisRef
from domain.situation import SituationReport
from domain.situation_due import REPORT_CARD


async def prove_sending(
    act: Act, crisis: CrisisRow, report: SituationReport, actor: str
) -> None:
    """End the run in hand with what left: the ARS has not acknowledged it yet.

    A report that somebody wrote down as a proof before ends no other run.
    """
    if crisis.state.is_over:
        return
    known = await situations.of_crisis(act.connection, crisis)
    proofs = await cards.proofs_of(act.connection, crisis.ref, REPORT_CARD)
    told = {str(said["numero"]) for said in proofs.values()}
    run = run_in_hand(known, REPORT_CARD)
    if run is not None and str(report.number) not in told:
        sent = {
            "numero": report.number,
            "heure_envoi": instant(act.at),
            "valide_par": report.validated_by,
        }
        await end_run(act, known, run, Ended(sent, actor, act.at))
        await advance(act, known.ref)


async def prove_receipt(act: Act, ref: CrisisRef, document_id: str) -> None:
    """Complete the proof of the report that this document is, if it is one."""
    number = await situation_reports.number_of(act.connection, ref, document_id)
    if number is None:
        return
    crisis = await crises.lock(act, ref.crisis_id)
    proofs = await cards.proofs_of(act.connection, ref, REPORT_CARD)
    known = await situations.of_crisis(act.connection, crisis)
    for run in known.runs:
        said = proofs.get(run.run, {}) if run.card_id == REPORT_CARD else {}
        if said.get("numero") == number and not said["accuse_ars"]:
            fields = {**said, "accuse_ars": instant(act.at)}
            await end_run(act, known, run, Ended(fields, AUTHORITY, act.at))
