"""The page of how often automatic decisions are wrong."""

from service.accounts import accounts
from service.db import adaptations
from service.db import quality as db
from service.domain.itself import LEARNT
from service.domain.promises import NewEvent
from tests.support import curves
from tests.support.pages import Site


async def answered(site: Site, body: str, status: str, answer: str) -> None:
    id_ = await site.rows.comment(status, body=body, reasons=["spam"], scores={"spam": 0.1})
    await site.connection.execute(
        "update comment set audited_version = 1, shown_reasons = array['spam'] where id = $1", id_
    )
    await site.connection.execute(
        "insert into audit (comment_id, site_id, version, propensity)"
        " select id, site_id, 1, 0.5 from comment where id = $1",
        id_,
    )
    moderator = site.people["Mo"]
    await moderator.done(f"/comments/{id_}/decision", action=answer, version="1", reason="")


async def test_data_staff_see_rates_promises_and_what_was_wrong(site: Site) -> None:
    """Names and texts are shown as text; nobody else sees the page."""
    mo, dan, root = (
        await site.person("Mo"),
        await site.person("Dan", "data"),
        await site.person("Root", "admin"),
    )
    assert "Nothing was decided without a person" in await dan.get("/quality")
    await answered(site, "Fine.", "approved", "approve")
    await answered(site, "<b>Buy</b> now", "approved", "reject")
    await answered(site, "Sorry", "rejected", "approve")
    html = await dan.get("/quality", site="first", days=90)
    assert "1 of 2 audits; " in html
    assert "&lt;b&gt;Buy&lt;/b&gt; now" in html
    assert html.count('role="img"') == 2
    assert 'href="/quality?days=90&amp;site=first" aria-current="true"' in html
    assert "No comment was decided by two moderators" in html
    await site.connection.execute(
        "update audit set first_staff = (select id from staff where name = 'Root')"
    )
    html = await dan.get("/quality", site="first", days=90)
    assert "Of 3 comments that two moderators decided" in html
    assert "<bdi>Root</bdi>" in html
    assert " kappa</th>" in html
    await site.connection.execute("update audit set first_staff = null")
    await mo.get("/quality", 403)
    after = {"spam": {"approve_below": 0.01}}
    changed = await accounts.change_site(site.connection, "first", {"bands": after})
    figures = {"audited": 9, "wrong": 3, "rate": 0.3, "low": 0.1, "high": 0.6, "promised": 0.03}
    event = NewEvent("tightened", "approved", {"spam": None}, after, figures, None)
    await db.add_event(site.connection, changed.id, event)
    assert "was found broken" in await dan.get("/quality")
    settings = await root.get("/sites/first")
    assert "so these bands are tighter:" in settings
    assert "these bands are as before" in await root.done("/sites/first/restore")
    again = await root.send("/sites/first/restore")
    assert again.status_code == 409


async def test_data_staff_see_that_what_was_taught_had_aged(site: Site) -> None:
    """Until something serves again; a person who switched it off needs no telling."""
    dan = await site.person("Dan", "data")
    first = await site.rows.site("first")
    await curves.fitted(site.connection, first, "1+a", {"points": [], "more": None})
    for by, is_told in ((None, False), (LEARNT, True)):
        await adaptations.record(
            site.connection, first, "deactivated", None, by=by, why="of 60 comments"
        )
        assert (
            "what the people of first had taught is off" in await dan.get("/quality")
        ) is is_told
    (kept,) = await adaptations.adaptations(site.connection, first)
    await adaptations.record(site.connection, first, "activated", kept.id, by="Dan", why=None)
    assert "had taught is off" not in await dan.get("/quality")


async def test_data_staff_see_what_annotations_taught_and_more_may_bring(site: Site) -> None:
    """Of the newest adaptation, where nothing is decided without a person too."""
    dan = await site.person("Dan", "data")
    first = await site.rows.site("first")
    nothing: dict[str, object] = {"points": [], "more": None}
    await curves.fitted(site.connection, first, "1+a", nothing)
    assert "What its people have taught" not in await dan.get("/quality")
    taught = {"points": curves.POINTS, "more": curves.MORE}
    await curves.fitted(site.connection, first, "1+b", taught)
    html = await dan.get("/quality")
    assert "Quality of first" in html
    assert "with 250 more annotations probably 87.0% ranked rightly (85.0% to 89.0%)" in html
    assert html.count('role="img"') == 2
    assert '<th scope="row" class="number">200</th><td class="number">95.0%' in html
    listed = await dan.http.get("/v1/adaptations", headers={"Accept": "application/json"})
    assert [each["curve"] for each in listed.json()["adaptations"]] == [taught, nothing]
    few = {"points": curves.POINTS[:2], "more": None}
    await curves.fitted(site.connection, first, "1+c", few)
    html = await dan.get("/quality")
    assert "Too few annotations were judged to say what more of them may bring." in html
