"""Decided comments at the queue's desk: the same seat and keys, but what is decided stays."""

import re
from functools import partial

import pytest
from playwright.async_api import Page, expect

from tests.support.comments import waiting
from tests.support.queue import press, ready, seen, settled, violations
from tests.support.queue_stage import Stage, sign_in
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def at_the_desk(stage: Stage, query: str = "") -> tuple[Page, list[str]]:
    """Three approved comments at the desk of a moderator, the newest decision in focus."""
    ids = await stage.post(waiting(3))
    await stage.publish(ids)
    return await stage.moderator(path=f"/decided{query}"), ids


async def test_a_decision_is_changed_in_its_place_by_the_queues_keys_and_undone(
    stage: Stage,
) -> None:
    page, ids = await at_the_desk(stage)
    entries = page.locator(".entry")
    await expect(entries).to_have_count(3)
    first = await entries.first.get_attribute("data-id")
    await expect(page.locator("#focus .past")).to_contain_text("Before approved it")
    await press(page, "a")
    await expect(page.locator("#said")).to_contain_text("It is approved already.")
    await press(page, "1")
    await expect(entries.first).to_contain_text("You, just now. Rejected: spam")
    await settled(page)
    assert (await stage.statuses())[str(first)] == "rejected"
    await expect(entries).to_have_count(3)
    await expect(entries.nth(1).locator("a")).to_have_attribute("aria-current", "true")
    await press(page, "k")
    await expect(page.locator("#focus .past")).to_contain_text("Ann rejected it as spam")
    await expect(page.locator("#focus .facts .status")).to_have_text("rejected")
    await press(page, "u")
    await expect(entries.first).to_contain_text("Before approved it.")
    await expect(page.locator("#said")).to_contain_text("is as it was before")
    await until(partial(stage.all_are, "approved"))
    assert await stage.connection.fetchval("select count(*) from claim") == 0
    assert set(ids) == set(await stage.statuses())


async def test_many_are_changed_as_one_and_the_author_opens(stage: Stage) -> None:
    page, _ = await at_the_desk(stage, "?staff=Before&status=approved")
    await press(page, "g")
    await expect(page.locator("#drawer")).to_be_visible()
    await press(page, "Escape")
    for _ in range(3):
        await press(page, "x")
        await press(page, "j")
    await press(page, "d")
    await seen(page)
    await page.get_by_role("button", name="Reject 3 comments").click()
    await settled(page)
    assert await stage.all_are("rejected")
    await expect(page.locator(".entry .status.rejected")).to_have_count(3)
    await press(page, "u")
    await until(partial(stage.all_are, "approved"))
    await expect(page.locator(".entry .status.approved")).to_have_count(3)
    assert await violations(page) == []


async def test_what_a_colleague_changed_meanwhile_is_not_overwritten(stage: Stage) -> None:
    page, _ = await at_the_desk(stage)
    bob = await stage.moderator("Bob", at=1, path="/decided")
    await press(bob, "2")
    await settled(bob)
    await press(page, "1")
    await expect(page.locator("#said")).to_contain_text("stays as it was")
    await expect(page.locator(".entry .status").first).to_have_text("rejected")
    await press(page, "k")
    await expect(page.locator("#focus .past")).to_contain_text("Bob rejected it as toxicity")
    changed = "select reason from decision where staff_id is not null and action = 'reject'"
    assert [row["reason"] for row in await stage.connection.fetch(changed)] == ["toxicity"]


async def test_more_of_the_list_comes_with_its_filters(stage: Stage) -> None:
    ids = await stage.post(waiting(30))
    await stage.publish(ids)
    page = await stage.moderator(path="/decided?status=approved")
    await expect(page.locator(".entry")).to_have_count(25)
    await page.locator("#more").click()
    await expect(page.locator(".entry")).to_have_count(30)
    await expect(page).to_have_url(re.compile(r"status=approved&comment="))
    for _ in range(29):
        await press(page, "j")
    await ready(page)
    await expect(page.locator(".entry").last.locator("a")).to_have_attribute("aria-current", "true")


async def test_a_word_that_is_selected_in_a_comment_goes_to_the_websites_list(stage: Stage) -> None:
    await stage.post([{**waiting(1)[0], "body": "Come to the zonkplace tonight"}])
    await stage.hire("Root", "admin")
    page = await stage.window()
    await page.goto("/queue?order=oldest")
    await sign_in(page, "Root")
    await ready(page)
    await page.locator("#focus .words").dblclick(position={"x": 140, "y": 30})
    await expect(page.locator("#pick")).to_be_visible()
    word = await page.evaluate("getSelection().toString().trim()")
    await press(page, "w")
    drawer = page.locator("#drawer")
    await expect(drawer.get_by_label("Word or phrase")).to_have_value(word)
    await expect(drawer).to_contain_text("1 of the 1 newest comments here has it: 0 approved")
    assert await violations(page) == []
    await press(page, "Enter")
    await expect(drawer).to_contain_text("are rejected from now on")
    assert await stage.connection.fetch("select entry, list::text from site_word") == [
        (word, "blocked")
    ]
    await press(page, "Enter")
    await expect(drawer).to_contain_text("It is taken out again.")
    assert await stage.connection.fetchval("select count(*) from site_word") == 0
    await press(page, "Escape")
    await expect(drawer).to_be_hidden()
