"""A site's settings on the page: read, preview without saving, save as seen, kept who did it."""

import html as entities
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from classifier.types import LABELS
from service.accounts import accounts
from service.domain.wording import LABEL_NAMES
from tests.support.pages import Site
from tests.support.receiver import receiving
from tests.support.site_settings import LOW, REJECTING, VERSION, seen, setting
from tests.support.waiting import until


def in_words(labels: Sequence[str]) -> str:
    """Labels as a sentence lists them."""
    *first, last = [LABEL_NAMES[label] for label in labels]
    return f"{', '.join(first)} and {last}" if first else last


async def scored(where: Site, status: str, *, hours: int = 1, **fields: object) -> UUID:
    """A comment that the shipped model scored in English; its id."""
    id_ = await where.rows.comment(status, ago=timedelta(hours=hours), **fields)
    await where.connection.execute(
        "update comment set model_version = $2 where id = $1", id_, VERSION
    )
    return id_


async def test_settings_are_saved_as_they_were_seen_and_who_did_it_is_kept(site: Site) -> None:
    root = await site.person("Root", "admin")
    await site.rows.site("first")
    mark = seen(await root.get("/sites/first"))
    fields = {
        "low.toxicity": "0.2",
        "high.toxicity": "0,9",
        "hold_everything": "yes",
        "max_links": "3",
        "tracking_parameters": "ref\r\n  mc_* \r\n\r\n",
        "author_per_minute": "30",
        "origin_per_minute": "120",
    }
    html = await root.done("/sites/first", do="save", seen=mark, **fields)
    assert "Saved." in html
    assert await setting(site) == {
        "bands": {"toxicity": {"approve_below": 0.2, "reject_at": 0.9}},
        "hold_everything": True,
        "max_links": 3,
        "tracking_parameters": ("ref", "mc_*"),
    }
    assert re.search(r"<bdi>Root</bdi>: bands, hold every comment, links", html)
    stale = await root.send("/sites/first", do="save", seen=mark, max_links="9")
    assert stale.status_code == 409
    assert (await setting(site))["max_links"] == 3
    assert 'name="max_links" type="number" min="0" max="100" value="3"' in stale.text


async def test_a_band_may_have_one_end_of_the_sites_and_one_of_the_models(site: Site) -> None:
    root = await site.person("Root", "admin")
    await site.rows.site("first")
    ends = {"low.spam": "0.2", "high.toxicity": "0.97", "low.threat": "0,001", "high.insult": "0.5"}
    mark = seen(await root.get("/sites/first"))
    html = await root.done("/sites/first", do="save", seen=mark, **ends)
    assert (await setting(site))["bands"] == {
        "spam": {"approve_below": 0.2},
        "toxicity": {"reject_at": 0.97},
        "threat": {"approve_below": 0.001},
        "insult": {"reject_at": 0.5},
    }
    assert html.count("In force as saved") == 4
    assert 'name="low.threat" inputmode="decimal" value="0.001"' in html
    again = await root.done("/sites/first", do="save", seen=seen(html), **{"low.spam": ""})
    assert "In force as saved" not in again


async def test_a_change_by_command_is_kept_too(site: Site) -> None:
    root = await site.person("Root", "admin")
    await site.rows.site("first")
    await accounts.change_site(site.connection, "first", {"max_links": 5})
    assert "by command: links let through" in await root.get("/sites/first")


async def test_every_wrong_field_is_named_and_what_was_typed_stays(site: Site) -> None:
    root = await site.person("Root", "admin")
    await site.rows.site("first")
    answer = await root.send(
        "/sites/first",
        do="save",
        **{"low.spam": "0.9", "high.spam": "0.1", "low.threat": "nan", "max_links": "many"},
        webhook_url='ftp://"><script>',
    )
    assert answer.status_code == 422
    for field in ("bands.spam", "bands.threat", "max_links", "webhook_url"):
        assert f'id="wrong-{field}"' in answer.text
    assert 'ftp://"><script>' in entities.unescape(answer.text)
    assert "<script>" not in answer.text
    assert await setting(site) == {}


async def test_the_preview_judges_last_months_comments_and_saves_nothing(site: Site) -> None:
    root = await site.person("Root", "admin")
    for _ in range(3):
        await scored(site, "approved", scores=LOW)
    await scored(site, "pending", scores=LOW | {"toxicity": 0.5}, reasons=["toxicity"])
    await scored(site, "approved", scores=LOW, body="See https://a.example")
    await scored(site, "approved", scores=LOW, hours=24 * 40)
    await scored(site, "approved", scores=LOW, site="second")
    await site.rows.comment("pending", reasons=["unscored"])
    answer = await root.send("/sites/first", do="preview", max_links="0")
    assert "<strong>1</strong> of 6 comments" in answer.text
    assert answer.text.count('class="number moved"') == 1
    same = await root.send("/sites/first", do="preview")
    assert "<strong>0</strong> of 6 comments" in same.text
    wide = {"low.toxicity": "0.6", "high.toxicity": "0.9"}
    looser = await root.send("/sites/first", do="preview", **wide)
    assert "<strong>1</strong> of 6 comments" in looser.text
    assert 'value="0.6"' in looser.text
    held = await root.send("/sites/first", do="preview", hold_everything="yes")
    assert "<strong>4</strong> of 6 comments" in held.text
    assert await setting(site) == {}


