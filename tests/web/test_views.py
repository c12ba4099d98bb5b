"""Pages: small, closed to hostile names, legible, usable without a script."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from domain.answer import Availability
from domain.letter import Offer
from domain.mission import MissionReply, MissionState
from tests.world import template
from web.layouts import Views
from web.views import (
    ContributionView,
    MemberPage,
    MissionView,
    Mood,
    NumberField,
    Page,
    ReceiptPage,
    RefusalPage,
)

TEMPLATES = Path(__file__).parents[2] / "plan_templates"
VIEWS = Views(TEMPLATES)
HOSTILE = "<script>alert(1)</script>\"'><img src=https://x.example/p>"
OFFERS = (
    Offer(
        answer=Availability.IMMEDIATE,
        button="Oui, maintenant",
        precisions=("delai_15", "delai_30", "delai_60"),
    ),
    Offer(
        answer=Availability.ON_SITE, button="Depuis mon lieu", precisions=("creneaux",)
    ),
    Offer(
        answer=Availability.LATER, button="Oui, plus tard", precisions=("date", "heure")
    ),
    Offer(answer=Availability.UNAVAILABLE, button="Non"),
    Offer(answer=Availability.ENGAGED_ELSEWHERE, button="Pris ailleurs"),
)
MEMBER = MemberPage(
    cpts_name="CPTS des Vallées de l'Autan (fictive)",
    phone="05 36 49 00 12",
    mood=Mood.ASKING,
    just_answered=False,
    person="Zoé Müller",
    scenario="Canicule",
    place="Saint-Martin-le-Pré",
    authority="l'ARS",
    day="22 novembre 2026",
    hour="22 h 40",
    perimeter="Zones 4, 5 et 6",
    mission_asked="Appuyer les EHPAD",
    words=template().pages,
    offers=OFFERS,
    path="/r/a7K2mQ9bcd",
    nonce="nonce-nonce-1",
)
RECEIPT = ReceiptPage(
    cpts_name="CPTS des Vallées de l'Autan (fictive)",
    phone="05 36 49 00 12",
    title="Compte rendu de crise",
    subject="canicule, Saint-Martin-le-Pré",
    made_on="le 23 novembre 2026",
    sha256="ab" * 32,
    nonce="nonce-nonce-1",
)
REFUSAL = RefusalPage(title="Lien expiré", sentence="Vous n'avez rien à faire.")
BUTTONS = {
    MissionReply.ACCEPT: "J'accepte",
    MissionReply.DECLINE: "Je ne peux pas",
    MissionReply.END: "J'ai terminé",
}
MISSION = MissionView(
    mission_id="m1",
    state=MissionState.PROPOSED,
    title="Appuyer les EHPAD et établissements médico-sociaux",
    place="EHPAD des Tilleuls, Saint-Martin-le-Pré",
    contact="Claude Fictif, 05 36 49 00 14",
    day="23 novembre 2026",
    starts="8 h 00",
    ends="12 h 00",
    buttons=BUTTONS,
    worked_from="2026-11-23T08:00",
    worked_until="2026-11-23T12:00",
)
ACCEPTED = replace(MISSION, state=MissionState.ACCEPTED)
PROPOSED_PAGE = replace(MEMBER, mood=Mood.PROPOSED, mission=MISSION, offers=OFFERS[1:])
NUMBERS = ContributionView(
    "Contacter ses propres patients fragiles",
    (
        NumberField("T2-04.contactes", "Personnes contactées", "12"),
        NumberField("T2-04.minutes", "Temps passé (minutes)", largest=1440),
    ),
    declared=True,
)
PAGES: dict[str, Page] = {
    "proposed to an employee seated elsewhere": replace(
        PROPOSED_PAGE,
        mission=replace(MISSION, asks_employer=True, frees="point d'accueil"),
    ),
    "accepted": replace(PROPOSED_PAGE, mood=Mood.ENGAGED, mission=ACCEPTED),
    "accepted, then over": replace(MEMBER, mood=Mood.OVER, mission=ACCEPTED, offers=()),
    **{
        f"mission {state.value}": replace(
            MEMBER, mood=Mood.SEATED, mission=replace(MISSION, state=state)
        )
        for state in MissionState
    },
    "numbers": replace(
        MEMBER,
        mood=Mood.HELPING,
        contributions=(NUMBERS, replace(NUMBERS, title="Autre", declared=False)),
    ),
    **{mood.value: replace(MEMBER, mood=mood, post="appui EHPAD") for mood in Mood},
    "covered": replace(MEMBER, covered=True, offers=OFFERS[1:]),
    "nothing to offer": replace(MEMBER, offers=()),
    "receipt": RECEIPT,
    "received": replace(RECEIPT, received="le 24 novembre 2026 à 10 h 12"),
    "refusal": REFUSAL,
}
TONGUE_TIED = {"input", "meta", "br"}  # elements that never close


def _render(page: Page) -> str:
    match page:
        case MemberPage():
            return VIEWS.member(page)
        case ReceiptPage():
            return VIEWS.receipt(page)
        case RefusalPage():
            return VIEWS.refusal(page)
    raise TypeError(page)


def _said(page: str) -> str:
    body = page.partition("<body>")[2]
    text = " ".join(re.sub(r"<[^>]*>", " ", body).split())
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


class _Reader(HTMLParser):
    """Reads a page: its elements, its forms, and that all is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.forms: list[dict[str, str]] = []
        self.unlabelled: list[str] = []
        self.feed(page)
        self.close()

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.seen.append(tag)
        if tag not in TONGUE_TIED:
            self.open.append(tag)
        if tag == "form":
            self.forms.append({"method": said["method"]})
        if tag == "input":
            self.forms[-1][said["name"]] = said.get("value", "")
            if said["type"] != "hidden" and "label" not in self.open:
                self.unlabelled.append(said["name"])

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
@pytest.mark.parametrize("exercise", [False, True])
def test_a_page_is_small_whole_and_fetches_nothing(
    page: Page, *, exercise: bool
) -> None:
    rendered = _render(replace(page, exercise=exercise, fictitious=exercise))
    read = _Reader(rendered)

    assert len(rendered.encode()) <= 30_000
    assert rendered.startswith('<!doctype html>\n<html lang="fr">')
    assert read.open == read.unlabelled == []
    assert read.seen.count("h1") == read.seen.count("main") == 1
    assert not {"script", "img", "link", "iframe", "object"} & set(read.seen)
    assert not re.search(r"https?:|//|url\(|@import|style=| on\w+=", rendered)
    assert not re.search(r" [;:!?»]|« ", rendered.partition("<body>")[2])
    assert ("EXERCICE EXERCICE - " in rendered) is exercise
    assert ("Démonstration" in rendered) is exercise


