"""The console as its own machine opens it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from typing_extensions import override

from adapters.database.unit import Database
from adapters.signing import Signer
from instance import TEMPLATES, Instance
from settings import Settings
from tests.conftest import ORIGIN
from tests.workflows.conftest import KEYS
from web.app import at_work, build
from web.desk import Desk
from web.layouts import Views

HERE = "http://127.0.0.1:8400"
POSTED = {"Sec-Fetch-Site": "same-origin", "Origin": HERE}


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Try pages on one database: acts are on both, and so is one walk of the pages."""
    marks = metafunc.definition.iter_markers("parametrize")
    named = any("database_url" in mark.args[0] for mark in marks)
    if "database_url" in metafunc.fixturenames and not named:
        metafunc.definition.add_marker(
            pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
        )


@asynccontextmanager
async def opened_app(
    folder: Path, database: Database, signer: Signer
) -> AsyncIterator[FastAPI]:
    """The pages over these facts; their Temporal is away."""
    settings = Settings(
        data_dir=folder,
        database_url=database.url,
        base_url=f"https://{ORIGIN}",
        temporal_address="127.0.0.1:9",
    )
    app = _app()
    async with at_work(settings) as known:
        instance = Instance(settings, KEYS, signer, database)
        app.state.desk = Desk(instance, _views(), known.client)
        yield app


@cache
def _app() -> FastAPI:
    """The routes, laid out once: each test gives them a desk of its own."""
    return build(Settings(temporal_address="127.0.0.1:9"))


@cache
def _views() -> Views:
    return Views(TEMPLATES)


@pytest.fixture
async def pages(
    tmp_path: Path, database: Database, signer: Signer
) -> AsyncIterator[FastAPI]:
    async with opened_app(tmp_path, database, signer) as app:
        yield app


@pytest.fixture
async def console(pages: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A browser on the machine of the console."""
    transport = httpx.ASGITransport(pages)
    async with httpx.AsyncClient(
        transport=transport, base_url=HERE, headers=POSTED
    ) as browser:
        yield browser


class Filled(HTMLParser):
    """The fields of a page as a browser would post them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._typing: str | None = None
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "textarea":
            self._typing = said["name"]
            self.fields.setdefault(self._typing, [""])
        if tag != "input" or "name" not in said:
            return
        if said["type"] in {"checkbox", "radio"} and "checked" not in said:
            return
        self.fields.setdefault(said["name"], []).append(said.get("value", ""))

    @override
    def handle_data(self, data: str) -> None:
        if self._typing:
            self.fields[self._typing] = [data]

    @override
    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._typing = None


def filled(page: httpx.Response, **typed: str | list[str]) -> dict[str, list[str]]:
    """Give what the page's form would post, once this is typed."""
    more = {k: [v] if isinstance(v, str) else v for k, v in typed.items()}
    return Filled(page.text).fields | more


def plain(page: httpx.Response) -> str:
    """Give the words of a page, with common spaces and apostrophes."""
    body = page.text.partition("<body>")[2]
    text = " ".join(re.sub(r"<[^>]*>", " ", body).split())
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").replace("&#39;", "'")
