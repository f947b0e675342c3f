"""A comment in doubt gets a second opinion in its request, and without one goes to people."""

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from classifier import shipped_files
from service.accounts import accounts
from service.concurrency.semaphore import Semaphore
from service.db import comments as comments_db
from service.models import registry
from tests.support.second_opinion import (
    BUNDLE,
    DOUBTFUL,
    linear,
    rounded,
    second,
    stored,
    told_apart,
)
from tests.support.service import SLOW, Service, opened, running
from tests.support.waiting import until

TEXT = DOUBTFUL[0]
FIELDS = ["id", "status", "reasons", "scores", "language", "page", "parent_id", "name", "website"]


async def asked(service: Service, who: str = "Mo") -> dict[str, float]:
    """What became of requests for second opinions, as somebody new reads it."""
    page = await service.http.get("/metrics", headers=await service.staff(who))
    name = "moderation_second_opinions_total"
    found = [line.rpartition(" ") for line in page.text.splitlines() if line.startswith(name)]
    return {key.partition('outcome="')[2].strip('"}'): float(n) for key, _, n in found}


async def test_the_second_opinion_decides_what_words_leave_in_doubt(patient: Service) -> None:
    for text in DOUBTFUL:
        verdict, found = BUNDLE.decide(text, linear(text))
        assert found is not None
        answer = (await patient.post(body=text)).json()
        assert list(answer)[: len(FIELDS)] == FIELDS
        assert "linear_scores" not in answer
        assert answer["status"] == verdict.status
        assert answer["reasons"][-1] == "second_opinion"
        row = await stored(patient, answer["id"])
        assert rounded(row["scores"]) == rounded(found.scores) == rounded(answer["scores"])
        assert rounded(row["linear_scores"]) == rounded(linear(text).scores)
        assert (row["status"], row["model_version"]) == (verdict.status, BUNDLE.version)
    assert await asked(patient) == {"given": len(DOUBTFUL)}


async def test_a_comment_that_comes_before_the_encoder_is_open_waits_for_people(
    asking: Service,
) -> None:
    model, card = shipped_files()
    await registry.add(asking.connection, {**card, "version": "next"}, model)
    await promoted(asking, "next")
    assert asking.app.state.parts.scoring.second_opinion_state == "opening"
    answer = (await asking.post(body=TEXT)).json()
    row = await stored(asking, answer["id"])
    assert (row["status"], row["linear_scores"]) == ("pending", None)
    await opened(asking)


async def test_what_a_site_holds_is_not_asked_about(asking: Service) -> None:
    await opened(asking)
    await accounts.change_site(asking.connection, "first", {"hold_everything": True})
    answer = (await asking.post()).json()
    assert (answer["status"], answer["reasons"]) == ("pending", ["held_by_site"])
    assert (await stored(asking, answer["id"]))["linear_scores"] is None
    assert await asked(asking) == {}


async def test_it_approves_what_the_linear_model_alone_would_hold(patient: Service) -> None:
    text, settings = told_apart()
    await accounts.change_site(patient.connection, "first", settings.to_json())
    answer = (await patient.post(body=text)).json()
    assert (answer["status"], answer["reasons"]) == ("approved", ["clear", "second_opinion"])
    score = {"text": text, "name": "Reader", "language": None}
    tried = await patient.http.post("/v1/score", json=score, headers=patient.as_site)
    assert tried.json()["verdict"] == "approved"
    assert rounded(tried.json()["scores"]) == rounded(second(text).scores)
    await accounts.change_site(patient.connection, "first", {"second_opinion": "off"})
    await until(lambda: _is_held(patient, text))
    tried = await patient.http.post("/v1/score", json=score, headers=patient.as_site)
    assert tried.json()["reasons"] == ["toxicity"]


async def _is_held(service: Service, text: str) -> bool:
    """Settings of a site are known to every process within seconds."""
    answer = (await service.post(body=text)).json()
    row = await stored(service, answer["id"])
    held: bool = answer["status"] == "pending" and row["linear_scores"] is None
    return held


@pytest.mark.parametrize(
    "settings", [{"second_opinion": "off"}, {"hold_everything": True}, {"held_words": ["the"]}]
)
async def test_a_site_that_wants_none_or_holds_it_anyway_asks_for_none(
    asking: Service, settings: dict[str, Any]
) -> None:
    await accounts.change_site(asking.connection, "first", settings)
    await opened(asking)
    answer = (await asking.post(body=next(text for text in DOUBTFUL if " the " in text))).json()
    assert answer["status"] == "pending"
    assert "second_opinion" not in answer["reasons"]
    assert await asked(asking) == {}


async def test_a_comment_that_a_closed_page_or_a_used_key_ends_waits_for_no_opinion(
    patient: Service, tmp_path: Path
) -> None:
    comment = {"body": TEXT, "email": "one@example.org"}
    both = await asyncio.gather(
        *(patient.post({"Idempotency-Key": "once"}, **comment) for _ in range(2))
    )
    assert sorted(each.status_code for each in both) == [200, 201]
    assert both[0].json() == both[1].json()
    await accounts.close_page(
        patient.connection, patient.secrets, "first", "https://news.example/c", reopen=False
    )
    before, places = await asked(patient), patient.app.state.parts.scoring._second.places
    left = places.left
    busy = Semaphore(tmp_path, 1)
    with busy.one(0) as free:  # whoever is asked about has no answer
        assert free
        again = await patient.post({"Idempotency-Key": "once"}, **comment)
        refused = await patient.post(body=TEXT, page="https://news.example/c")
        orphan = await patient.post(body=TEXT, parent_id="01900000-0000-7000-8000-000000000000")
    busy.close()
    assert (again.status_code, again.json()) == (200, both[0].json())
    assert (refused.status_code, orphan.status_code) == (409, 422)
    assert await patient.connection.fetchval("select count(*) from comment") == 1
    assert await asked(patient, "Ann") == before

    async def is_given_back() -> bool:
        return bool(places.left >= left)

    await until(is_given_back)


