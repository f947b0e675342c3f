"""A broken promise tightens the site's bands, is recorded, and can be set back."""

from statistics import median_high
from typing import Any

import pytest
import structlog.testing

from classifier.shipped import shipped_files
from service.accounts import accounts
from service.comments.promises import Promises, supersede
from service.db import quality as db
from service.domain.itself import VERSION
from service.domain.promises import NewEvent
from service.domain.quality import FEWEST
from service.domain.sites import OwnBand
from service.models import registry
from tests.support.service import Service

CLEAR = "Thanks, this was a helpful article."


async def rejected(service: Service, moderator: dict[str, str], number: int) -> None:
    id_ = (await service.post(body=f"{CLEAR} It has {number} pages.")).json()["id"]
    told = {"action": "reject", "version": 1, "reason": "spam"}
    await service.http.post(f"/v1/review/{id_}/decision", json=told, headers=moderator)


async def test_a_broken_promise_tightens_the_band_until_somebody_sets_it_back(
    service: Service,
) -> None:
    """A few answers break none; what was answered before a change speaks of bands that are gone."""
    await accounts.change_site(service.connection, "first", {"audit": 1})
    ann = await service.staff("Ann")
    promises: Promises = service.app.state.parts.promises
    for number in range(FEWEST - 1):
        await rejected(service, ann, number)
    await promises.look_once()
    assert not await db.events(service.connection, None, 10)
    await rejected(service, ann, FEWEST)
    with structlog.testing.capture_logs() as logs:
        await promises.look_once()
    (line,) = [each for each in logs if each["event"] == "promise_broken"]
    assert (line["log_level"], line["wrong"], line["audited"]) == ("error", FEWEST, FEWEST)
    site = await accounts.find_site(service.connection, "first")
    scores = [
        row["scores"]["spam"]
        for row in await service.connection.fetch("select scores from decision where version = 1")
    ]
    below = site.settings.bands["spam"].approve_below
    assert below is not None
    assert below <= median_high(scores) < below + 1e-6
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


async def test_an_adaptation_sets_back_what_was_tightened_for_other_scores(
    service: Service,
) -> None:
    """It learnt from the same audits; a band that a person set stays."""
    tight = {"spam": {"approve_below": 0.01}, "toxicity": {"approve_below": 0.02}}
    own = {**tight, "toxicity": {"approve_below": 0.03}}
    site = await accounts.change_site(service.connection, "first", {"bands": own})
    event = NewEvent("tightened", "approved", {"spam": None, "toxicity": None}, tight, {}, None)
    await db.add_event(service.connection, site.id, event)
    card: dict[str, Any] = {"labels": {"spam": {}, "toxicity": {}}}
    await supersede(service.connection, site, card, by="Root")
    bands = (await accounts.find_site(service.connection, "first")).settings.bands
    assert bands == {"toxicity": OwnBand(approve_below=0.03)}
    newest, _ = await db.events(service.connection, site.id, 10)
    assert (newest.action, newest.after, newest.by) == ("restored", {"spam": None}, "Root")
    await supersede(service.connection, site, card, by="Root")
    assert len(await db.events(service.connection, site.id, 10)) == 2


async def test_another_version_starts_with_its_own_bands_and_without_old_answers(
    service: Service,
) -> None:
    """On its scores a threshold of before means nothing; a band that a person set stays."""
    await accounts.change_site(service.connection, "first", {"audit": 1})
    ann = await service.staff("Ann")
    promises: Promises = service.app.state.parts.promises
    for number in range(FEWEST):
        await rejected(service, ann, number)
    await service.site("second")
    own = {"spam": {"approve_below": 0.01}, "toxicity": {"approve_below": 0.03}}
    site = await accounts.change_site(service.connection, "second", {"bands": own})
    tight = {**own, "toxicity": {"approve_below": 0.02}}
    event = NewEvent("tightened", "approved", {"spam": None, "toxicity": None}, tight, {}, None)
    await db.add_event(service.connection, site.id, event)
    model, card = shipped_files()
    plain = {name: value for name, value in card.items() if name != "second_opinion"}
    await registry.add(service.connection, {**plain, "version": "next"}, model)
    await registry.promote(service.connection, "next", force=True, why="to try it")
    for _ in range(2):
        await promises.look_once()
    bands = (await accounts.find_site(service.connection, "second")).settings.bands
    assert bands == {"toxicity": OwnBand(approve_below=0.03)}
    newest, _ = await db.events(service.connection, None, 10)
    assert (newest.site, newest.action, newest.by) == ("second", "restored", VERSION)
    assert newest.after == {"spam": None}
