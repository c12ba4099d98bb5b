"""A plan written in Word: whole, and it comes back as it left."""

from pathlib import Path

import pytest

from adapters.word_plan import read_word
from adapters.word_press import TO_WRITE, WITHHELD, render_word
from domain.form import ROWS
from domain.plan_edition import printed_plan
from domain.printed_plan import Copy, Edition, PrintedPlan
from domain.word_plan import WordFile, placed, proposed
from tests.national import national
from tests.samples.plan import PRINTED_AT, source

COPY = Copy(edition=Edition.CRISIS, number=3, addressee="Mairie de Peyrelune")


@pytest.fixture(scope="module")
def plan() -> PrintedPlan:
    return printed_plan(source(), COPY, PRINTED_AT)


def read_back(plan: PrintedPlan, folder: Path) -> WordFile:
    path = folder / "plan.docx"
    path.write_bytes(render_word(plan))
    return read_word(path)


def test_everything_that_is_printed_is_in_the_word_file(
    plan: PrintedPlan, tmp_path: Path
) -> None:
    word = read_back(plan, tmp_path)
    text = "\n".join(block.text for block in word.blocks)

    cards = [card for group in plan.cards for card in group.cards]
    assert [c.card_id for c in cards if f"{c.card_id} — {c.title}" not in text] == []
    assert [c.card_id for c in cards if c.caution not in text] == []
    assert [who.name for who in plan.volunteers if who.name not in text] == []
    assert [each.target for each in plan.differences if each.target not in text] == []
    assert plan.sha256 in text


def test_what_a_coordinator_writes_comes_back_where_it_was(
    plan: PrintedPlan, tmp_path: Path
) -> None:
    forms = {form.section_id: form for form in national().forms}
    back: dict[tuple[str, str], list[object]] = {}
    for aside in proposed(read_back(plan, tmp_path), national()):
        if aside.section_id and aside.field:
            value = placed(forms[aside.section_id], aside.field, aside.text)
            back.setdefault((aside.section_id, aside.field), []).append(value)

    for section in source().plan.sections:
        form = forms[section.section_id]
        for field in section.fields:
            if field.name == ROWS:  # a small table a row: codes are printed as words
                assert len(back[section.section_id, ROWS]) == len(field.value)
            elif not form.field(field.name).known:
                assert back[section.section_id, field.name] == [field.value]


def test_the_public_edition_says_what_it_withholds_and_what_is_to_write(
    tmp_path: Path,
) -> None:
    public = printed_plan(source(), Copy(edition=Edition.PUBLIC), PRINTED_AT)

    blocks = read_back(public, tmp_path).blocks

    assert {WITHHELD, TO_WRITE} <= {block.text for block in blocks}
    assert "Volontaires" not in {block.text for block in blocks if block.level == 1}
