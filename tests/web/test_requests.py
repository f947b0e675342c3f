"""Every request: an id in and out, one log line, problem+json whatever happens."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import asyncpg
import pytest
import structlog

from service import logs
from service.web.problems import problem_of, shape_of
from tests.support.service import Service


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the service logs as JSON, while the test runs."""
    stream = StringIO()
    logs.configure("json", "info", stream)
    yield stream
    structlog.reset_defaults()


def lines(log: StringIO) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, log.getvalue().splitlines()) if "route" in line]


async def test_a_request_id_comes_in_and_goes_out(service: Service, log: StringIO) -> None:
    given = {"X-Request-ID": "0192f1c8-aaaa-7bbb-8ccc-0123456789ab"}
    answer = await service.http.get("/health/live", headers=given)
    assert answer.headers["X-Request-ID"] == given["X-Request-ID"]
    assert lines(log)[-1]["request_id"] == given["X-Request-ID"]


@pytest.mark.parametrize(
    "given",
    [
        *("", "short", "a" * 37, "evil\tid here", "{}{}{}{}{}", "0192f1c8-aaaa-bbbb"),
        *("cmVhZGVyQGV4YW1wbGUub3Jn", "5bc5c1b3f5a0e3dd5fdf7d5e6a3d3a0f"),
        "0192F1C8-AAAA-7BBB-8CCC-0123456789AB",
    ],
)
async def test_a_strange_request_id_is_replaced(service: Service, given: str) -> None:
    answer = await service.http.get("/health/live", headers={"X-Request-ID": given})
    assert answer.headers["X-Request-ID"] != given
    assert len(answer.headers["X-Request-ID"]) == 36


async def test_a_request_is_one_line_with_its_route_and_never_its_address(
    service: Service, log: StringIO
) -> None:
    await service.http.get("/v1/comments", params={"page": "https://secret.example/"})
    await service.http.get("/nowhere/secret")
    first, second = lines(log)
    assert (first["route"], first["status"], first["method"]) == ("/v1/comments", 401, "GET")
    assert (second["route"], second["status"]) == ("unmatched", 404)
    assert "secret" not in log.getvalue()


async def test_the_caller_is_named_by_id(service: Service, log: StringIO) -> None:
    assert (await service.post()).status_code == 201
    assert len(lines(log)[-1]["site"]) == 36


async def test_a_fault_of_ours_is_logged_by_class_and_place_and_answered_as_a_problem(
    service: Service, log: StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.app.state, "parts", None)
    answer = await service.http.get("/health/ready", params={"q": "secret"})
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:comment-moderation:internal-error"
    assert "AttributeError" not in answer.text
    assert '"error": "AttributeError"' in log.getvalue()
    assert "secret" not in log.getvalue()


@pytest.mark.parametrize("path", ["/v1/comments", "/v1/review", "/nowhere", "/health/live"])
async def test_every_answer_tells_browsers_to_be_careful(service: Service, path: str) -> None:
    headers = (await service.http.get(path)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


async def test_what_postgresql_cannot_keep_is_a_bad_request(service: Service) -> None:
    for sql, value in (("select $1::text", "a\0b"), ("select $1::text::jsonb", '"\\u0000"')):
        with pytest.raises(asyncpg.DataError) as caught:
            await service.connection.fetchval(sql, value)
        assert shape_of(problem_of(caught.value)).status == 400
