"""A role for some sites: every call and page is walked by somebody who may see one of two."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import httpx
import pytest
from litestar.routes import HTTPRoute

from service.accounts import accounts, members
from service.db import adaptations as adaptations_db
from tests.support.service import Service

HIDDEN: Final = "hidden-site"
MARKS: Final = (HIDDEN, "zebrafish", "Quagga")
"""What only the other site's rows hold."""
LEFT_OUT: Final = (
    "/sign-in",
    "/sign-out",
    "/password",
    "/static",
    "/demo",
    "/coral",
    "/docs",
    "/openapi",
)
OF_SITES: Final = {"comment_id", "author_id", "site_name", "name"}
BODIES: Final[dict[str, dict[str, Any]]] = {
    "/v1/review/{comment_id}/decision": {"action": "approve", "version": 1},
    "/v1/authors/{author_id}/standing": {"standing": "banned"},
    "/comments/{comment_id}/decision": {"action": "approve", "version": 1},
    "/comments/{comment_id}/erase": {"word": "erase"},
    "/comments/{comment_id}/undo": {"version": 2},
    "/authors/{author_id}/standing": {"standing": "banned", "days": ""},
    "/authors/{author_id}/reject": {"until": "2026-01-01T00:00:00Z", "count": 1},
    "/authors/{author_id}/unreject": {"at": "2026-01-01T00:00:00Z"},
    "/sites/{name}/rename": {"name": "mine"},
    "/sites/{name}/keys": {"kind": "bearer"},
    "/sites/{name}/words": {"entries": "zonk"},
    "/sites/{name}/words/remove": {"id": "1"},
    "/sites/{name}/words/try": {"text": "zonk"},
    "/sites/{name}/revoke": {"key": "abcdefghijkl"},
}
"""What a call takes that would be refused for what it lacks before anybody looks whose it is."""
QUERIES: Final = {"/threads/{name}": {"page": "https://hidden.example/a"}}
"""Likewise of a call's query."""
SHOWN: Final = {
    "/comments/{comment_id}",
    "/authors/{author_id}",
    "/decided",
    "/decided/export/{form}",
    "/queue",
    "/queue/entries",
    "/quality",
    "/sites",
    "/sites/{name}",
    "/sites/{name}/keys",
    "/v1/adaptations",
    "/v1/adaptations/{site_name}/{version}",
    "/v1/authors/{author_id}",
    "/v1/decisions/export",
    "/v1/quality",
    "/v1/review",
    "/v1/review/summary",
    "/v1/review/{comment_id}",
}
"""Where somebody of all sites sees it."""
STATE: Final = """
select jsonb_build_array(
    (select jsonb_agg(to_jsonb(c) - 'found_by' order by id) from comment c where site_id = $1),
    (select jsonb_agg(to_jsonb(a) order by id) from author a where site_id = $1),
    (select to_jsonb(s) from site s where id = $1),
    (select jsonb_agg(to_jsonb(k) order by id) from site_key k where site_id = $1),
    (select jsonb_agg(to_jsonb(e) order by id) from adaptation_event e where site_id = $1))
"""


@dataclass
class Walker:
    """Somebody signed in, who asks for everything about the other site."""

    http: httpx.AsyncClient
    csrf: str
    comment: UUID
    author: UUID

    async def ask(self, method: str, path: str, **query: Any) -> httpx.Response:
        """Ask a route, with the other site's ids in its address."""
        given: dict[str, object] = {"comment_id": self.comment, "author_id": self.author}
        given |= {"site_name": HIDDEN, "name": HIDDEN, "version": "v1", "form": "csv"}
        filled = re.sub(r"\{(\w+)(:\w+)?\}", lambda found: str(given.get(found[1], "x")), path)
        body: dict[str, Any] = {}
        if method not in {"GET", "HEAD"}:
            form = {"csrf": self.csrf, **BODIES.get(path, {})}
            body = {"json": BODIES.get(path, {})} if path.startswith("/v1/") else {"data": form}
        headers = {"X-CSRF-Token": self.csrf}
        return await self.http.request(
            method, filled, params={**QUERIES.get(path, {}), **query}, headers=headers, **body
        )

    async def send(self, path: str, body: dict[str, Any]) -> Any:
        """Send a call's body; return what is answered."""
        headers = {"X-CSRF-Token": self.csrf}
        return (await self.http.post(path, json=body, headers=headers)).json()


