"""One's own views of the queue in Chromium: what one skipped, a range of scores, notices."""

import pytest
from playwright.async_api import expect

from tests.support.queue import press, ready, settled, shown, violations
from tests.support.queue_stage import Stage
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_what_was_skipped_is_not_offered_again_but_in_its_own_part(stage: Stage) -> None:
    ids = await stage.fill(3)
    page = await stage.moderator()
    await ready(page)
    async with page.expect_response(f"**/v1/review/{ids[0]}/skip"):
        await press(page, "s")
    assert await shown(page) == ids[1]
    await page.reload()
    await ready(page)
    await press(page, "a")
    await settled(page)
    assert await shown(page) == ids[2]
    await page.get_by_role("link", name="Skipped 1").click()
    await ready(page)
    assert await shown(page) == ids[0]
    await press(page, "a")
    await settled(page)

    async def is_approved() -> bool:
        return (await stage.statuses())[ids[0]] == "approved"

    await until(is_approved)


async def test_a_range_of_scores_is_decided_about_as_one_after_a_look(stage: Stage) -> None:
    ids = await stage.fill(12)
    for number, id_ in enumerate(ids):
        await stage.connection.execute(
            "update comment set scores = $2 where id = $1", id_, {"spam": number / 12}
        )
    page = await stage.moderator(reduced_motion="reduce")
    await ready(page)
    await page.get_by_text("Filters", exact=True).click()
    await page.get_by_label("Score of").select_option(label="spam")
    await page.locator(".histogram").wait_for()
    await page.get_by_text("Filters", exact=False).first.click()
    await page.get_by_label("from", exact=True).fill("0.5")
    await page.get_by_role("button", name="Apply").click()
    await expect(page.locator("#live")).to_contain_text("6 of 12 waiting match")
    await page.locator("#desk.at-work").wait_for()
    await ready(page)
    assert await violations(page) == []
    await press(page, "m")
    await press(page, "d")
    await expect(page.locator("#many-title")).to_have_text("Reject 6 comments?")
    await expect(page.locator("#many-sample li")).to_have_count(5)
    await press(page, "Control+Enter")
    await expect(page.locator("#said")).to_contain_text("6 rejected")
    statuses = await stage.statuses()
    assert [statuses[id_] for id_ in ids] == ["pending"] * 6 + ["rejected"] * 6
    await press(page, "u")
    await until(lambda: stage.all_are("pending"))


async def test_notices_of_the_desktop_are_by_consent(stage: Stage) -> None:
    await stage.fill(1)
    page = await stage.moderator()
    box = page.get_by_label("A notice on the desktop")
    await press(page, "?")
    await page.context.grant_permissions(["notifications"])
    await box.check()
    await until(lambda: page.evaluate("localStorage.getItem('queue-notices') === 'on'"))
    await page.context.clear_permissions()
    await page.reload()
    await page.locator("#desk.at-work").wait_for()
    await press(page, "?")
    await expect(box).not_to_be_checked()
