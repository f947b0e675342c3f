"""A moderator's own desk: ranges of scores, what one skipped, views under a name, what is late."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, quote

from service.accounts import accounts
from tests.support.pages import HTML, Browser, Site, listed

JSON = {"Accept": "application/json"}


async def call(browser: Browser, path: str, body: Any = None, **query: str) -> Any:
    """What a call of the page's own scripts is answered with."""
    headers = {**JSON, "X-CSRF-Token": browser.csrf}
    method = "GET" if body is None else "POST"
    answer = await browser.http.request(
        method, path, params=query or None, json=body or None, headers=headers
    )
    return answer.json() if answer.content else answer.status_code


async def test_a_range_of_a_labels_scores_is_seen_counted_decided_and_undone(site: Site) -> None:
    mo = await site.person("Mo")
    for score in (0.05, 0.3, 0.62, 0.64, 0.8, 1.0):
        await site.rows.comment(name=f"At {score}", scores={"toxicity": score})
    await site.rows.comment(name="Unscored", reasons=["unscored"])
    found = await call(mo, "/v1/review/scores", score_of="toxicity")
    counted = {round(each["low"], 2): each["count"] for each in found["parts"] if each["count"]}
    assert (found["count"], counted) == (6, {0.05: 1, 0.3: 1, 0.6: 2, 0.8: 1, 0.95: 1})
    html = await mo.get("/queue", score_of="toxicity", score_from="0,6", score_to="0.8")
    assert set(listed(html)) == {"At 0.62", "At 0.64", "At 0.8"}
    assert "How the scores of 6 comments lie: toxicity" in html
    assert len(re.findall(r'class="bar inside"', html)) == 4
    assert "toxicity 0.6 to 0.8" in html
    filters = {"score_of": "toxicity", "score_from": 0.6, "score_to": 0.8}
    typed = {"score_of": "toxicity", "score_from": ".6", "score_to": ".8"}
    seen = await call(mo, "/v1/review/matching", **typed)
    assert (seen["count"], len(seen["sample"])) == (3, 3)
    asked = {"filters": filters, "action": "reject", "until": seen["until"], "count": 3}
    done = await call(mo, "/v1/review/matching", asked)
    assert (done["decided"], done["refused"]) == (3, [])
    undone = await call(mo, "/v1/review/decisions/undo", {"at": done["at"]})
    assert undone["decided"] == 3
    wrong = await call(mo, "/v1/review", score_from="0.5")
    assert wrong["errors"] == [{"field": "score_of", "message": "is required: say whose score"}]
    (error,) = (await call(mo, "/v1/review", score_of="spam", score_to="nan"))["errors"]
    assert error == {"field": "score_to", "message": "must be a number from 0 to 1"}
    await mo.get("/queue", 404, score_of="spam", score_to="2")


async def test_what_one_skipped_is_a_part_of_ones_own_queue_until_it_changes(site: Site) -> None:
    mo, jo = await site.person("Mo"), await site.person("Jo")
    kept = await site.rows.comment(name="Kept")
    left = await site.rows.comment(name="Left")
    assert await call(mo, f"/v1/review/{left}/skip", {}) == 204
    for view, expected in (("skipped", {str(left)}), ("", {str(left), str(kept)})):
        listed = await call(mo, "/v1/review", **({"view": view} if view else {}))
        assert {each["id"] for each in listed["items"]} == expected
    assert (await call(jo, "/v1/review", view="skipped"))["items"] == []
    html = await mo.get("/queue")
    assert 'Skipped <span class="number">1</span>' in html
    assert f'data-skipped="{left}"' in html
    headers = {**JSON, "X-CSRF-Token": mo.csrf}
    for status in (204, 404):
        undone = await mo.http.delete(f"/v1/review/{left}/skip", headers=headers)
        assert undone.status_code == status
    assert (await call(mo, "/v1/review", view="skipped"))["items"] == []
    assert await call(mo, f"/v1/review/{left}/skip", {}) == 204
    await site.rows.decide(left, "approved", "Jo")
    assert (await call(mo, "/v1/review", view="skipped"))["items"] == []
    nobodys = await call(mo, "/v1/review/00000000-0000-7000-8000-000000000000/skip", {})
    assert nobodys["status"] == 404


async def test_a_view_is_kept_under_a_name_and_one_is_what_one_begins_with(site: Site) -> None:
    mo, jo = await site.person("Mo"), await site.person("Jo")
    await site.rows.comment(name="Reader", site="first")
    back = "site=first&order=oldest&view=abuse&nonsense=1"
    await mo.done("/queue/views", name="Abuse <first>", back=back, first="yes")
    html = await mo.done("/queue/views", name="All", back="")
    place = "/queue?order=oldest&site=first&view=abuse"
    assert f'<a href="{place.replace("&", "&amp;")}"><bdi>Abuse &lt;first&gt;</bdi></a>' in html
    assert (await mo.http.get("/queue", headers=HTML)).headers["location"] == place
    assert (await jo.http.get("/queue", headers=HTML)).status_code == 200
    assert "Abuse &lt;" not in await jo.get("/queue", order="risk", view="spam", q="none")
    await mo.done("/queue/views", name="All", back="", first="yes")
    assert (await mo.http.get("/queue", headers=HTML)).headers["location"] == "/queue?order=risk"
    html = await mo.done("/queue/views/remove", name="Abuse <first>", back="")
    assert "Abuse &lt;" not in html
    assert (await mo.send("/queue/views", name=" ", back="")).status_code == 422
    for number in range(29):
        await mo.send("/queue/views", name=f"View {number}", back="")
    assert (await mo.send("/queue/views", name="One more", back="")).status_code == 409


async def test_no_view_keeps_an_address_in_its_name_or_its_words(site: Site) -> None:
    mo = await site.person("Mo")
    written = "ann.lee@mail.example"
    await mo.done("/queue/views", name=f"{written} again", back=f"q={quote(written)}+spam")
    await mo.done("/queue/views", name="a@b.cc " * 8, back=f"page=https://x.example/%3Fm={written}")
    kept = await site.rows.connection.fetch("select name, query from saved_view")
    assert len(kept) == 2
    assert "ann.lee" not in str(kept)
    assert "b.cc" not in str(kept)
    filters = [parse_qs(row["query"]) for row in kept]
    assert ["•••@••• spam"] in [each.get("q") for each in filters]


async def test_what_waits_longer_than_its_site_wants_raises_an_alarm(site: Site) -> None:
    mo = await site.person("Mo")
    await site.rows.comment(name="Late", ago=timedelta(hours=2))
    await site.rows.comment(name="Soon", ago=timedelta(minutes=5))
    await site.rows.comment(name="Elsewhere", site="other", ago=timedelta(days=2))
    assert (await call(mo, "/v1/review/changes"))["late"] == 0
    assert 'id="late" href="/queue?view=late&amp;order=oldest" hidden>' in await mo.get("/queue")
    await accounts.change_site(site.connection, "first", {"longest_wait_minutes": 60})
    assert (await call(mo, "/v1/review/changes"))["late"] == 1
    html = await mo.get("/queue", view="late")
    assert listed(html) == ["Late"]
    assert "1 waits too long" in html
