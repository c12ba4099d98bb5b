"""A small fictitious CPTS: what tests start from."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from acts.crisis import OpenCrisis, open_crisis
from acts.directory import add_cpts, import_roster
from acts.plan import new_plan
from adapters.database.unit import Database
from adapters.templates import load_template
from domain.authority import Authority
from domain.cpts import AuthorityContact, Commune, Contact, Cpts, RoleHolders
from domain.crisis import Activation
from domain.person import Person
from domain.reference import CrisisRef
from domain.template import Template

ROOT = Path(__file__).parent.parent
TEMPLATE_FOLDER = ROOT / "plan_templates" / "fr-2022-12-socle"
CPTS_ID = "val-test"
LINK_KEY = bytes(32)
OPENED = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)
PROFESSIONS = ("INFIRMIER", "MEDECIN_GENERALISTE", "KINE", "PHARMACIEN", "IPA")


@cache  # read once: reading YAML was two thirds of the time of an act's test
def template() -> Template:
    return load_template(TEMPLATE_FOLDER)


def rpps(number: int) -> str:
    return f"99{number:09d}"


def people(number: int) -> tuple[Person, ...]:
    """Professions in turn; everyone has a mail."""
    return tuple(
        Person(
            rpps=rpps(i),
            last_name=f"Fictif{i:05d}",
            first_name="Camille",
            profession=PROFESSIONS[i % len(PROFESSIONS)],
            zone="Nord" if i % 2 else "Sud",
            email=f"p{i}@val.example",
            mobile="+33639980012",
        )
        for i in range(number)
    )


def cpts(cpts_id: str = CPTS_ID) -> Cpts:
    contact = Contact(
        nom="Camille Fictive",
        courriel="coordination@val.example",
        telephone="0536490012",
    )
    return Cpts(
        cpts_id=cpts_id,
        nom="CPTS du Val d'Essai (fictive)",
        nom_court="Val d'Essai",
        fictif=True,
        fuseau="Europe/Paris",
        population_contractuelle=100_000,
        taille_contractuelle="T3",
        zones=("Nord", "Sud"),
        communes=(Commune(code="99001", nom="Essai", zone="Nord"),),
        coordinateur=contact,
        autorites=(
            AuthorityContact(
                code="ARS_DD",
                nom="Délégation départementale (fictive)",
                courriel="ars@ars.example",
                telephone="0536490013",
            ),
        ),
        roles=(
            RoleHolders(code="REFERENT_SSE", titulaire=rpps(0), suppleant=rpps(1)),
            RoleHolders(code="PILOTAGE", titulaire=rpps(2), suppleant=rpps(3)),
        ),
    )


async def settle(database: Database, number: int = 40, cpts_id: str = CPTS_ID) -> None:
    """Add a CPTS with its people and its plan."""
    await settle_with(database, cpts(cpts_id), number, template())


async def settle_with(
    database: Database, tenant: Cpts, number: int, plan: Template
) -> None:
    """Add this CPTS, this many people, and a plan of this template."""
    await add_cpts(database, tenant, "COORDINATEUR")
    await import_roster(database, tenant.cpts_id, people(number), "COORDINATEUR")
    await new_plan(database, tenant.cpts_id, plan, "COORDINATEUR")


def activation(at: datetime = OPENED, /, **changes: object) -> Activation:
    """Give an order that was received ten minutes before this instant."""
    said: dict[str, object] = {
        "types": ({"code": "SICK", "scenarios": ("INCENDIE_FUMEES",)},),
        "authority": Authority.DG_ARS,
        "caller": "Dominique Fictif",
        "caller_function": "cadre d'astreinte",
        "received_at": at - timedelta(minutes=10),
        "called_back_at": at - timedelta(minutes=5),
        "reference": "ARS-2026-118",
        "place": "Saint-Martin-le-Pré",
        "perimeter": "Communes de la zone Nord",
        "mission": "Appuyer les EHPAD touchés par les fumées",
    }
    return Activation.model_validate(said | changes)


async def alerted(
    database: Database,
    number: int = 40,
    cpts_id: str = CPTS_ID,
    link_key: bytes = LINK_KEY,
    **changes: object,
) -> CrisisRef:
    """Add a CPTS and open a crisis in it."""
    await settle(database, number, cpts_id)
    order = OpenCrisis(
        cpts_id=cpts_id,
        activation=activation(database.now(), **changes),
        actor="REFERENT_SSE",
    )
    return await open_crisis(database, order, link_key)
