"""Situation reports and the flash survey, typed at a terminal."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from adapters.documents import DocumentStore
from tests.commands.test_refusals import misused, refused
from tests.terminal import CPTS, Desk, done, typed

PILOT = ("--actor", "PILOTAGE")


def excel(desk: Desk) -> tuple[Path, Path]:
    """Put the ARS's form and its mapping beside the data."""
    book = Workbook()
    assert book.active is not None
    book.active.title = "Remontée"
    form, mapping = desk.folder.parent / "ars.xlsx", desk.folder.parent / "ars.yaml"
    book.save(form)
    mapping.write_text("numero: Remontée!B2\nlieux_ouverts: Remontée!B3\n", "utf-8")
    return form, mapping


def test_a_report_is_prepared_shown_validated_and_sent(opened: Desk) -> None:
    said = done(
        *("crisis", "sitrep", "prepare", opened.crisis),
        *("--situation", "Fumées denses.", "--cell", "Huit personnes."),
        *("--indicator", "ehpad_en_difficulte=2", "--next-at", "23:59"),
        *("--forecast", "Relève à 7 h.", "--difficulties", "Oxygène."),
        *("--instructions", "Préfecture, version 2."),
    )
    shown = done("crisis", "sitrep", "show", opened.crisis)
    sent = done("crisis", "sitrep", "send", opened.crisis, *PILOT)
    after = done("crisis", "sitrep", "show", opened.crisis)

    assert "Point de situation n° 1" in said.out.replace("\N{NO-BREAK SPACE}", " ")
    assert max(map(len, shown.out.splitlines())) <= 80
    for words in ("10. Prochain point", "Fumées denses.", "projet, non validé"):
        assert words in shown.out
    assert "EHPAD en difficulté" in shown.out
    assert "Envoyé     le" in after.out
    assert "adressé à l'ARS. Prochain point le" in sent.out
    numbers = done("crisis", "status", opened.crisis, "--json").document
    assert numbers["sitreps"] == 1
    assert "POINT_DE_SITUATION" in done("crisis", "status", opened.crisis).out
    log = done("crisis", "log", opened.crisis).out
    assert "validé et adressé à l" in log


def test_the_numbers_are_copied_for_excel_and_told_as_json(opened: Desk) -> None:
    done("crisis", "sitrep", "prepare", opened.crisis, "--json")

    names, cells = done(
        "crisis", "sitrep", "show", opened.crisis, "--excel"
    ).out.splitlines()
    content = done("crisis", "sitrep", "show", opened.crisis, "--json").document

    assert len(names.split("\t")) == len(cells.split("\t"))
    assert content["number"] == 1
    sent = done("crisis", "sitrep", "send", opened.crisis, *PILOT, "--json").document
    assert sent["validated_by"]


def test_the_excel_of_the_ars_is_filled(opened: Desk) -> None:
    form, mapping = excel(opened)
    kept = done("crisis", "sitrep", "map", CPTS, str(form), str(mapping))
    done("crisis", "sitrep", "prepare", opened.crisis)
    done("crisis", "sitrep", "send", opened.crisis, *PILOT)

    made = done("crisis", "status", opened.crisis, "--json").document["documents"]
    (filled,) = (each for each in made if each["kind"] == "TABLEUR_ARS")
    content = DocumentStore(opened.folder / "documents").get(filled["sha256"])
    sheet = load_workbook(BytesIO(content))["Remontée"]
    assert "2 nombres" in kept.out
    assert [sheet["B2"].value, sheet["B3"].value] == [1, "non recueilli"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("sitrep", "show", "{crisis}"), ("Aucun point", "Préparez-en un")),
        (("sitrep", "send", "{crisis}", *PILOT), ("Aucun point", "rien n'est parti")),
        (("sitrep", "send", "{crisis}"), ("le pilotage doit le valider",)),
        (("sitrep", "show", "c-nulle"), ("Aucune crise",)),
        (
            ("sitrep", "prepare", "{crisis}", "--indicator", "lits=3"),
            ("pas d'indicateur « lits »", "ehpad_en_difficulte"),
        ),
        (
            ("sitrep", "prepare", "{crisis}", "--cell", "X, né le 12/03/1950"),
            ("identité d'un patient",),
        ),
        (("sitrep", "map", CPTS, "absent.xlsx", "absent.yaml"), ("introuvable",)),
        (("survey", "answer", "{crisis}", "NUL", "OUVERT"), ("rien n'a été inscrit",)),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    opened: Desk, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    before = opened.facts()

    named = (word.replace("{crisis}", opened.crisis) for word in arguments)

    assert refused(typed("crisis", *named), *words)
    assert opened.facts() == before


def test_a_form_that_is_not_there_is_refused(opened: Desk) -> None:
    _, mapping = excel(opened)

    said = typed("crisis", "sitrep", "map", CPTS, "absent.xlsx", str(mapping))

    assert refused(said, "(absent.xlsx)", "introuvable")


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--cell", "x" * 601, "600 caractères au plus"),
        ("--indicator", "lits", "ehpad_en_difficulte=2"),
        ("--next-at", "demain", "n'est pas une heure"),
        ("--next-at", "2026-01-01T10:00", "est passé"),
    ],
)
def test_a_wrong_option_is_told(
    opened: Desk, option: str, value: str, words: str
) -> None:
    said = typed("crisis", "sitrep", "prepare", opened.crisis, option, value)

    assert misused(said, option, words)


def test_a_survey_is_opened_answered_by_telephone_and_shown(
    surveyed: Desk,
) -> None:
    before = done("crisis", "survey", "status", surveyed.crisis).out
    said = done("crisis", "survey", "open", surveyed.crisis)
    counted = done("crisis", "survey", "status", surveyed.crisis, "--json").document
    code = "OFF_PEYRELUNE"
    heard = done(
        *("crisis", "survey", "answer", surveyed.crisis, code, "DEGRADE"),
        *("--name", "Camille Fictive"),
    )
    after = done("crisis", "survey", "status", surveyed.crisis)

    assert "Aucune enquête" in before
    assert "Lieux interrogés maintenant" in said.out
    assert counted["open"] == 0
    assert counted["silent"] + counted["closed_at_night"] == 20
    assert "ralenti" in heard.out
    assert "ralentis 1" in after.out
    assert max(map(len, after.out.splitlines())) <= 80
    again = done("crisis", "survey", "open", surveyed.crisis, "--json").document
    assert again["asked"] + again["in_the_morning"] + again["not_asked"] == 20
