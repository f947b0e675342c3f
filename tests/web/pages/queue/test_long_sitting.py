"""A sitting of a whole day: what it leaves on the page does not slow it down."""

from datetime import timedelta
from functools import partial

import pytest
from playwright.async_api import expect

from tests.support.queue import press, ready, settled, shown
from tests.support.queue_stage import Stage
from tests.support.rows import Rows
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_of_many_decisions_the_newest_stay_and_all_can_be_undone(stage: Stage) -> None:
    """Whoever decides thousands has not as many lines there, each of which slows the next key."""
    (waiting,) = await stage.fill(1)
    page = await stage.moderator("Ann")
    rows = Rows(stage.connection)
    rows.known["Ann"] = await stage.connection.fetchval("select id from staff where name = 'Ann'")
    rows.known["news"] = await stage.connection.fetchval("select id from site where name = 'news'")
    for seconds in range(70):
        ago = timedelta(hours=1, seconds=seconds)
        id_ = await rows.comment(site="news", ago=ago + timedelta(minutes=1))
        await rows.decide(id_, "approved", "Ann", ago=ago)
    await page.reload()
    lines, earlier = page.locator("#last > li"), page.get_by_role("button", name="Earlier")
    for count in (8, 28, 48, 68):
        await expect(lines).to_have_count(count)
        if count < 68:
            await earlier.click()
    await ready(page)
    await press(page, "a")
    await settled(page)
    await expect(lines).to_have_count(20)
    assert await lines.first.get_attribute("data-ids") == waiting
    await earlier.click()
    await expect(lines).to_have_count(40)
    await press(page, "u")
    await expect(page.locator("#said")).to_contain_text("waits again")
    assert await shown(page) == waiting

    async def waits() -> bool:
        return (await stage.statuses())[waiting] == "pending"

    await until(waits)  # the page says so before the service has answered


@pytest.mark.parametrize("reloaded", [False, True])
async def test_an_undo_of_many_asks_once_for_what_is_at_hand(
    stage: Stage, *, reloaded: bool
) -> None:
    """Whole comments are for those that come up next: nobody looks at thirty at once."""
    await stage.fill(30)
    page = await stage.moderator()
    await ready(page)
    await page.locator("#all").check()
    await press(page, "d")
    await press(page, "Control+Enter")
    await expect(page.locator("#said")).to_have_text("30 rejected.")
    if reloaded:
        await page.reload()
        await page.locator("#desk.at-work").wait_for()
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if "/details" in sent.url else None)
    await press(page, "u")
    await expect(page.locator("#said")).to_have_text("Undone. 30 comments wait again.")
    await until(partial(stage.all_are, "pending"))
    await expect(page.locator("#list .entry")).to_have_count(30)
    await ready(page)
    await page.wait_for_timeout(600)  # what stands around comments is renewed after a while
    # Of an earlier visit the entries, the first comment, and those after it.
    assert len(asked) == (3 if reloaded else 1), asked
    for _ in range(12):  # past what was fetched ahead
        await press(page, "j")
    await expect(page.locator("#focus article")).to_have_attribute("data-version", "3")


async def test_many_that_are_changed_in_place_ask_once_for_what_is_at_hand(stage: Stage) -> None:
    await stage.publish(await stage.fill(25))
    page = await stage.moderator(path="/decided?status=approved")
    await ready(page)
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if "/details" in sent.url else None)
    await page.locator("#all").check()
    await press(page, "d")
    await press(page, "Control+Enter")
    await expect(page.locator("#said")).to_have_text("25 rejected.")
    await expect(page.locator(".entry .status.rejected")).to_have_count(25)
    await expect(page.locator("#focus article")).to_have_attribute("data-version", "3")
    await ready(page)
    assert len(asked) == 1, asked
    await press(page, "u")
    await until(partial(stage.all_are, "approved"))
    await expect(page.locator("#focus article")).to_have_attribute("data-version", "4")
    await ready(page)
    assert len(asked) <= 3, asked  # the comment before too, which wraps around to the last


READS = """
const of = Object.getOwnPropertyDescriptor(HTMLTimeElement.prototype, "dateTime");
window.reads = 0;
window.made = 0;
Object.defineProperty(HTMLTimeElement.prototype, "dateTime", {
    ...of, get() { window.reads += 1; return of.get.call(this); },
});
const Plain = Intl.NumberFormat;
Intl.NumberFormat = class extends Plain {
    constructor(...asked) { super(...asked); window.made += 1; }
};
"""
"""Counts how often a script looks at a time, and makes what writes its numbers."""


async def test_what_comes_writes_its_own_times_and_no_others(stage: Stage) -> None:
    await stage.fill(30)
    page = await stage.moderator()
    await page.add_init_script(READS)
    await page.reload()
    await ready(page)
    assert await page.evaluate("window.made") <= 10
    for key in "au":  # the list has one less, and again one more
        await page.evaluate("window.reads = 0")
        await press(page, key)
        assert 0 < await page.evaluate("window.reads") < 20
        await settled(page)
    await expect(page.locator("#list .entry")).to_have_count(30)
