"""Model versions over HTTP: who may, what is refused, and the shadow's comparison."""

import json
from typing import Any

import httpx
import pytest

from classifier import shipped_files
from classifier.parts import LINEAR, PARTS, digests, pack, unpack
from classifier.types import SECOND_OPINION
from service.models import registry
from service.models.registry import LARGEST_MODEL
from tests.support.service import Service
from tests.support.waiting import until

SHIPPED = shipped_files()
ACTIVE = SHIPPED[1]["version"]


def files(version: str, model: bytes = SHIPPED[0], **card: Any) -> dict[str, tuple[str, bytes]]:
    whole = SHIPPED[1] | {"version": version} | card
    return {"model": ("bundle.zip", model), "card": ("card.json", json.dumps(whole).encode())}


async def added(service: Service, staff: dict[str, str], version: str = "new") -> httpx.Response:
    return await service.http.post("/v1/models", files=files(version), headers=staff)


async def test_a_version_is_added_promoted_and_rolled_back_by_data_staff(service: Service) -> None:
    staff = await service.staff("Dana", "data")
    answer = await added(service, staff)
    assert answer.status_code == 201
    assert answer.json() == {"changed": [{"version": "new", "state": "candidate"}]}
    listed = (await service.http.get("/v1/models", headers=staff)).json()["models"]
    assert [(row["version"], row["state"]) for row in listed] == [
        ("new", "candidate"),
        (ACTIVE, "active"),
    ]
    promoted = await service.http.post("/v1/models/new/promote", headers=staff)
    assert promoted.json()["changed"][-1] == {"version": "new", "state": "active"}
    again = await service.http.post("/v1/models/new/promote", headers=staff)
    assert again.status_code == 409
    back = await service.http.post("/v1/models/rollback", headers=staff)
    assert back.json()["changed"][-1] == {"version": ACTIVE, "state": "active"}
    one = (await service.http.get("/v1/models/new", headers=staff)).json()
    assert (one["state"], one["changed_by"]) == ("retired", "Dana")
    assert one["card"]["version"] == "new"


async def test_a_version_without_the_second_opinion_is_worse(service: Service) -> None:
    """It is refused with what is wrong with it, and decides once somebody says why."""
    staff = await service.staff("Dana", "data")
    parts = unpack(*SHIPPED)
    only = {PARTS: digests({LINEAR: parts[LINEAR]})}
    card = {name: value for name, value in SHIPPED[1].items() if name != SECOND_OPINION} | only
    sent = {
        "model": ("bundle.zip", pack({LINEAR: parts[LINEAR]})),
        "card": ("card.json", json.dumps(card | {"version": "plain"}).encode()),
    }
    added = await service.http.post("/v1/models", files=sent, headers=staff)
    assert added.status_code == 201, added.text
    path = "/v1/models/plain/promote"
    refused = await service.http.post(path, headers=staff)
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "worse")
    assert {each["field"] for each in problem["errors"]} == {"version"}
    assert any("has no second opinion" in each["message"] for each in problem["errors"])
    for body in ({"force": True}, {"force": True, "why": ""}, {"force": "yes", "why": "x"}):
        assert (await service.http.post(path, json=body, headers=staff)).status_code == 422
    done = await service.http.post(
        path, json={"force": True, "why": "a small machine", "forse": 1}, headers=staff
    )
    assert done.json()["changed"][-1] == {"version": "plain", "state": "active"}
    assert done.json()["ignored"] == ["forse"]


