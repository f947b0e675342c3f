"""How soon the compatibility APIs answer: the 99th percentile at half of the highest rate.

The highest rate is what 32 connections reach that send one request after the other; then the same
API gets half as many a second, evenly, and times count from when each request was due.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterator
from ipaddress import IPv6Address
from typing import Final, NamedTuple
from urllib.parse import quote, urlencode

import uvloop

from service.accounts import accounts
from tests.load import texts
from tests.support.client import Measured, load, request

_CONNECTIONS: Final = 32
_WARM_UP, _REQUESTS = 500, 4000
_JSON: Final = {"Content-Type": "application/json"}
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}

Make = Callable[[str, str], bytes]
"""A request out of a text and a key."""


def _analyse(text: str, key: str) -> bytes:
    body = {"comment": {"text": text}, "requestedAttributes": {"TOXICITY": {}}, "languages": ["en"]}
    path = f"/v1alpha1/comments:analyze?key={quote(key)}"
    return request("POST", path, _JSON, json.dumps({**body, "doNotStore": True}).encode())


def _check(text: str, key: str) -> bytes:
    reader = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])  # each text its own
    form = {
        "api_key": key,
        "blog": "https://blog.example/",
        "user_ip": str(IPv6Address(0x20010DB8 << 96 | reader << 64)),
        "permalink": texts.page(reader % 200),
        "comment_author": "Reader",
        "comment_author_email": f"reader{reader}@example.org",
        "comment_content": text,
    }
    return request("POST", "/1.1/comment-check", _FORM, urlencode(form).encode())


def _moderate(text: str, key: str) -> bytes:
    headers = {**_JSON, "Authorization": f"Bearer {key}"}
    return request("POST", "/v1/moderations", headers, json.dumps({"input": text}).encode())


class Api(NamedTuple):
    """An API with what makes a request to it, and a key that it takes."""

    name: str
    make: Make
    key: str


def measured(port: int, site: accounts.NewSite) -> Iterator[str]:
    """Measure each API; yield a line of its figures when it is done."""
    yield f"\nAPIs, {_CONNECTIONS} connections: 99th percentile at half of the highest rate"
    for api in (
        Api("Perspective comments:analyze", _analyse, site.key),
        Api("Akismet comment-check", _check, site.akismet_key),
        Api("OpenAI /v1/moderations", _moderate, site.key),
    ):
        _run(port, api, _WARM_UP, seed=0)
        highest = _run(port, api, _REQUESTS, seed=1).rate
        half = _run(port, api, _REQUESTS, seed=2, rate=highest / 2)
        yield (
            f"  {api.name}: at most {highest:.0f} requests/s; at {half.rate:.0f} requests/s"
            f" median {half.percentile(0.5):.1f} ms, 99th percentile {half.percentile(0.99):.1f} ms"
        )


def _run(port: int, api: Api, count: int, *, seed: int, rate: float | None = None) -> Measured:
    requests = [api.make(text, api.key) for text in texts.bodies(count, seed)]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(load(port, requests, _CONNECTIONS, rate=rate))
    if set(found.statuses) != {200}:
        raise SystemExit(f"answers with status {sorted(found.statuses)}: the figures mean nothing")
    return found
