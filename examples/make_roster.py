#!/usr/bin/env python3
"""Write the fictitious roster of `cpts.yaml`: 378 people, the same at each run."""

import csv
from collections.abc import Iterator, Sequence
from hashlib import sha256
from io import StringIO
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

from adapters.cpts_file import load_cpts
from domain.cpts import Cpts
from domain.folding import folded

T = TypeVar("T")
FOLDER = Path(__file__).resolve().parent
SEED = "vallees-autan"
DOMAIN = "vallees-autan.example"
HEADER = (
    *("RPPS", "Nom", "Prénom", "Profession"),
    *("Commune", "Zone", "Courriel", "Mobile", "Téléphone 2", "Lien", "Statut"),
    *("Compétences", "Types acceptés", "Double engagement", "Joignable la nuit"),
    *("Accord de l'employeur", "Structure", "Absent du", "Absent au"),
    *("Remplaçant", "Mobile du remplaçant"),
)
PROFESSIONS = (
    (90, ("Médecin généraliste", "Médecin généraliste", "MG")),
    (120, ("Infirmier", "Infirmière", "IDEL")),
    (45, ("Pharmacien d'officine", "Pharmacienne d'officine")),
    (50, ("Masseur-kinésithérapeute", "MK")),
    (20, ("Chirurgien-dentiste",)),
    (14, ("Orthophoniste",)),
    (9, ("Sage-femme", "SF")),
    (9, ("Pédicure-podologue",)),
    (8, ("Psychologue",)),
    (4, ("Infirmier en pratique avancée", "IPA")),
    (3, ("Médecin spécialiste",)),
    (2, ("Diététicienne",)),
    (2, ("Orthoptiste",)),
    (1, ("Ergothérapeute",)),
    (1, ("Biologiste médical",)),
)
"""How many, and how the coordinator writes it. The first people hold the roles."""
WITHOUT_MAIL = (101, 222, 333)
WITHOUT_MOBILE = (17, 64, 118, 149, 187, 205, 241, 268, 290, 311, 342, 370)
ROLE_HOLDERS = frozenset((0, 1, 2, 3, 4, *range(90, 99), 210, 211, 255, 256, 305, 306))
"""Ranks of those whom `cpts.yaml` names: volunteers, with a mail."""
LINKS = ("VOLONTAIRE",) * 60 + ("ADHERENT",) * 34 + ("TERRITOIRE",) * 6
SKILLS = {
    "Médecin": ("AFGSU2", "MCS", "VACCINATION", "GERIATRIE", "PEDIATRIE"),
    "Infirmier": ("AFGSU2", "VACCINATION", "PRELEVEMENT", "SOINS_PALLIATIFS"),
    "Pharmacien": ("AFGSU2", "VACCINATION", "EPI_HABILLAGE"),
    "Sage-femme": ("AFGSU2", "PERINATALITE", "VACCINATION"),
    "Psychologue": ("PSYCHOTRAUMA", "CUMP_FORME"),
}
"""By first word of the profession: what its people may have learnt besides."""
TYPES = ("",) * 8 + ("SICK, EMERGING_AGENT, CARE_DISRUPTION", "CASUALTIES, SICK")
ABSENT = {
    33: ("2026-08-03", "2026-08-23", "Louise Fontanel", "06 39 98 04 01"),
    140: ("2026-08-10", "2026-08-30", "Marc Sauveterre", "06 39 98 04 02"),
    260: ("2026-08-01", "2026-08-16", "", ""),
}
"""By rank: holidays that are over, so that everybody is there when you try."""
LAST_NAMES = """
Alary Albert Andrieu Astruc Aubert Azéma Barthe Bastide Baudry Bayle Berger
Blanc Bonnet Bonnafous Bousquet Boyer Brun Cabrol Calmette Carrière Castan Caumont
Cazals Chabert Clavel Combes Costes Couderc Dardenne Delmas Delpech Descombes
Dumas Durand Escande Estève Fabre Faure Ferrand Fontaine Fournier Gailhard Galy
Garnier Gaubert Gély Gineste Granier Guibert Guiraud Hébrard Izard Jalabert Jourdan
Lacaze Lafon Lagarde Lavergne Leroux Loubet Malaval Marty Mas Maurel Mercadier
Molinier Nègre Nicolas Olivier Pages Pascal Pélissier Peyre Pons Portal Prunet
Puech Rey Ricard Rivière Roques Rouquette Roussel Sabatier Salvan Segond Serres
Sicard Soulié Tailhades Teissier Terral Thomas Vabre Vaissière Valette Verdier
Viala Vidal Vigouroux
"""
FIRST_NAMES = """
Adèle Agnès Alice Amandine Anne-Lise Antoine Arnaud Aurélie Baptiste Béatrice
Benoît Camille Caroline Cécile Céline Charlotte Christophe Claire Clément Damien
David Delphine Élise Émilie Estelle Étienne Fabien Florence François Gaëlle
Guillaume Hélène Hugo Inès Isabelle Jean-Marc Jérôme Joël Julie Juliette Karim
Laure Laurent Léa Louise Lucas Lucie Manon Marc Marie-Paule Marion Mathieu Maxime
Mélanie Mireille Nadia Nathalie Nicolas Noémie Olivier Pascale Patrick Paul Pauline
Philippe Pierre Quentin Rémi Robin Sabrina Samuel Sandrine Sarah Sébastien Sophie
Stéphane Sylvie Thibault Thomas Valérie Vincent Virginie Yasmine Yves
"""


