"""Pages as people see them: a real browser on a real instance, and axe on each page."""

import csv
import shutil
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from itertools import islice
from typing import Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.e2e.conftest import House, link_in, lived_in, until
from tests.terminal import EXAMPLES, ago

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
CHROMIUM = "/usr/bin/chromium"
PHONE, SMALLEST = 360, 320  # how wide, in CSS pixels
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
LOOKS: tuple[tuple[Literal["light", "dark"], dict[str, object]], ...] = (
    ("light", {"type": "tag", "values": WCAG}),
    ("dark", {"type": "rule", "values": ["color-contrast"]}),
)
AXE = "rules => axe.run({runOnly: rules, resultTypes: ['violations']})"
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
ASKED = "Êtes-vous disponible"
with (EXAMPLES / "roster.csv").open(encoding="utf-8") as roster:
    NURSES = {
        row["Courriel"]
        for row in csv.DictReader(roster, delimiter=";")
        if row["Profession"] == "Infirmier"
    }


@dataclass
class Walk:
    """A browser in a house where an exercise runs; what hindered people so far."""

    house: House
    browser: Browser
    screens: list[str] = field(default_factory=list)  # of Déclencher, by title
    board: str = ""
    wrong: list[str] = field(default_factory=list)

    @property
    def crisis(self) -> str:
        return self.board.rpartition("/")[2]

    @asynccontextmanager
    async def phone(
        self, width: int = PHONE, *, script: bool = True
    ) -> AsyncIterator[Page]:
        """Hold a phone of this width."""
        async with await self.browser.new_context(
            viewport={"width": width, "height": 640},
            java_script_enabled=script,
            base_url=self.house.address,
        ) as context:
            yield await context.new_page()

    async def look(self, page: Page) -> None:
        """Note what hinders people on this page, by day and by night."""
        where = f"{await page.title()} {page.url}"
        if await page.evaluate(TOO_WIDE):
            self.wrong.append(f"{where}: wider than the phone")
        await page.evaluate(AXE_SCRIPT)
        for scheme, rules in LOOKS:
            await page.emulate_media(color_scheme=scheme)
            found = (await page.evaluate(AXE, rules))["violations"]
            self.wrong += [
                f"{where}, {scheme}: {each['help']}: {node['html']}"
                for each in found
                for node in each["nodes"]
                if each["impact"] in {"serious", "critical"}
            ]

    async def nurses(self, number: int) -> list[EmailMessage]:
        """Give mails that ask a nurse to come: the exercise has a seat for them."""
        return await self.mails(ASKED, number, NURSES)

    async def mails(
        self, subject: str, number: int = 1, to: Collection[str] = ()
    ) -> list[EmailMessage]:
        """Wait for this many mails whose subject says this; give the first."""

        def found() -> list[EmailMessage]:
            mails = (m for m in tuple(self.house.sink.mails) if subject in m["Subject"])
            wanted = (m for m in mails if not to or _address(m) in to)
            return list(islice(wanted, number))

        await until(lambda: len(found()) == number, f"a mail says « {subject} »")
        return found()


def _address(mail: EmailMessage) -> str:
    address: str = mail["To"].addresses[0].addr_spec
    return address


@pytest.fixture(scope="module")
async def walk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Walk]:
    """An exercise opened by hand on a phone, whose volunteers are asked."""
    if not shutil.which(CHROMIUM):
        pytest.fail(
            f"{CHROMIUM} is missing: apt-get install chromium fonts-dejavu-core"
        )
    async with (
        lived_in(tmp_path_factory.mktemp("house") / "var") as house,
        async_playwright() as driver,
        await driver.chromium.launch(executable_path=CHROMIUM) as browser,
    ):
        await house.settle()
        walk = Walk(house, browser)
        async with walk.phone() as page:
            await _open_an_exercise(walk, page)
            await _prove(page, "Qualifier la demande")
        for wave in ("V2", "VP"):  # volunteers, partners
            order = ("advance", walk.crisis, wave, "--reason", "Exercice")
            await house.tocsin("crisis", "wave", *order)
        yield walk


async def _open_an_exercise(walk: Walk, page: Page) -> None:
    await page.goto("/")
    await walk.look(page)
    await page.get_by_role("link", name="Faire un exercice").click()
    await page.get_by_role("button", name="Retour").click()  # its order, filled
    for screen in range(1, 5):
        walk.screens.append(await page.get_by_role("heading", level=1).inner_text())
        if screen == 2:
            await page.get_by_text("2. Malades").click()
            await page.get_by_label("Fumées d").check()
        await walk.look(page)
        await page.locator("button").first.click()
    await page.wait_for_url("**/crise/*")
    walk.board = page.url


async def _prove(page: Page, card: str) -> None:
    await page.get_by_role("link", name=card).click()
    await page.get_by_text("la preuve").first.click()
    for typed in await page.locator("input:visible").all():
        await typed.fill("fait")
    await page.get_by_role("button", name="Inscrire la preuve").click()


