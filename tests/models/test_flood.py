"""Real processes: a flood of comments in doubt, and a machine without onnxruntime."""

import asyncio
import json
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest

from tests.support.client import load, request
from tests.support.commands import Run
from tests.support.second_opinion import BUNDLE, DOUBTFUL, linear, rounded
from tests.support.servers import ROOT
from tests.support.servers import service as served
from tests.support.waiting import until

FLOOD = 600
HIDE = "import sys; sys.modules['onnxruntime'] = None\n"


@pytest.fixture
def key(run: Run) -> str:
    """The key of a site that may post without end."""
    made = json.loads(run("sites", "add", "blog", "--json").stdout)
    run("sites", "set", "blog", "--author-per-minute", "10000", "--origin-per-minute", "100000")
    return str(made["key"])


def comment(text: str, number: int = 0) -> dict[str, str]:
    email, page = f"reader{number}@example.org", f"https://news.example/{number}"
    return {"name": "Reader", "email": email, "page": page, "body": text}


async def is_(state: str, port: int) -> bool:
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"http://127.0.0.1:{port}/health/ready")
    return bool(answer.json()["checks"]["second_opinion"] == state)


async def test_a_flood_of_comments_in_doubt_loses_none_and_fails_none(
    dsn: str, connection: "asyncpg.Connection[Any]", key: str, tmp_path: Path
) -> None:
    """Two processes with one thread together: what there is no time for waits for people."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    requests = [
        request("POST", "/v1/comments", headers, msgspec.json.encode(comment(text, number)))
        for number in range(FLOOD)
        for text in [f"{DOUBTFUL[number % len(DOUBTFUL)]} {number}"]
    ]
    with served(dsn, tmp_path) as one, served(dsn, tmp_path) as two:
        await until(lambda: is_("ready", one))
        await until(lambda: is_("ready", two))
        half = FLOOD // 2
        both = await asyncio.gather(load(one, requests[:half], 32), load(two, requests[half:], 32))
    assert [found.statuses for found in both] == [{201: half}, {201: half}]
    rows = await connection.fetch("select body, status::text, scores, linear_scores from comment")
    assert len(rows) == FLOOD
    without = [row for row in rows if row["linear_scores"] is None]
    assert without, "the flood was too small to fill the queue"
    for row in without:
        assert row["status"] == BUNDLE.verdict(linear(row["body"])).status
        assert rounded(row["scores"]) == rounded(linear(row["body"]).scores)


async def test_without_onnxruntime_what_is_in_doubt_goes_to_people(
    dsn: str, connection: "asyncpg.Connection[Any]", key: str, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text(HIDE, encoding="ascii")
    path = f"{tmp_path}:{ROOT}"
    with served(dsn, tmp_path, PYTHONPATH=path) as port:
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as http:
            for number, text in enumerate((*DOUBTFUL, "Thanks, this was a helpful article.")):
                url = f"http://127.0.0.1:{port}/v1/comments"
                answer = await http.post(url, json=comment(text, number))
                assert answer.status_code == 201
                assert answer.json()["status"] == BUNDLE.verdict(linear(text)).status
        assert await is_("not installed", port)
    count = "select count(*) from comment where linear_scores is null"
    assert await connection.fetchval(count) == len(DOUBTFUL) + 1
