"""A broken promise tightens the site's bands, is recorded, and can be set back."""

import pytest
import structlog.testing

from service.accounts import accounts
from service.comments.promises import Promises
from service.db import quality as db
from tests.support.service import Service

CLEAR = "Thanks, this was a helpful article."


async def test_a_broken_promise_tightens_the_band_until_somebody_sets_it_back(
    service: Service,
) -> None:
    """What was answered before a change of bands speaks of bands that are gone."""
    await accounts.change_site(service.connection, "first", {"audit": 1})
    ann = await service.staff("Ann")
    promises: Promises = service.app.state.parts.promises
    for word in "ABC":
        id_ = (await service.post(body=f"{CLEAR} {word}")).json()["id"]
        told = {"action": "reject", "version": 1, "reason": "spam"}
        await service.http.post(f"/v1/review/{id_}/decision", json=told, headers=ann)
    with structlog.testing.capture_logs() as logs:
        await promises.look_once()
    (line,) = [each for each in logs if each["event"] == "promise_broken"]
    assert (line["log_level"], line["wrong"], line["audited"]) == ("error", 3, 3)
    site = await accounts.find_site(service.connection, "first")
    scores = [
        row["scores"]["spam"]
        for row in await service.connection.fetch("select scores from decision where version = 1")
    ]
    below = site.settings.bands["spam"].approve_below
    assert below is not None
    assert below <= min(scores) < below + 1e-6
    await promises.look_once()
    (event,) = await db.events(service.connection, site.id, 10)
    assert (event.action, event.before, event.by) == ("tightened", {"spam": None}, None)
    assert event.after == {"spam": {"approve_below": below}}
    await promises.restore("first", by="Root")
    assert not (await accounts.find_site(service.connection, "first")).settings.bands
    restored, _ = await db.events(service.connection, site.id, 10)
    assert (restored.action, restored.by) == ("restored", "Root")
    with pytest.raises(Exception, match="set back by now"):
        await promises.restore("first", by="Root")
