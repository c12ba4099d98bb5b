"""The plan of the fictitious CPTS of `examples/`, filled in, ready to print."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache

from acts.directory import add_cpts, import_roster
from acts.plan import new_plan
from adapters.cpts_file import load_cpts
from adapters.database.unit import Database
from adapters.roster_csv import read_csv
from domain.contact import readable
from domain.content import (
    Aside,
    Attestation,
    CardEdit,
    Change,
    ChangeOrigin,
    DisabledCard,
    FieldValue,
    Layer,
    Reading,
    SectionContent,
    Value,
)
from domain.cpts import Cpts
from domain.directory import person_named
from domain.person import Person
from domain.plan import Holder, Plan, text_sha256
from domain.plan_edition import PlanSource
from domain.plan_version import (
    Decision,
    Opinion,
    PlanVersion,
    VersionKind,
    VersionStatus,
)
from domain.report import Seal
from domain.roster_reading import read_rows
from tests.national import national
from tests.world import ROOT

PRINTED_AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
ROOM = "https://visio.vallees-autan.example/cellule"
KEY_HOLDER = "M. Fictif Gardien, 06 39 98 07 77"
SLIPPED_PHONE = "05 36 49 07 78"
SLIPPED_MAIL = "regulation@secours.example"


@cache
def tenant() -> Cpts:
    return load_cpts(ROOT / "examples" / "cpts.yaml")


@cache
def directory() -> Mapping[str, Person]:
    roster = read_rows(read_csv(ROOT / "examples/roster.csv"), tenant(), national())
    return {f"p-{rank:04}": person for rank, person in enumerate(roster.people)}


def id_of(named: str) -> str:
    person = person_named(directory().values(), named)
    return next(i for i, each in directory().items() if each == person)


@cache
def plan() -> Plan:
    return Plan(
        cpts_id=tenant().cpts_id,
        plan_id=f"plan-{tenant().cpts_id}",
        number=2,
        based_on=1,
        kind=VersionKind.UPDATE,
        holders=tuple(
            Holder(
                role=role.code,
                person_id=id_of(role.holder),
                deputy_id=role.deputy and id_of(role.deputy),
            )
            for role in tenant().roles
        ),
        template=national(),
        sections=tuple(_sections()),
        edits=(
            CardEdit(
                card_id="T2-01",
                field="echeance",
                was='"PT1H"',
                value='"PT45M"',
                layer=Layer.CPTS,
                reason="l'exercice de mars a montré que c'est possible",
            ),
        ),
        disabled=(
            DisabledCard(
                card=national().card("T5-13").model_copy(update={"card_id": "L5-01"}),
                after="T5-13",
                reason="tenue par la commune",
            ),
        ),
        aside=(Aside(heading="Historique", text="Ancien plan de 2023."),),
        changes=(
            Change(
                section_id="SEC-02",
                target="materiel_cellule",
                origin=ChangeOrigin.RETEX,
                author="REFERENT_SSE",
                on=date(2026, 10, 2),
                detail=f"RETEX de la canicule, avis reçu par {SLIPPED_MAIL}",
            ),
        ),
    )


@cache
def before() -> Plan:
    """Give the version before: less material, another deputy, another delay."""
    sections = {section.section_id: section for section in plan().sections}
    cell = sections["SEC-02"]
    fewer = tuple(
        f.model_copy(update={"value": ("Un ordinateur",)})
        if f.name == "materiel_cellule"
        else f
        for f in cell.fields
    )
    sections["SEC-02"] = cell.model_copy(update={"fields": fewer})
    first, *others = plan().holders
    return plan().model_copy(
        update={
            "number": 1,
            "based_on": None,
            "kind": VersionKind.FIRST_WRITING,
            "holders": (
                first.model_copy(update={"deputy_id": others[0].person_id}),
                *others,
            ),
            "sections": tuple(sections.values()),
            "disabled": (),
            "changes": (),
        }
    )


def _sections() -> Iterable[SectionContent]:
    president = id_of(tenant().roles[0].holder)
    referent, deputy = plan_people("REFERENT_SSE")
    contents: dict[str, dict[str, Value]] = {
        "SEC-01": {
            "nom": tenant().name,
            "population_contractuelle": "126400",
            "date_contrat_aci": "2021-03-15",
            "zones": tenant().zones,
            "risques_locaux": tenant().local_risks,
            "communes": tuple(
                {"code": c.code, "nom": c.name, "zone": c.zone}
                for c in tenant().communes
            ),
        },
        "SEC-02": {
            "referent_sse": referent,
            "suppleant": deputy,
            "titulaires_par_role": tuple(
                {"role": r.code, "personne": id_of(r.holder)} for r in tenant().roles
            ),
            "lieu_principal": "Maison de santé de Castelorzac",
            "salle_virtuelle": ROOM,
            "materiel_cellule": ("Deux ordinateurs", "Une imprimante", "Un paperboard"),
            "delegation_decision": (
                "Si la présidence ne répond pas en quinze minutes, "
                f"{directory()[deputy].full_name} décide (05 36 49 07 78)."
            ),
        },
        "SEC-03": {
            "autorites": tuple(
                {
                    "code": a.code,
                    "nom": a.name,
                    "telephone": a.phone,
                    "courriel": a.email,
                    "verifie_le": "2026-10-02",
                }
                for a in tenant().authorities
            ),
            "membres": "378 professionnels, dont 146 volontaires",
        },
        "SEC-04": {
            "procedure_contre_appel": (
                f"Rappeler {SLIPPED_PHONE} ou écrire à {SLIPPED_MAIL} avant tout envoi."
            ),
        },
        "SEC-05": {
            "lignes": tuple(
                {
                    "nom": f"Salle des fêtes de {commune}",
                    "adresse": f"Place de la mairie, {commune}",
                    "zone": zone,
                    "proprietaire": "Commune",
                    "contact_ouverture_24h": KEY_HOLDER,
                    "capacite": "120",
                    "types_possibles": "CASUALTIES, SICK",
                    "convention": "Signée",
                    "date_visite": "2026-05-04",
                }
                for commune, zone in (
                    ("Castelorzac", "Bas-Autan"),
                    ("Peyrelune", "Vernoise"),
                    ("Roquabrane", "Causse"),
                )
            )
        },
        "SEC-09": {
            "patients_chroniques_principes": (
                "Chaque professionnel repère ses propres patients, hors de l'outil."
            ),
            "ruptures_prevues": ("Dialyse", "Oxygène", "Chimiothérapie"),
        },
    }
    for section in national().sections:
        said = contents.get(section.section_id, {})
        yield SectionContent(
            section_id=section.section_id,
            fields=tuple(
                FieldValue(name=name, value=value, layer=Layer.CPTS)
                for name, value in said.items()
            ),
            attestations=(
                Attestation(
                    check=1,
                    person_id=president,
                    role="DECISION",
                    on=date(2026, 10, 12),
                    note="inventaire du 10 octobre",
                ),
            )
            if section.section_id == "SEC-06"
            else (),
            reading=Reading(
                person_id=referent, role="REFERENT_SSE", on=date(2026, 10, 13)
            )
            if section.section_id == "SEC-13"
            else None,
        )


def plan_people(role: str) -> tuple[str, str]:
    """Give who holds a role in `examples/`, and who stands in."""
    held = tenant().role(role)
    assert held
    assert held.deputy
    return id_of(held.holder), id_of(held.deputy)


def version(**changes: object) -> PlanVersion:
    sha256 = text_sha256(plan().canonical())
    adopted = PlanVersion(
        cpts_id=plan().cpts_id,
        plan_id=plan().plan_id,
        number=plan().number,
        kind=plan().kind,
        status=VersionStatus.ADOPTED,
        based_on=plan().based_on,
        sha256=sha256,
        revision=4,
        made_at=datetime(2026, 9, 20, 9, 0, tzinfo=UTC),
        submitted_at=datetime(2026, 10, 14, 9, 0, tzinfo=UTC),
        submitted_despite=None,
        opinion=Opinion.REMARKS,
        opinion_at=datetime(2026, 11, 3, 9, 0, tzinfo=UTC),
        opinion_words="Préciser le lieu de repli du Causse.",
        decision=Decision(
            adopted=True,
            on=date(2026, 11, 12),
            signed_by=plan_people("DECISION")[0],
            present=7,
            quorum=5,
            sha256=sha256,
        ),
        adopted_at=datetime(2026, 11, 12, 19, 0, tzinfo=UTC),
        replaced_at=None,
    )
    return adopted.model_copy(update=changes)


SEAL = Seal(size=4213, root="4f" * 32, key_fingerprint="SHA256:abcdefghijk")


def source(**changes: object) -> PlanSource:
    return PlanSource(
        plan=plan(),
        version=version(**changes),
        tenant=tenant(),
        people=directory(),
        seal=SEAL,
        before=before(),
    )


def private_values() -> Iterator[str]:
    """Everything of `examples/` that the public may not read."""
    yield from (ROOM, KEY_HOLDER, SLIPPED_MAIL, SLIPPED_PHONE)
    for person in directory().values():
        yield person.full_name
        yield f"{person.last_name} {person.first_name}"
        yield from (x for x in (person.email, person.mobile, person.phone2) if x)
        yield from (readable(x) for x in (person.mobile, person.phone2) if x)
    for contact in (tenant().coordinator, *tenant().authorities):
        yield from (contact.email, contact.phone, readable(contact.phone))
    for place in tenant().structures:
        yield from (x for x in (place.email, place.phone) if x)
    for partner in tenant().partners:
        yield from (x for x in (partner.email, partner.phone) if x)


async def settle(database: Database) -> Database:
    """Add the CPTS of the examples, its people and the first draft of its plan."""
    cpts_id = tenant().cpts_id
    await add_cpts(database, tenant(), "COORDINATEUR")
    await import_roster(database, cpts_id, tuple(directory().values()), "COORDINATEUR")
    await new_plan(database, cpts_id, national(), "COORDINATEUR")
    return database
