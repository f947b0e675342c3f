"""Below a path of another website, whose proxy takes the path off: pages, links, files, cookies."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import asyncpg
import httpx
import pytest

from service.accounts import members
from service.web.prefix import prefixed
from tests.support.service import Service, running

PUBLIC = "https://news.example/tools/moderation"
BASE = "/tools/moderation"
HTML = {"Accept": "text/html"}
PLACES = ("/queue", "/decided", "/dashboard", "/models", "/sites", "/staff", "/password", "/docs")
LINK = re.compile(r'<[a-z][^>]* (?:href|src|action|formaction)="(/[^"]*)"')


class Proxy(httpx.AsyncBaseTransport):
    """A proxy that serves other things beside the service, and takes the path off."""

    def __init__(self, app: Any) -> None:
        self._service = httpx.ASGITransport(cast("Any", app))
        self.others: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass on what is the service's."""
        path = request.url.raw_path.decode()
        if not path.startswith(f"{BASE}/"):
            self.others.append(path)
            return httpx.Response(418)
        request.url = request.url.copy_with(raw_path=path.removeprefix(BASE).encode())
        return await self._service.handle_async_request(request)


@pytest.fixture
async def below(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> AsyncIterator[Service]:
    given = {"MODERATION_PUBLIC_URL": PUBLIC, "MODERATION_SECOND_OPINION_MS": "0"}
    async with running(dsn, connection, tmp_path, MODERATION_DEMO="on", **given) as made:
        yield made


async def test_everything_that_a_person_follows_is_below_the_path(below: Service) -> None:
    await below.hold()
    assert (await below.post()).status_code == 201
    proxy = Proxy(below.app)
    async with httpx.AsyncClient(transport=proxy, headers=HTML) as browser:
        led = await browser.get(f"{PUBLIC}/queue")
        assert led.headers["Location"].startswith(f"{BASE}/sign-in?")
        new = await members.add_staff(below.connection, below.secrets, "Ann", "admin", 60)
        signed_in = await browser.post(f"{PUBLIC}/sign-in/link", json={"secret": new.link})
        assert signed_in.status_code == 200
        for cookie in signed_in.headers.get_list("Set-Cookie"):
            assert cookie.startswith("__Secure-moderation")
            assert f"Path={BASE};" in f"{cookie};"
            assert "Secure" in cookie
        seen = set[str]()
        for place in (*PLACES, "/demo"):
            page = await browser.get(f"{PUBLIC}{place}")
            assert page.status_code == 200, place
            assert int(page.headers["Content-Length"]) == len(page.content)
            seen.update(LINK.findall(page.text))
        assert len(seen) > 20
        assert all(link.startswith(f"{BASE}/") for link in seen)
        for link in sorted(seen):
            address = link.partition("#")[0].replace("&amp;", "&")
            assert (await browser.get(f"https://news.example{address}")).status_code < 500
    assert proxy.others == []


async def test_errors_redirects_and_files_are_below_the_path(below: Service) -> None:
    proxy = Proxy(below.app)
    async with httpx.AsyncClient(transport=proxy, headers=HTML) as browser:
        page = await browser.get(f"{PUBLIC}/nothing")
        assert page.status_code == 404
        assert all(link.startswith(BASE) for link in LINK.findall(page.text))
        start = await browser.get(f"{PUBLIC}/")
        assert start.headers["Location"].startswith(f"{BASE}/")
        found = await browser.get(f"{PUBLIC}/sign-in")
        scripts = [link for link in LINK.findall(found.text) if link.endswith(".js")]
        assert scripts
        assert (await browser.get(f"https://news.example{scripts[0]}")).status_code == 200
        assert (await browser.get(f"{PUBLIC}/openapi.json")).json()["servers"] == [{"url": PUBLIC}]


@pytest.mark.parametrize(
    ("page", "made"),
    [
        (b'<a href="/queue">', b'<a href="/b/queue">'),
        (b'<a class="x" href="/">', b'<a class="x" href="/b/">'),
        (b'<form method="post" action="/x"><button formaction="/y">',
         b'<form method="post" action="/b/x"><button formaction="/b/y">'),
        (b'<a href="//other.example/">', b'<a href="//other.example/">'),
        (b'<a href="https://other.example/">', b'<a href="https://other.example/">'),
        (b'<a href="?page=2">', b'<a href="?page=2">'),
        (b"<p> href=&#34;/queue&#34;</p>", b"<p> href=&#34;/queue&#34;</p>"),
        (b'<p> href="/queue" </p>', b'<p> href="/queue" </p>'),
        (b'<option value="/queue">', b'<option value="/queue">'),
    ],
)  # fmt: skip
def test_links_of_ours_alone_get_the_path(page: bytes, made: bytes) -> None:
    assert prefixed(page, b"/b") == made
