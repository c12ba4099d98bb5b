"""Checks of a plan that the file of the CPTS and its directory answer.

Source: docs/sources.md#plan-checks
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from domain.calendar import french_date
from domain.check_gap import Checking, Gap, Rule, same
from domain.crisis import ActivatedType
from domain.crisis_type import TypeSheet
from domain.known_facts import count_of
from domain.person import Person, Status
from domain.plan import Holder

_TWO = 2
_RPPS = 11


def _size(on: Checking) -> Iterator[Gap]:
    if on.facts.tenant.contract_on is None:
        sentence = "Donnez la date du contrat : la taille doit être celle qu'il écrit."
        yield Gap(sentence, "date_contrat_aci")


def _communes(on: Checking) -> Iterator[Gap]:
    rows = on.rows("communes")
    if not rows:
        yield Gap("Aucune commune n'est inscrite.", "communes")
    for code, number in Counter(row["code"] for row in rows).items():
        if number > 1:
            yield Gap(f"La commune {code} est inscrite deux fois.", "communes")
    for row in rows:
        if row.get("zone") not in on.facts.tenant.zones:
            yield Gap(f"La commune {row['nom']} n'a pas de zone.", "communes")


def _risks(on: Checking) -> Iterator[Gap]:
    if not on.content.value("risques_locaux"):
        sentence = "Reprenez les risques du DDRM ou des PCS, ou « aucun identifié »."
        yield Gap(sentence, "risques_locaux")


def _lead(on: Checking) -> Iterator[Gap]:
    yield from _two_people(on, "REFERENT_SSE", "référent SSE", "referent_sse")
    holder = on.holder("REFERENT_SSE")
    found = (("Le référent", holder and holder.person_id),)
    for who, person_id in (*found, ("Son suppléant", holder and holder.deputy_id)):
        person = on.people.get(person_id or "")
        if person and sum(map(bool, _means(person))) < _TWO:
            yield Gap(f"{who} n'a pas deux moyens de contact.", "referent_sse")


def _means(person: Person) -> tuple[str | None, ...]:
    return person.email, person.mobile, person.phone2


def _two_people(on: Checking, role: str, named: str, field: str) -> Iterator[Gap]:
    """Want a holder and a deputy, both in the directory, two different people."""
    holder = on.holder(role)
    if holder is None or holder.person_id not in on.people:
        yield Gap(f"Désignez le {named}, parmi les personnes de l'annuaire.", field)
    elif _lacks_deputy(on, holder):
        yield Gap(f"Désignez le suppléant du {named}, une autre personne.", field)


def _lacks_deputy(on: Checking, holder: Holder) -> bool:
    return holder.deputy_id not in on.people or holder.deputy_id == holder.person_id


def _two_buildings(on: Checking) -> Iterator[Gap]:
    main, fallback = on.text("lieu_principal"), on.text("lieu_repli")
    if not (main and fallback):
        yield Gap("Donnez un lieu principal et un lieu de repli.", "lieu_principal")
    elif same(main, fallback):
        yield Gap("Le lieu de repli est le lieu principal.", "lieu_repli")


def _lead_and_writer(on: Checking) -> Iterator[Gap]:
    lead, writer = on.holder("PILOTAGE"), on.holder("SECRETARIAT")
    if lead is None or writer is None:
        yield Gap("Désignez le pilotage et le secrétariat.", "titulaires_par_role")
    elif lead.person_id == writer.person_id:
        sentence = "Le pilotage et le secrétariat sont tenus par la même personne."
        yield Gap(sentence, "titulaires_par_role")


def _deputies(on: Checking) -> Iterator[Gap]:
    for role in on.plan.template.held_roles:
        holder = on.holder(role.code)
        if role.deputy_required and (holder is None or _lacks_deputy(on, holder)):
            yield Gap(f"{role.label} : pas de suppléant.", "suppleants_par_role")


def _two_channels(on: Checking) -> Iterator[Gap]:
    for each in on.facts.tenant.authorities:
        if each.out_of_hours is None:
            sentence = f"{each.name} : pas de numéro hors des heures ouvrées."
            yield Gap(sentence, "autorites")


def _verified(on: Checking) -> Iterator[Gap]:
    for each in on.facts.tenant.authorities:
        day = on.facts.verified.get(each.code)
        if day is None:
            yield Gap(f"{each.name} : contact jamais vérifié.", "autorites")
        elif on.older(day, on.section.reviewed_every):
            sentence = (
                f"{each.name} : contact vérifié le {french_date(day)}, à refaire."
            )
            yield Gap(sentence, "autorites")


def _volunteers(on: Checking) -> Iterator[Gap]:
    volunteers = on.facts.volunteers
    if not volunteers:
        yield Gap("Aucun volontaire n'est inscrit à l'annuaire.", "volontaires")
    known = {each.code for each in on.plan.template.professions}
    lacking = (
        ("sans zone", sum(p.zone is None for p in volunteers)),
        ("de profession inconnue", sum(p.profession not in known for p in volunteers)),
        ("sans courriel ni mobile", sum(p.out_of_reach for p in volunteers)),
    )
    for what, number in lacking:
        if number:
            yield Gap(f"{count_of(number, 'volontaire')} {what}.", "volontaires")


def _rpps(on: Checking) -> Iterator[Gap]:
    wrong = sum(p.rpps is not None and len(p.rpps) != _RPPS for p in on.facts.people)
    if wrong:
        people = count_of(wrong, "personne")
        yield Gap(f"{people} avec un numéro qui n'est pas un RPPS.", "membres")


def _staffing(on: Checking) -> Iterator[Gap]:
    labels = {each.code: each.label for each in on.plan.template.professions}
    for sheet in on.plan.template.types:
        present = Counter(
            p.profession
            for p in on.facts.volunteers
            if p.status is not Status.STUDENT and p.accepts(sheet.code)
        )
        short = [
            f"{labels.get(code, code)} {present[code]} sur {number}"
            for code, number in _least(on, sheet).items()
            if present[code] < number
        ]
        if short:
            sentence = f"Type {sheet.number}, volontaires trop peu nombreux : "
            yield Gap(f"{sentence}{', '.join(short)}.", "volontaires_par_type")


def _least(on: Checking, sheet: TypeSheet) -> Mapping[str, int]:
    """Count the seats kept by profession, in the scenario that wants the most."""
    least: Counter[str] = Counter()
    for scenario in sheet.scenarios:
        said = (ActivatedType(code=sheet.code, scenarios=(scenario.code,)),)
        wanted: Counter[str] = Counter()
        for need in on.plan.needs(said):
            if need.profession:
                wanted[need.profession] += need.needed
        least |= wanted
    return least


def _double(on: Checking) -> Iterator[Gap]:
    if not any(p.double_commitment for p in on.facts.volunteers):
        sentence = (
            "Aucun double engagement n'est déclaré : la question a-t-elle été posée ?"
        )
        yield Gap(sentence, "double_engagement")


def _spokesperson(on: Checking) -> Iterator[Gap]:
    yield from _two_people(on, "COMMUNICATION", "porte-parole", "porte_parole")


RULES: Mapping[str, Rule] = {
    "TAILLE_AU_CONTRAT": _size,
    "COMMUNES_EN_ZONE": _communes,
    "RISQUES_LOCAUX": _risks,
    "REFERENT_ET_SUPPLEANT": _lead,
    "DEUX_BATIMENTS": _two_buildings,
    "PILOTAGE_ET_SECRETARIAT": _lead_and_writer,
    "SUPPLEANTS": _deputies,
    "DEUX_CANAUX_PAR_AUTORITE": _two_channels,
    "AUTORITES_VERIFIEES": _verified,
    "VOLONTAIRES_COMPLETS": _volunteers,
    "RPPS_OU_SANS": _rpps,
    "EFFECTIF_PAR_TYPE": _staffing,
    "DOUBLE_ENGAGEMENT": _double,
    "UN_PORTE_PAROLE": _spokesperson,
}
"""By code of `controles`, for the sections 1, 2, 3, 7 and 10."""
