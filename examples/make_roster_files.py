#!/usr/bin/env python3
"""Write the people of `roster.csv` again: Excel, and the national extraction.

The workbook is what coordinators keep: a title above two levels of headings, a sheet
a profession, zeros lost, two numbers in a cell, formulas, notes, a hidden sheet.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from xlsxwriter import Workbook

from adapters.cpts_file import load_cpts
from adapters.templates import load_template
from domain.folding import folded

FOLDER = Path(__file__).resolve().parent
TEMPLATE = FOLDER.parent / "plan_templates" / "fr-2022-12-socle"
MADE_AT = datetime(2026, 11, 1, tzinfo=UTC)
DOMAIN = "vallees-autan.example"
SHEETS = {
    "MEDECIN_GENERALISTE": "MG",
    "INFIRMIER": "IDEL",
    "KINE": "MK",
    "SAGE_FEMME": "SF",
}
"""Sheets whose name says the profession; the others share the last one."""
OTHERS = "Autres professions"
GROUPS = (("Identité", 3), ("Lieu d'exercice", 2), ("Coordonnées", 3))
SAME = (
    *("Lien", "Statut", "Compétences", "Types acceptés", "Double engagement"),
    *("Joignable la nuit", "Accord de l'employeur", "Structure", "Absent du"),
    *("Absent au", "Remplaçant", "Mobile du remplaçant"),
)
"""Columns that the sheets hold as `roster.csv` does."""
HEADINGS = (
    *("N° RPPS", "NOM", "Prénom", "Commune", "Zone"),
    *("E-mail", "Portable", "Tél. cabinet"),
)
COLUMNS = (
    """
