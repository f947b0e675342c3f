"""A website edits what a moderator has read, or selected: nobody decides about a text unread."""

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.support.comments import waiting
from tests.support.queue import press, ready, seen, settled
from tests.support.queue_stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

OTHERWISE = "Said otherwise."
AT_ONCE = """
new MutationObserver(() => {
    document.dispatchEvent(new KeyboardEvent("keydown", { key: "a", code: "KeyA" }));
}).observe(document.querySelector("#focus"), { childList: true })
"""
"""Presses the key that approves whenever something comes up in the pane."""


async def edit(stage: Stage, id_: str) -> None:
    """Have its website say something else in a comment."""
    headers = {"Authorization": f"Bearer {stage.key}"}
    async with httpx.AsyncClient(base_url=stage.addresses[1], headers=headers) as http:
        answer = await http.patch(f"/v1/comments/{id_}", json={"body": OTHERWISE})
    assert answer.status_code == 200


async def reads_it_anew(page: Page, stage: Stage, id_: str) -> None:
    """The new text is shown, is not decided about by a key for the old one, and can be decided."""
    await expect(page.locator("#focus .words")).to_have_text(OTHERWISE)
    assert (await stage.statuses())[id_] == "pending"
    await press(page, "a")
    await settled(page)
    assert (await stage.statuses())[id_] == "approved"


async def test_a_list_that_is_loaded_anew_shows_the_text_as_it_is_by_now(stage: Stage) -> None:
    ids = await stage.fill(2)
    page = await stage.moderator()
    await ready(page)
    await edit(stage, ids[0])
    await page.evaluate(AT_ONCE)
    await press(page, "l")
    await reads_it_anew(page, stage, ids[0])


async def test_what_is_fetched_anew_for_its_conversation_is_shown(stage: Stage) -> None:
    """The comment after one is of the same author: how they stand is renewed with its text."""
    comments = [{**each, "email": "one@mail.example"} for each in waiting(2)]
    ids = await stage.post(comments)
    page = await stage.moderator()
    await ready(page)
    await edit(stage, ids[1])
    await press(page, "a")
    await expect(page.locator("#focus article")).to_have_attribute("data-id", ids[1])
    await page.evaluate(AT_ONCE)
    await reads_it_anew(page, stage, ids[1])


async def test_what_was_selected_by_its_old_text_is_selected_no_longer(stage: Stage) -> None:
    ids = await stage.fill(4)
    page = await stage.moderator()
    await ready(page)
    await page.locator("#all").check()
    await edit(stage, ids[1])
    await press(page, "l")
    await expect(page.locator("#picked")).to_have_text("3 selected")
    await press(page, "b")
    await press(page, "Control+Enter")
    await expect(page.locator("#said")).to_have_text("3 approved.")
    assert (await stage.statuses())[ids[1]] == "pending"


async def test_the_list_says_what_a_text_says_by_now(stage: Stage) -> None:
    """The claim of the ones that come next tells that one is another; its text comes then."""
    ids = await stage.fill(12)
    page = await stage.moderator()
    await ready(page)
    await page.locator("#all").check()
    await edit(stage, ids[7])
    await page.locator("#list a").nth(5).click()
    await expect(page.locator("#picked")).to_have_text("11 selected")
    entry = page.locator(f'#list [data-id="{ids[7]}"]')
    await expect(entry.locator(".pick")).to_be_disabled()
    await press(page, "j")
    await expect(entry.locator(".excerpt")).to_have_text(OTHERWISE)
    await expect(entry.locator(".pick")).to_be_enabled()
    await entry.locator(".pick").check()
    await expect(page.locator("#picked")).to_have_text("12 selected")
    await seen(page)
