"""Moderators' tools get both scores of a comment that had a second opinion."""

from pathlib import Path
from typing import Any

import asyncpg
import pytest

from service.accounts import accounts
from tests.support.second_opinion import DOUBTFUL, linear, rounded, second, told_apart
from tests.support.service import SLOW, Service, opened, running


@pytest.mark.parametrize("approved", [True, False])
async def test_an_item_has_the_scores_that_decided_and_the_linear_ones(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path, *, approved: bool
) -> None:
    text, settings = told_apart()
    changed = settings.to_json()
    if not approved:
        changed["bands"]["toxicity"]["approve_below"] = 1e-9
    async with running(dsn, connection, tmp_path, **SLOW) as service:
        await accounts.change_site(connection, "first", changed)
        await opened(service)
        id_ = (await service.post(body=text)).json()["id"]
        ann = await service.staff("Ann")
        item = (await service.http.get(f"/v1/review/{id_}", headers=ann)).json()
        assert rounded(item["scores"]) == rounded(second(text).scores)
        assert rounded(item["linear_scores"]) == rounded(linear(text).scores)
        reason = "clear" if approved else "toxicity"
        assert item["reasons"] == [reason, "second_opinion"]
        assert item["why"][-1] == "a second model, which reads sentences, was asked"
        status = {"status": "approved" if approved else "pending"}
        (listed,) = (await service.http.get("/v1/review", params=status, headers=ann)).json()[
            "items"
        ]
        assert listed["linear_scores"] == item["linear_scores"]
        history = (await service.http.get(f"/v1/review/{id_}/history", headers=ann)).json()
        assert history["decisions"][0]["linear_scores"] == item["linear_scores"]
        query = {**status, "reason": "second_opinion"}
        found = (await service.http.get("/v1/review", params=query, headers=ann)).json()
        assert [each["id"] for each in found["items"]] == [id_]


async def test_an_item_without_a_second_opinion_has_no_linear_scores(service: Service) -> None:
    await accounts.change_site(service.connection, "first", {"second_opinion": "off"})
    await service.post(body=DOUBTFUL[0])
    (item,) = (await service.http.get("/v1/review", headers=await service.staff("Ann"))).json()[
        "items"
    ]
    assert item["linear_scores"] is None
    assert rounded(item["scores"]) == rounded(linear(DOUBTFUL[0]).scores)


async def test_the_schema_tells_tools_of_the_linear_scores(service: Service) -> None:
    schemas = (await service.http.get("/openapi.json")).json()["components"]["schemas"]
    kinds = [each["type"] for each in schemas["ReviewItem"]["properties"]["linear_scores"]["oneOf"]]
    assert set(kinds) == {"object", "null"}
