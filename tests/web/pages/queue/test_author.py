"""The author of a comment at the desk: the drawer by keys alone, a standing, all that waits."""

import pytest
from playwright.async_api import expect

from tests.support.comments import waiting
from tests.support.queue import press, ready, seen, size, too_wide, violations
from tests.support.queue_stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

ADDRESS = "same.person@mail.example"


async def test_the_author_is_at_hand_and_all_that_waits_of_them_goes_and_comes_back(
    stage: Stage,
) -> None:
    mine = [{**each, "email": ADDRESS, "name": "Mikkel"} for each in waiting(3)]
    await stage.post([*mine, *waiting(5)[3:]])
    page = await stage.moderator()
    await ready(page)
    drawer = page.get_by_role("dialog")
    await press(page, "g")
    await expect(drawer.get_by_role("heading", name="Mikkel")).to_be_visible()
    await expect(drawer.locator(".tally")).to_contain_text("3 waiting")
    await expect(drawer.locator(".written > li")).to_have_count(3)
    assert ADDRESS not in await page.content()
    assert await violations(page) == []
    for width in (360, 2560):
        await page.set_viewport_size(size(width))
        assert await too_wide(page) == []
    await page.set_viewport_size(size(1280))
    await drawer.get_by_label("How long").select_option("7")
    await seen(page)
    await drawer.get_by_role("button", name="Ban").press("Enter")
    await expect(drawer.locator(".standing")).to_contain_text("Banned until")
    await expect(drawer.locator("#drawer-in :focus")).to_have_count(1)
    await stage.post([{**waiting(9)[8], "email": ADDRESS}])
    assert list((await stage.statuses()).values())[-1] == "rejected"
    await seen(page)
    await drawer.get_by_role("button", name="Undo my change").press("Enter")
    await expect(drawer.locator(".standing")).to_have_text("Normal")
    await seen(page)
    came_of_it = drawer.locator("#drawer-in [role=status]")
    await drawer.get_by_text("Reject all that waits of this author (3)").press("Enter")
    await drawer.get_by_label("Reason").select_option("spam")
    await seen(page)
    await drawer.get_by_role("button", name="Reject 3 comments").press("Enter")
    await expect(came_of_it).to_contain_text("3 comments rejected.")
    await expect(came_of_it).to_be_focused()
    await expect(page.locator("#list .entry")).to_have_count(2)
    await seen(page)
    await drawer.get_by_role("button", name="Undo", exact=True).press("Enter")
    await expect(came_of_it).to_contain_text("3 comments wait again.")
    await press(page, "Escape")
    await expect(page.locator("#list .entry")).to_have_count(5)
    await press(page, "g")
    await drawer.get_by_text("Reject all that waits of this author").wait_for()
    await press(page, "g")
    await expect(drawer).to_be_hidden()
    await expect(page.locator("#focus")).to_be_focused()


async def test_where_there_is_room_the_author_stands_beside_the_comment(stage: Stage) -> None:
    """And is another as soon as the comment is another's; what stands there leads to the drawer."""
    mine = [{**each, "email": ADDRESS, "name": "Mikkel"} for each in waiting(3)]
    await stage.post([*mine, {**waiting(4)[3], "name": "Sigrid"}])
    page = await stage.moderator(viewport={"width": 1280, "height": 800})
    await ready(page)
    beside = page.locator("#beside")
    await expect(beside).to_be_hidden()
    await page.set_viewport_size({"width": 2560, "height": 1440})
    await expect(beside.get_by_role("heading", name="Mikkel")).to_be_visible()
    await expect(beside.locator(".tally")).to_contain_text("3 waiting")
    await expect(beside.locator(".written > li")).to_have_count(3)
    assert await violations(page) == []
    assert await too_wide(page) == []
    assert ADDRESS not in await page.content()
    await press(page, "a")
    await expect(beside.locator(".tally")).to_contain_text("1 approved")
    await page.locator("#list a", has_text="Sigrid").click()
    await expect(beside.get_by_role("heading", name="Sigrid")).to_be_visible()
    await beside.get_by_role("link", name="Sigrid").click()
    await expect(page.get_by_role("dialog").get_by_role("heading", name="Sigrid")).to_be_visible()
    await press(page, "Escape")
    await page.set_viewport_size({"width": 1280, "height": 800})
    await expect(beside).to_be_hidden()


async def test_what_one_has_just_decided_is_so_beside_the_next_comments_too(stage: Stage) -> None:
    """They were fetched before it was; what is being read stays where it is."""
    same = {"email": ADDRESS, "name": "Mikkel", "page": "https://news.example/same"}
    first, *_ = await stage.post([{**each, **same} for each in waiting(4)])
    page = await stage.moderator()
    await ready(page)
    beside = page.locator(f'.conversation [data-shows="{first}"]')
    await press(page, "a")
    await page.locator("#focus article").evaluate("article => { article.dataset.same = 'yes'; }")
    await expect(page.locator("#focus .facts").first).to_contain_text("1 approved")
    await expect(page.locator("#focus .facts").first).to_contain_text("3 waiting")
    await expect(beside).to_have_count(1)
    await expect(beside.locator(".status")).to_have_count(0)
    assert await page.locator("#focus article").get_attribute("data-same") == "yes"
    await press(page, "j")
    await expect(page.locator("#focus .facts").first).to_contain_text("1 approved")
    await press(page, "k")
    await press(page, "u")
    await expect(page.locator("#focus .facts").first).to_contain_text("4 waiting")
    await press(page, "j")
    await expect(page.locator("#focus .facts").first).to_contain_text("4 waiting")
    await expect(beside.locator(".status")).to_have_text("waiting")