def roster() -> str:
    """The whole CSV file, as a coordinator's spreadsheet would write it."""
    cpts = load_cpts(FOLDER / "cpts.yaml")
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(HEADER)
    people = sorted(_people(cpts), key=itemgetter(1, 2))
    writer.writerows(people)
    return out.getvalue()


def _people(cpts: Cpts) -> Iterator[tuple[str, ...]]:
    names = _names()
    for rank, profession in enumerate(_professions()):
        last, first = next(names)
        commune = _picked("commune", rank, cpts.communes)
        mailbox = f"{folded(first)}.{folded(last)}".replace(" ", "-")
        email = "" if rank in WITHOUT_MAIL else f"{mailbox}@{DOMAIN}"
        mobile = "" if rank in WITHOUT_MOBILE else f"06 39 98 {_pairs(rank)}"
        yield (
            *(_rpps(rank), last, first, profession),
            *(commune.name, commune.zone, email, mobile),
            *_ties(rank, profession),
            _place(cpts, rank, profession, commune.zone),
            *ABSENT.get(rank, ("", "", "", "")),
        )


def _ties(rank: int, profession: str) -> tuple[str, ...]:
    """What the CPTS may ask: from the second telephone to the employer's agreement."""
    link = "VOLONTAIRE" if rank in ROLE_HOLDERS else _picked("link", rank, LINKS)
    landline = f"05 36 49 {_pairs(3000 + rank)}" if _among("landline", rank, 30) else ""
    if link != "VOLONTAIRE":
        return landline, link, "LIBERAL", "", "", "", "non", ""
    known = next(
        (s for p, s in SKILLS.items() if _family(profession) == p), ("AFGSU2",)
    )
    skills = (s for s in known if _among(s, rank, 40))
    return (
        *(landline, link, "REMPLACANT" if _among("status", rank, 4) else "LIBERAL"),
        *(", ".join(skills), _picked("types", rank, TYPES)),
        "oui" if _among("double", rank, 6) else "non",
        "oui" if rank in ROLE_HOLDERS or _among("night", rank, 45) else "non",
        "",
    )


def _family(profession: str) -> str:
    """The first word of a profession; short names are spelt out."""
    first = profession.replace("Infirmière", "Infirmier").replace("cienne", "cien")
    short = {"IDEL": "Infirmier", "MG": "Médecin", "SF": "Sage-femme"}
    return short.get(first, first.split()[0])


def _place(cpts: Cpts, rank: int, profession: str, zone: str) -> str:
    """The place of the same zone where somebody of this profession would work."""
    wanted = {"Pharmacien": "OFFICINE", "Biologiste": "LABORATOIRE"}.get(
        _family(profession)
    )
    houses = ("MSP", "CENTRE", "CABINET")
    places = [
        place.code
        for place in cpts.structures
        if (place.kind == wanted if wanted else place.kind in houses)
        and cpts.zone_of(place) == zone
    ]
    if not places or (wanted is None and not _among("place", rank, 25)):
        return ""
    return _picked("place", rank, places)


def _among(kind: str, rank: int, percent: int) -> bool:
    """Is this person among so many in a hundred?"""
    return _picked(kind, rank, range(100)) < percent


def _professions() -> Iterator[str]:
    for number, writings in PROFESSIONS:
        for rank in range(number):
            yield writings[rank % len(writings)]


def _names() -> Iterator[tuple[str, str]]:
    """Pairs of names, each once: a homonym is drawn again."""
    seen: set[tuple[str, str]] = set()
    rank = 0
    while True:
        rank += 1
        last = _picked("last", rank, LAST_NAMES.split())
        pair = last, _picked("first", rank, FIRST_NAMES.split())
        if pair not in seen:
            seen.add(pair)
            yield pair


def _picked(kind: str, rank: int, choices: Sequence[T]) -> T:
    drawn = sha256(f"{SEED}/{kind}/{rank}".encode()).digest()
    return choices[int.from_bytes(drawn[:8], "big") % len(choices)]


def _rpps(rank: int) -> str:
    """A fictitious number: 99, the rank, and a right control digit."""
    digits = f"99{rank + 1:08}"
    doubled = (int(d) * (2 - place % 2) for place, d in enumerate(reversed(digits)))
    control = -sum(sum(divmod(number, 10)) for number in doubled) % 10
    return f"{digits}{control}"


def _pairs(rank: int) -> str:
    high, low = divmod(rank, 100)
    return f"{high:02} {low:02}"


if __name__ == "__main__":
    (FOLDER / "roster.csv").write_text(roster(), "utf-8")
