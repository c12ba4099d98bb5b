"""Known fields that come from the CPTS, its people and its places.

Source: docs/sources.md#plan-sections
"""

from collections import Counter
from collections.abc import Callable

from domain.calendar import french_count
from domain.contact import readable
from domain.content import Row, Value
from domain.known_facts import Fill, Fills, KnownFacts, Source, count_of
from domain.person import Link, Person
from domain.plan import Holder, Plan

_LINKS = {
    Link.VOLUNTEER: ("volontaire", "volontaires"),
    Link.MEMBER: ("adhérent", "adhérents"),
    Link.TERRITORY: ("autre du territoire", "autres du territoire"),
}


def _file(value: Callable[[KnownFacts], Value | None]) -> Fill:
    return Fill(Source.FILE, lambda _plan, facts: value(facts))


def _directory(value: Callable[[KnownFacts], Value | None]) -> Fill:
    return Fill(Source.DIRECTORY, lambda _plan, facts: value(facts))


def _held(value: Callable[[Plan], Value | None]) -> Fill:
    return Fill(Source.HOLDERS, lambda plan, _facts: value(plan))


def _communes(facts: KnownFacts) -> Value:
    return tuple(
        {"code": c.code, "nom": c.name, "zone": c.zone} for c in facts.tenant.communes
    )


def _holder(plan: Plan, role: str) -> Holder | None:
    return next((h for h in plan.holders if h.role == role), None)


def _who_holds(role: str) -> Callable[[Plan], Value | None]:
    def who(plan: Plan) -> Value | None:
        holder = _holder(plan, role)
        return holder.person_id if holder else None

    return who


def _deputy(plan: Plan) -> Value | None:
    holder = _holder(plan, "REFERENT_SSE")
    return holder.deputy_id if holder else None


def _holders(plan: Plan) -> Value:
    return tuple({"role": h.role, "personne": h.person_id} for h in plan.holders)


def _deputies(plan: Plan) -> Value:
    return tuple(
        {"role": h.role, "personne": h.deputy_id} for h in plan.holders if h.deputy_id
    )


def _room(name: str) -> Fill:
    def value(facts: KnownFacts) -> Value | None:
        room = facts.tenant.cell_room
        said: str | None = getattr(room, name) if room else None
        return said

    return _file(value)


def _said(**cells: str | None) -> Row:
    """Make a row of what is said; telephones are written as people read them."""
    return {name: value or "" for name, value in cells.items()}


def _phone(e164: str | None) -> str | None:
    return readable(e164) if e164 else None


def _authorities(facts: KnownFacts) -> Value:
    return tuple(
        _said(
            code=a.code,
            nom=a.name,
            telephone=_phone(a.phone),
            hors_heures=_phone(a.out_of_hours),
            courriel=a.email,
            verifie_le=facts.verified[a.code].isoformat()
            if a.code in facts.verified
            else None,
        )
        for a in facts.tenant.authorities
    )


def _verified_on(facts: KnownFacts) -> Value | None:
    """The oldest: none is older. Unknown as long as one was never verified."""
    days = [facts.verified.get(a.code) for a in facts.tenant.authorities]
    known = [day for day in days if day]
    return min(known).isoformat() if len(known) == len(days) else None


def _partners(facts: KnownFacts) -> Value:
    return tuple(
        _said(
            nature=p.kind,
            nom=p.name,
            zone=p.zone,
            telephone=_phone(p.phone),
            courriel=p.email,
        )
        for p in facts.tenant.every_partner
    )


def _places(facts: KnownFacts) -> Value:
    communes = {c.code: c.name for c in facts.tenant.communes}
    return tuple(
        _said(
            nature=p.kind,
            nom=p.name,
            commune=communes[p.commune],
            telephone=_phone(p.phone),
            courriel=p.email,
        )
        for p in facts.tenant.structures
    )


def _linked(link: Link) -> Callable[[KnownFacts], Value]:
    def value(facts: KnownFacts) -> Value:
        return count_of(sum(p.link is link for p in facts.people), *_LINKS[link])

    return value


def _absences(facts: KnownFacts) -> Value:
    coming = [a for p in facts.people for a in p.absences if a.last_on >= facts.on]
    if not coming:
        return "Aucune absence annoncée"
    with_locum = sum(a.locum_name is not None for a in coming)
    announced = count_of(len(coming), "absence annoncée", "absences annoncées")
    return f"{announced}, dont {french_count(with_locum)} avec remplaçant"


