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
from domain.cpts import Commune
from domain.folding import folded

T = TypeVar("T")
FOLDER = Path(__file__).resolve().parent
SEED = "vallees-autan"
DOMAIN = "vallees-autan.example"
HEADER = (
    *("RPPS", "Nom", "Prénom", "Profession"),
    *("Commune", "Zone", "Courriel", "Mobile"),
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
    communes = load_cpts(FOLDER / "cpts.yaml").communes
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    writer.writerow(HEADER)
    people = sorted(_people(communes), key=itemgetter(1, 2))
    writer.writerows(people)
    return out.getvalue()


def _people(communes: Sequence[Commune]) -> Iterator[tuple[str, ...]]:
    names = _names()
    for rank, profession in enumerate(_professions()):
        last, first = next(names)
        commune = _picked("commune", rank, communes)
        mailbox = f"{folded(first)}.{folded(last)}".replace(" ", "-")
        email = "" if rank in WITHOUT_MAIL else f"{mailbox}@{DOMAIN}"
        mobile = "" if rank in WITHOUT_MOBILE else f"06 39 98 {_pairs(rank)}"
        yield (
            *(_rpps(rank), last, first, profession),
            *(commune.name, commune.zone, email, mobile),
        )


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
