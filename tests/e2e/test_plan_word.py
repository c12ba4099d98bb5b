"""The plan in Word, opened by a word processor that is not ours."""

import shutil
import subprocess
from pathlib import Path

import pytest

from adapters.word_press import render_word
from domain.plan_edition import printed_plan
from domain.printed_plan import Copy
from tests.samples.plan import PRINTED_AT, source

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
AS_TEXT = "txt:Text (encoded):UTF8"


@pytest.fixture
def office() -> str:
    found = shutil.which("soffice")
    if found is None:
        pytest.skip("NO WORD FILE IS READ BY ANOTHER: install libreoffice-writer")
    return found


def test_libreoffice_reads_the_whole_plan_without_mending_it(
    office: str, tmp_path: Path
) -> None:
    plan = printed_plan(source(), Copy(number=3), PRINTED_AT)
    file = tmp_path / "plan.docx"
    file.write_bytes(render_word(plan))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    convert = ("--headless", "--convert-to", AS_TEXT, "--outdir", str(tmp_path))

    said = subprocess.run(  # noqa: S603 - the word processor of this machine
        (office, profile, *convert, str(file)),
        check=True,
        capture_output=True,
        text=True,
    )

    assert "Error" not in said.stdout + said.stderr
    text = (tmp_path / "plan.txt").read_text("utf-8-sig")
    cards = [card for group in plan.cards for card in group.cards]
    assert [c.card_id for c in cards if f"{c.card_id} — {c.title}" not in text] == []
    assert [s.title for s in plan.sections if s.title not in text] == []
    assert [step for card in cards for step in card.steps if step not in text] == []
    assert plan.sha256 in text