async def test_it_is_asked_while_the_database_is(
    patient: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked_for: list[bool] = []
    keep, busy = comments_db.keep, Semaphore(tmp_path, 1)

    async def noted(connection: Any, some: Sequence[Any], **since: Any) -> Any:
        asked_for.append(any(task.get_name() == "second opinion" for task in asyncio.all_tasks()))
        looked = await keep(connection, some, **since)
        held.close()  # and now it may answer
        return looked

    monkeypatch.setattr(comments_db, "keep", noted)
    with ExitStack() as held:
        assert held.enter_context(busy.one(0))
        answer = (await patient.post(body=TEXT)).json()
    busy.close()
    assert asked_for == [True, False]
    assert answer["reasons"][-1] == "second_opinion"


async def test_where_the_encoder_has_no_time_words_decide_at_once(
    patient: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []
    keep = comments_db.keep

    async def noted(connection: Any, some: Sequence[Any], **since: Any) -> Any:
        looked.append(len(some))
        return await keep(connection, some, **since)

    monkeypatch.setattr(comments_db, "keep", noted)
    await patient.post(body=TEXT)
    assert looked == [1, 1]  # what is known of it, and what it is after the answer
    queue = patient.app.state.parts.scoring._second
    monkeypatch.setattr("service.models.second_places.SHARE", 0.0)
    monkeypatch.setattr("service.models.second_places.IDLE_SHARE", 0.0)
    queue.places.left = 0.0
    looked.clear()
    answer = (await patient.post(body=TEXT)).json()
    assert (looked, answer["status"]) == ([1], "pending")
    assert (await stored(patient, answer["id"]))["linear_scores"] is None
    assert await asked(patient) == {"given": 1, "spent": 1}


async def test_off_by_the_setting_it_is_not_there(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> None:
    off = {"MODERATION_SECOND_OPINION_MS": "0"}
    async with running(dsn, connection, tmp_path, **off) as service:
        ready = (await service.http.get("/health/ready")).json()
        assert ready["checks"]["second_opinion"] == "off"
        answer = (await service.post(body=TEXT)).json()
        row = await stored(service, answer["id"])
        assert (row["status"], row["linear_scores"]) == ("pending", None)
        assert rounded(row["scores"]) == rounded(linear(TEXT).scores)


async def test_one_that_takes_too_long_leaves_the_comment_to_people(
    asking: Service, tmp_path: Path
) -> None:
    await opened(asking)
    busy = Semaphore(tmp_path, 1)
    with busy.one(0) as free:  # another process of this machine computes all the time
        assert free
        answer = (await asking.post(body=TEXT)).json()
    busy.close()
    assert answer["status"] == "pending"
    assert "second_opinion" not in answer["reasons"]
    assert (await stored(asking, answer["id"]))["linear_scores"] is None
    assert await asked(asking) == {"late": 1}


async def test_a_promotion_while_it_is_asked_leaves_scores_and_version_together(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> None:
    """To a bundle without a second opinion, then to one that has it."""
    model, card = shipped_files()
    plain = {name: value for name, value in card.items() if name != "second_opinion"}
    for version, given in (("plain", plain), ("next", card)):
        await registry.add(connection, {**given, "version": version}, model)
    async with running(dsn, connection, tmp_path, **SLOW) as service:
        await opened(service)
        busy = Semaphore(tmp_path, 1)
        with busy.one(0):
            waiting = asyncio.create_task(service.post(body=TEXT))
            await promoted(service, "plain")
            assert not waiting.done()
        row = await stored(service, (await waiting).json()["id"])
        assert row["model_version"] == BUNDLE.version
        assert rounded(row["scores"]) == rounded(second(TEXT).scores)
        assert rounded(row["linear_scores"]) == rounded(linear(TEXT).scores)

        row = await stored(service, (await service.post(body=TEXT)).json()["id"])
        assert (row["model_version"], row["linear_scores"]) == ("plain", None)
        assert row["status"] == "pending"

        await promoted(service, "next")
        await opened(service)
        row = await stored(service, (await service.post(body=TEXT)).json()["id"])
        assert (row["model_version"], row["linear_scores"] is None) == ("next", False)
        busy.close()


async def promoted(service: Service, version: str) -> None:
    """Promote it, the one without a second opinion too, and wait until the process follows."""
    await registry.promote(service.connection, version, force=True, why="to try it")

    async def follows() -> bool:
        found: str = service.app.state.parts.scoring.version
        return found == version

    await until(follows)


async def test_the_shadow_decides_with_its_own_second_opinion(asking: Service) -> None:
    model, card = shipped_files()
    await registry.add(asking.connection, {**card, "version": "next"}, model)
    await registry.shadow(asking.connection, "next")

    async def shadowed() -> bool:
        found: str | None = asking.app.state.parts.scoring.shadow_version
        return found == "next"

    await until(shadowed)
    id_ = (await asking.post(body=TEXT)).json()["id"]
    query = "select scores, verdict::text from shadow_score where comment_id = $1"

    async def scored() -> bool:
        return bool(await asking.connection.fetchrow(query, id_))

    await until(scored)
    row = await asking.connection.fetchrow(query, id_)
    assert row is not None
    assert row["verdict"] == BUNDLE.decide(TEXT, linear(TEXT))[0].status
    assert rounded(row["scores"]) == rounded(second(TEXT).scores)
