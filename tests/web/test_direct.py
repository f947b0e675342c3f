"""The busiest calls go past the framework, and answer as they would through it."""

import tracemalloc
from typing import Any

import httpx
import pytest

from service.domain.shown import PageHead, PageState
from service.web.direct import Direct, direct_of
from service.web.encoded_pages import BESIDE, Encoded, EncodedPages, Part
from tests.support.service import Service

PAGE = "https://news.example/articles/1"
THROUGH = "/v1/comments/"
"""An address of the same calls that only the framework knows."""

COMMENT = {"name": "Reader", "email": "reader@example.org", "page": PAGE, "dry_run": True}


def sent(content: bytes, **headers: str) -> dict[str, Any]:
    """A comment in bytes, with its headers."""
    given = {"Content-Type": "application/json", **headers}
    return {"method": "POST", "content": content, "headers": given}


CALLS: tuple[dict[str, Any], ...] = (
    {"method": "POST", "json": COMMENT | {"body": "Thanks for this helpful article."}},
    {"method": "POST", "json": COMMENT | {"strange": 1, "ip": "none"}},
    sent(b'{"body": "\\ud800"}'),
    sent(b'{"a": 1, "a": 2}'),
    sent(b"\xff"),
    sent(b"name=a", **{"Content-Type": "text/plain"}),
    sent(b"{" * 300_000),
    sent(b"{}", Authorization="Bearer no"),
    sent(b"{}", **{"Content-Encoding": "gzip"}),
    sent(b"{}", **{"Idempotency-Key": ""}),
    sent(b"{}", Host="a b"),
    {"method": "GET", "params": {"page": PAGE}},
    {"method": "GET", "params": {"page": PAGE}, "headers": {"If-None-Match": "*"}},
    {"method": "GET", "params": {"page": PAGE, "strange": "1", "limit": "0"}},
    {"method": "GET", "params": {"status": "approved"}},
    {"method": "GET", "headers": {"Authorization": "Basic no"}},
    {"method": "HEAD", "params": {"page": PAGE}},
    {"method": "OPTIONS"},
    {"method": "DELETE"},
)
OF_THE_MOMENT = ("x-request-id", "content-length")


async def told(service: Service, path: str, call: dict[str, Any]) -> Any:
    """What an answer says, without what differs from one to the next."""
    headers = service.as_site | call.get("headers", {})
    answer = await service.http.request(url=path, **call | {"headers": headers})
    kept = {name: answer.headers[name] for name in answer.headers if name not in OF_THE_MOMENT}
    body = answer.json() if answer.content else None
    for name in ("id", "submitted_at"):
        if isinstance(body, dict):
            body.pop(name, None)
    return answer.status_code, kept, body


async def test_every_answer_is_the_same_through_the_framework_and_past_it(service: Service) -> None:
    await service.post()
    statuses = set()
    for call in CALLS:
        direct = await told(service, "/v1/comments", call)
        assert direct == await told(service, THROUGH, call), call
        statuses.add(direct[0])
    assert statuses == {200, 204, 304, 400, 401, 405, 413, 415, 422}


async def test_only_what_is_common_goes_past_the_framework(service: Service) -> None:
    async def framework(*_: object) -> None:
        raise LookupError

    direct = Direct(framework, direct_of(service.app.routes))

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await direct(scope | {"litestar_app": service.app}, receive, send)

    async def parts() -> Any:
        yield b"{}"

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as http:
        common = await http.get("/v1/comments", params={"page": PAGE}, headers=service.as_site)
        assert common.json()["count"] == 0
        assert (await http.post("/v1/comments", json={})).status_code == 401
        for uncommon in (
            {"content": parts()},
            {"json": {}, "headers": {"Content-Encoding": "br"}},
            {"json": {}, "headers": {"Host": "a/b"}},
            {"content": b" " * 300_000},
        ):
            with pytest.raises(LookupError):
                await http.post("/v1/comments", **uncommon)


async def test_a_page_is_remembered_until_anything_of_it_changes(service: Service) -> None:
    async def listed(**query: str) -> httpx.Response:
        given = {"page": PAGE, **query}
        return await service.http.get("/v1/comments", params=given, headers=service.as_site)

    first = (await service.post()).json()
    assert (await listed()).content == (await listed()).content
    async with service.connection.transaction():  # what no trigger notes: is it read again?
        await service.connection.execute("set local session_replication_role = replica")
        await service.connection.execute("update comment set name = 'Other'")
    assert (await listed()).json()["comments"][0]["name"] == "Reader"
    assert (await listed(order="newest")).json()["comments"][0]["name"] == "Other"
    assert (await listed(strange="1")).json()["ignored"] == ["strange"]
    assert (await listed()).json()["ignored"] == []
    second = (await service.post(body="I agree with you on this.")).json()
    assert (await listed()).json()["count"] == 2
    await service.http.delete(f"/v1/comments/{first['id']}", headers=service.as_site)
    assert [each["id"] for each in (await listed()).json()["comments"]] == [second["id"]]
    for change in ({"title": "News"}, {"closed": True}, {"moved_to": f"{PAGE}b"}):
        body = {"page": PAGE, **change}
        answer = await service.http.put("/v1/pages", json=body, headers=service.as_site)
        assert answer.status_code == 200, answer.text
        (name, value), *_ = change.items()
        assert (await listed()).json()["page"][name] == value


def test_no_more_is_remembered_than_there_is_room_for() -> None:
    def place(number: int) -> Any:
        return (None, b"%d" % number, Part("oldest", None, 50), False)

    pages = EncodedPages(most_bytes=2 * (40 + BESIDE))
    heads = [PageHead(1, version, PageState(None, closed=False)) for version in range(2)]
    for number in range(3):
        pages.put(place(number), heads[0], Encoded(b"x" * 40, is_packed=False))
    assert [place(number) in pages for number in range(3)] == [False, True, True]
    assert pages.get(place(2), heads[1]) is None  # the page has changed
    pages.put(place(2), heads[1], Encoded(b"y" * 40, is_packed=False))
    assert pages.get(place(2), heads[1]) == Encoded(b"y" * 40, is_packed=False)
    assert pages.get(place(1), heads[0]) is not None
    pages.put(place(3), heads[0], Encoded(b"z" * (2 * (40 + BESIDE)), is_packed=False))
    assert not any(place(number) in pages for number in range(4))


def test_pages_without_comments_are_not_remembered_without_end() -> None:
    pages = EncodedPages(most_bytes=10 * BESIDE)
    head = PageHead(0, 1, PageState(None, closed=False))
    tracemalloc.start()
    for number in range(2_000):
        place: Any = (None, b"%d" % number, Part("oldest", None, 50), False)
        pages.put(place, head, Encoded(b"[]", is_packed=False))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 2 * 10 * BESIDE
