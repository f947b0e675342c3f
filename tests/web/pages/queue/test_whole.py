"""All that match at the desk: their true number, one question, one decision, one undo."""

from functools import partial

import pytest
from playwright.async_api import expect

from tests.support.comments import PAGES
from tests.support.queue import held_up, press, ready, size, too_wide, violations
from tests.support.queue_stage import Stage
from tests.support.rows import NEW_ID

pytestmark = pytest.mark.asyncio(loop_scope="session")

MANY = 210  # more than a page lists, and than one bulk names


async def test_all_that_match_are_rejected_and_come_back_as_one(stage: Stage) -> None:
    ids = await stage.fill(2)
    await stage.connection.execute(COPIES, ids[0], MANY)
    page = await stage.moderator(path=f"/queue?order=oldest&page={PAGES[0]}")
    await ready(page)
    picks = page.locator("#list .pick")
    await picks.nth(1).click()
    await picks.nth(4).click(modifiers=["Shift"])
    await expect(page.locator("#picked")).to_have_text("4 selected")
    await press(page, "m")
    await expect(page.locator("#picked")).to_have_text(f"All {MANY + 1} selected")
    assert await violations(page) == []
    for width in (360, 1280):
        await page.set_viewport_size(size(width))
        assert await too_wide(page) == []
    await press(page, "d")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading")).to_have_text(f"Reject {MANY + 1} comments?")
    await dialog.get_by_label("Reason").select_option("spam")
    await press(page, "Control+Enter")
    await expect(page.locator("#said")).to_have_text(f"{MANY + 1} rejected.")
    await expect(page.locator("#list .entry")).to_have_count(0)
    assert sorted((await stage.statuses()).values()) == ["pending", *["rejected"] * (MANY + 1)]
    await expect(page.locator("#last .what").first).to_contain_text(f"{MANY + 1} comments")
    asked = await held_up(page, "**/v1/review/decisions/undo")
    await press(page, "u")
    await press(page, "u")
    await expect(page.locator("#said")).to_have_text("There is nothing to undo.")
    asked.release()
    await expect(page.locator("#said")).to_contain_text(f"Undone. {MANY + 1} comments wait again.")
    assert await stage.all_are("pending")
    assert asked.count == 1
    await expect(page).to_have_title(f"({MANY + 1}) Queue · Comment moderation")


async def test_who_leaves_one_out_does_not_decide_about_all(stage: Stage) -> None:
    ids = await stage.fill(3)
    page = await stage.moderator()
    await ready(page)
    for leave_out in (page.locator("#list .pick").nth(1).uncheck, partial(press, page, "x")):
        await page.locator("#all").check()
        await press(page, "m")
        await expect(page.locator("#picked")).to_have_text("All 3 selected")
        await leave_out()
        await expect(page.locator("#picked")).to_have_text("2 selected")
    await press(page, "b")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await press(page, "Control+Enter")
    await expect(page.locator("#said")).to_have_text("2 approved.")
    assert (await stage.statuses())[ids[0]] == "pending"


COPIES = f"""
with made as (
    insert into comment select (jsonb_populate_record(c, jsonb_build_object(
        'id', {NEW_ID}, 'idempotency_key', null, 'external_id', null
    ))).* from comment c, generate_series(1, $2) where c.id = $1 returning *
)
insert into decision (comment_id, version, to_status, action, actor)
select id, 1, status, 'submit', 'classifier' from made
"""
"""So many comments more like one."""
