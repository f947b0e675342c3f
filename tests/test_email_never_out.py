"""Walks every route and method with the author's e-mail hidden in every place it can hide."""

import hashlib
import json
from base64 import b64encode
from urllib.parse import quote

import httpx
import pytest

from tests.support.service import Service

EMAIL = "Hidden.Author+x@example.org"
LOCAL_FORMS = [
    form
    for variant in (EMAIL, EMAIL.lower(), EMAIL.upper())
    for form in (
        variant,
        quote(variant, safe=""),
        variant.replace("@", "%40"),
        b64encode(variant.encode()).decode(),
        *(hashlib.new(name, variant.encode()).hexdigest() for name in ("md5", "sha1", "sha256")),
    )
]


def assert_absent(what: str, text: str) -> None:
    folded = text.lower()
    found = [form for form in LOCAL_FORMS if form.lower() in folded]
    assert not found, f"{what} holds {found}"


async def walk(service: Service, path: str, id_: str) -> list[httpx.Response]:
    """Every method of a path, by every kind of caller, with good and bad input."""
    while "{" in path:
        path = path[: path.index("{")] + id_ + path[path.index("}") + 1 :]
    admin = await service.staff(f"Root {path}".replace(id_, "one").replace("/", " "), "admin")
    contents = (
        json.dumps({"name": EMAIL, "email": EMAIL, "action": EMAIL, "text": EMAIL}),
        f'{{"{EMAIL}"',
        "",
    )
    query = {"page": f"https://news.example/a?m={EMAIL}", "cursor": EMAIL}
    callers: tuple[dict[str, str], ...] = (
        service.as_site,
        admin,
        {},
        {"Authorization": f"Bearer {EMAIL}"},
    )
    return [
        await service.http.request(
            method,
            path,
            params=params,
            content=content,
            headers=caller | {"Content-Type": "application/json", "Cookie": EMAIL},
        )
        for method in ("GET", "POST", "PUT", "PATCH", "OPTIONS", "DELETE")
        if (method, path) != ("DELETE", f"/v1/comments/{id_}")
        for caller in callers
        for content in contents
        for params in (query, {})
    ]


async def test_no_route_log_line_or_error_holds_the_authors_email(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    posted = await service.post(
        {"User-Agent": EMAIL, "X-Request-ID": EMAIL, "Referer": EMAIL, "Idempotency-Key": EMAIL},
        email=EMAIL,
        body=f"My address is {EMAIL} or {b64encode(EMAIL.encode()).decode()} {quote(EMAIL)}",
        website=f"https://me.example/?m={quote(EMAIL, safe='')}",
        page=f"https://news.example/a?m={EMAIL}",
        user_agent=EMAIL,
        **{EMAIL: EMAIL},
    )
    assert posted.status_code == 201
    schema = (await service.http.get("/openapi.json")).json()
    answers = [posted]
    for path in schema["paths"]:
        answers += await walk(service, path, posted.json()["id"])
    assert {answer.status_code for answer in answers} >= {200, 201, 400, 401, 404, 405, 422}
    for answer in answers:
        assert_absent(f"{answer.request.method} {answer.request.url.path}", answer.text)
        assert_absent("a header", str(answer.headers.multi_items()))
    captured = capsys.readouterr()
    assert "request" in captured.out
    assert_absent("the log", captured.out + captured.err)
    kept = await service.connection.fetch(
        "select c::text as row from comment c union all select d::text from decision d"
    )
    assert len(kept) >= 2
    for row in kept:
        assert_absent("a table other than the contacts", row["row"])
