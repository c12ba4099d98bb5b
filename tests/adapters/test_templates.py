"""A template is read with every scalar a string."""

import shutil
from pathlib import Path

import pytest

from adapters.templates import CardFile, load_template, parse_card, write_card
from domain.errors import TemplateError
from tests.national import national

NAME = "fr-2022-12-socle"
FOLDER = Path(__file__).resolve().parents[2] / "plan_templates" / NAME


@pytest.mark.parametrize("text", ["12:30", "0556000000", "no", "1e3", "2026-11-22"])
def test_a_scalar_stays_the_text_that_was_written(tmp_path: Path, text: str) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / NAME)
    file = folder / "template.yaml"
    lines = file.read_text("utf-8").splitlines()
    file.write_text(
        "\n".join(f"note: {text}" if s.startswith("note:") else s for s in lines),
        "utf-8",
    )

    assert load_template(folder).note == text


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / NAME)
    (folder / "roles.yaml").write_bytes("roles: {É: é}".encode("cp1252"))

    with pytest.raises(TemplateError) as refused:
        load_template(folder)

    assert refused.value.facts["file"] == "roles.yaml"


@pytest.mark.parametrize("junk", ["a: \x07", "? [b]\n: c", "a: *nobody"])
def test_a_file_that_is_no_yaml_is_named(tmp_path: Path, junk: str) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / NAME)
    (folder / "roles.yaml").write_text(junk)

    with pytest.raises(TemplateError) as refused:
        load_template(folder)

    assert refused.value.facts["file"] == "roles.yaml"
    assert "YAML illisible" in str(refused.value.facts["rule"])


def test_every_card_is_read_again_from_the_file_that_was_written() -> None:
    for card in national().cards:
        text = write_card(card, 3, 12)
        assert parse_card(text, "fiche.yaml") == CardFile(card, 3, 12)
        assert 'quoi:\n- "' in text


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError):
        load_template(tmp_path / "nowhere")
