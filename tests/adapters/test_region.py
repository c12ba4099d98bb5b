"""What a region says is read with its file, its line and its rule."""

from pathlib import Path

import pytest

from adapters.templates import load_region
from domain.errors import TemplateError
from domain.merge import lay_over
from tests.layered import derived, drafted
from tests.national import national
from tests.world import ROOT

TEMPLATES = ROOT / "plan_templates"
TEXT = (TEMPLATES / "regions" / "autan.yaml").read_text("utf-8")


def rewritten(folder: Path, old: str, new: str) -> Path:
    (folder / "regions").mkdir()
    changed = TEXT.replace(old, new)
    assert changed != TEXT
    (folder / "regions" / "autan.yaml").write_text(changed, "utf-8")
    return folder


def test_the_region_of_the_examples_holds_and_says_that_it_is_invented() -> None:
    region = load_region(TEMPLATES, "AUTAN", national())
    plan = lay_over(drafted(), national(), region)

    assert "inventée" in region.label
    assert "INVENTÉE" in TEXT.splitlines()[0]
    assert plan.template.card("LC-51").steps
    assert {edit.card_id for edit in plan.edits} == {"T1-02"}


@pytest.mark.parametrize(
    ("old", "new", "at", "rule"),
    [
        ("note:", "remarque:", "#", "clé absente"),
        ("  T1-02:", "  T1-99:", "  T1-99:", "n'a pas cette fiche"),
        ("PT20M", "20 minutes", "      echeance:", "durée illisible"),
        ("orsan_region:", "orsan:", "    orsan:", "champ inconnu"),
        ("id: LC-51", "id: LC-01", "  - id: LC-01", "à partir de LC-51"),
        ("[SECRETARIAT]", "[SECRETAIRE]", "  - id: LC-51", "inconnu : SECRETAIRE"),
        ("region: AUTAN", "region: ALTAN", "region: ALTAN", "celui de AUTAN"),
        ("phase: MONTEE_EN_PUISSANCE", "phase: PLUS_TARD", "    phase:", "inconnue"),
    ],
)
def test_a_region_that_does_not_hold_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, at: str, rule: str
) -> None:
    folder = rewritten(tmp_path, old, new)

    with pytest.raises(TemplateError) as refused:
        load_region(folder, "AUTAN", national())

    facts = refused.value.facts
    assert facts["file"] == "regions/autan.yaml"
    assert rule in str(facts["rule"])
    line = int(str(facts["id"]).split(",")[0].removeprefix("ligne "))
    lines = (folder / "regions" / "autan.yaml").read_text("utf-8").splitlines()
    assert lines[line - 1].startswith(at)


def test_a_region_without_its_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError) as refused:
        load_region(tmp_path, "AUTAN", national())

    assert refused.value.facts["file"] == "regions/autan.yaml"


def test_a_region_that_completes_another_template_is_read_all_the_same() -> None:
    assert "fr-essai" not in load_region(TEMPLATES, "AUTAN", derived()).completes
