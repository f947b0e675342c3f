"""A moderator works the queue in a real browser: by keyboard, by mouse, without JavaScript."""

import re

import pytest
from playwright.async_api import expect

from tests.support.comments import PAGES, waiting
from tests.support.queue import press, ready, seen, settled, shown
from tests.support.queue_stage import Stage
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_ten_comments_are_worked_by_keyboard_alone(stage: Stage) -> None:
    ids = await stage.fill(12)
    page = await stage.moderator()
    await ready(page)
    keys = ["a", "1", "a", "2", "3", "a", "8", "a", "4", "a"]
    for id_, key in zip(ids, keys, strict=False):
        assert await shown(page) == id_
        await press(page, key)
    await settled(page)
    statuses = await stage.statuses()
    assert [statuses[id_] for id_ in ids[:10]] == [
        "approved" if key == "a" else "rejected" for key in keys
    ]
    assert [statuses[id_] for id_ in ids[10:]] == ["pending", "pending"]
    reasons = "select reason from decision where action = 'reject' order by at"
    rows = await stage.connection.fetch(reasons)
    assert [row["reason"] for row in rows] == ["spam", "toxicity", "harassment", "other", "hate"]


async def test_undo_brings_back_the_last_ones(stage: Stage) -> None:
    first, second, third = await stage.fill(3)
    page = await stage.moderator()
    await ready(page)
    await press(page, "a")
    await press(page, "1")
    await settled(page)
    await press(page, "u")
    assert await shown(page) == second
    await seen(page)
    await page.locator("#last button").first.click()
    assert await shown(page) == first
    await expect(page.locator("#last li")).to_have_count(0)
    await expect(page.locator("#list .entry")).to_have_count(3)
    await until(lambda: stage.all_are("pending"))
    await press(page, "2")
    await settled(page)
    assert (await stage.statuses())[first] == "rejected"
    assert third in await stage.statuses()


async def test_decisions_of_an_earlier_visit_can_be_undone(stage: Stage) -> None:
    first, second = await stage.fill(2)
    page = await stage.moderator()
    await ready(page)
    await press(page, "a")
    await settled(page)
    await page.reload()
    await ready(page)
    assert await shown(page) == second
    await press(page, "u")
    await page.locator(f'#focus [data-id="{first}"]').wait_for()
    assert (await stage.statuses())[first] == "pending"


async def test_a_note_goes_with_its_decision(stage: Stage) -> None:
    first, second = await stage.fill(2)
    page = await stage.moderator()
    await ready(page)
    await press(page, "n")
    await page.keyboard.type("a second look, please")
    await press(page, "Escape")
    await press(page, "j")
    await expect(page.locator("#note")).to_have_value("")
    await press(page, "k")
    await expect(page.locator("#note")).to_have_value("a second look, please")
    await press(page, "7")
    await settled(page)
    row = await stage.connection.fetchrow("select * from decision where action = 'reject'")
    assert row is not None
    assert (str(row["comment_id"]), row["note"]) == (first, "a second look, please")
    assert await shown(page) == second


async def test_skip_leaves_a_comment_to_colleagues(stage: Stage) -> None:
    first, second = await stage.fill(2)
    page = await stage.moderator()
    await ready(page)
    await press(page, "s")
    assert await shown(page) == second
    held = "select array_agg(comment_id::text) from claim"

    async def only_the_second() -> bool:
        return bool(await stage.connection.fetchval(held) == [second])

    await until(only_the_second)
    assert (await stage.statuses())[first] == "pending"


async def test_bulk_asks_with_the_number_and_decides_all(stage: Stage) -> None:
    ids = await stage.fill(5)
    page = await stage.moderator()
    await ready(page)
    for _ in range(3):
        await press(page, "x")
        await press(page, "j")
    await expect(page.locator("#picked")).to_have_text("3 selected")
    await page.get_by_role("button", name="Reject…").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading")).to_have_text("Reject 3 comments?")
    await dialog.get_by_role("button", name="Cancel").click()
    assert set((await stage.statuses()).values()) == {"pending"}
    await page.get_by_role("button", name="Reject…").click()
    await dialog.get_by_label("Reason").select_option("off_topic")
    await seen(page)
    await dialog.get_by_role("button", name="Reject 3 comments").click()
    await expect(page.locator("#said")).to_have_text("3 rejected.")
    statuses = await stage.statuses()
    assert [statuses[id_] for id_ in ids] == ["rejected"] * 3 + ["pending"] * 2
    await expect(page.locator("#list .entry")).to_have_count(2)