def _channels(facts: KnownFacts) -> Value:
    mails = sum(p.email is not None for p in facts.people)
    mobiles = sum(p.mobile is not None for p in facts.people)
    neither = sum(p.out_of_reach for p in facts.people)
    return (
        f"{count_of(mails, 'personne', 'personnes')} avec un courriel ; "
        f"{french_count(mobiles)} avec un mobile ; "
        f"{french_count(neither)} sans l'un ni l'autre"
    )


def _workforce(facts: KnownFacts) -> Value:
    """Count people by profession and zone; the three groups are never added."""
    counts = Counter((p.profession, p.zone or "", p.link) for p in facts.people)
    places = sorted({(profession, zone) for profession, zone, _ in counts})
    return tuple(
        {
            "profession": profession,
            "zone": zone,
            "effectif": " ; ".join(
                count_of(number, *words)
                for link, words in _LINKS.items()
                if (number := counts[profession, zone, link])
            ),
        }
        for profession, zone in places
    )


def _by_type(plan: Plan, facts: KnownFacts) -> Value:
    return tuple(
        {
            "type": sheet.code,
            "volontaires": french_count(
                sum(p.accepts(sheet.code) for p in facts.volunteers)
            ),
        }
        for sheet in plan.template.types
    )


def _skills(facts: KnownFacts) -> Value:
    counts = Counter(skill for p in facts.volunteers for skill in p.skills)
    return tuple(
        {"competence": skill, "volontaires": french_count(number)}
        for skill, number in sorted(counts.items())
    )


def _volunteers(does: Callable[[Person], bool]) -> Fill:
    return _directory(
        lambda facts: count_of(sum(map(does, facts.volunteers)), "volontaire")
    )


def _day(name: str) -> Fill:
    def value(facts: KnownFacts) -> Value | None:
        day = getattr(facts.tenant, name)
        return day.isoformat() if day else None

    return _file(value)


FILLS: Fills = {
    ("SEC-01", "nom"): _file(lambda facts: facts.tenant.name),
    ("SEC-01", "forme_juridique"): _file(lambda facts: facts.tenant.legal_form),
    ("SEC-01", "communes"): _file(_communes),
    ("SEC-01", "population_contractuelle"): _file(
        lambda facts: count_of(facts.tenant.population, "habitant")
    ),
    ("SEC-01", "taille_contractuelle"): _file(lambda facts: facts.tenant.size.value),
    ("SEC-01", "zones"): _file(lambda facts: facts.tenant.zones),
    ("SEC-01", "date_contrat_aci"): _day("contract_on"),
    ("SEC-01", "date_anniversaire"): _day("anniversary_on"),
    ("SEC-01", "date_debut_mission_4"): _day("mission_4_on"),
    ("SEC-01", "risques_locaux"): _file(lambda facts: facts.tenant.local_risks),
    ("SEC-02", "referent_sse"): _held(_who_holds("REFERENT_SSE")),
    ("SEC-02", "suppleant"): _held(_deputy),
    ("SEC-02", "titulaires_par_role"): _held(_holders),
    ("SEC-02", "suppleants_par_role"): _held(_deputies),
    ("SEC-02", "lieu_principal"): _room("main"),
    ("SEC-02", "lieu_repli"): _room("fallback"),
    ("SEC-02", "salle_virtuelle"): _room("online"),
    ("SEC-03", "autorites"): _file(_authorities),
    ("SEC-03", "partenaires"): _file(_partners),
    ("SEC-03", "membres"): _directory(_linked(Link.MEMBER)),
    ("SEC-03", "volontaires"): _directory(_linked(Link.VOLUNTEER)),
    ("SEC-03", "structures"): _file(_places),
    ("SEC-03", "absences_et_remplacants"): _directory(_absences),
    ("SEC-03", "canaux_par_contact"): _directory(_channels),
    ("SEC-03", "date_derniere_verification"): _directory(_verified_on),
    ("SEC-07", "effectif_par_profession_et_zone"): _directory(_workforce),
    ("SEC-07", "volontaires_par_type"): Fill(Source.DIRECTORY, _by_type),
    ("SEC-07", "competences"): _directory(_skills),
    ("SEC-07", "double_engagement"): _volunteers(lambda p: p.double_commitment),
    ("SEC-07", "joignable_nuit"): _volunteers(lambda p: p.reachable_at_night),
    ("SEC-10", "porte_parole"): _held(_who_holds("COMMUNICATION")),
}
"""Fields of the sections 1, 2, 3, 7 and 10."""
