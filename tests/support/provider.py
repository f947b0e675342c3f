"""A real OpenID provider in a process of its own, and a browser that goes there and back."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx

from tests.support.pages import Browser
from tests.support.ports import free_port


@contextmanager
def provider() -> Iterator[str]:
    """The issuer of a provider that runs for the block."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "-n"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _await(f"http://127.0.0.1:{port}", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def _await(issuer: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"{issuer}/jwks", timeout=2)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the provider did not start")


def know(issuer: str, subject: str, **claims: object) -> None:
    """Have the provider know somebody."""
    assert httpx.put(f"{issuer}/users/{subject}", json=claims).is_success


def agree(address: str, subject: str) -> str:
    """Be somebody at the provider; where it leads back to, on our service."""
    answer = httpx.post(address, data={"sub": subject})
    back = urlsplit(answer.headers["location"])
    return f"{back.path}?{back.query}"


async def through(browser: Browser, subject: str, wish: str = "") -> httpx.Response:
    """Sign in as somebody at the provider; the answer to what the browser brings back."""
    start = await browser.http.get("/sign-in/provider", params={"next": wish} if wish else None)
    assert start.status_code == 303, start.text
    return await browser.http.get(agree(start.headers["location"], subject))