def test_each_answer_is_one_form_that_posts() -> None:
    forms = _Reader(VIEWS.member(MEMBER)).forms

    assert [form["answer"] for form in forms] == [o.answer for o in OFFERS]
    assert {form["method"] for form in forms} == {"post"}
    assert {form["nonce"] for form in forms} == {MEMBER.nonce}
    assert [sorted(set(f) - {"method", "nonce", "wave", "answer"}) for f in forms] == [
        ["delay_minutes"],
        ["slots"],
        ["from_at"],
        [],
        [],
    ]


def test_who_asks_what_and_when_is_said() -> None:
    said = _said(VIEWS.member(MEMBER))

    for words in (
        *("l'ARS, le 22 novembre 2026 à 22 h 40", "Appuyer les EHPAD"),
        *(
            "Zones 4, 5 et 6",
            "Saint-Martin-le-Pré",
            "Vous êtes Zoé Müller ? Ce n'est pas moi.",
        ),
        *("Ne partez pas sans mission acceptée.", "Aucun motif n'est demandé."),
    ):
        assert words in said


@pytest.mark.parametrize(
    ("mood", "words"),
    [
        (Mood.SEATED, "Vous êtes retenu(e) pour : appui EHPAD."),
        (Mood.RESERVE, "vous êtes en réserve"),
        (Mood.HELPING, "inscrite : depuis mon lieu"),
        (Mood.DECLINED, "Nous ne vous solliciterons plus pour cette demande"),
        (Mood.OVER, "L'alerte est terminée"),
    ],
)
def test_each_standing_says_where_one_stands(mood: Mood, words: str) -> None:
    page = replace(MEMBER, mood=mood, post="appui EHPAD", answer="depuis mon lieu")
    said = _said(VIEWS.member(page))

    assert words in said
    leaves = mood in {Mood.SEATED, Mood.RESERVE, Mood.HELPING}
    assert ("Ne partez pas sans mission acceptée." in said) is leaves


