"""HEAD and OPTIONS are answered at every address."""

import pytest

from tests.support.service import Service


@pytest.mark.parametrize("path", ["/health/live", "/openapi.json", "/docs", "/sign-in", "/nowhere"])
async def test_head_is_get_without_a_body(service: Service, path: str) -> None:
    got, head = await service.http.get(path), await service.http.head(path)
    assert head.status_code == got.status_code
    assert head.headers["content-length"] == got.headers["content-length"]
    assert head.headers["content-type"] == got.headers["content-type"]
    assert head.content == b""


async def test_head_asks_for_a_key_as_get_does(service: Service) -> None:
    page = {"page": "https://news.example/articles/1"}
    path = "/v1/comments"
    assert (await service.http.head(path, params=page)).status_code == 401
    known = await service.http.head(path, params=page, headers=service.as_site)
    assert (known.status_code, known.content) == (200, b"")
    assert (await service.http.head("/v1/score", headers=service.as_site)).status_code == 405


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/v1/comments", "GET, HEAD, OPTIONS, POST"),
        ("/v1/comments/0192f1c8-aaaa-7bbb-8ccc-0123456789ab", "DELETE, GET, HEAD, OPTIONS, PATCH"),
        ("/v1/score", "OPTIONS, POST"),
        ("/v1/review", "GET, HEAD, OPTIONS"),
    ],
)
async def test_options_lists_the_methods_and_needs_no_key(
    service: Service, path: str, methods: str
) -> None:
    answer = await service.http.options(path)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == methods
    refused = await service.http.put(path)
    assert (refused.status_code, refused.headers["allow"]) == (405, methods)


async def test_options_of_an_unknown_address_is_not_found(service: Service) -> None:
    assert (await service.http.options("/nowhere")).status_code == 404