Type d'identifiant PP|Identifiant PP|Identification nationale PP
Code civilité d'exercice|Libellé civilité d'exercice|Code civilité|Libellé civilité
Nom d'exercice|Prénom d'exercice|Code profession|Libellé profession
Code catégorie professionnelle|Libellé catégorie professionnelle
Code type savoir-faire|Libellé type savoir-faire|Code savoir-faire|Libellé savoir-faire
Code mode exercice|Libellé mode exercice|Numéro SIRET site|Numéro SIREN site
Numéro FINESS site|Numéro FINESS établissement juridique
Identifiant technique de la structure|Raison sociale site|Enseigne commerciale site
Complément destinataire (coord. structure)
Complément point géographique (coord. structure)|Numéro Voie (coord. structure)
Indice répétition voie (coord. structure)|Code type de voie (coord. structure)
Libellé type de voie (coord. structure)|Libellé Voie (coord. structure)
Mention distribution (coord. structure)|Bureau cedex (coord. structure)
Code postal (coord. structure)|Code commune (coord. structure)
Libellé commune (coord. structure)|Code pays (coord. structure)
Libellé pays (coord. structure)|Téléphone (coord. structure)
Téléphone 2 (coord. structure)|Télécopie (coord. structure)
Adresse e-mail (coord. structure)|Code Département (structure)
Libellé Département (structure)|Ancien identifiant de la structure
Autorité d'enregistrement|Code secteur d'activité|Libellé secteur d'activité
Code section tableau pharmaciens|Libellé section tableau pharmaciens|Code rôle
Libellé rôle|Code genre activité|Libellé genre activité
""".strip()
    .replace("\n", "|")
    .split("|")
)
NATIONAL = {
    "MEDECIN_GENERALISTE": ("10", "Médecin", "SM54", "Médecine générale"),
    "MEDECIN_SPECIALISTE": ("10", "Médecin", "SM15", "Dermatologie"),
    "BIOLOGISTE": ("21", "Pharmacien", "SM03", "Biologie médicale"),
    "PHARMACIEN": ("21", "Pharmacien", "", ""),
    "CHIR_DENTISTE": ("40", "Chirurgien-Dentiste", "", ""),
    "SAGE_FEMME": ("50", "Sage-Femme", "", ""),
    "INFIRMIER": ("60", "Infirmier", "", ""),
    "IPA": ("60", "Infirmier", "", "Infirmier en Pratique Avancée"),
    "KINE": ("70", "Masseur-Kinésithérapeute", "", ""),
    "PEDICURE_PODOLOGUE": ("80", "Pédicure-Podologue", "", ""),
    "ORTHOPHONISTE": ("91", "Orthophoniste", "", ""),
    "ORTHOPTISTE": ("92", "Orthoptiste", "", ""),
    "PSYCHOLOGUE": ("93", "Psychologue", "", ""),
    "ERGOTHERAPEUTE": ("94", "Ergothérapeute", "", ""),
    "DIETETICIEN": ("95", "Diététicien", "", ""),
}
"""By profession of the plan: code, label, code and label of the savoir-faire."""
Row = Mapping[str, str]


def workbook() -> bytes:
    """The Excel file."""
    out = BytesIO()
    book = Workbook(out, {"in_memory": True})
    book.set_properties({"created": MADE_AT})
    notice = book.add_worksheet("Mode d'emploi")
    notice.write("A1", "Un onglet par profession. Prévenir avant de trier.")
    people = tuple(_people())
    for title in (*SHEETS.values(), OTHERS):
        _write_sheet(
            book, title, [p for p in people if SHEETS.get(p["code"], OTHERS) == title]
        )
    gone = book.add_worksheet("Anciens membres")
    gone.hide()
    gone.write_row("A1", ("NOM", "Prénom", "Profession", "E-mail"))
    gone.write_row("A2", ("PARTIE", "Claire", "SF", f"claire.partie@{DOMAIN}"))
    book.add_worksheet("Feuil3")
    book.close()
    return out.getvalue()


def _write_sheet(book: Workbook, title: str, people: Sequence[Row]) -> None:
    """A title, a date, two levels of headings, the people, a count below."""
    sheet = book.add_worksheet(title)
    bold = book.add_format({"bold": True, "align": "center", "valign": "vcenter"})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    with_profession = title == OTHERS
    last = len(HEADINGS) + len(SAME) - 1 + with_profession
    sheet.merge_range(0, 0, 0, last, f"CPTS des Vallées de l'Autan — {title}", bold)
    sheet.write("A2", "Mise à jour :")
    sheet.write_datetime("B2", MADE_AT.replace(tzinfo=None), day)
    at = 0
    for group, width in (*GROUPS, ("Dispositif de crise", len(SAME))):
        sheet.merge_range(3, at, 3, at + width - 1, group, bold)
        at += width
    sheet.write_row(4, 0, (*HEADINGS, *SAME), bold)
    if with_profession:
        sheet.merge_range(3, last, 4, last, "Profession (diplôme)", bold)
    for rank, person in enumerate(people):
        sheet.write_row(5 + rank, 0, _cells(rank, person))
        if with_profession:
            sheet.write(5 + rank, last, person["Profession"].upper())
    count = f"Total : {len(people)}"
    formula = f'="Total : "&COUNTA(B6:B{5 + len(people)})'
    sheet.write_formula(6 + len(people), 1, formula, value=count)


def _cells(rank: int, person: Row) -> tuple[str | int, ...]:
    """A person as hands type them: capitals, lost zeros, two numbers in a cell."""
    last_name, mobile = person["Nom"], person["Mobile"]
    practice = f"05 36 49 {mobile[-5:]}"
    ways: tuple[tuple[str | int, str], ...] = ((mobile, ""),)
    if mobile:
        number = int("".join(mobile.split()))
        ways = (mobile, ""), (number, practice), (f"{practice} / {mobile}", "")
    return (
        int(person["RPPS"]) if rank % 2 else person["RPPS"],
        last_name.upper() if rank % 4 else last_name,
        f"{person['Prénom']} ",
        person["Commune"].lower() if rank % 5 == 1 else person["Commune"],
        person["Zone"],
        person["Courriel"].upper() if rank % 7 == 1 else person["Courriel"],
        *ways[rank % len(ways)],
        *(person[column] for column in SAME),
    )


def extraction() -> str:
    """The national file: a line an activity, one person in ten has two."""
    communes = load_cpts(FOLDER / "cpts.yaml").communes
    codes = {commune.name: commune.code for commune in communes}
    lines = ["|".join(COLUMNS) + "|"]
    for rank, person in enumerate(_people()):
        lines.append(_line(rank, person, codes[person["Commune"]], "L"))
        if rank % 10 == 0:
            lines.append(_line(rank, person, communes[rank % 7].code, "S"))
        if rank % 50 == 0:
            lines.append(_line(rank, person, "99900", "L"))  # out of the territory
    return "\n".join(lines) + "\n"


def _line(rank: int, person: Row, commune: str, mode: str) -> str:
    code, label, skill_code, skill = NATIONAL[person["code"]]
    said = {
        "Type d'identifiant PP": "8",
        "Identifiant PP": person["RPPS"],
        "Identification nationale PP": f"8{person['RPPS']}",
        "Nom d'exercice": person["Nom"].upper(),
        "Prénom d'exercice": person["Prénom"],
        "Code profession": code,
        "Libellé profession": label,
        "Code catégorie professionnelle": "C",
        "Libellé catégorie professionnelle": "Civil",
        "Code savoir-faire": skill_code,
        "Libellé savoir-faire": skill,
        "Code mode exercice": mode,
        "Libellé mode exercice": {"L": "Libéral", "S": "Salarié"}[mode],
        "Code commune (coord. structure)": commune,
    }
    if rank % 3:
        said["Téléphone (coord. structure)"] = f"053649{rank // 4:04}"
    if rank % 4 == 0:
        said["Adresse e-mail (coord. structure)"] = f"cabinet-{rank // 8}@{DOMAIN}"
    return "|".join(said.get(column, "") for column in COLUMNS) + "|"


def _people() -> Iterator[Row]:
    """The lines of `roster.csv`, with the code of the profession."""
    codes = {
        folded(name): profession.code
        for profession in load_template(TEMPLATE).professions
        for name in (profession.code, profession.label, *profession.other_names)
    }
    with (FOLDER / "roster.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            yield row | {"code": codes[folded(row["Profession"])]}


if __name__ == "__main__":
    (FOLDER / "roster.xlsx").write_bytes(workbook())
    (FOLDER / "annuaire-sante.txt").write_text(extraction(), "utf-8")
