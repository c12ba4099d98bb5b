"""A plan written in Word comes in section by section, and goes out and back."""

from pathlib import Path

import pytest
from docx import Document

from tests.commands.test_refusals import refused
from tests.terminal import CPTS, done, typed

RULE = "Les bilans sans urgence attendent."


def written() -> None:
    document = Document()
    document.add_heading("Continuité d'activité", 1)
    document.add_heading("Règles de report", 2)
    document.add_paragraph(RULE)
    document.add_heading("Remerciements", 1)
    document.add_paragraph("À toutes et à tous.")
    document.save("ancien.docx")


@pytest.mark.usefixtures("drafted")
def test_a_word_plan_is_proposed_then_placed_where_it_is_said() -> None:
    written()

    dry = done("plan", "import", CPTS, "ancien.docx", "--dry-run")
    assert done("plan", "parts", CPTS).out == (
        "Aucune partie importée n'attend sa place.\n"
    )
    done("plan", "import", CPTS, "ancien.docx")
    waiting = done("plan", "parts", CPTS, "--json").document
    taken = done("plan", "place", CPTS, "sec-09")
    done("plan", "place", CPTS, "2", "--nowhere")

    assert "regles_de_report : Les bilans" in dry.out
    assert "Sans place" in dry.out
    assert [part["field"] for part in waiting] == ["regles_de_report", None]
    assert taken.out == "Partie 1 : dans SEC-09.regles_de_report.\n"
    assert done("plan", "parts", CPTS, "--json").document == []
    again = done("plan", "import", CPTS, "ancien.docx")
    assert again.out.startswith("0 parties") or "Règles" not in again.out


@pytest.mark.usefixtures("drafted")
def test_our_own_word_file_comes_back_with_only_what_was_changed_in_it() -> None:
    written()
    done("plan", "import", CPTS, "ancien.docx")
    done("plan", "place", CPTS, "SEC-09")
    done("plan", "export", CPTS, "--format", "docx", "--output", "plan.docx")
    document = Document("plan.docx")
    (rule,) = (p for p in document.paragraphs if p.text == RULE)
    rule.text = "Rien n'est reporté."
    document.save("relu.docx")

    done("plan", "import", CPTS, "relu.docx")
    (part,) = (
        part for part in done("plan", "parts", CPTS, "--json").document if part["field"]
    )
    done("plan", "place", CPTS, str(part["number"]))
    done("plan", "export", CPTS, "--format", "docx", "--output", "plan.docx")

    texts = [p.text for p in Document("plan.docx").paragraphs]
    assert "Rien n'est reporté." in texts
    assert RULE not in texts


@pytest.mark.usefixtures("drafted")
def test_what_is_no_word_file_is_told_in_one_sentence() -> None:
    Path("plan.doc").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))

    assert refused(typed("plan", "import", CPTS, "plan.doc"), "ancien format .doc")
    assert refused(typed("plan", "place", CPTS, "7"), "Aucune partie importée")
