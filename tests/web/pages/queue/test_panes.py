"""Where a window is too narrow for both, the comment and the list are two tabs."""

from functools import partial

import pytest
from playwright.async_api import expect

from tests.support.comments import waiting
from tests.support.queue import press, ready, seen, shown, size, turn_to, violations
from tests.support.queue_stage import Stage
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROWS = """
[...document.querySelectorAll(".top > *, .top .panes label")]
    .filter((node) => node.checkVisibility())
    .map((node) => node.getBoundingClientRect())
    .filter((at, _, all) => at.top >= all[0].bottom || at.right > innerWidth || at.left < 0).length
"""
"""How much of the head is not in its first line."""


@pytest.mark.parametrize("language", ["en-GB", "ar", "de"])
async def test_on_a_phone_the_list_is_a_tab_beside_the_comment_in_a_head_of_one_line(
    stage: Stage, language: str
) -> None:
    first, second, *_ = await stage.fill(12)
    page = await stage.moderator(viewport=size(360), has_touch=True, locale=language)
    await ready(page)
    entries = page.locator("#list .entry")
    approve = page.locator(".approve")
    assert await page.evaluate(ROWS) == 0
    assert await shown(page) == first
    await expect(entries.first).to_be_hidden()
    await turn_to(page, "side")
    await expect(entries.first).to_be_visible()
    await expect(page.locator("#focus")).to_be_hidden()
    await expect(approve).to_be_hidden()
    assert await violations(page) == []
    await page.locator(f'#list [data-id="{second}"] a').click()
    assert await shown(page) == second
    await expect(approve).to_be_visible()
    await expect(entries.first).to_be_hidden()


@pytest.mark.parametrize("language", ["de", "fr", "ru"])
async def test_beside_the_places_what_waits_leaves_room_for_ones_name(
    stage: Stage, language: str
) -> None:
    """An admin has the most places."""
    await stage.fill(2)
    page = await stage.window(viewport=size(1280), locale=language)
    secret = await stage.hire("Maximilian von Hohenfels", "admin")
    assert (await page.request.post("/sign-in/link", data={"secret": secret})).ok
    await page.goto("/queue?q=nowhere")
    await page.locator("#desk.at-work").wait_for()
    assert await page.evaluate(ROWS) == 0


BEGINNING = """
() => {
    const words = document.querySelector("#focus .page").firstChild, range = new Range();
    range.setStart(words, 0);
    range.setEnd(words, 8);
    const at = range.getBoundingClientRect(), line = words.parentNode.closest("p");
    const { left, right } = line.getBoundingClientRect();
    return { cut: line.scrollWidth > line.clientWidth, seen: at.left >= left && at.right <= right };
}
"""
"""Whether the line of the page's address is cut, and its first letters are seen."""


@pytest.mark.parametrize("language", ["en-GB", "ar"])
async def test_a_long_address_of_a_page_is_cut_at_its_end(stage: Stage, language: str) -> None:
    await stage.post([{**waiting(1)[0], "page": f"https://news.example/{'long/' * 30}"}])
    page = await stage.moderator(viewport=size(360), locale=language)
    await ready(page)
    assert await page.evaluate(BEGINNING) == {"cut": True, "seen": True}


async def test_a_key_decides_nothing_about_a_comment_that_the_list_hides(stage: Stage) -> None:
    first, *_ = await stage.fill(3)
    page = await stage.moderator(viewport=size(640))
    await ready(page)
    await turn_to(page, "side")
    await page.locator("body").click(position={"x": 5, "y": 700})
    await press(page, "a")
    await expect(page.locator(".approve")).to_be_visible()
    await expect(page.locator("#said")).to_contain_text("read it, then decide")
    assert await stage.all_are("pending")
    await press(page, "a")
    await until(partial(is_approved, stage, first))


async def is_approved(stage: Stage, id_: str) -> bool:
    """Say whether a comment is shown."""
    return (await stage.statuses())[id_] == "approved"


async def test_the_keyboard_goes_from_tab_to_tab_and_searches_the_list(stage: Stage) -> None:
    await stage.fill(12)
    page = await stage.moderator(viewport=size(360))
    await ready(page)
    search = page.get_by_role("searchbox")
    await press(page, "/")
    await expect(search).to_be_focused()
    await page.keyboard.type("Mikkel")
    await press(page, "Enter")
    await page.wait_for_url("**q=Mikkel**")
    await expect(page.locator("#list .entry")).to_have_count(1)
    await expect(page.locator("#list .entry")).to_be_visible()
    await page.get_by_role("radio", name="List").focus()
    await press(page, "ArrowLeft")
    await expect(page.locator("#focus .words")).to_be_visible()


async def test_keys_work_on_the_list_whose_tab_was_pressed(stage: Stage) -> None:
    await stage.fill(3)
    page = await stage.moderator(viewport=size(360))
    await ready(page)
    await turn_to(page, "side")
    await press(page, "x")
    await expect(page.locator("#picked")).to_have_text("1 selected")


async def test_what_is_done_to_many_is_said_and_undone_beside_the_list(stage: Stage) -> None:
    await stage.fill(3)
    page = await stage.moderator(viewport=size(360), has_touch=True)
    await ready(page)
    await turn_to(page, "side")
    await page.locator("#all").check()
    await page.get_by_role("button", name="Reject…").click()
    await seen(page)
    await page.locator("#many-yes").click()
    await until(partial(stage.all_are, "rejected"))
    await expect(page.locator("#said")).to_be_in_viewport()
    await expect(page.locator("#said")).to_contain_text("3 rejected")
    await page.locator("#last button").click()
    await until(partial(stage.all_are, "pending"))


async def test_without_scripts_the_tabs_are_there_too(stage: Stage) -> None:
    await stage.fill(2)
    signed = await stage.moderator()
    page = await stage.window(
        java_script_enabled=False,
        viewport=size(360),
        storage_state=await signed.context.storage_state(),
    )
    await page.goto("/queue")
    await expect(page.locator("#list .entry").first).to_be_hidden()
    await turn_to(page, "side")
    await expect(page.locator("#list .entry").first).to_be_visible()
    await expect(page.locator("#focus")).to_be_hidden()
