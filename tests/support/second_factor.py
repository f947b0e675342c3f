"""Mo's second factor: set up, and the two steps of a sign-in with it."""

import html
import re
from functools import cache

import httpx
import pyotp
from argon2 import PasswordHasher

from tests.support.pages import Browser, Site

PASSWORD = "a long password of a test"
_SECRET = re.compile(r'<code class="secret">([A-Z2-7 ]+)</code>')
RECOVERY = re.compile(r"<li><code>([a-z0-9-]+)</code></li>")


async def set_up(site: Site, browser: Browser) -> tuple[str, list[str]]:
    """Set a second factor up; its secret, and the recovery codes."""
    page = await browser.done("/account/second-factor/begin")
    found = _SECRET.search(page)
    assert found
    secret = found[1].replace(" ", "")
    assert "<svg" in page
    assert f"secret={secret}" in html.unescape(page)
    answer = await browser.send("/account/second-factor", code=pyotp.TOTP(secret).now())
    assert answer.status_code == 200, answer.text
    await later(site)
    return secret, RECOVERY.findall(answer.text)


async def later(site: Site) -> None:
    """Have the time of the last code be over, without waiting for it."""
    await site.connection.execute("update second_factor set last_step = 0")


async def first_step(browser: Browser, wish: str = "") -> httpx.Response:
    """The answer to name and password."""
    fields = {"name": "Mo", "password": PASSWORD, "next": wish}
    return await browser.http.post("/sign-in", data=fields)


async def second_step(browser: Browser, code: str, wish: str = "") -> tuple[int, str]:
    """The answer's status to a code, and where it leads."""
    answer = await browser.http.post("/sign-in/code", data={"code": code, "next": wish})
    return answer.status_code, answer.headers.get("location", "")


async def with_password(site: Site) -> Browser:
    """Mo's browser; a password is set."""
    mo = await site.person("Mo")
    await site.connection.execute("update staff set password_hash = $1 where name = 'Mo'", hashed())
    return mo


@cache
def hashed() -> str:
    """The password's hash, made once."""
    return PasswordHasher().hash(PASSWORD)