def test_only_who_has_not_answered_is_told_that_the_need_is_met() -> None:
    covered = replace(MEMBER, covered=True, offers=OFFERS[1:])
    words = "Le besoin est couvert pour l'instant"

    assert words in _said(VIEWS.member(covered))
    assert words not in _said(VIEWS.member(replace(covered, mood=Mood.DECLINED)))


def test_a_receipt_is_one_button_then_none() -> None:
    asked = VIEWS.receipt(RECEIPT)
    given = VIEWS.receipt(replace(RECEIPT, received="le 24 novembre 2026 à 10 h 12"))

    assert _Reader(asked).forms == [{"method": "post", "nonce": RECEIPT.nonce}]
    assert "Accuser réception" in _said(asked)
    assert RECEIPT.sha256 in asked
    assert not _Reader(given).forms
    assert "Document reçu le 24 novembre 2026 à 10 h 12." in _said(given)


def test_a_refusal_of_no_known_cpts_has_no_empty_foot() -> None:
    assert "footer" not in _Reader(VIEWS.refusal(REFUSAL)).seen


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_hostile_words_are_shown_as_words(page: Page) -> None:
    words: dict[str, Any] = {
        name: HOSTILE for name, value in vars(page).items() if isinstance(value, str)
    }
    read = _Reader(_render(replace(page, **words)))

    assert not {"script", "img"} & set(read.seen)
    assert read.open == []


def test_targets_are_large_enough_for_a_thumb() -> None:
    style = (TEMPLATES / "pages" / "style.css.j2").read_text(encoding="utf-8")

    for selector in ("button{", "input{", "fieldset label{"):
        rule = style.partition(f"\n{selector}")[2].partition("}")[0]
        height = re.search(r"min-height:([\d.]+)rem", rule)
        assert height is not None
        assert float(height[1]) * 16 >= 48


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "paper", "ratio"),
    [
        ("ink", "paper", 4.5),
        ("ink", "soft", 4.5),
        ("dim", "paper", 4.5),
        ("dim", "soft", 4.5),
        ("act", "paper", 4.5),
        ("act-ink", "act", 4.5),
        ("warn", "warn-paper", 4.5),
        ("good", "good-paper", 4.5),
        ("mark-ink", "mark", 4.5),
        ("line", "paper", 3),
        ("line", "soft", 3),
        ("act", "soft", 3),
    ],
)
def test_colours_are_told_apart(
    scheme: int, ink: str, paper: str, ratio: float
) -> None:
    style = (TEMPLATES / "pages" / "style.css.j2").read_text(encoding="utf-8")
    colours = dict(
        re.findall(r"--([a-z-]+):(#[0-9a-f]+)", style.split("@media")[scheme])
    )

    assert _contrast(colours[ink], colours[paper]) >= ratio


def _contrast(one: str, other: str) -> float:
    """Measure a contrast as WCAG 2.2 does."""
    dark, light = sorted(map(_luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    full = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(full[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts
    ]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_a_mission_says_where_when_and_whom_and_comes_first() -> None:
    said = _said(VIEWS.member(PROPOSED_PAGE))

    for words in (
        *("EHPAD des Tilleuls, Saint-Martin-le-Pré", "Claude Fictif"),
        *("23 novembre 2026, de 8 h 00 à 12 h 00", "Ne partez pas sans mission"),
    ):
        assert said.index(words) < said.index("Qui demande")


def test_an_employee_seated_elsewhere_says_both_before_accepting() -> None:
    asked = _render(PAGES["proposed to an employee seated elsewhere"])
    plain = VIEWS.member(PROPOSED_PAGE)

    assert "Accord de l'employeur" in _said(asked)
    assert "Je quitte mon poste « point d'accueil »" in _said(asked)
    assert asked.count(" required>") == 3
    assert " required>" not in plain


def test_who_accepted_may_end_it_even_after_the_lifting() -> None:
    over = _Reader(_render(PAGES["accepted, then over"])).forms
    engaged = _Reader(_render(PAGES["accepted"])).forms

    assert [form["reply"] for form in over] == ["MISSION_TERMINEE"]
    assert [form.get("reply") for form in engaged][:2] == [
        "MISSION_TERMINEE",
        "MISSION_DECLINEE",
    ]
    assert over[0]["worked_from"] == "2026-11-23T08:00"
