"""OpenAI's moderation call: its shape, what is claimed and what is not, refusals."""

from typing import Any

import pytest

from service.compat.openai.words import RequestError, read_inputs
from tests.support.openai import moderate
from tests.support.service import Service

ARMENIAN = (
    "\u0532\u0561\u0580\u0565\u0582 \u0571\u0565\u0566, \u056c\u0561\u057e "
    "\u0570\u0578\u0564\u057e\u0561\u056e"
)


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
    (result,) = (await moderate(service, {"input": ARMENIAN})).json()["results"]
    assert not result["flagged"]
    assert result["verdict"] == "pending"
    assert result["category_applied_input_types"]["toxicity"] == []


async def test_plain_abuse_is_flagged_though_people_must_decide_on_it(service: Service) -> None:
    texts = ["die faggot die", "idiot", "seu idiota filho da puta, vai morrer"]
    results = (await moderate(service, {"input": texts})).json()["results"]
    assert [each["flagged"] for each in results] == [True, True, True]
    assert [each["language"] for each in results] == ["en", "en", "pt"]


async def test_each_category_is_applied_where_its_own_labels_have_evidence(
    service: Service,
) -> None:
    portuguese = "seu idiota filho da puta, vai morrer"
    (result,) = (await moderate(service, {"input": portuguese})).json()["results"]
    applied = result["category_applied_input_types"]
    assert {name for name, types in applied.items() if types} == {"toxicity"}
    assert [name for name, holds in result["categories"].items() if holds] == ["toxicity"]


async def test_parts_of_text_are_one_input(service: Service) -> None:
    parts = [{"type": "text", "text": "You are"}, {"type": "text", "text": "an idiot"}]
    assert len((await moderate(service, {"input": parts})).json()["results"]) == 1


@pytest.mark.parametrize("given", [[1, 2], ["a", {"type": "text", "text": "b"}], [["a"]]])
def test_a_list_of_other_things_is_told_what_it_may_hold(given: object) -> None:
    with pytest.raises(RequestError, match=r"strings only, or parts of type text only\."):
        read_inputs({"input": given})


OTHER_SHAPES: list[Any] = [
    {},
    [],
    {"input": []},
    {"input": [3]},
    {"input": ["a"] * 33},
    {"input": [{"type": "image_url", "image_url": {"url": "https://x"}}]},
    {"input": [{"type": "image_url", "text": "you idiot"}]},
    {"input": [{"type": None, "text": "you idiot"}]},
    {"input": "a" * 65_537},
    {"input": ["short", "a" * 65_537]},
    {"input": [{"type": "text", "text": "a" * 65_537}]},
]


async def test_other_shapes_are_refused_in_openais_form(service: Service) -> None:
    for body in OTHER_SHAPES:
        answer = await moderate(service, body)
        assert answer.status_code == 400, body
        error = answer.json()["error"]
        assert (error["type"], error["param"]) == ("invalid_request_error", "input")
        assert "'input'" in error["message"]


async def test_a_wrong_key_is_refused_in_openais_form(service: Service) -> None:
    headers = {"Authorization": "Bearer sk-nonsense"}
    answer = await service.http.post("/v1/moderations", json={"input": "x"}, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "invalid_api_key"