async def test_the_preview_tells_what_people_found_and_shows_what_would_change(site: Site) -> None:
    """Who moves a band sees how often that was wrong, and the comments that it is about."""
    root = await site.person("Root", "admin")
    asked: dict[str, Any] = {"scores": LOW | {"toxicity": 0.5}, "reasons": ["toxicity"]}
    waiting = await scored(site, "pending", body="Waits <b>still</b>", **asked)
    for number in range(4):
        id_ = await scored(site, "pending", body=f"Seen {number}", **asked)
        action = "reject" if number == 3 else "approve"
        body = {"action": action, "version": 1, **({"reason": "other"} if number == 3 else {})}
        path, headers = f"/v1/review/{id_}/decision", {"X-CSRF-Token": root.csrf}
        assert (await root.http.post(path, json=body, headers=headers)).status_code == 200
    wide = {"low.toxicity": "0.6", "high.toxicity": "0.9"}
    text = entities.unescape((await root.send("/sites/first", do="preview", **wide)).text)
    assert "people have looked at 4 and rejected 1: 25.0% (1.3% to 75.1%)" in text
    assert "The queue would get 0 comments a day instead of 5." in text
    assert f'href="/comments/{waiting}"' in text
    assert "Waits &lt;b&gt;still" in (await root.send("/sites/first", do="preview", **wide)).text


async def test_the_page_and_its_preview_say_which_labels_the_model_may_reject_for(
    site: Site,
) -> None:
    root = await site.person("Root", "admin")
    await scored(site, "pending", scores=LOW | {"toxicity": 0.999}, reasons=["toxicity"])
    answer = await root.send(
        "/sites/first", do="preview", **{"low.toxicity": "0.5", "high.toxicity": "0.8"}
    )
    assert "<strong>0</strong> of 1 comments" in answer.text
    said = f"may reject for {in_words(REJECTING)}."
    others = [label for label in LABELS if label not in REJECTING]
    unsaid = f"For {in_words(others)} it may not, whatever the numbers"
    for html, times in ((answer.text, 2), (await root.get("/sites/first"), 1)):
        assert (html.count(said), html.count(unsaid)) == (times, times)
        assert html.count("Rejected by itself in English") == len(REJECTING)
        assert html.count("Never rejected by itself") == len(others)


async def test_a_site_without_comments_says_so_and_an_unknown_one_is_not_found(site: Site) -> None:
    root = await site.person("Root", "admin")
    await site.rows.site("first")
    answer = await root.send("/sites/first", do="preview")
    assert "no comment in the last 30 days" in answer.text
    await root.get("/sites/none", 404)
    assert 'href="/sites/first"' in await root.get("/sites")


async def test_a_form_without_the_sessions_token_saves_nothing(site: Site) -> None:
    root = await site.person("Root", "admin")
    await site.rows.site("first")
    mark = seen(await root.get("/sites/first"))
    answer = await root.send("/sites/first", do="save", seen=mark, max_links="9", csrf="")
    assert answer.status_code == 403
    assert await setting(site) == {}


async def test_an_admin_sees_what_the_webhook_was_told_has_it_told_again_and_tries_it(
    site: Site,
) -> None:
    root = await site.person("Root", "admin")
    site_id = await site.rows.site("first")
    assert "What it was told" not in await root.get("/sites/first")
    assert (await root.send("/sites/first/webhook", do="test")).status_code == 409
    answers = [410]
    async with receiving(lambda _: answers[-1]) as hook:
        await accounts.change_site(site.connection, "first", {"webhook_url": hook.url})
        tried = (await root.send("/sites/first/webhook", do="test")).text
        assert "The webhook answered 410 after" in tried
        comment_id, notice_id = await site.rows.comment("approved"), uuid4()
        await site.connection.execute(
            "insert into outbox (id, site_id, comment_id, version, status, delivered_at, attempts)"
            " values ($1, $2, $3, 1, 'approved', now(), 1)",
            *(notice_id, site_id, comment_id),
        )
        html = await root.get("/sites/first")
        assert "delivered, 1 attempt" in html
        assert f'name="replay" value="{notice_id}"' in html
        for wrong, status in (("x", 422), (str(uuid4()), 404)):
            refused = await root.send("/sites/first/webhook", replay=wrong)
            assert refused.status_code == status
        assert "waiting" in await root.done("/sites/first/webhook", replay=str(notice_id))

        async def gone() -> bool:
            return "it answered 410" in await root.get("/sites/first")

        await until(gone)
        answers.append(204)  # else what waits is told at once, and it is gone again
        await root.done(
            "/sites/first",
            do="save",
            seen=seen(await root.get("/sites/first")),
            webhook_url=hook.url,
        )
        assert await site.connection.fetchval("select disabled_at from circuit") is None

        async def told() -> bool:
            return bool(
                await site.connection.fetchval(
                    "select delivered_at from outbox where id = $1 and attempts > 1", notice_id
                )
            )

        await until(told)