async def test_the_same_by_mouse(stage: Stage) -> None:
    first, second, third = await stage.fill(3)
    page = await stage.moderator()
    await ready(page)
    await page.locator(f'#list [data-id="{second}"] a').click()
    assert await shown(page) == second
    await page.get_by_role("button", name="Reject", exact=True).click()
    await seen(page)
    await page.get_by_role("button", name="Threat").click()
    assert await shown(page) == third
    await seen(page)
    await page.get_by_role("button", name="Approve", exact=True).click()
    await settled(page)
    statuses = await stage.statuses()
    assert [statuses[id_] for id_ in (first, second, third)] == ["pending", "rejected", "approved"]


async def test_the_address_can_be_shared(stage: Stage) -> None:
    ids = await stage.fill(4)
    page = await stage.moderator(path="/queue?order=newest&q=bridge")
    await ready(page)
    await expect(page.locator(".active a")).to_contain_text("“bridge”")
    wanted = await shown(page)
    await expect(page).to_have_url(re.compile(rf"order=newest.*q=bridge.*comment={wanted}"))
    other = await page.context.new_page()
    await other.goto(f"/queue?comment={ids[1]}")
    assert await shown(other) == ids[1]
    await other.close()


async def test_help_lists_the_keys_and_they_can_be_turned_off(stage: Stage) -> None:
    (id_,) = await stage.fill(1)
    page = await stage.moderator()
    await ready(page)
    await press(page, "?")
    await expect(page.get_by_role("dialog")).to_contain_text("undo your last decision")
    await page.get_by_label("Keys without Ctrl or Alt").uncheck()
    await press(page, "Escape")
    await press(page, "a")
    await ready(page)
    assert (await stage.statuses())[id_] == "pending"


async def test_without_javascript_the_queue_is_there_and_can_be_worked(stage: Stage) -> None:
    first, second = await stage.fill(2)
    page = await stage.window(java_script_enabled=False)
    await stage.hire("Ann")
    await page.goto("/queue?order=oldest")
    await page.get_by_label("Name").fill("Ann")
    await page.get_by_label("Password").fill("a long password of a test")
    await page.get_by_role("button", name="Sign in").click()
    assert await shown(page) == first
    await expect(page.locator("#list .entry")).to_have_count(2)
    await page.get_by_label("Note for colleagues").first.fill("seen")
    await page.get_by_role("button", name="Reject", exact=True).click()
    await page.get_by_role("button", name="Spam", exact=False).first.click()
    assert await shown(page) == second
    assert (await stage.statuses())[first] == "rejected"
    await page.get_by_role("button", name="Undo the decision").click()
    assert await shown(page) == first
    assert (await stage.statuses())[first] == "pending"


async def test_an_empty_queue_says_so_and_fills_by_itself(stage: Stage) -> None:
    page = await stage.moderator()
    await expect(page.get_by_role("heading", name="Nothing waits here")).to_be_visible()
    (id_,) = await stage.fill(1)
    assert await shown(page) == id_


async def test_filters_narrow_the_list_and_can_be_taken_away(stage: Stage) -> None:
    ids = await stage.fill(12)
    page = await stage.moderator()
    await ready(page)
    await page.get_by_text("Filters", exact=True).click()
    await page.locator("select[name=language]").select_option("ru")
    await expect(page.locator("#list .entry")).to_have_count(1)
    assert await shown(page) == ids[5]
    await page.get_by_role("link", name="Russian").click()
    await expect(page.locator("#list .entry")).to_have_count(12)
    await page.goto(f"/queue?order=oldest&site=news&page={PAGES[2]}&reason=held_by_site")
    await expect(page.locator("#list .entry")).to_have_count(4)
    assert await shown(page) == ids[2]


async def test_new_comments_are_offered_and_loaded(stage: Stage) -> None:
    (first,) = await stage.fill(1)
    page = await stage.moderator()
    await ready(page)
    await stage.post(waiting(3)[1:])
    fresh = page.get_by_role("button", name="Show 2 new comments")
    await expect(fresh).to_be_visible()
    await press(page, "l")
    await expect(page.locator("#list .entry")).to_have_count(3)
    await expect(fresh).to_be_hidden()
    assert await shown(page) == first
