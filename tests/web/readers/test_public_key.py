"""A public key does what a reader does, from pages of its site's origins, and nothing else."""

import re
import time
from typing import Any

import httpx
import pytest

from service.accounts import accounts
from service.domain.reader_forms import OLDEST, YOUNGEST
from tests.support.public_key import ORIGIN, PAGE, key_of, token
from tests.support.service import Service

ALLOWED = {
    ("GET", "/v1/comments"),
    ("POST", "/v1/comments"),
    ("GET", "/v1/counts"),
    ("GET", "/v1/form"),
    ("POST", "/v1/comments/{comment_id}/reports"),
}


def allows(answer: httpx.Response) -> str | None:
    assert "access-control-allow-credentials" not in answer.headers
    found: str | None = answer.headers.get("access-control-allow-origin")
    return found


async def test_a_page_reads_counts_posts_and_reports(service: Service, later: Any) -> None:
    page = await key_of(service, ORIGIN)
    form = await token(service, page)
    sent = {"page": PAGE, "form": form, "email": "ann@reader.example"}
    of_server = {"ip": "198.51.100.9", "external_id": "x", "page_title": "Bought", "nudge": True}
    early = await service.post(page, **sent)
    assert (early.status_code, early.json()["code"]) == (409, "form_too_new")
    assert 1 <= int(early.headers["retry-after"]) <= YOUNGEST
    assert allows(early) == ORIGIN
    later(YOUNGEST)
    rude = await service.post(page, **sent, **of_server, body="You are a stupid idiot.")
    assert (rude.status_code, rude.json()["code"], allows(rude)) == (422, "nudge", ORIGIN)
    posted = await service.post(page, **sent, **of_server)
    made = posted.json()
    assert (posted.status_code, made["status"], made["scores"], made["reasons"]) == (
        *(201, "approved", {}, []),
    )
    assert made["ignored"] == ["page_title", "ip", "external_id"]
    assert "reader.example" not in posted.text
    listed = await service.http.get("/v1/comments", params={"page": PAGE}, headers=page)
    assert [each["id"] for each in listed.json()["comments"]] == [made["id"]]
    assert listed.json()["page"]["title"] is None
    assert (allows(listed), "Origin" in listed.headers.get_list("vary")) == (ORIGIN, True)
    counted = await service.http.get("/v1/counts", params={"page": PAGE}, headers=page)
    assert counted.json()["counts"][0]["count"] == 1
    path = f"/v1/comments/{made['id']}/reports"
    for reporter in ("one", "two", "three", "four"):  # one browser is one reader
        report = {"reason": "spam", "reporter": reporter}
        told = (await service.http.post(path, json=report, headers=page)).json()
    assert (told["status"], told["reports"]) == ("approved", 1)
    own = await service.http.get(f"/v1/comments/{made['id']}", headers=service.as_site)
    assert (own.json()["external_id"], own.json()["status"]) == (None, "approved")
    reject = {"action": "reject", "reason": "spam", "moderator": "Eva"}
    decision = path.replace("reports", "decision")
    assert (await service.http.post(decision, json=reject, headers=service.as_site)).is_success
    hidden = await service.http.post(path, json={"reason": "spam"}, headers=page)
    assert hidden.status_code == 404


async def test_everything_else_is_refused(service: Service) -> None:
    page, id_ = await key_of(service, ORIGIN), "01890000-0000-7000-8000-000000000000"
    document = (await service.http.get("/openapi.json")).json()
    tried = 0
    for path, operations in document["paths"].items():
        if not path.startswith("/v1/") or path.startswith("/v1/moderations"):
            continue
        url = re.sub(r"\{\w*(id)\}", id_, path)
        url = re.sub(r"\{\w+\}", "x", url)
        for method in {each.upper() for each in operations}:
            if (method, path) in ALLOWED:
                continue
            answer = await service.http.request(method, url, json={}, headers=page)
            assert answer.status_code == 403, (method, path)
            assert allows(answer) is None, (method, path)
            tried += 1
    assert tried > 40
    for query in ("status=pending", "external_id=x", "order=newest"):
        answer = await service.http.get(f"/v1/comments?{query}", headers=page)
        assert answer.status_code == 403, query
    path = "/v1/moderations"
    assert (await service.http.post(path, json={"input": "x"}, headers=page)).status_code == 403
    in_address = await service.http.get(
        "/v1/comments", params={"page": PAGE, "key": page["Authorization"][7:]}
    )
    assert in_address.status_code == 401


