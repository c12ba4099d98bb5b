"""Somebody is in danger: whoever leads the crisis cell is told at once, by mail."""

from acts.wave import MEMBER, open_wave
from adapters.database import people
from adapters.database.people import FrozenPerson
from adapters.database.standing import Standing
from adapters.database.unit import Act
from domain.alert import WavePlan
from domain.calendar import french_instant
from domain.contact import readable
from domain.letter import MessageKind
from domain.reference import CrisisRef

HELP_WAVE = "AIDE"
LEADER = "PILOTAGE"


async def call_for_help(act: Act, stand: Standing) -> None:
    """Tell the leader of the cell and their deputy; neither night nor quota holds it.

    Source: docs/sources.md#waves
    """
    ref = CrisisRef(cpts_id=act.cpts_id, crisis_id=stand.crisis.crisis_id)
    leaders = stand.plan.people_of(LEADER)
    found = await people.named(act.connection, ref, (stand.person_id, *leaders))
    (person,) = (each for each in found if each.person_id == stand.person_id)
    others = [each for each in found if each is not person]  # gone since: left out
    if others:
        says = _says(act, stand, person)
        plan = WavePlan.informing(HELP_WAVE, MessageKind.HELP, act.at, says)
        told = [each.person_id for each in others]
        await open_wave(act, ref.crisis_id, plan, told)
    act.note(
        "help.asked",
        about=ref.crisis_id,
        actor=MEMBER,
        facts={"told": sum(each.email is not None for each in others)},
        sealed={"person": person.person_id, "where": stand.whereabouts or "—"},
    )
    act.wake(ref.workflow_id)


def _says(act: Act, stand: Standing, person: FrozenPerson) -> dict[str, str]:
    profession = stand.plan.template.profession(person.profession).label
    number = person.mobile or person.phone2
    return {
        "qui": f"{stand.name}, {profession[:1].lower()}{profession[1:]}",
        "joindre": readable(number) if number else "aucun numéro connu",
        "ou": stand.whereabouts or "non précisé",
        "zone": stand.zone or "non précisée",
        "quand": french_instant(act.at, stand.tenant.zone_info),
    }
