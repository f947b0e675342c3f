"""/openapi.json and /docs say all that the calls take."""

import json
import re

import httpx
import pytest

from service.web.openapi import TAGS
from tests.support.service import Service

STABLE = (
    ("post", "/v1/comments", "website_submit"),
    ("get", "/v1/comments", "website_list_page"),
    ("post", "/v1/comments/{comment_id}/decision", "website_decide_there"),
    ("post", "/v1/score", "website_score"),
    ("get", "/v1/counts", "website_count"),
    ("get", "/v1/review", "review_queue"),
    ("post", "/v1/review/{comment_id}/decision", "review_decide"),
    ("get", "/1.2/usage-limit", "akismet_usage_limit_get"),
    ("post", "/1.1/comment-check", "akismet_comment_check"),
)
BODILESS = (
    "/v1/review/{comment_id}/skip",
    "/v1/models/{version}/shadow",
    "/v1/models/rollback",
    "/v1/webhooks/deliveries/{delivery_id}/replay",
    "/v1/webhooks/test",
)


async def test_bodies_queries_and_headers_are_described(service: Service) -> None:
    paths = (await service.http.get("/openapi.json")).json()["paths"]
    posted = paths["/v1/comments"]["post"]
    body = posted["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["name", "email", "body", "page"]
    assert {"parent_id", "website", "trap", "ip"} <= set(body["properties"])
    assert [one["name"] for one in posted["parameters"]] == ["Idempotency-Key"]
    asked = {one["name"]: one for one in paths["/v1/review"]["get"]["parameters"]}
    assert asked["order"]["schema"]["enum"] == ["risk", "oldest", "newest", "uncertain"]
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
    assert "Retry-After" in paths["/v1/comments"]["post"]["responses"]["default"]["headers"]
    statuses = ["pending", "approved", "rejected", "erased"]
    assert schemas["ReviewItem"]["properties"]["status"]["enum"] == statuses
    assert schemas["Answer"]["properties"]["status"]["enum"] == statuses
    assert "submit" in schemas["DecisionRecord"]["properties"]["action"]["enum"]
    assert {"code", "version", "comment_status"} <= set(schemas["Problem"]["properties"])


async def test_an_answer_of_several_forms_may_be_of_two_of_them(service: Service) -> None:
    """An empty list of a page has all that an empty list of a site's own comments has."""
    calls = (await service.http.get("/openapi.json")).json()["paths"]
    schema = calls["/v1/comments"]["get"]["responses"]["200"]["content"]["application/json"]
    assert [each["$ref"].rpartition("/")[2] for each in schema["schema"]["anyOf"][:2]] == [
        *("Page", "OwnComments"),
    ]
    answers = [one["responses"] for path in calls.values() for one in path.values()]
    assert "oneOf" not in str([each.get("200", {}).get("content") for each in answers])


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


async def test_calls_have_names_that_generated_clients_can_rely_on(service: Service) -> None:
    """Group and function: whoever renames one renames a function in others' programs."""
    paths = (await service.http.get("/openapi.json")).json()["paths"]
    names = {
        (method, path): one["operationId"]
        for path, each in paths.items()
        for method, one in each.items()
    }
    assert len(set(names.values())) == len(names)
    assert all(re.fullmatch("[a-z]+(_[a-z]+)+", name) for name in names.values())
    for method, path, name in STABLE:
        assert names[method, path] == name


async def test_no_two_schemas_have_one_title(service: Service) -> None:
    schemas = (await service.http.get("/openapi.json")).json()["components"]["schemas"]
    titles = [each["title"] for each in schemas.values() if "title" in each]
    assert len(set(titles)) == len(titles)


async def test_every_call_is_described_and_says_what_it_takes(service: Service) -> None:
    paths = (await service.http.get("/openapi.json")).json()["paths"]
    for path, operations in paths.items():
        for method, one in operations.items():
            assert one["summary"], path
            assert one["description"], path
            assert ("requestBody" in one) == (
                method in {"post", "patch", "put"} and path not in BODILESS
            ), path


async def test_what_may_be_left_out_may_be_null(service: Service) -> None:
    paths = (await service.http.get("/openapi.json")).json()["paths"]
    body = paths["/v1/comments"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    for name, field in body["properties"].items():
        takes_null = '"null"' in json.dumps(field)
        assert takes_null == (name not in body["required"]), name
    given = dict.fromkeys(set(body["properties"]) - set(body["required"]))
    comment = {"name": "Reader", "email": "r@example.org", "body": "x", "page": "https://n.example"}
    answer = await service.http.post("/v1/comments", json=given | comment, headers=service.as_site)
    assert answer.status_code == 201, answer.text


async def test_what_webhooks_receive_is_described(service: Service) -> None:
    told = (await service.http.get("/openapi.json")).json()["webhooks"]["status"]["post"]
    notice = told["requestBody"]["content"]["application/json"]["schema"]
    assert {"id", "comment_id", "status", "version", "at"} <= set(notice["required"])
    assert all(each["in"] == "header" for each in told["parameters"])


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


async def test_what_shows_comments_is_told_first_to_escape_them(service: Service) -> None:
    told = (await service.http.get("/openapi.json")).json()["info"]["description"]
    page = (await service.http.get("/docs")).text
    assert "plain text" in told.split("\n")[0]
    assert page.index("plain text") < page.index("application/problem+json")


@pytest.mark.parametrize("language", ["ar", "de"])
async def test_the_page_of_all_calls_says_that_it_is_in_english(
    service: Service, language: str
) -> None:
    """Among pages in the reader's language, which a screen reader would else read it in."""
    page = (await service.http.get("/docs", headers={"Accept-Language": language})).text
    assert f'<html lang="{language}' in page
    assert re.search(r'<main [^>]*lang="en" dir="ltr">', page)