async def test_only_pages_of_the_sites_origins_are_let_in(service: Service) -> None:
    page = await key_of(service, ORIGIN, "http://localhost:1313")
    await service.site("other")
    other = await key_of(service, "https://other.example", name="other")
    query = {"page": PAGE}
    for origin, status in (
        (ORIGIN, 200),
        ("http://localhost:1313", 200),
        ("null", 403),
        ("", 403),
        ("http://blog.example", 403),
        ("https://blog.example:8443", 403),
        ("https://evil.blog.example", 403),
        ("https://blog.example.evil.example", 403),
        ("https://evil.example", 403),
        ("https://BLOG.example", 403),
        ("https://other.example", 403),
    ):
        answer = await service.http.get(
            "/v1/comments", params=query, headers=page | {"Origin": origin}
        )
        assert answer.status_code == status, origin
        assert allows(answer) == (origin if status == 200 else None), origin
    none = {name: value for name, value in page.items() if name != "Origin"}
    assert (await service.http.get("/v1/comments", params=query, headers=none)).status_code == 403
    twice = [*none.items(), ("Origin", ORIGIN), ("Origin", "https://evil.example")]
    assert (await service.http.get("/v1/comments", params=query, headers=twice)).status_code == 403
    own = await service.http.get(
        "/v1/comments", params=query, headers=service.as_site | {"Origin": ORIGIN}
    )
    assert (own.status_code, allows(own)) == (200, None)  # a server's key has no CORS
    foreign = {"page": "https://other.example/x"}
    for path in ("/v1/comments", "/v1/counts", "/v1/form"):
        answer = await service.http.get(path, params=foreign, headers=page)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "page"), path
    # Another site's key from its own origin: no key of this one.
    answer = await service.http.get("/v1/comments", params=query, headers=other)
    assert answer.status_code == 403


async def test_preflights_are_answered_for_known_origins_and_calls_only(service: Service) -> None:
    await key_of(service, ORIGIN)

    async def preflight(path: str, origin: str) -> httpx.Response:
        asks = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        answer = await service.http.options(path, headers=asks)
        assert answer.status_code == 204
        return answer

    known = await preflight("/v1/comments", ORIGIN)
    assert allows(known) == ORIGIN
    assert known.headers["access-control-allow-headers"].split(", ")[0] == "authorization"
    assert known.headers["vary"] == "Origin"
    for path, origin in (
        ("/v1/comments", "https://evil.example"),
        ("/v1/comments", "null"),
        ("/v1/review", ORIGIN),
        ("/v1/score", ORIGIN),
        ("/sign-in", ORIGIN),
    ):
        assert allows(await preflight(path, origin)) is None, (path, origin)
    await accounts.new_site_key(
        service.connection, service.secrets, "first", "public", revoke_others=True
    )
    await service.connection.execute("update site_key set revoked_at = now() where kind = 'public'")
    service.app.state.parts.gate.forget()
    assert allows(await preflight("/v1/comments", ORIGIN)) is None


async def test_a_comment_needs_a_form_of_its_page_neither_too_new_nor_too_old(
    service: Service, later: Any
) -> None:
    page = await key_of(service, ORIGIN)
    form = await token(service, page)
    later(YOUNGEST)
    missing = await service.post(page, page=PAGE)
    assert missing.json()["errors"][0]["field"] == "form"
    forged = f"{int(time.time()) - 60}.{form.partition('.')[2]}"
    for wrong in (forged, form[:-1] + ("A" if form[-1] != "A" else "B"), "x", "9" * 100):
        answer = await service.post(page, page=PAGE, form=wrong)
        assert (answer.status_code, answer.json()["code"]) == (409, "form_expired"), wrong
    other = await service.post(page, page=f"{ORIGIN}/second", form=form)
    assert other.json()["code"] == "form_expired"
    # A website's own server may pass a form's token on: then it counts.
    assert (await service.post(page=PAGE, form=form)).status_code == 201
    assert (await service.post(page=PAGE, form="x")).json()["code"] == "form_expired"
    later(OLDEST + 1)
    assert (await service.post(page, page=PAGE, form=form)).json()["code"] == "form_expired"


async def test_one_address_posts_ten_a_minute_and_takes_no_key_of_the_server(
    service: Service, later: Any
) -> None:
    page = await key_of(service, ORIGIN)
    key = {"Idempotency-Key": "post-1"}
    sent = {"page": PAGE, "form": await token(service, page), "email": "a@b.example"}
    later(YOUNGEST)
    mine = (await service.post(page | key, **sent)).json()
    theirs = (await service.post(key, page=PAGE)).json()
    assert mine["id"] != theirs["id"]
    assert (await service.post(page | key, **sent)).json()["id"] == mine["id"]
    answers = [await service.post(page, **sent, body=f"Number {n}.") for n in range(9)]
    assert [each.status_code for each in answers] == [201] * 8 + [429]
    assert (allows(answers[-1]), int(answers[-1].headers["retry-after"]) > 0) == (ORIGIN, True)
    kept = await service.connection.fetch("select count(*) n from comment group by origin")
    assert sorted(row["n"] for row in kept) == [1, 9]


async def test_one_address_has_so_many_calls_a_minute(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.web.gate.BROWSER_CALLS", 3)
    page = await key_of(service, ORIGIN)
    answers = [
        await service.http.get("/v1/comments", params={"page": PAGE}, headers=page)
        for _ in range(4)
    ]
    assert [each.status_code for each in answers] == [200] * 3 + [429]
    assert (allows(answers[-1]), answers[-1].headers["retry-after"]) == (ORIGIN, "60")
    own = await service.http.get("/v1/comments", params={"page": PAGE}, headers=service.as_site)
    assert own.status_code == 200  # a website's server is another matter
