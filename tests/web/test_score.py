"""A text is scored and not kept."""

from pathlib import Path
from typing import Any

import asyncpg

from tests.support.service import Service, running

ABUSE = "you are a worthless piece of shit"


async def score(service: Service, **asked: Any) -> dict[str, Any]:
    answer = await service.http.post("/v1/score", json=asked, headers=service.as_site)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_spans_are_counted_in_the_text_as_it_was_sent(service: Service) -> None:
    plain = await score(service, text=ABUSE)
    padded = await score(service, text=f" \n  {ABUSE} ")
    assert plain["spans"]
    assert padded["scores"] == plain["scores"]
    moved = [
        {**span, "begin": span["begin"] + 4, "end": span["end"] + 4} for span in plain["spans"]
    ]
    assert padded["spans"] == moved


async def test_a_language_is_known_by_any_usual_code(service: Service) -> None:
    for code in ("en", "EN", "en-US", "en_GB"):
        assert (await score(service, text=ABUSE, language=code))["language"] == "en"
    for code in ("e", "english!", "12"):
        wrong = {"text": ABUSE, "language": code}
        answer = await service.http.post("/v1/score", json=wrong, headers=service.as_site)
        assert answer.json()["errors"][0]["field"] == "language"


async def test_the_longest_text_is_that_of_the_settings(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> None:
    given = {"MODERATION_SECOND_OPINION_MS": "0", "MODERATION_MAX_BODY_CHARS": "120"}
    async with running(dsn, connection, tmp_path, **given) as service:
        long = {"text": "a " * 61}
        answer = await service.http.post("/v1/score", json=long, headers=service.as_site)
        assert answer.status_code == 422
        paths = (await service.http.get("/openapi.json")).json()["paths"]
    for path, field in (("/v1/score", "text"), ("/v1/comments", "body")):
        body = paths[path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert body["properties"][field]["maxLength"] == 120
