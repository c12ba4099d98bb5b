"""The plan typed section by section at a terminal."""

from pathlib import Path

import pytest

from tests.commands.test_refusals import misused, refused
from tests.terminal import CPTS, EXAMPLES, Desk, Said, done, typed

RULE = "Les soins qui attendent sont reportés."


def file_of(section: str, **typed_: str) -> Path:
    """Print a section to a file, with these fields typed in."""
    text = done("plan", "edit", CPTS, section, "--print").out
    for name, said in typed_.items():
        assert f'{name}: ""' in text
        text = text.replace(f'{name}: ""', f"{name}: {said}")
    path = Path(f"{section}.yaml")
    path.write_text(text, "utf-8")
    return path


def edit(section: str, *more: str) -> Said:
    return typed("plan", "edit", CPTS, section, *more)


def saved(section: str, path: Path, *more: str) -> str:
    return done("plan", "edit", CPTS, section, "--file", str(path), *more).out


@pytest.mark.usefixtures("drafted")
def test_a_section_is_printed_typed_saved_and_shown() -> None:
    path = file_of("SEC-09", regles_de_report=RULE)

    why = ("--origin", "TEXTE", "--detail", "instruction de mars")
    said = saved("SEC-09", path, *why, "--actor", "ORGA_MEDICALE")

    assert said == (
        "SEC-09 enregistrée dans la version 1 (révision 2) : regles_de_report.\n"
    )
    shown = done("plan", "show", CPTS).out
    assert "Plan version 1 : Brouillon, première écriture, révision 2" in shown
    assert "! SEC-09  Continuité d'activité et patients chroniques : 1 champ" in shown
    assert "Modifiée le" in shown
    assert "Organisation médicale." in shown
    document = done("plan", "show", CPTS, "--json").document
    assert document["status"] == "BROUILLON"
    (change,) = document["changes"]
    assert (change["origin"], change["detail"]) == ("TEXTE", "instruction de mars")
    again = file_of("SEC-09")
    assert saved("SEC-09", again) == "Rien n'a changé : rien n'est enregistré.\n"


def test_what_is_wrong_is_refused_with_its_line_and_nothing_is_saved(
    drafted: Desk,
) -> None:
    path = file_of("SEC-05")
    text = path.read_text("utf-8").replace("lignes: []", "lignes:\n  - zone: Est")
    path.write_text(text, "utf-8")
    line = text.splitlines().index("  - zone: Est") + 1
    before = drafted.facts()

    assert refused(
        edit("SEC-05", "--file", str(path)),
        *(f"ligne {line}, « zone » (n° 1) : zone inconnue", "Haut-Autan"),
    )
    assert refused(edit("SEC-05", "--file", "absent.yaml"), "absent.yaml", "illisible")
    assert misused(edit("SEC-06", "--file", str(path)), "celui de SEC-05")
    assert refused(edit("SEC-17", "--print"), "« SEC-17 »")
    path.write_text(text.replace("\n  - zone: Est", " []"), "utf-8")
    long = ("--detail", "x" * 301)
    assert misused(edit("SEC-05", "--file", str(path), *long), "detail")
    path.write_text(text, "utf-8")
    assert drafted.facts() == before


@pytest.mark.usefixtures("drafted")
def test_who_saves_an_older_file_is_told() -> None:
    first = file_of("SEC-09", regles_de_report=RULE)
    second = file_of("SEC-08", orsec="ORSEC du département")
    saved("SEC-09", first)

    assert refused(edit("SEC-08", "--file", str(second)), "Deux personnes", "version 1")


@pytest.mark.usefixtures("drafted")
def test_the_editor_opens_on_the_section_and_keeps_what_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "sed -i 's/^orsec: .*/orsec: ORSEC du Causse/'")
    assert done("plan", "edit", CPTS, "sec-08").out.endswith(": orsec.\n")

    monkeypatch.setenv("EDITOR", "sed -i 's/^orsec: .*/orsec: né le 3 mai/'")
    said = edit("SEC-08")

    kept = Path(said.err.split("gardé : ")[1].splitlines()[0])
    assert said.code == 1
    assert "orsec: né le 3 mai" in kept.read_text("utf-8")
    monkeypatch.setenv("EDITOR", "absent-editor")
    assert misused(edit("SEC-08"), "« absent-editor »")


@pytest.mark.usefixtures("drafted")
def test_a_section_is_read_again_by_who_owns_it_or_by_who_is_named() -> None:
    assert "SEC-08 relue sans changement" in done("plan", "read", CPTS, "SEC-08").out
    assert misused(typed("plan", "read", CPTS, "SEC-01"), "dites qui a relu")
    done("plan", "read", CPTS, "sec-01", "--by", "99000000010")

    assert done("plan", "show", CPTS).out.count("sans changement") == 2
    assert refused(typed("plan", "read", CPTS, "SEC-99"), "« SEC-99 »")
    stranger = ("--by", "99999999999")
    assert refused(typed("plan", "read", CPTS, "SEC-02", *stranger), "aucun rôle")


@pytest.mark.usefixtures("drafted")
def test_versions_are_listed_with_where_each_stands() -> None:
    said = done("plan", "history", CPTS)

    assert said.out.startswith("  1  Brouillon, première écriture : écrite le ")
    (only,) = done("plan", "history", CPTS, "--json").document
    assert (only["number"], only["status"]) == (1, "BROUILLON")


@pytest.mark.usefixtures("empty")
def test_a_cpts_without_a_plan_is_told_how_to_begin() -> None:
    done("cpts", "add", str(EXAMPLES / "cpts.yaml"))

    assert "tocsin plan new" in done("plan", "history", CPTS).out
    assert refused(edit("SEC-05", "--print"), "tocsin plan new")
