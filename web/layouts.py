"""Renders pages by the layouts of `plan_templates/pages`."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from domain.typography import typeset
from web.views import (
    MemberPage,
    Mood,
    OwnCardPage,
    Page,
    PartnerPage,
    ReceiptPage,
    RefusalPage,
    SurveyPage,
)


def _typed(text: str) -> Markup:
    """Write what a person typed so that no typography is put into it."""
    escaped = str(escape(text))
    return Markup(escaped.replace("&#39;", "&#x27;").replace(" ", "&#32;"))  # noqa: S704 - escaped above


class Views:
    """Renders pages.

    Args:
        templates: The folder `plan_templates`.
    """

    def __init__(self, templates: Path) -> None:
        self._layouts = Environment(
            loader=FileSystemLoader(templates / "pages"),
            undefined=StrictUndefined,
            autoescape=select_autoescape(("html.j2",)),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._layouts.filters["typed"] = _typed

    def member(self, page: MemberPage) -> str:
        """Render the page of a member."""
        return self._render("member.html.j2", page)

    def own_card(self, page: OwnCardPage) -> str:
        """Render one card of a member of the cell."""
        return self._render("own_card.html.j2", page)

    def receipt(self, page: ReceiptPage) -> str:
        """Render the page of a receipt."""
        return self._render("receipt.html.j2", page)

    def survey(self, page: SurveyPage) -> str:
        """Render the page of a place."""
        return self._render("survey.html.j2", page)

    def partner(self, page: PartnerPage) -> str:
        """Render the page of a partner."""
        return self._render("partner.html.j2", page)

    def plan(self, layout: str, page: Page) -> str:
        """Render a page that a letter about the plan opens."""
        return self._render(f"plan/{layout}.html.j2", page)

    def refusal(self, page: RefusalPage) -> str:
        """Render a refusal."""
        return self._render("refusal.html.j2", page)

    def console(self, layout: str, page: Page) -> str:
        """Render a page of the console, or one part of it."""
        return self._render(f"console/{layout}.html.j2", page)

    def _render(self, layout: str, page: Page) -> str:
        return typeset(self._layouts.get_template(layout).render(page=page, Mood=Mood))
