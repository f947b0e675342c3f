"""OpenAI's moderation call: its shape, what is claimed and what is not, refusals."""

from typing import Any

import httpx

from tests.web.conftest import Service

ARABIC = "\u0645\u0631\u062d\u0628\u0627 \u0634\u0643\u0631\u0627 \u0639\u0644\u0649"


async def moderate(service: Service, body: Any) -> httpx.Response:
    return await service.http.post("/v1/moderations", json=body, headers=service.as_site)


async def test_insults_are_harassment_and_what_we_cannot_tell_is_applied_to_nothing(
    service: Service,
) -> None:
    body = {"input": ["You are a stupid idiot.", "Thanks for the helpful article."]}
    answer = (await moderate(service, body)).json()
    rude, kind = answer["results"]
    assert answer["id"].startswith("modr-")
    assert (rude["flagged"], kind["flagged"]) == (True, False)
    assert rude["categories"]["harassment"]
    assert rude["category_applied_input_types"]["harassment"] == ["text"]
    assert rude["category_applied_input_types"]["sexual"] == []
    assert set(rude["categories"]) == set(rude["category_scores"])
    assert rude["verdict"] in {"pending", "rejected"}
    for table in ("comment", "label"):
        assert await service.connection.fetchval(f"select count(*) from {table}") == 0


async def test_nothing_is_claimed_in_a_language_without_evidence(service: Service) -> None:
    (result,) = (await moderate(service, {"input": ARABIC})).json()["results"]
    assert not result["flagged"]
    assert result["verdict"] == "pending"
    assert result["category_applied_input_types"]["toxicity"] == []


async def test_parts_of_text_are_one_input(service: Service) -> None:
    parts = [{"type": "text", "text": "You are"}, {"type": "text", "text": "an idiot"}]
    assert len((await moderate(service, {"input": parts})).json()["results"]) == 1


OTHER_SHAPES: list[Any] = [
    {},
    [],
    {"input": []},
    {"input": [3]},
    {"input": ["a"] * 33},
    {"input": [{"type": "image_url", "image_url": {"url": "https://x"}}]},
]


async def test_other_shapes_are_refused_in_openais_form(service: Service) -> None:
    for body in OTHER_SHAPES:
        answer = await moderate(service, body)
        assert answer.status_code == 400, body
        assert answer.json()["error"]["type"] == "invalid_request_error"


async def test_a_wrong_key_is_refused_in_openais_form(service: Service) -> None:
    headers = {"Authorization": "Bearer sk-nonsense"}
    answer = await service.http.post("/v1/moderations", json={"input": "x"}, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "invalid_api_key"
