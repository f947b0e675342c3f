"""A website sees what its webhook was told, has it told again, tries it, and changes its secret."""

from typing import Any

from standardwebhooks.webhooks import Webhook

from service.accounts import accounts, webhook_secrets
from service.delivery.signing import standard_secret
from tests.support.receiver import Received, Receiver, receiving
from tests.support.service import Service
from tests.support.waiting import until


async def listed(service: Service, **query: Any) -> Any:
    answer = await service.http.get(
        "/v1/webhooks/deliveries", params=query, headers=service.as_site
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


async def ask(service: Service, path: str) -> Any:
    return await service.http.post(f"/v1/webhooks/{path}", headers=service.as_site)


async def came(receiver: Receiver, count: int) -> None:
    async def enough() -> bool:
        return len(receiver.received) >= count

    await until(enough)


def verified(request: Received, secret: str) -> Any:
    return Webhook(standard_secret(secret)).verify(request.body, request.headers)


async def rotated(service: Service, hook: Receiver) -> None:
    """Both secrets sign for a day, then the new one alone, as the reference library sees it."""
    old = await webhook_secrets.newest(
        service.connection,
        service.secrets,
        (await accounts.find_site(service.connection, "first")).id,
    )
    new = await webhook_secrets.rotate(service.connection, service.secrets, "first")
    tried = await ask(service, "test")
    assert (tried.json()["delivered"], tried.json()["status"]) == (True, 200)
    assert new != old
    for secret in (old, new):
        assert verified(hook.received[-1], secret)["type"] == "webhook.test"
    await service.connection.execute("update receiver set secret_at = secret_at - interval '25 h'")
    await service.post()
    await came(hook, 5)
    assert verified(hook.received[-1], new)["type"] == "comment.status"
    assert len(hook.received[-1].headers["webhook-signature"].split()) == 1


async def decided_and_undone(service: Service) -> str:
    """A comment whose rejection is taken back before anything of it is told."""
    three, staff = str((await service.post()).json()["id"]), await service.staff("Mo")
    reject = {"action": "reject", "reason": "spam", "version": 1}
    told = f"/v1/review/{three}"
    await service.http.post(f"{told}/decision", json=reject, headers=staff)
    undone = await service.http.post(f"{told}/undo", json={"version": 2}, headers=staff)
    assert undone.status_code == 200
    of_three = [e for e in (await listed(service))["deliveries"] if e["comment_id"] == three]
    assert [(e["version"], e["state"]) for e in of_three] == [(2, "recalled"), (1, "waiting")]
    return three


async def test_a_website_looks_after_its_webhook(service: Service) -> None:
    assert (await ask(service, "test")).status_code == 409
    status = 200
    async with receiving(lambda _: status) as hook:
        await accounts.change_site(service.connection, "first", {"webhook_url": hook.url})
        service.app.state.parts.gate._owners.clear()
        one = (await service.post(external_id="e-1")).json()["id"]
        await came(hook, 1)
        two = (await service.post()).json()["id"]
        await came(hook, 2)

        async def recorded() -> bool:
            return {each["state"] for each in (await listed(service))["deliveries"]} == {
                "delivered"
            }

        await until(recorded)
        newest = await listed(service, limit=1, x="1")
        assert ([each["comment_id"] for each in newest["deliveries"]], newest["ignored"]) == (
            [two],
            ["x"],
        )
        (first,) = (await listed(service, cursor=newest["next"]))["deliveries"]
        assert (first["comment_id"], first["external_id"], first["version"]) == (one, "e-1", 1)
        assert (first["state"], first["attempts"], first["last_status"]) == ("delivered", 1, 200)

        replayed = await ask(service, f"deliveries/{first['id']}/replay")
        assert (replayed.status_code, replayed.json()["state"]) == (200, "waiting")
        await came(hook, 3)
        ids = [request.headers["webhook-id"] for request in hook.received]
        assert ids[2] == ids[0] == first["id"]
        other = await service.site("other")
        for call in (f"deliveries/{first['id']}/replay", f"deliveries/{one}/replay"):
            headers = other if first["id"] in call else service.as_site
            missing = await service.http.post(f"/v1/webhooks/{call}", headers=headers)
            assert missing.status_code in {404, 409}

        await rotated(service, hook)

        status = 410
        assert (await ask(service, "test")).json()["delivered"] is False
        await service.post()

        async def gone() -> bool:
            return (await listed(service))["receiver"]["disabled_at"] is not None

        await until(gone)
        waiting = (await listed(service))["deliveries"][0]
        assert (waiting["state"], waiting["last_status"]) == ("waiting", 410)
        assert waiting["next_attempt_at"] is None
        refused = await ask(service, f"deliveries/{first['id']}/replay")
        assert (refused.status_code, "URL again" in refused.json()["detail"]) == (409, True)

        three = await decided_and_undone(service)
        status, before = 200, len(hook.received)
        await accounts.change_site(service.connection, "first", {"webhook_url": hook.url})
        await came(hook, before + 2)
        versions = [n["version"] for n in hook.taken if n.get("comment_id") == three]
        assert versions == [1]
        answers = str(await listed(service))
    assert "t0ken" not in answers
    assert "@" not in answers
