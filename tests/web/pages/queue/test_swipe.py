"""On a phone a finger decides: with the writing approves, against it rejects, along it scrolls."""

from functools import partial

import pytest
from playwright.async_api import Page, expect

from tests.support.queue import press, ready, seen, size
from tests.support.queue_stage import Stage
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def draw(page: Page, across: int, along: int = 0) -> None:
    """Draw a finger over the comment's text."""
    box = await page.locator("#focus .words").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + 20
    touch = await page.context.new_cdp_session(page)
    steps = [(x + across * part / 5, y + along * part / 5) for part in range(6)]
    for number, (left, top) in enumerate(steps):
        kind = "touchMove" if number else "touchStart"
        points = [{"x": left, "y": top}]
        await touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    await touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize(("language", "forward"), [("en-GB", 1), ("ar", -1)])
async def test_a_finger_across_a_comment_decides_and_one_press_takes_it_back(
    stage: Stage, language: str, forward: int
) -> None:
    first, second, _ = await stage.fill(3)
    page = await stage.moderator(viewport=size(360), has_touch=True, locale=language)
    await ready(page)
    for across, along in ((40 * forward, 0), (0, -150)):
        await draw(page, across, along)
        assert set((await stage.statuses()).values()) == {"pending"}
    await page.evaluate("scrollTo(0, 0)")
    await draw(page, 170 * forward)
    await until(partial(is_, stage, first, "approved"))
    await page.locator("#undo-now").click()
    await until(partial(is_, stage, first, "pending"))
    await expect(page.locator(f'#focus article[data-id="{first}"]')).to_be_visible()
    await press(page, "j")
    await expect(page.locator(f'#focus article[data-id="{second}"]')).to_be_visible()
    await seen(page)
    await draw(page, -170 * forward)
    await until(partial(is_, stage, second, "rejected"))


ENLARGED = """
Object.defineProperty(visualViewport, "scale", { configurable: true, get: () => 2 });
visualViewport.dispatchEvent(new Event("resize"));
"""
"""What two fingers do to a page, as its scripts see it."""


async def test_along_the_lines_of_an_enlarged_page_a_finger_decides_nothing(stage: Stage) -> None:
    """Whoever draws two fingers apart reads a line by drawing the page aside."""
    await stage.fill(2)
    page = await stage.moderator(viewport=size(360), has_touch=True)
    await ready(page)
    focus = page.locator("#focus")
    await page.evaluate(ENLARGED)
    await expect(focus).to_have_css("touch-action", "auto")
    for across in (170, -170) * 6:  # browsers take some of these for going back a page
        await draw(page, across)
    await ready(page)
    assert await stage.all_are("pending")
    await page.evaluate(
        "delete visualViewport.scale; visualViewport.dispatchEvent(new Event('resize'))"
    )
    await expect(focus).to_have_css("touch-action", "pan-y pinch-zoom")
    await draw(page, 170)
    await expect(page.locator("#said")).to_contain_text("Approved")


async def is_(stage: Stage, id_: str, status: str) -> bool:
    """Say whether a comment has this status."""
    return (await stage.statuses())[id_] == status
