"""A small fictitious CPTS with places of care, on the national template."""

from dataclasses import replace
from functools import cache

from acts.crisis import OpenCrisis, open_crisis
from acts.directory import add_cpts, import_roster
from acts.plan import new_plan
from adapters.database.unit import Database
from adapters.templates import load_template
from domain.cpts import Cpts
from domain.partner import Partner, PartnerKind
from domain.reference import CrisisRef
from domain.structure import Structure
from domain.template import Template
from tests.world import CPTS_ID, LINK_KEY, ROOT, activation, cpts, people

PLACES = (
    Structure.model_validate(
        {
            "code": "OFF_PONT",
            "kind": "OFFICINE",
            "nom": "Pharmacie du Pont (fictive)",
            "commune": "99001",
            "garde": [{"du": "2026-11-22", "au": "2026-11-22"}],
            "courriel": "pont@val.example",
        }
    ),
    Structure.model_validate(
        {
            "code": "OFF_HALLES",
            "kind": "OFFICINE",
            "nom": "Pharmacie des Halles (fictive)",
            "commune": "99001",
            "courriel": "halles@val.example",
        }
    ),
    Structure.model_validate(
        {
            "code": "MSP_NORD",
            "kind": "MSP",
            "nom": "Maison de santé du Nord (fictive)",
            "commune": "99001",
        }
    ),
    Structure.model_validate(
        {
            "code": "EHPAD_SUD",
            "kind": "EHPAD",
            "nom": "EHPAD du Sud (fictif)",
            "commune": "99001",
            "zone": "Sud",
        }
    ),
)

PARTNERS = (
    Partner(
        code="MAIRIE_NORD",
        kind=PartnerKind.TOWN_HALL,
        nom="Mairie du Nord (fictive)",
        zone="Nord",
        courriel="mairie@val.example",
        telephone="0536490021",
    ),
    Partner(
        code="DAC_VAL",
        kind=PartnerKind.COORDINATION,
        nom="Dispositif d'appui du Val (fictif)",
        courriel="dac@val.example",
    ),
)


@cache
def national() -> Template:
    return load_template(ROOT / "plan_templates" / "fr-2022-12")


def cpts_with_places(
    places: tuple[Structure, ...] = PLACES, partners: tuple[Partner, ...] = PARTNERS
) -> Cpts:
    everyone = tuple(
        {"code": role.code, "titulaire": people(11)[at].rpps}
        for at, role in enumerate(national().held_roles)
    )
    deputies = tuple(
        {**role, "suppleant": people(30)[15 + at].rpps}
        for at, role in enumerate(everyone)
    )
    said = cpts().model_dump(mode="json") | {
        "roles": {str(role.pop("code")): role for role in map(dict, deputies)},
        "structures": {
            place.code: place.model_dump(
                mode="json", exclude={"code"}, exclude_none=True
            )
            for place in places
        },
        "partenaires": [each.model_dump(mode="json") for each in partners],
    }
    return Cpts.model_validate({k: v for k, v in said.items() if v is not None})


async def opened(
    database: Database,
    places: tuple[Structure, ...] = PLACES,
    link_key: bytes = LINK_KEY,
    partners: tuple[Partner, ...] = PARTNERS,
    **changes: object,
) -> CrisisRef:
    """Open a crisis; the first two people work in the health house."""
    roster = tuple(
        replace(person, structures=("MSP_NORD",)) if at < 2 and places else person
        for at, person in enumerate(people(30))
    )
    await add_cpts(database, cpts_with_places(places, partners), "COORDINATEUR")
    await import_roster(database, CPTS_ID, roster, "COORDINATEUR")
    await new_plan(database, CPTS_ID, national(), "COORDINATEUR")
    order = OpenCrisis(
        cpts_id=CPTS_ID,
        activation=activation(database.now(), **changes),
        actor="REFERENT_SSE",
    )
    return await open_crisis(database, order, link_key)
