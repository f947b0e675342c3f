"""A sitting of a whole day: what it leaves on the page does not slow it down."""

from datetime import timedelta

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
