"""GET /v1/quality: how often automatic decisions are wrong, for data staff."""

from service.accounts import accounts
from tests.support.service import Service

CLEAR = "Thanks, this was a helpful article."


async def test_answers_of_audits_are_error_rates(service: Service) -> None:
    """What moderators reject of what was approved is wrong; an answer taken back is none."""
    await accounts.change_site(service.connection, "first", {"audit": 1})
    ann, dan = await service.staff("Ann"), await service.staff("Dan", "data")
    ids = [(await service.post(body=f"{CLEAR} {word}")).json()["id"] for word in "ABCD"]
    for id_, action in zip(ids, ("approve", "reject", "reject", "approve"), strict=True):
        told = {"action": action, "version": 1, "reason": "spam"}
        await service.http.post(f"/v1/review/{id_}/decision", json=told, headers=ann)
    await service.http.post(f"/v1/review/{ids[3]}/undo", headers=ann)
    answer = await service.http.get("/v1/quality?site=first&days=2", headers=dan)
    assert answer.status_code == 200, answer.text
    (first,) = answer.json()["sites"]
    approved = first["approved"]
    assert {name: approved[name] for name in ("decided", "audited", "wrong", "promised")} == {
        "decided": 4,
        "audited": 3,
        "wrong": 2,
        "promised": 0.03,
    }
    assert approved["low"] < approved["rate"] == 2 / 3 < approved["high"]
    assert approved["broken"] is False  # three answers accuse nobody
    labels = {each["value"]: each["approved"]["wrong"] for each in first["by"]["label"]}
    assert (labels["spam"], labels["toxicity"]) == (2, 0)
    assert [each["value"] for each in first["by"]["language"]] == ["en"]
    scraped = (await service.http.get("/metrics", headers=dan)).text
    assert 'moderation_promise_broken{decision="approved",site="first"} 0.0' in scraped
    assert (
        'moderation_audit_wrong_share{decision="approved",site="first",value="share"} 0.66'
        in scraped
    )
    assert (await service.http.get("/v1/quality", headers=ann)).status_code == 403
    assert (await service.http.get("/v1/quality?site=other", headers=dan)).status_code == 404
    wrong = await service.http.get("/v1/quality?days=0", headers=dan)
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "days")
