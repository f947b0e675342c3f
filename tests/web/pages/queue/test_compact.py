"""The list is compact: what is before and beneath it leaves its entries the window."""

from typing import Final

import pytest
from playwright.async_api import expect

from tests.support.queue import press, ready, settled
from tests.support.queue_stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

_DESK: Final = {"width": 1280, "height": 800}
_IN_SIGHT: Final = """
() => {
    const side = document.querySelector("#side").getBoundingClientRect();
    const beneath = document.querySelector("#mine").getBoundingClientRect();
    const end = Math.min(side.bottom, beneath.top) + 0.5;
    return [...document.querySelectorAll("#list .entry")].filter((node) => {
        const at = node.getBoundingClientRect();
        return at.top >= side.top && at.bottom <= end;
    }).length;
}
"""
"""How many entries are seen whole."""

_PLACE: Final = "document.querySelector('#list').getBoundingClientRect().top"


@pytest.mark.parametrize("locale", ["en-GB", "de", "ar"])
async def test_fifteen_comments_are_in_sight_and_selecting_some_moves_none(
    stage: Stage, locale: str
) -> None:
    """With one's own last decision and what a colleague did beneath them."""
    ids = await stage.fill(20)
    page = await stage.moderator(viewport=_DESK, locale=locale)
    await ready(page)
    await press(page, "a")
    await settled(page)
    await stage.publish([ids[-1]])
    await expect(page.locator("#others li")).to_have_count(1)
    assert await page.evaluate(_IN_SIGHT) >= 15
    top = await page.evaluate(_PLACE)
    await press(page, "x")
    await expect(page.locator("[data-bulk=reject]")).to_be_visible()
    assert await page.evaluate(_PLACE) == top
    await expect(page.locator(".tabs")).to_be_hidden()
    await press(page, "x")
    await expect(page.locator(".tabs")).to_be_visible()
    await expect(page.locator("[data-bulk=reject]")).to_be_hidden()


async def test_filters_and_saved_views_open_over_the_list_by_the_keyboard(stage: Stage) -> None:
    await stage.fill(4)
    page = await stage.moderator(path="/queue?order=oldest&language=en", viewport=_DESK)
    await ready(page)
    button = page.locator(".filters > summary")
    await expect(button).to_have_text("Filters 1")
    top = await page.evaluate(_PLACE)
    await button.press("Enter")
    await page.get_by_label("Keep these filters").fill("In English")
    assert await page.evaluate(_PLACE) == top
    await page.keyboard.press("Enter")
    await page.wait_for_load_state()
    await page.locator("#desk.at-work").wait_for()
    await button.press("Enter")
    await expect(page.get_by_role("link", name="In English")).to_be_visible()
    remove = page.get_by_role("button", name="Remove the view In English")
    await remove.press("Enter")
    await page.wait_for_load_state()
    await expect(page.get_by_role("link", name="In English")).to_have_count(0)
