"""A Word plan is proposed section by section, and loses no word."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from domain.content import Aside
from domain.form import ROWS
from domain.word_plan import WordBlock, WordFile, placed, proposed
from tests.national import national

TEMPLATE = national()
FORMS = {form.section_id: form for form in TEMPLATE.forms}


def heading(text: str, level: int = 1) -> WordBlock:
    return WordBlock(text=text, level=level)


def table(*rows: tuple[str, ...]) -> WordBlock:
    return WordBlock(text="\n".join("\t".join(row) for row in rows), rows=rows)


def asides(*blocks: WordBlock) -> tuple[Aside, ...]:
    return proposed(WordFile(blocks=blocks, pictures=0), TEMPLATE)


def places(*blocks: WordBlock) -> list[tuple[str | None, str | None]]:
    return [(aside.section_id, aside.field) for aside in asides(*blocks)]


def test_each_title_of_the_template_leads_to_its_own_section() -> None:
    for section in TEMPLATE.sections:
        found = places(heading(section.title), WordBlock(text="Un texte."))

        assert found == [(section.section_id, None)], section.title


def test_each_field_written_under_its_section_is_proposed_for_it() -> None:
    for section in TEMPLATE.sections:
        form = FORMS[section.section_id]
        for field in form.fields:
            if form.table or field.known or field.columns:
                continue
            found = places(
                heading(section.title),
                heading(field.label, 2),
                WordBlock(text="Un texte."),
            )

            assert found == [(section.section_id, field.name)], field.name


def test_words_that_other_plans_use_lead_to_the_section() -> None:
    wanted = {
        "1. Composition de la cellule de crise": "SEC-02",
        "RETEX": "SEC-14",
        "Sortie de crise et retour à la normale": "SEC-13",
        "Annuaire des professionnels de santé": "SEC-03",
        "Déclenchement du plan": "SEC-04",
        "Fiches réflexes": "SEC-16",
        "Moyens matériels": "SEC-06",
        "Les patients chroniques": "SEC-09",
    }

    for title, section_id in wanted.items():
        assert places(heading(title), WordBlock(text="x"))[0][0] == section_id, title


def test_what_matches_nothing_is_kept_aside_without_a_place() -> None:
    found = asides(
        WordBlock(text="Avant tout titre."),
        heading("Remerciements"),
        WordBlock(text="À tous."),
    )

    assert [(a.number, a.heading, a.text, a.section_id) for a in found] == [
        (1, "", "Avant tout titre.", None),
        (2, "Remerciements", "À tous.", None),
    ]


def test_a_heading_below_a_section_stays_in_it_until_one_as_high() -> None:
    found = places(
        heading("Communication"),
        heading("Pour mémoire", 2),
        WordBlock(text="a"),
        heading("Remerciements"),
        WordBlock(text="b"),
    )

    assert found == [("SEC-10", None), (None, None)]


def test_a_table_is_proposed_where_every_column_is_known() -> None:
    rows = (("Lieu", "Zone"), ("Gymnase", "Causse"))
    odd = (("Lieu", "Couleur"), ("Gymnase", "bleu"))

    assert places(heading("Lieux"), table(*rows), table(*odd)) == [
        ("SEC-05", ROWS),
        ("SEC-05", None),
    ]
    assert placed(FORMS["SEC-05"], ROWS, table(*rows).text) == (
        {"nom": "Gymnase", "zone": "Causse"},
    )


def test_a_list_loses_its_bullets_and_no_word() -> None:
    said = placed(FORMS["SEC-09"], "ruptures_prevues", "• Dialyse\n- Oxygène")

    assert said == ("Dialyse", "Oxygène")


WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1)
BLOCKS = st.lists(
    st.one_of(
        st.builds(WordBlock, text=WORDS),
        st.builds(WordBlock, text=WORDS, level=st.integers(1, 4)),
        st.sampled_from([s.title for s in TEMPLATE.sections]).map(heading),
        st.lists(st.tuples(WORDS, WORDS), min_size=1).map(lambda rows: table(*rows)),
    )
)


@given(BLOCKS)
def test_no_word_of_the_file_is_lost(blocks: list[WordBlock]) -> None:
    kept = asides(*blocks)

    paths = {title for aside in kept for title in aside.heading.split(" > ")}
    lines = [line for aside in kept for line in aside.text.split("\n")]
    headings = [b.text for b in blocks if b.level]
    said = [line for b in blocks if not b.level for line in b.text.split("\n")]
    assert set(headings) <= paths
    assert not Counter(said) - Counter(lines)  # each as often as it was said
