"""The plan as one HTML file: nothing from elsewhere, nothing private in public."""

import re
from html import unescape

import pytest

from adapters.plan_page import PlanPagePress
from domain.plan_edition import printed_plan
from domain.plan_version import VersionStatus
from domain.printed_plan import Copy, Edition, PrintedPlan
from tests.samples.plan import PRINTED_AT, private_values, source
from tests.world import ROOT

_FROM_ELSEWHERE = re.compile(r"<(?:link|img|iframe|object)|\bsrc=|url\(|@import")
_POINTS_TO = re.compile(r'href="([^"]*)"')


@pytest.fixture(scope="module")
def press() -> PlanPagePress:
    return PlanPagePress(ROOT / "plan_templates")


@pytest.fixture(scope="module")
def plan() -> PrintedPlan:
    return printed_plan(source(), Copy(number=3), PRINTED_AT)


@pytest.fixture(scope="module")
def page(press: PlanPagePress, plan: PrintedPlan) -> str:
    return press.render(plan).decode()


def test_nothing_is_fetched(page: str) -> None:
    links = set(_POINTS_TO.findall(page))

    assert not _FROM_ELSEWHERE.search(page)
    assert [x for x in links if not x.startswith(("#", "tel:", "mailto:"))] == []
    assert "default-src 'none'" in page


def test_every_link_inside_leads_somewhere(page: str) -> None:
    inside = {link[1:] for link in _POINTS_TO.findall(page) if link.startswith("#")}

    assert [name for name in inside if f'id="{name}"' not in page] == []


def test_every_card_can_be_read_without_the_script(
    page: str, plan: PrintedPlan
) -> None:
    before_script = unescape(page.rpartition("<script>")[0])
    cards = [card for group in plan.cards for card in group.cards]

    assert [c.card_id for c in cards if f'id="{c.card_id}"' not in before_script] == []
    assert "<details" in before_script
    assert 'role="search" hidden' in before_script


def test_a_copy_says_its_number_and_when_it_expires(page: str) -> None:
    plain = page.replace("\N{NO-BREAK SPACE}", " ")

    assert "Édition de crise, exemplaire n° 3, du 22 novembre 2026" in plain
    assert "À ne plus utiliser après le 22 mai 2027" in plain
    assert "Relu le 13 octobre 2026 par" in plain


def test_the_same_plan_gives_the_same_bytes(plan: PrintedPlan, page: str) -> None:
    again = PlanPagePress(ROOT / "plan_templates")

    assert again.render(plan).decode() == page


def test_the_public_page_holds_no_private_value(press: PlanPagePress) -> None:
    public = printed_plan(source(), Copy(edition=Edition.PUBLIC), PRINTED_AT)

    page = press.render(public).decode()
    plain = unescape(page).replace("\N{NO-BREAK SPACE}", " ")
    plain = plain.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")

    assert [value for value in private_values() if value in plain] == []
    assert "tel:" not in page
    assert "mailto:" not in page


def test_what_people_wrote_cannot_become_a_script(
    press: PlanPagePress, plan: PrintedPlan
) -> None:
    evil = plan.model_copy(
        update={
            "status": VersionStatus.DRAFT,
            "title": "<script>alert(1)</script>",
            "cpts_name": "<script>alert(2)</script>",
            "expires_on": None,
        }
    )

    page = press.render(evil).decode()

    assert page.count("<script>") == 1
    assert "Brouillon" in page