@pytest.fixture
async def walkers(service: Service) -> tuple[Walker, Walker, UUID]:
    """Two admins, of the first site and of all, and the id of the site that one may not see."""
    await accounts.add_site(service.connection, service.secrets, HIDDEN)
    site = await accounts.find_site(service.connection, HIDDEN)
    key = (await accounts.new_site_key(
        service.connection, service.secrets, HIDDEN, "bearer", revoke_others=False
    ))[0]  # fmt: skip
    as_hidden = {"Authorization": f"Bearer {key}"}
    first = await service.post(as_hidden)  # decided at once; the next one waits for its language
    german = "Ein zebrafish schwimmt hier im Wasser, und niemand weiß, warum das so ist."
    posted = await service.post(as_hidden, name="Quagga", body=german)
    assert first.json()["status"] == "approved", first.text
    assert posted.json()["status"] == "pending", posted.text
    comment = UUID(posted.json()["id"])
    card = {"version": "v1", "digest": "0" * 64, "better": True, "annotations": 9, "judged": {}}
    card["bundle"] = {"digest": "0" * 64}
    made = await adaptations_db.insert_adaptation(service.connection, site.id, b"", card)
    await adaptations_db.record(service.connection, site.id, "fitted", made, by=None, why="walked")
    author = await service.connection.fetchval(
        "select a.id from author a join comment c using (author_id) where c.id = $1", comment
    )
    ids = (comment, author)
    limited = Walker(service.http, await signed_in(service, "Lim", ("first",)), *ids)
    other = httpx.AsyncClient(transport=service.http._transport, base_url=service.http.base_url)
    service.http, kept = other, service.http
    unlimited = Walker(other, await signed_in(service, "Una", None), *ids)
    service.http = kept
    return limited, unlimited, site.id


async def signed_in(service: Service, name: str, sites: tuple[str, ...] | None) -> str:
    new = await members.add_staff(
        service.connection, service.secrets, name, "admin", 60, sites=sites
    )
    await service.http.post("/sign-in/link", json={"secret": new.link})
    html = (await service.http.get("/password", headers={"Accept": "text/html"})).text
    return str(re.findall(r'name="csrf" content="([^"]+)"', html)[0])


def routes(service: Service) -> Iterator[tuple[str, str]]:
    for route in service.app.routes:
        if isinstance(route, HTTPRoute) and not route.path.startswith(LEFT_OUT):
            yield from ((method, route.path_format) for method in route.methods - {"OPTIONS"})


async def test_nothing_of_another_site_is_shown_or_changed_by_any_call(
    service: Service, walkers: tuple[Walker, Walker, UUID]
) -> None:
    limited, unlimited, site_id = walkers
    before = await service.connection.fetchval(STATE, site_id)
    seen = set()
    for method, path in sorted(routes(service)):
        answer = await limited.ask(method, path)
        assert not any(mark in answer.text for mark in MARKS), (method, path, answer.text)
        if OF_SITES & set(re.findall(r"\{(\w+)", path)):
            assert answer.status_code in {403, 404}, (method, path, answer.text)
        if method == "GET":
            whole = (await unlimited.ask(method, path)).text
            seen |= {path for mark in MARKS if mark in whole}
    assert await service.connection.fetchval(STATE, site_id) == before
    assert "fitted an adaptation" in (await unlimited.ask("GET", "/acts")).text
    assert seen >= SHOWN  # or the walk would show nothing


async def test_neither_filters_nor_bodies_nor_earlier_decisions_lead_to_another_site(
    service: Service, walkers: tuple[Walker, Walker, UUID]
) -> None:
    limited, unlimited, _ = walkers
    await look(limited)
    named = {"action": "approve", "items": [{"id": str(limited.comment), "version": 1}]}
    assert (await limited.send("/v1/review/decisions", named))["results"][0]["error"] == "not_found"
    claimed = {"ids": [str(limited.comment)], "take_over": True}
    assert (await limited.send("/v1/review/claims", claimed))["items"] == []
    assert len((await unlimited.send("/v1/review/claims", claimed))["items"]) == 1
    changes = (await limited.ask("GET", "/v1/review/changes")).json()
    assert (changes["pending"], changes["claims"]) == (0, [])
    one = f"/v1/review/{unlimited.comment}"
    await unlimited.send(f"{one}/decision", {"action": "approve", "version": 1})
    (mine,) = (await unlimited.ask("GET", "/v1/review/decisions")).json()
    await service.staff("Root", "admin")
    await members.change_role(service.connection, "Una", "moderator", ("first",))
    service.app.state.parts.gate.forget()
    assert (await unlimited.ask("GET", "/v1/review/decisions")).json() == []
    for path, body in ((f"{one}/undo", {}), ("/v1/review/decisions/undo", {"at": mine["at"]})):
        assert (await unlimited.send(path, body))["status"] == 404
    assert "zebrafish" not in (await unlimited.ask("GET", "/queue/mine")).text


async def look(limited: Walker) -> None:
    asked = (
        *(("status", "approved"), ("site", HIDDEN), ("ids", limited.comment)),
        *(("q", "zebrafish"), ("q", limited.comment)),
    )
    exports = ("/v1/decisions/export", "/v1/annotations/export")
    calls = ("/v1/review", "/v1/review/matching", "/v1/review/changes", *exports)
    pages = ("/queue", "/queue/details", "/queue/entries", "/decided", "/decided/entries")
    for path in (*calls, *pages, "/v1/quality"):
        for name, value in asked:
            answer = await limited.ask("GET", path, **{name: str(value)})
            assert "Quagga" not in answer.text, (path, name)
            known = name == "site" and path.startswith("/v1")
            assert not known or answer.status_code == 404, (path, answer.text)
