"""The plan on a phone without network: it is searched, read, and hinders nobody."""

from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page, async_playwright, expect

from adapters.plan_page import PlanPagePress
from domain.plan_edition import printed_plan
from domain.printed_plan import Copy
from tests.e2e.test_pages import AXE, CHROMIUM, LOOKS, SMALLEST, TOO_WIDE
from tests.samples.plan import PRINTED_AT, source
from tests.world import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"


async def violations(page: Page) -> list[str]:
    """List what hinders people on the page, everything open, by day and by night."""
    await page.evaluate(AXE_SCRIPT)
    await page.evaluate(OPEN_ALL)
    wrong = ["too wide"] if await page.evaluate(TOO_WIDE) else []
    for scheme, rules in LOOKS:
        await page.emulate_media(color_scheme=scheme)
        found = (await page.evaluate(AXE, rules))["violations"]
        wrong += [f"{scheme}: {each['help']}" for each in found]
    return wrong


async def test_the_plan_is_searched_on_a_phone_without_network(tmp_path: Path) -> None:
    plan = printed_plan(source(), Copy(number=3), PRINTED_AT)
    file = tmp_path / "plan.html"
    file.write_bytes(PlanPagePress(ROOT / "plan_templates").render(plan))
    complaints: list[str] = []

    async with (
        async_playwright() as driver,
        await driver.chromium.launch(executable_path=CHROMIUM) as browser,
        await browser.new_context(
            viewport={"width": SMALLEST, "height": 640}, offline=True
        ) as context,
    ):
        page = await context.new_page()
        page.on("console", lambda said: complaints.append(said.text))
        await page.goto(file.as_uri())
        await page.get_by_label("Chercher").fill("IODE préfet")

        await expect(page.get_by_role("status")).to_have_text("Résultats : 1")
        await expect(page.locator("#T4-08")).to_have_attribute("open", "")
        await expect(page.locator("#TC-01")).to_be_hidden()

        await page.get_by_label("Chercher").fill("")
        await expect(page.locator("#TC-01")).to_be_visible()
        assert await violations(page) == []
    assert complaints == []
