"""The plan on paper: whole, and its cards on A5 sheets."""

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from adapters.pdf import PdfPress
from domain.ars_summary import AlertTest, ars_summary
from domain.plan_edition import printed_plan
from domain.plan_version import VersionStatus
from domain.printed_plan import Copy, Edition, PrintedPlan
from tests.samples.plan import PRINTED_AT, private_values, source
from tests.world import ROOT

A5_MM = (148, 210)
POINTS_A_MM = 72 / 25.4
PUBLIC = Copy(edition=Edition.PUBLIC)
THIRD = Copy(edition=Edition.CRISIS, number=3, addressee="Mairie de Peyrelune")


@pytest.fixture(scope="module")
def press() -> PdfPress:
    return PdfPress(Path(ROOT) / "plan_templates" / "documents")


@pytest.fixture(scope="module")
def plan() -> PrintedPlan:
    return printed_plan(source(), THIRD, PRINTED_AT)


@pytest.fixture(scope="module")
def whole(press: PdfPress, plan: PrintedPlan) -> bytes:
    return press.render_plan(plan)


def without_cards(plan: PrintedPlan) -> PrintedPlan:
    """Leave out most of its pages: reading them back takes seconds."""
    return plan.model_copy(update={"cards": ()})


def words(pdf: bytes) -> str:
    """Say the text on one line, with plain spaces and apostrophes."""
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return " ".join(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def test_the_plan_says_its_version_its_copy_and_when_it_expires(
    press: PdfPress, plan: PrintedPlan
) -> None:
    pdf = press.render_plan(without_cards(plan))
    said = words(pdf)
    number = len(PdfReader(BytesIO(pdf)).pages)

    assert "Édition de crise, exemplaire n° 3 remis à Mairie de Peyrelune" in said
    assert said.count("À ne plus utiliser après le 22 mai 2027") > number
    assert f"page {number} / {number}" in said
    assert "Modifications depuis la version 1" in said
    assert "Sections relues" in said
    assert "4 213 entrées" in said


def test_the_plan_can_be_kept_for_years_and_read_aloud(whole: bytes) -> None:
    reader = PdfReader(BytesIO(whole))
    root = reader.root_object

    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith("Plan de crise, version 2")
    assert str(root["/Lang"]) == "fr-FR"
    assert "'/Marked': True" in str(root["/MarkInfo"])
    assert "/StructTreeRoot" in root
    assert b"<pdfaid:part>3</pdfaid:part>" in whole
    assert b"<pdfuaid:part>1</pdfuaid:part>" in whole
    assert len(reader.outline) > 0


def test_the_same_plan_gives_the_same_bytes(
    press: PdfPress, plan: PrintedPlan, whole: bytes
) -> None:
    assert press.render_plan(plan.model_copy()) == whole


def test_the_public_edition_prints_no_private_value(press: PdfPress) -> None:
    public = printed_plan(source(), PUBLIC, PRINTED_AT)

    said = words(press.render_plan(without_cards(public)))

    assert [value for value in private_values() if value in said] == []
    assert "Édition publique" in said
    assert "Qui appeler" not in said


def test_each_card_fits_on_one_a5_sheet(press: PdfPress, plan: PrintedPlan) -> None:
    cards = [card for group in plan.cards for card in group.cards]

    pages = PdfReader(BytesIO(press.render_cards(plan))).pages

    assert len(pages) == len(cards)
    box = pages[0].mediabox
    assert (round(box.width / POINTS_A_MM), round(box.height / POINTS_A_MM)) == A5_MM
    for rank in (0, 22, 98):  # the longest of them in the middle
        said = " ".join(pages[rank].extract_text().split())
        assert cards[rank].card_id in said
        assert "plan version 2" in said
        assert "À ne plus utiliser après le 22 mai 2027" in said


def test_the_longest_card_that_the_rules_allow_fits_on_its_sheet(
    press: PdfPress, plan: PrintedPlan
) -> None:
    group = plan.cards[0]
    long = group.cards[0].model_copy(
        update={
            "title": "T" * 20 + " titre" * 10,
            "steps": ("Écrire une étape aussi longue que les règles le veulent " * 2,)
            * 6,
            "caution": "Prendre garde à tout ce qui pourrait arriver pendant ce temps"
            " et à ce qui vient ensuite, sans rien oublier.",
            "lines": group.cards[0].lines * 2,
        }
    )
    one = plan.model_copy(
        update={"cards": (group.model_copy(update={"cards": (long,)}),)}
    )

    assert len(PdfReader(BytesIO(press.render_cards(one))).pages) == 1


def test_a_draft_is_marked_on_its_cover(press: PdfPress, plan: PrintedPlan) -> None:
    bare = {"cards": (), "volunteers": (), "sections": (), "differences": ()}
    draft = plan.model_copy(update={"status": VersionStatus.DRAFT, **bare})

    said = words(press.render_plan(draft))

    assert "Brouillon : cette version n'est ni soumise ni adoptée" in said
    assert "Aucune modification." in said


@pytest.mark.parametrize("times", [1, 60], ids=["as it is", "very long"])
def test_the_summary_for_the_ars_is_one_page(press: PdfPress, times: int) -> None:
    said = ars_summary(
        source(),
        (),
        AlertTest(on=PRINTED_AT.date(), asked=10, answered=3, median_minutes=None),
        ("Un lieu manque pour le type 1 dans la zone Causse.",) * times,
        PRINTED_AT,
    )
    long = said.model_copy(
        update={
            "places": said.places * times,
            "volunteers": said.volunteers * min(times, 3),
        }
    )

    pdf = press.render_summary(long)

    told = words(pdf)
    assert len(PdfReader(BytesIO(pdf)).pages) == 1
    assert "moins de la moitié dans les 45 minutes" in told
    assert "Lu le, par" in told
    assert ("autres, dans le plan" in told) is (times > 1)
