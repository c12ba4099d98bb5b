"""The year of a plan at the terminal: opened, followed, answered; its file changed."""

import asyncio
from pathlib import Path
from unicodedata import normalize

import pytest

from adapters.database import reviews
from domain.review import ReviewTask, TaskKind
from instance import opened
from settings import load
from tests.terminal import CPTS, EXAMPLES, done, typed

pytestmark = pytest.mark.usefixtures("drafted")


def test_the_coordinator_opens_a_review_and_reads_where_it_stands() -> None:
    before = normalize("NFKC", done("review", "status", CPTS).out)
    opened = done("review", "start", CPTS).out
    after = normalize("NFKC", done("review", "status", CPTS).out)
    numbers = done("review", "status", CPTS, "--json").document
    again = typed("review", "start", CPTS)
    unknown = typed("review", "answer", CPTS, "SEC-99.1", "SANS_CHANGEMENT")

    assert "Aucune revue ouverte." in before
    assert "Premier plan, un an après la signature" in before
    assert "Revue 2027 du plan ouverte" in normalize("NFKC", opened)
    assert "échéance le 15 mars 2027" in after
    assert "Adopter en bureau" in after
    assert all(len(line) <= 80 for line in after.splitlines())
    assert numbers["period"] == "2027"
    assert len(numbers["steps"]) == 10
    assert again.code == unknown.code == 1
    assert "déjà ouverte" in again.sentence


def test_a_corrected_file_says_what_it_changes_first(tmp_path: Path) -> None:
    text = (EXAMPLES / "cpts.yaml").read_text("utf-8")
    file = tmp_path / "cpts.yaml"
    file.write_text(text.replace("126400", "130000"), "utf-8")

    same = done("cpts", "change", str(EXAMPLES / "cpts.yaml")).out
    dry = done("cpts", "change", str(file), "--dry-run").out
    changed = done("cpts", "change", str(file)).out

    assert "Rien ne change" in same
    assert "changerait : population_contractuelle" in normalize("NFKC", dry)
    assert "à relire dans la revue 2027" in normalize("NFKC", changed)
    answered = done(
        *("review", "answer", CPTS, "SEC-01.1", "MODIFIE", "--words", "Plus grande")
    )
    assert "Réponse inscrite" in normalize("NFKC", answered.out)
    assert "Plus grande" in done("review", "status", CPTS).out
    done("review", "answer", CPTS, "SEC-07.1", "MODIFIE", "--words", "8 à 20 heures")
    taken = done("review", "take", CPTS, "SEC-07.1", "--field", "amplitude_horaire")
    assert "champ « amplitude_horaire »" in normalize("NFKC", taken.out)
    unwritten = typed("review", "take", CPTS, "SEC-01.1")
    assert (unwritten.code, "à remplir" in unwritten.sentence) == (1, True)


def test_the_calls_of_the_quarter_are_listed_with_what_notes_them() -> None:
    asyncio.run(_ask_to_call())

    asked = normalize("NFKC", done("review", "status", CPTS).out)
    call = ("AUTORITE.ARS_DD", "VERIFIE", "--period", "2026-T4")
    done("review", "answer", CPTS, *call)
    after = normalize("NFKC", done("review", "status", CPTS).out)

    assert "Contacts des autorités à appeler, 2026-T4 : 1." in asked
    assert "  AUTORITE.ARS_DD " in asked
    assert "à appeler" not in after


async def _ask_to_call() -> None:
    """Open the check of a quarter, as the day does in working hours."""
    task = ReviewTask(
        task_id="AUTORITE.ARS_DD",
        kind=TaskKind.AUTHORITY,
        subject="ARS_DD",
        role="SECRETARIAT",
    )
    async with opened(load()) as instance, instance.database.act(CPTS) as act:
        row = {
            "period": "2026-T4",
            "plan_id": f"plan-{CPTS}",
            "opened_on": act.at.date(),
        }
        await reviews.add_check(act, row)
        await reviews.add_tasks(act, "2026-T4", [task])