async def test_four_screens_open_an_exercise_on_a_phone(walk: Walk) -> None:
    assert len(walk.screens) == len(set(walk.screens)) == 4
    assert walk.crisis.startswith("c-")


async def test_the_board_shows_by_itself_what_a_member_answers_without_a_script(
    walk: Walk,
) -> None:
    [first] = await walk.nurses(1)
    async with walk.phone() as board, walk.phone(SMALLEST, script=False) as member:
        await board.goto(walk.board)
        await member.goto(link_in(first))
        asked = await member.evaluate(TOO_WIDE)
        await expect(board.locator("#needs")).to_contain_text("0 poste pourvu sur")

        await member.get_by_role("button").first.click()

        await expect(member.get_by_role("status")).to_be_visible()
        await expect(board.locator("#needs")).to_contain_text("1 poste pourvu sur")
        answered = await member.evaluate(TOO_WIDE)

    assert (asked, answered) == (False, False)


async def test_no_page_hinders_anybody(walk: Walk) -> None:
    async with walk.phone() as page:
        for lead_to in (
            *(_of_the_plan, _of_the_cell),
            *(_from_mails, _from_the_board, _once_lifted),
        ):
            for path in await lead_to(walk, page):
                await page.goto(path)
                await walk.look(page)

    assert walk.wrong == []


async def _from_the_board(walk: Walk, page: Page) -> list[str]:
    """Give the board and what it leads to, each decision once."""
    looked = {
        "": "#people a >> nth=0, #cards a >> nth=0, #cards p a, #status nav a",
        "/decisions": "li a",
        "/missions": "a[href*=proposer] >> nth=0, a[href$=annuler] >> nth=0",
    }
    found = [walk.board]
    for path, selector in looked.items():
        await page.goto(walk.board + path)
        for each in selector.split(", "):
            links = await page.locator(each).all()
            found += [await link.get_attribute("href") or "" for link in links]
    return list(dict.fromkeys(path for path in found if "#" not in path))


async def _of_the_plan(_walk: Walk, page: Page) -> list[str]:
    """Give the plan, its parts, its money, and how its members are reached."""
    await page.goto("/")
    plan = await page.get_by_role("link", name="Le plan").get_attribute("href") or ""
    cpts = plan.removesuffix("/plan")
    parts = ("SEC-02", "SEC-05", "controle", "adoption", "fiches/T1-05/modifier")
    reached = (f"{cpts}/{page}" for page in ("paiement", "premier-jour", "joindre"))
    tray = f"/{cpts.rpartition('/')[2]}/messages"
    return [plan, *(f"{plan}/{part}" for part in parts), *reached, tray]


async def _of_the_cell(walk: Walk, page: Page) -> list[str]:
    """Give the page of somebody of the cell, and the card to do first."""
    [called] = await walk.mails("ALERTE")
    await page.goto(link_in(called))
    first = page.locator(".cell .first a").first
    return [link_in(called), await first.get_attribute("href") or ""]


async def _from_mails(walk: Walk, page: Page) -> list[str]:
    """Give a page of each kind that a link opens, without signing in."""
    _, coming, helping, idle = await walk.nurses(4)
    await _answer(page, coming, "Oui, maintenant")
    await walk.house.tocsin(
        *("crisis", "mission", "propose", walk.crisis, "--card", "T2-07"),
        *("--person", coming["To"].addresses[0].addr_spec),
        *("--place", "EHPAD des Tilleuls", "--contact", "la cadre"),
        *("--from", ago(hours=-1), "--until", ago(hours=-3)),
    )
    await _answer(page, helping, "Depuis mon lieu")
    await walk.house.tocsin("crisis", "survey", "open", walk.crisis)
    order = ("cpts", "authority-link", "vallees-autan", "ARS_DD")
    request = (await walk.house.tocsin(*order)).splitlines()[0]
    [cell] = await walk.mails("ALERTE")
    [place] = await walk.mails("Ouvert, ralenti ou fermé")
    [partner] = await walk.mails("Pour information")
    sent = [link_in(m) for m in (coming, helping, idle, cell, place, partner)]
    await page.goto(link_in(cell))
    card = await page.locator(".cell a").first.get_attribute("href")
    return [*sent, card or "", request, "/r/aaaaaaaaaa"]


async def _answer(page: Page, mail: EmailMessage, button: str) -> None:
    await page.goto(link_in(mail))
    await page.get_by_role("button", name=button).click()


async def _once_lifted(walk: Walk, page: Page) -> list[str]:
    """Lift the alert; give its board, what a member sees, what the ARS sees."""
    await page.goto(f"{walk.board}/lever")
    await page.get_by_label("ARS").check()
    await page.get_by_role("button", name="Lever").click()
    [member] = await walk.mails(ASKED)
    [receipt] = await walk.mails("Compte rendu")
    return [walk.board, link_in(member), link_in(receipt)]
