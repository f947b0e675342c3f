"""What the page counts is right when one has decided, not only when the service is asked next."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.support.queue import held_up, press, ready, seen, settled, shown
from tests.support.queue_stage import Stage
from tests.support.rows import NEW_ID

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHANGES = "**/v1/review/changes*"

MANY = f"""
with new as (
    insert into comment (id, site_id, page, page_key, name, body, fingerprint, status, reasons,
                         scores, risk, language, submitted_at, decided_at)
    select {NEW_ID}, id, 'https://news.example/a', sha256('a'), 'Reader', 'Text ' || n,
           '', 'pending', '{{toxicity}}', '{{}}', 0, 'en', now(), now()
    from site, generate_series(1, 10001) n returning id
)
insert into decision (comment_id, version, to_status, action, actor)
select id, 1, 'pending', 'submit', 'classifier' from new
"""


async def count(page: Page, waiting: int) -> None:
    """See one number in the head and in the tab of the browser."""
    await expect(page.locator("#pending, #matching").first).to_have_text(str(waiting))
    await expect(page).to_have_title(re.compile(rf"^\({waiting}\) "))


@pytest.mark.parametrize("path", ["/queue?order=oldest", "/queue?order=oldest&view=new"])
async def test_a_decision_and_its_undoing_are_counted_at_once(stage: Stage, path: str) -> None:
    """Without any news from the service: it is held up."""
    await stage.fill(4)
    page = await stage.moderator(path=path)
    await ready(page)
    await count(page, 4)
    await held_up(page, CHANGES)
    await press(page, "a")
    await count(page, 3)
    await press(page, "1")
    await count(page, 2)
    await press(page, "u")
    await count(page, 3)
    await settled(page)
    await expect(page.locator('.tabs a:has-text("New") .number')).to_have_text("3")
    await page.locator("#all").check()
    await press(page, "b")
    await seen(page)
    await page.locator("#many-yes").click()
    await count(page, 0)
    await press(page, "u")
    await count(page, 3)


async def test_what_was_counted_is_not_counted_twice(stage: Stage) -> None:
    """The service's own numbers have one's decisions, with those that were refused."""
    ids = await stage.fill(3)
    page = await stage.moderator()
    await ready(page)
    await press(page, "a")
    await settled(page)
    async with page.expect_response(CHANGES):
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    await count(page, 2)
    changes = await held_up(page, CHANGES)
    await stage.connection.execute("delete from claim")
    await stage.publish([ids[1]])
    await press(page, "1")
    await expect(page.locator("#said")).to_contain_text("came back")
    await expect(page.locator("#pending")).to_have_text("2")
    changes.release()
    await expect(page.locator("#pending")).to_have_text("1")
    assert await shown(page) in ids


async def test_what_is_not_counted_to_its_end_is_told_so(stage: Stage) -> None:
    """Filters are counted up to ten thousand: that is no number of what there is."""
    await stage.connection.execute(MANY)
    page = await stage.moderator(path="/queue?view=new&order=oldest")
    await ready(page)
    for _ in range(2):  # and so it stays when the service has counted anew
        await expect(page.locator("#matching")).to_have_text("10000+")
        await expect(page).to_have_title(re.compile(r"^\(10000\+\) "))
        await press(page, "a")
        await settled(page)
    await expect(page.locator("#pending")).to_have_text("9999")
    await expect(page.locator('.tabs a:has-text("New") .number')).to_have_text("9999")
    await expect(page.locator("#matching")).to_have_text("9999")


async def test_what_one_skips_is_counted_in_its_part(stage: Stage) -> None:
    await stage.fill(2)
    page = await stage.moderator()
    await ready(page)
    skipped = page.locator('.tabs a:has-text("Skipped")')
    await expect(skipped.locator(".number")).to_have_text("0")
    await skipped.evaluate("link => { link.dataset.same = 'yes'; }")
    await press(page, "s")
    await expect(skipped.locator(".number")).to_have_text("1")
    assert await skipped.get_attribute("data-same") == "yes"  # a finger may be on it


async def test_the_menu_of_other_pages_says_how_much_waits(stage: Stage) -> None:
    ids = await stage.fill(3)
    page = await stage.moderator(path="/decided")
    link = page.locator(".in-head").get_by_role("link", name="Queue 3", exact=True)
    await expect(link).to_be_visible()
    await stage.publish(ids[:1])
    await page.goto("/account")
    await expect(page.locator(".in-head a").first).to_have_text("Queue 2")
