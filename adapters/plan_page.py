"""Write a plan as one HTML file that needs no network, the same bytes each time."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from domain.calendar import french_date, french_day
from domain.printed_plan import PrintedPlan
from domain.typography import typeset


@dataclass(frozen=True)
class PlanPagePress:
    """Writes with the layouts of `plan_templates`."""

    templates: Path

    @cached_property
    def _layouts(self) -> Environment:
        layouts = Environment(
            loader=FileSystemLoader(self.templates),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        layouts.filters |= {"lines": _lines, "day": _day}
        return layouts

    def render(self, plan: PrintedPlan) -> bytes:
        """Write one copy; it may only run its own script (Content-Security-Policy)."""
        script = (self.templates / "documents/plan.js").read_text("utf-8")
        digest = b64encode(sha256(script.encode()).digest()).decode()
        page = self._layouts.get_template("documents/plan.html.j2").render(
            plan=plan,
            edition=plan.edition_words,
            printed_on=french_day(plan.made_at, ZoneInfo(plan.timezone)),
            expires_on=plan.expires_on and french_date(plan.expires_on),
            script_hash=f"sha256-{digest}",
        )
        return f"{typeset(page)}<script>{script}</script>\n</body>\n</html>\n".encode()


def _lines(text: str) -> Markup:
    """Keep the lines of a text."""
    return Markup("<br>").join(escape(line) for line in text.splitlines())


def _day(on: date | None) -> str:
    return french_date(on) if on else ""
