"""The console answers on its own machine, to its own forms."""

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from tests.web.conftest import HERE, POSTED, plain

PLACE = "/val-test/declencher"


async def _asked(
    pages: FastAPI, visitor: str = "127.0.0.1", host: str = HERE, **headers: str
) -> httpx.Response:
    transport = httpx.ASGITransport(pages, client=(visitor, 5000))
    async with httpx.AsyncClient(transport=transport, base_url=host) as browser:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await browser.get("/", headers=named)


@pytest.mark.parametrize("visitor", ["127.0.0.1", "::1", "127.8.0.9"])
@pytest.mark.parametrize("host", [HERE, "http://localhost:8400", "http://[::1]:8400"])
async def test_who_is_at_this_machine_comes_in(
    pages: FastAPI, visitor: str, host: str
) -> None:
    assert (await _asked(pages, visitor, host)).status_code == 200


@pytest.mark.parametrize("visitor", ["192.0.2.7", "2001:db8::1", "testclient"])
async def test_who_comes_from_elsewhere_is_refused_in_one_sentence(
    pages: FastAPI, visitor: str
) -> None:
    page = await _asked(pages, visitor)

    assert page.status_code == 403
    assert "Le pupitre ne s'ouvre que sur la machine" in plain(page)


@pytest.mark.parametrize(
    "header", ["X_Forwarded_For", "Forwarded", "X_Real_IP", "Via", "X_Forwarded_Proto"]
)
async def test_a_proxy_that_makes_everybody_local_is_refused(
    pages: FastAPI, header: str
) -> None:
    page = await _asked(pages, **{header: "127.0.0.1"})

    assert page.status_code == 403


async def test_a_proxy_that_says_nothing_speaks_an_old_http(pages: FastAPI) -> None:
    async def old(scope: Scope, receive: Receive, send: Send) -> None:
        await pages({**scope, "http_version": "1.0"}, receive, send)

    transport = httpx.ASGITransport(old)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as browser:
        assert (await browser.get("/")).status_code == 403


async def test_a_name_given_to_this_address_by_a_stranger_is_refused(
    pages: FastAPI,
) -> None:
    page = await _asked(pages, host="http://hostile.example:8400")

    assert page.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://hostile.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": HERE},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "http://hostile.example"},
    ],
)
async def test_a_form_of_another_site_is_refused(
    pages: FastAPI, headers: dict[str, str]
) -> None:
    transport = httpx.ASGITransport(pages)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as browser:
        page = await browser.post(PLACE, headers=headers)

    assert page.status_code == 403
    assert "ne vient pas du pupitre" in plain(page)


@pytest.mark.parametrize(
    "headers", [POSTED, {"Origin": HERE}, {"Sec-Fetch-Site": "same-origin"}]
)
async def test_a_form_of_ours_is_taken_from_any_browser(
    pages: FastAPI, headers: dict[str, str]
) -> None:
    transport = httpx.ASGITransport(pages)
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as browser:
        page = await browser.post(PLACE, headers=headers)

    assert page.status_code == 404
    assert "Aucune CPTS" in plain(page)


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/live.js", PLACE, "/val-test/crise/c", "/val-test/crise/c/flux"),
        *("/val-test/crise/c/personnes?ou=RETENUE", "/val-test/crise/c/fiches"),
        *("/val-test/crise/c/lever", "/val-test/crise/c/fausse-alerte"),
        *("/val-test/crise/c/contre-appel", "/val-test/crise/c/fiche/TC-01/1"),
    ],
)
async def test_every_page_of_the_console_is_behind_the_door(
    pages: FastAPI, path: str
) -> None:
    transport = httpx.ASGITransport(pages, client=("192.0.2.7", 5000))
    async with httpx.AsyncClient(transport=transport, base_url=HERE) as browser:
        assert (await browser.get(path)).status_code == 403
