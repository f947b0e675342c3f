"""Where things stand on the queue's page: the comment and its entry on screen, whatever is done."""

import pytest
from playwright.async_api import expect

from tests.support.comments import waiting
from tests.support.queue import WORDS, calm, press, ready, settled, size, turn_to
from tests.support.queue_stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

_BEGINS: str = """
() => {
    const head = document.querySelector("#focus article h2").getBoundingClientRect();
    const foot = document.querySelector("#actions").getBoundingClientRect();
    return head.top >= 0 && head.bottom <= foot.top;
}
"""
"""Whether the comment's beginning is on screen, and above the buttons."""

_LISTED: str = """
() => {
    const entry = document.querySelector("#list .entry:has([aria-current])");
    const place = entry.getBoundingClientRect();
    const side = document.querySelector("#side").getBoundingClientRect();
    const bar = document.querySelector("#bulk").getBoundingClientRect();
    return place.top >= bar.bottom && place.bottom <= side.bottom;
}
"""
"""Whether the entry of the comment in focus is in sight within the list."""


@pytest.mark.parametrize("width", [360, 768, 900])
async def test_a_narrow_window_always_shows_where_the_comment_begins(
    stage: Stage, width: int
) -> None:
    await stage.fill(12)
    page = await stage.moderator(viewport=size(width))
    await calm(page)
    assert await page.evaluate("scrollY") == 0
    for key in ("a", "s", "1", "j", "u", "j"):
        await page.evaluate("scrollTo(0, 900)")
        await press(page, key)
        await calm(page)
        assert await page.evaluate(_BEGINS), key
    await turn_to(page, "side")
    await page.locator("#list a").last.click()
    await calm(page)
    assert await page.evaluate(_BEGINS)


async def test_the_entry_in_focus_is_in_sight_though_colleagues_hold_the_first_ones(
    stage: Stage,
) -> None:
    await stage.fill(30)
    for name in ("Ann", "Bob", "Cleo"):
        await ready(await stage.moderator(name, viewport=size(1280)))
    page = await stage.moderator("Dan", viewport=size(1280))
    await calm(page)
    assert await page.locator("#list .theirs").count() >= 18
    assert await page.evaluate(_LISTED)
    for _ in range(9):
        await press(page, "j")
    await calm(page)
    assert await page.evaluate(_LISTED)
    assert await page.evaluate("scrollY") == 0


async def test_deciding_a_selected_comment_by_key_counts_one_less(stage: Stage) -> None:
    await stage.fill(5)
    page = await stage.moderator()
    await ready(page)
    for _ in range(3):
        await press(page, "x")
        await press(page, "j")
    picked = page.locator("#picked")
    await expect(picked).to_have_text("3 selected")
    for _ in range(3):
        await press(page, "k")
    await press(page, "a")
    await expect(picked).to_have_text("2 selected")
    await settled(page)
    await press(page, "u")
    await expect(page.locator("#list .entry")).to_have_count(5)
    await expect(picked).to_have_text("2 selected")


async def test_line_breaks_of_windows_are_line_breaks(stage: Stage) -> None:
    await stage.post([{**waiting(1)[0], "body": "first line\r\nsecond line\rthird"}])
    page = await stage.moderator()
    await expect(page.locator("#focus .words .hidden")).to_have_text(["U+000D"])
    text = await page.locator("#focus .words").evaluate(WORDS)
    assert text.splitlines() == ["first line", "second lineU+000Dthird"]


async def test_a_sentence_keeps_boxes_apart_from_a_name(stage: Stage) -> None:
    await stage.post(waiting(1))
    await stage.connection.execute("update comment set name = $1", "Nm\u200bevil")  # of before
    page = await stage.moderator()
    await ready(page)
    await press(page, "a")
    await expect(page.locator("#said")).to_contain_text("Approved: Nm [U+200B] evil.")
