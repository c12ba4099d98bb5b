"""The plan leaves in the form that somebody asks for."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.commands.test_refusals import misused, refused
from tests.terminal import CPTS, done, typed

BEGINS = {
    "pdf": b"%PDF-",
    "synthese": b"%PDF-",
    "html": b"<!doctype html>",
    "docx": b"PK",
}


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("form", sorted(BEGINS))
def test_each_form_of_the_plan_is_written_where_it_is_asked(form: str) -> None:
    said = done("plan", "export", CPTS, "--format", form, "--output", "plan.out")

    assert Path("plan.out").read_bytes().startswith(BEGINS[form])
    assert ("ne le publiez pas" in said.out) is (form != "synthese")


@pytest.mark.usefixtures("settled")
def test_cards_hold_no_telephone_and_ask_for_no_care() -> None:
    said = done("plan", "export", CPTS, "--format", "cards")

    assert said.out == f"Plan écrit dans fiches-{CPTS}.pdf.\n"


@pytest.mark.usefixtures("settled")
def test_the_json_is_the_text_that_the_hash_is_of() -> None:
    done("plan", "export", CPTS, "--format", "json")
    known = done("plan", "show", CPTS, "--json").document["sha256"]

    content = Path(f"plan-{CPTS}.json").read_bytes()

    assert sha256(content).hexdigest() == known
    assert json.loads(content)["number"] == 1


@pytest.mark.usefixtures("settled")
def test_the_public_edition_is_told_without_a_warning() -> None:
    said = done("plan", "export", CPTS, "--edition", "publique")

    assert said.out == f"Plan écrit dans plan-publique-{CPTS}.pdf.\n"


@pytest.mark.usefixtures("settled")
def test_the_summaries_of_several_cpts_are_lines_of_one_workbook() -> None:
    said = done("plan", "summary", CPTS, CPTS)

    rows = tuple(load_workbook("synthese-ars.xlsx")["Plans"].values)
    assert said.out == "Synthèse de 2 CPTS écrite dans synthese-ars.xlsx.\n"
    assert len(rows) == 3
    told = dict(zip(rows[0], rows[1], strict=True))
    assert (told["Communes"], told["Volontaires"]) == (129, 230)
    assert told["Référent SSE"] == "Élise Estève"
    assert rows[1] == rows[2]


@pytest.mark.usefixtures("settled")
def test_a_cpts_that_does_not_exist_stops_the_workbook() -> None:
    assert refused(typed("plan", "summary", CPTS, "nulle-part"), "nulle-part")
    assert not Path("synthese-ars.xlsx").exists()


@pytest.mark.usefixtures("settled")
def test_a_copy_is_named_after_its_number() -> None:
    done("plan", "export", CPTS, "--copy", "3", "--to", "Mairie", "--format", "docx")

    assert Path(f"plan-crise-{CPTS}-3.docx").exists()


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--format", "odt"), "« odt » n'est pas un format"),
        (("--edition", "privee"), "écrivez crise ou publique"),
        (("--to", "x" * 81), "80 caractères au plus"),
        (("--copy", "0"), "1 est le plus petit permis"),
    ],
)
def test_a_wrong_option_is_told_in_one_sentence(
    options: tuple[str, ...], told: str
) -> None:
    assert misused(typed("plan", "export", CPTS, *options), told)


@pytest.mark.usefixtures("settled")
def test_a_version_that_does_not_exist_is_refused() -> None:
    assert refused(typed("plan", "export", CPTS, "--version", "7"), "de version 7")
    assert list(Path().glob("plan-*")) == []


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("form", ["json", "synthese"])
def test_a_form_that_holds_contacts_has_no_public_edition(form: str) -> None:
    asked = ("--edition", "publique", "--format", form)

    assert refused(typed("plan", "export", CPTS, *asked), "pas d'édition publique")
