"""The band chooser: who sees it, what it shows of a site's scores, and what it saves."""

import html as entities
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from classifier.types import LABELS
from service.db import adaptations
from tests.support.pages import Browser, Site
from tests.support.site_settings import LOW, VERSION, seen, setting


async def scored(where: Site, toxicity: float, status: str, *, body: str = "Words.") -> UUID:
    """A comment that the shipped model scored in English an hour ago."""
    id_ = await where.rows.comment(
        status,
        ago=timedelta(hours=1),
        body=body,
        reasons=["toxicity"],
        scores=LOW | {"toxicity": toxicity},
    )
    await where.connection.execute(
        "update comment set model_version = $2 where id = $1", id_, VERSION
    )
    return id_


async def held(where: Site, toxicity: float, said: str | None, **more: str) -> UUID:
    """One that waited, and what a moderator made of it."""
    id_ = await scored(where, toxicity, "pending", **more)
    if said:
        reason = "toxicity" if said == "rejected" else ""
        await where.rows.decide(id_, said, "Mo", reason=reason)
    return id_


async def looked(browser: Browser, **asked: Any) -> str:
    fields = {"site": "first", "label": "toxicity", **asked}
    return entities.unescape(await browser.get("/quality/bands", **fields))


async def test_data_staff_see_what_another_band_would_change_and_save_nothing(site: Site) -> None:
    dan = await site.person("Dan", "data")
    for number in range(4):
        said = "rejected" if number == 3 else "approved"
        await held(site, 0.5, said, body=f"Seen {number}")
    await held(site, 0.5, None, body="Waits <b>still</b>, ask joe@example.org")
    text = await looked(dan)
    assert "0 of 5 comments" in text.replace("<strong>", "").replace("</strong>", "")
    assert "Save this band" not in text
    assert "can save this band" not in text
    wide = await looked(dan, low="0,6", high="0.9")
    assert "<strong>5</strong> of 5 comments" in wide
    assert 'Decided at once</dt><dd>100.0%</dd><dd class="quiet">now 0.0%' in wide
    assert 'Queue a day</dt><dd>0</dd><dd class="quiet">now 5' in wide
    assert '25.0%</dd><dd class="quiet">1 of 4 that people decided; 1.3% to 75.1%' in wide
    assert "Waits &lt;b&gt;still" in await dan.get(
        "/quality/bands", site="first", label="toxicity", low="0.6"
    )
    assert "joe@example.org" not in wide
    assert "An admin can save this band" in wide
    assert "/comments/" not in wide
    assert await setting(site) == {}
    refused = await dan.send("/quality/bands", site="first", label="toxicity", low="0.6", high="")
    assert refused.status_code == 403
    assert await setting(site) == {}
    mo = await site.person("Mo 2")
    await mo.get("/quality/bands", 403)


async def test_audits_of_what_was_decided_count_for_what_nobody_saw(site: Site) -> None:
    dan = await site.person("Dan", "data")
    for number in range(4):
        id_ = await scored(site, 0.001, "approved")
        await site.rows.decide(id_, "rejected", "Mo", reason="toxicity")
        if number == 0:
            await site.connection.execute(
                "insert into audit (comment_id, site_id, version, propensity)"
                " select id, site_id, 1, 0.25 from comment where id = $1",
                id_,
            )
    for _ in range(4):
        await held(site, 0.001, "approved")
    text = await looked(dan)
    assert '50.0%</dd><dd class="quiet">1 of 5 that people decided' in text


async def test_an_admin_saves_the_band_that_is_shown_unless_settings_have_changed(
    site: Site,
) -> None:
    root = await site.person("Root", "admin")
    await held(site, 0.5, "approved")
    shown = await looked(root, low="0.6", high="")
    mark = seen(shown)
    saved = await root.done(
        "/quality/bands", site="first", label="toxicity", low="0.6", high="", seen=mark
    )
    assert "Saved." in saved
    assert await setting(site) == {"bands": {"toxicity": {"approve_below": 0.6}}}
    assert 'name="low" inputmode="decimal" value="0.6"' in saved
    stale = await root.send(
        "/quality/bands", site="first", label="toxicity", low="0.7", high="", seen=mark
    )
    assert stale.status_code == 409
    assert "Somebody has changed these settings meanwhile" in stale.text
    again = await looked(root, low="", high="")
    emptied = await root.done(
        "/quality/bands", site="first", label="toxicity", low="", high="", seen=seen(again)
    )
    assert "Saved." in emptied
    assert await setting(site) == {}


@pytest.mark.parametrize(("low", "high"), [("0.9", "0.1"), ("nan", ""), ("", "2"), ("x", "y")])
async def test_a_band_that_is_none_is_named_and_changes_nothing(
    site: Site, low: str, high: str
) -> None:
    root = await site.person("Root", "admin")
    await held(site, 0.5, "approved")
    asked = {"site": "first", "label": "toxicity", "low": low, "high": high}
    text = await root.get("/quality/bands", 422, **asked)
    assert "Needs numbers from 0 to 1" in text
    assert text.count('aria-describedby="wrong-band"') == 2
    answer = await root.send("/quality/bands", **asked, seen="x" * 32)
    assert answer.status_code == 422
    assert await setting(site) == {}


async def test_every_label_is_there_of_a_site_with_comments_or_without(site: Site) -> None:
    root = await site.person("Root", "admin")
    assert "There is no website yet." in await root.get("/quality/bands", site="")
    await site.rows.site("first")
    assert "no comment with a score" in await looked(root)
    await held(site, 0.5, "approved")
    for label in LABELS:
        text = await looked(root, label=label)
        assert "Comments with a score: 1." in text
    await root.get("/quality/bands", 404, site="none")


async def test_what_a_sites_adaptation_scored_is_shown_by_its_bands(site: Site) -> None:
    """Of the model alone the band would be another, and the preview would be of nobody."""
    dan = await site.person("Dan", "data")
    first = await site.rows.site("first")
    id_ = await scored(site, 0.5, "approved")
    adapted = f"{VERSION}+0123456789ab"
    await site.connection.execute(
        "update comment set model_version = $2 where id = $1", id_, adapted
    )
    stage = {
        "bands": {"toxicity": {"approve_below": 0.625, "reject_at": None}},
        "languages": {},
    }
    card: dict[str, Any] = {"version": adapted, "digest": "0" * 64, "bundle": {"digest": "1" * 64}}
    card |= {"labels": {"toxicity": {}}, "stages": {"linear": stage, "encoder": stage}}
    await adaptations.insert_adaptation(site.connection, first, b"", card)
    text = await looked(dan)
    assert 'placeholder="0.625"' in text
    assert 'Decided at once</dt><dd>100.0%</dd><dd class="quiet">now 100.0%' in text
