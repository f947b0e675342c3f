"""What a moderator sees around a comment: the article, the thread with what waits, why, scores."""

import pytest
from playwright.async_api import expect

from tests.support.comments import PAGES, waiting
from tests.support.queue import press, ready, shown, size, too_wide, violations
from tests.support.queue_stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

TITLE = "Council votes on the <b>harbour</b> bridge"


async def talk(stage: Stage) -> tuple[list[str], str]:
    """A thread on one page: a first comment, shown, two answers, one shown; the one in focus."""
    one, two, three, four, five = waiting(5)
    page = {"page": PAGES[0], "page_title": TITLE}
    (first,) = await stage.post([{**one, **page, "name": "First"}])
    (other,) = await stage.post([{**two, **page, "name": "Elsewhere"}])
    answers = await stage.post([
        {**three, **page, "name": "Shown", "parent_id": first},
        {**four, **page, "name": "Waiting", "parent_id": first},
        {**five, **page, "name": "Focus", "parent_id": first},
    ])  # fmt: skip
    await stage.publish([first, other, answers[0]])
    (below,) = await stage.post(
        [{**waiting(6)[5], **page, "name": "Below", "parent_id": answers[2]}]
    )
    return [first, *answers[:2], answers[2], below], answers[2]


async def test_the_conversation_stands_around_a_comment_with_what_waits_in_it(stage: Stage) -> None:
    ids, focus_id = await talk(stage)
    page = await stage.moderator(path=f"/queue?comment={focus_id}", viewport=size(1280))
    await ready(page)
    focus = page.locator("#focus")
    await expect(focus.get_by_role("link", name=TITLE)).to_have_attribute("href", PAGES[0])
    turns = focus.locator(".conversation li")
    names = ["First", "Shown", "Waiting", "Focus", "Below"]
    await expect(turns.locator(".name")).to_have_text(names)
    await expect(turns.nth(3)).to_contain_text("This comment")
    await expect(turns.locator(".status")).to_have_text(["waiting", "waiting"])
    because = focus.locator(".because")
    await expect(because).to_contain_text("This site holds every comment")
    rest = focus.locator(".rest table")
    await expect(rest).to_be_hidden()
    await press(page, "v")
    await expect(rest).to_be_visible()
    await press(page, "j")
    await expect(focus.locator(".rest table")).to_be_visible()
    assert await violations(page) == []
    for width in (360, 700, 2560):
        await page.set_viewport_size(size(width))
        assert await too_wide(page) == [], width
    await page.goto(f"/comments/{focus_id}")
    await expect(page.locator(".conversation .name")).to_have_text(names)
    await page.locator(".conversation a", has_text="Waiting").click()
    await page.wait_for_url(f"**/comments/{ids[2]}")


@pytest.mark.parametrize("width", [360, 1280, 2560])
async def test_a_reason_is_at_hand_in_one_row_of_buttons(stage: Stage, width: int) -> None:
    ids = await stage.fill(2)
    page = await stage.moderator(viewport=size(width))
    await ready(page)
    row = await page.locator("#actions").bounding_box()
    assert row is not None
    assert row["height"] < 70
    if width < 2560:
        await page.get_by_role("button", name="Reject", exact=True).click()
    await page.get_by_role("button", name="Threat").click()
    await expect(page.locator("#last .what").first).to_have_text("Rejected: threat")
    await expect(page.locator("#rejections:popover-open")).to_have_count(0)
    assert (await stage.statuses())[ids[0]] in {"pending", "rejected"}


@pytest.mark.parametrize("width", [360, 1280, 2560])
async def test_the_reason_that_goes_with_why_it_was_held_is_at_hand_first(
    stage: Stage, width: int
) -> None:
    """Seen by colour and line, and it has the keyboard; without one it is the first."""
    await stage.post([{**waiting(1)[0], "body": "A lovely walk along the river, thank you."}])
    held = await stage.in_doubt()
    page = await stage.moderator(viewport=size(width), path="/queue?order=newest")
    await ready(page)
    assert await shown(page) == held
    reasons = page.locator("[name=reject]")
    paint = "(node) => [getComputedStyle(node).borderBottomWidth, node.value].join()"
    await press(page, "r")
    await expect(page.get_by_role("button", name="Toxicity")).to_be_focused()
    assert [await each.evaluate(paint) for each in await reasons.all()].count("3px,toxicity") == 1
    assert await violations(page) == []
    await page.keyboard.press("Enter")
    await expect(page.locator("#last .what").first).to_have_text("Rejected: toxicity")
    await press(page, "r")
    await expect(page.get_by_role("button", name="Spam")).to_be_focused()
    assert "3px" not in [(await each.evaluate(paint))[:3] for each in await reasons.all()]
