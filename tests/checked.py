"""A plan in which nothing is missing, and all that its checks look at."""

from dataclasses import replace
from datetime import date

from domain.content import Attestation, FieldValue, Layer, SectionContent, Value
from domain.cpts import CellRoom, Cpts
from domain.known import with_known
from domain.known_facts import KnownFacts, PastExercise
from domain.partner import Partner, PartnerKind
from domain.person import Person
from domain.plan import Holder, Plan
from domain.plan_check import BY_PEOPLE
from domain.section_edit import with_section
from tests.national import TYPES, national
from tests.world import CPTS_ID, cpts, people

TODAY = date(2026, 11, 22)
WRITTEN: dict[str, dict[str, Value]] = {
    "SEC-04": {"procedure_contre_appel": "Le référent rappelle le standard."},
    "SEC-05": {
        "lignes": tuple(
            {
                "nom": f"Salle {zone}",
                "zone": zone,
                "contact_ouverture_24h": "05 36 49 00 01",
                "types_possibles": ", ".join(TYPES),
                "convention": "Convention du 3 mars 2026",
                "date_visite": "2026-03-03",
            }
            for zone in ("Nord", "Sud")
        )
    },
    "SEC-06": {
        "lignes": (
            {"designation": "Masques FFP2", "peremption": "2028-01-01"},
            {"designation": "Paperboard", "peremption": "sans"},
        )
    },
    "SEC-08": {
        "conventions": (
            {"partenaire": "Mairie d'Essai (fictive)", "contact": "accueil"}
            | {"attente": "Ouvrir la salle la nuit"},
        )
    },
    "SEC-09": {"patients_chroniques_principes": "Chacun repère les siens."},
    "SEC-13": {"procedure": "La levée exige une référence de l'autorité."},
    "SEC-14": {
        "plan_d_actions": (
            {"action": "Revoir T2-03", "responsable": "PILOTAGE"}
            | {"echeance": "2027-01-15", "close_le": "2026-11-02", "version": "3"},
        )
    },
}


def tenant() -> Cpts:
    known = cpts()
    authority = known.authorities[0].model_copy(update={"out_of_hours": "+33639980920"})
    partner = Partner(
        code="MAIRIE", kind=PartnerKind.TOWN_HALL, nom="Mairie d'Essai (fictive)"
    )
    changes: dict[str, object] = {
        "contract_on": date(2021, 3, 15),
        "local_risks": ("Aucun identifié",),
        "cell_room": CellRoom(lieu_principal="Maison de santé", lieu_repli="Mairie"),
        "authorities": (authority,),
        "partners": (partner,),
    }
    return known.model_copy(update=changes)


def roster() -> tuple[tuple[str, Person], ...]:
    """Enough volunteers of each profession; one is owed elsewhere too."""
    codes = tuple(p.code for p in national().professions)
    found = people(len(codes) * 30)
    return tuple(
        (
            f"p-{at}",
            replace(
                person,
                profession=codes[at % len(codes)],
                double_commitment=at == 0,
                phone2="+33536490099",
            ),
        )
        for at, person in enumerate(found)
    )


def facts() -> KnownFacts:
    return KnownFacts(
        tenant=tenant(),
        roster=roster(),
        versions=(),
        exercises=(PastExercise(date(2026, 10, 1), ("SICK",), "canicule"),),
        on=TODAY,
        verified={"ARS_DD": date(2026, 10, 1)},
    )


def plan() -> Plan:
    """Everything written, everything vouched for a month ago."""
    template = national()
    holders = tuple(
        Holder(role=role.code, person_id=f"p-{2 * n}", deputy_id=f"p-{2 * n + 1}")
        for n, role in enumerate(template.held_roles)
    )
    said = Plan(
        cpts_id=CPTS_ID,
        plan_id=f"plan-{CPTS_ID}",
        number=1,
        holders=holders,
        template=template,
    )
    for form in template.forms:
        written = WRITTEN.get(form.section_id, {})
        made = (rank for rank, code in enumerate(form.checks) if code in BY_PEOPLE)
        said = with_section(
            said,
            SectionContent(
                section_id=form.section_id,
                fields=tuple(
                    FieldValue(name=name, value=value, layer=Layer.CPTS)
                    for name, value in written.items()
                ),
                attestations=tuple(
                    Attestation(
                        check=rank,
                        person_id="p-2",
                        role="REFERENT_SSE",
                        on=date(2026, 10, 22),
                    )
                    for rank in made
                ),
            ),
        )
    return with_known(said, facts())


def saying(said: Plan, section_id: str, name: str, value: Value) -> Plan:
    """Write a field otherwise."""
    content = said.section(section_id)
    kept = tuple(f for f in content.fields if f.name != name)
    written = FieldValue(name=name, value=value, layer=Layer.CPTS)
    return with_section(said, content.model_copy(update={"fields": (*kept, written)}))
