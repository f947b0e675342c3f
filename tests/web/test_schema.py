"""/openapi.json and /docs say all that the calls take."""

import re

import httpx
import pytest

from service.web.openapi import TAGS
from tests.support.service import Service


async def test_bodies_queries_and_headers_are_described(service: Service) -> None:
    paths = (await service.http.get("/openapi.json")).json()["paths"]
    posted = paths["/v1/comments"]["post"]
    body = posted["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["name", "email", "body", "page"]
    assert {"parent_id", "website", "trap", "ip"} <= set(body["properties"])
    assert [one["name"] for one in posted["parameters"]] == ["Idempotency-Key"]
    asked = {one["name"]: one for one in paths["/v1/review"]["get"]["parameters"]}
    assert asked["order"]["schema"]["enum"] == ["risk", "oldest", "newest"]
    upload = paths["/v1/models"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert set(upload["properties"]) == {"model", "card"}


async def test_what_stands_in_for_a_value_and_what_may_be_answered_are_described(
    service: Service,
) -> None:
    document = (await service.http.get("/openapi.json")).json()
    paths, schemas = document["paths"], document["components"]["schemas"]
    asked = {one["name"]: one["schema"] for one in paths["/v1/review"]["get"]["parameters"]}
    assert (asked["order"]["default"], asked["limit"]["default"]) == ("risk", 50)
    assert {"200", "201"} <= set(paths["/v1/comments"]["post"]["responses"])
    assert "304" in paths["/v1/review/changes"]["get"]["responses"]
    statuses = ["pending", "approved", "rejected", "erased"]
    assert schemas["ReviewItem"]["properties"]["status"]["enum"] == statuses
    assert schemas["Answer"]["properties"]["status"]["enum"] == statuses
    assert "submit" in schemas["DecisionRecord"]["properties"]["action"]["enum"]
    assert {"code", "version", "comment_status"} <= set(schemas["Problem"]["properties"])


async def test_there_is_one_schema(service: Service) -> None:
    for path in ("/schema", "/schema/openapi.json", "/schema/swagger"):
        answer = await service.http.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


async def test_keys_and_errors_are_described(service: Service) -> None:
    document = (await service.http.get("/openapi.json")).json()
    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    one = document["paths"]["/v1/comments"]["post"]
    assert "application/problem+json" in one["responses"]["default"]["content"]
    assert one["security"] == [{"key": []}]
    assert document["paths"]["/health/live"]["get"]["security"] == []


async def test_every_call_is_in_a_group(service: Service) -> None:
    paths = (await service.http.get("/openapi.json")).json()["paths"]
    for path, operations in paths.items():
        for operation in operations.values():
            assert operation["tags"][0] in TAGS, path


@pytest.fixture
async def shown(service: Service) -> httpx.Response:
    """The page of all calls, as anyone sees it."""
    return await service.http.get("/docs", headers={"Accept": "text/html"})


async def test_the_page_shows_every_call_without_scripts(
    service: Service, shown: httpx.Response
) -> None:
    paths = (await service.http.get("/openapi.json")).json()["paths"]
    found = set(re.findall(r"<summary><code>([A-Z]+) (\S+)</code>", shown.text))
    assert found == {(method.upper(), path) for path, each in paths.items() for method in each}
    assert "kept encrypted, never shown or returned" in shown.text
    assert "<script" not in shown.text
    assert "default-src 'none'" in shown.headers["content-security-policy"]
