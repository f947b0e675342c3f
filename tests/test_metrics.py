"""/metrics: who may read it, what it counts, and that nothing of a person or path is in it."""

import re

import pytest
from prometheus_client import generate_latest

from service.metrics import Metrics
from tests.support.service import Service
from tests.support.waiting import until


async def scraped(service: Service, headers: dict[str, str]) -> dict[str, float]:
    answer = await service.http.get("/metrics", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


async def test_requests_verdicts_and_the_queue_are_counted(service: Service) -> None:
    staff = await service.staff("Mo")
    await service.post()
    await service.post(body="Շնորհակալություն հոդվածի համար")  # no evidence for the language
    await service.http.get("/nowhere/a-secret", headers=staff)
    found = await scraped(service, staff)
    posted = 'moderation_requests_total{method="POST",route="/v1/comments",status="201"}'
    assert found[posted] == 2
    assert found['moderation_requests_total{method="GET",route="unmatched",status="404"}'] == 1
    assert found['moderation_request_seconds_count{method="POST",route="/v1/comments"}'] == 2
    assert found['moderation_comments_total{verdict="approved"}'] == 1
    assert found['moderation_comments_total{verdict="pending"}'] == 1
    assert found["moderation_comments_unscored_total"] == 0
    assert found["moderation_score_seconds_count"] == 2
    assert found["moderation_queue_comments"] == 1
    assert 0 <= found["moderation_queue_oldest_seconds"] < 60
    assert found["moderation_webhook_waiting"] == 0
    assert found["moderation_months_ahead"] == 3
    assert found["moderation_shadow_dropped_total"] == 0


async def test_a_comment_without_a_model_counts_as_unscored(without_model: Service) -> None:
    assert (await without_model.post()).json()["reasons"] == ["unscored"]
    found = await scraped(without_model, await without_model.staff("Mo"))
    assert found["moderation_comments_unscored_total"] == 1


async def test_a_repeated_key_is_no_second_comment(service: Service) -> None:
    for _ in range(2):
        await service.post({"Idempotency-Key": "once"}, email="a@example.org")
    found = await scraped(service, await service.staff("Mo"))
    assert found['moderation_comments_total{verdict="approved"}'] == 1


async def test_labels_are_templates_and_a_few_known_words(service: Service) -> None:
    staff = await service.staff("Mo")
    id_ = (await service.post(email="hidden@example.org")).json()["id"]
    await service.http.get(f"/v1/review/{id_}", headers=staff)
    await service.http.request("BREW", f"/v1/review/{id_}?q=hidden", headers=staff)
    for number in range(5):
        await service.http.get(f"/path-{number}")
    answer = await service.http.get("/metrics", headers=staff)
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    text = answer.text
    for absent in (id_, "hidden", "path-", "BREW", "example.org", "Reader"):
        assert absent not in text
    assert 'method="other"' in text
    assert len(re.findall(r'_requests_total\{.*route="unmatched"', text)) <= 2


@pytest.mark.parametrize(
    ("who", "anonymous", "site", "moderator"),
    [("staff", 401, 403, 200), ("open", 200, 200, 200), ("off", 404, 404, 404)],
)
async def test_who_may_read_is_a_setting(
    service: Service, who: str, anonymous: int, site: int, moderator: int
) -> None:
    object.__setattr__(service.app.state.parts.settings, "metrics", who)
    staff = await service.staff("Mo")
    for headers, status in (({}, anonymous), (service.as_site, site), (staff, moderator)):
        assert (await service.http.get("/metrics", headers=headers)).status_code == status


async def test_the_database_is_asked_once_in_a_while(service: Service) -> None:
    staff = await service.staff("Mo")
    await service.hold()
    before = (await scraped(service, staff))["moderation_queue_comments"]
    await service.post(body="More of it, and not the same.")
    assert (await scraped(service, staff))["moderation_queue_comments"] == before
    service.app.state.parts.metrics._fresh_until = 0

    async def seen() -> bool:
        return (await scraped(service, staff))["moderation_queue_comments"] > before

    await until(seen)


def test_two_applications_share_no_figure() -> None:
    first, second = Metrics(), Metrics()
    first.kept("approved", scored=True)
    texts = [generate_latest(metrics._registry).decode() for metrics in (first, second)]
    assert 'verdict="approved"' in texts[0]
    assert 'verdict="approved"' not in texts[1]