@pytest.mark.parametrize("role", ["moderator", None])
async def test_others_are_not_let_in(service: Service, role: Any) -> None:
    who = await service.staff("Mo", role) if role else service.as_site
    calls = [
        ("GET", "/v1/models"),
        ("GET", f"/v1/models/{ACTIVE}"),
        ("POST", "/v1/models"),
        ("POST", f"/v1/models/{ACTIVE}/promote"),
        ("POST", f"/v1/models/{ACTIVE}/shadow"),
        ("DELETE", "/v1/models/shadow"),
        ("POST", "/v1/models/rollback"),
    ]
    for method, path in calls:
        answer = await service.http.request(method, path, headers=who)
        assert answer.status_code == 403, path


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"files": files("new", model=b"x")}, 422),
        ({"files": files("new", libraries={"scikit-learn": "0.1", "numpy": "1"})}, 422),
        ({"files": files("bad name")}, 422),
        ({"files": files(ACTIVE)}, 409),
        ({"files": files("new") | {"card": ("card.json", b'{"a": 1, "a": 2}')}}, 400),
        ({"files": files("new") | {"card": ("card.json", b"[]")}}, 422),
        ({"files": files("new") | {"card": ("card.json", b"[" * 100_000)}}, 400),
        ({"files": {"model": ("m", b"x")}}, 422),
        ({"files": files("new", model=b"x" * (LARGEST_MODEL + 1))}, 413),
        ({"content": b"x" * (LARGEST_MODEL * 2), "headers": {"Content-Type": "m/x"}}, 415),
        ({"json": {"model": "", "card": ""}}, 415),
        ({"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}}, 400),
        ({"content": b"--y", "headers": {"Content-Type": "multipart/form-data; boundary=y"}}, 400),
    ],
)
async def test_what_cannot_serve_is_refused_and_changes_nothing(
    service: Service, given: dict[str, Any], status: int
) -> None:
    staff = await service.staff("Dana", "data")
    headers = staff | given.pop("headers", {})
    answer = await service.http.post("/v1/models", headers=headers, **given)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert [row.version for row in await registry.versions(service.connection)] == [ACTIVE]


async def test_a_large_body_is_for_this_call_only(service: Service) -> None:
    staff = await service.staff("Root", "admin")
    for path in ("/v1/comments", "/v1/models/rollback"):
        answer = await service.http.post(
            path, content=b" " * 100_000, headers=service.as_site | staff
        )
        assert answer.status_code != 201
    large = {"body": "x" * 300_000}
    answer = await service.http.post("/v1/comments", json=large, headers=service.as_site)
    assert answer.status_code == 413


@pytest.mark.parametrize("name", ["none", "a%00b", "%C0%80", "x" * 300, "%2e%2e"])
async def test_a_strange_version_is_not_found(service: Service, name: str) -> None:
    staff = await service.staff("Dana", "data")
    for call in (
        service.http.get(f"/v1/models/{name}", headers=staff),
        service.http.post(f"/v1/models/{name}/promote", headers=staff),
    ):
        assert (await call).status_code in {404, 405}


async def has_shadow(service: Service) -> bool:
    version: str | None = service.app.state.parts.scoring.shadow_version
    return version is not None


async def two_scored(service: Service) -> bool:
    return bool(await service.connection.fetchval("select count(*) = 2 from shadow_score"))


async def test_the_shadow_is_compared_with_the_active_version(service: Service) -> None:
    staff, moderator = await service.staff("Dana", "data"), await service.staff("Mo")
    never = {
        label: {"approve_below": 0.0, "reject_at": 1.01} for label in shipped_files()[1]["bands"]
    }
    upload = files("wary", bands=never)  # leaves everything to people
    await service.http.post("/v1/models", files=upload, headers=staff)
    assert (await service.http.get("/v1/models/wary", headers=staff)).json()["comparison"] is None
    assert (await service.http.post("/v1/models/wary/shadow", headers=staff)).status_code == 200
    await until(lambda: has_shadow(service))
    posted = [(await service.post()).json()]
    posted += [(await service.post(body="Holy shit, what a goal!")).json()]
    assert [comment["status"] for comment in posted] == ["approved", "pending"]
    await until(lambda: two_scored(service))
    for comment, action in zip(posted, ("reject", "reject"), strict=True):
        await service.http.post(
            f"/v1/review/{comment['id']}/decision",
            json={"action": action, "version": 1, "reason": "toxicity"},
            headers=moderator,
        )
    found = (await service.http.get("/v1/models/wary", headers=staff)).json()["comparison"]
    assert found == {
        "comments": 2,
        "agreement": 0.5,
        "automatic_active": 0.5,
        "automatic_shadow": 0.0,
        "moderated": 2,
        "active": {"right": 0, "wrong": 1, "left": 1},
        "shadow": {"right": 0, "wrong": 0, "left": 2},
        "only_active_right": 0,
        "only_shadow_right": 0,
    }
    stopped = await service.http.delete("/v1/models/shadow", headers=staff)
    assert stopped.json() == {"changed": [{"version": "wary", "state": "candidate"}]}
