"""Nothing is decided that nobody read: after a click, a swap, offline, on a small screen."""

import re
from functools import partial

import httpx
import pytest
from playwright.async_api import Page, expect

from tests.support.comments import waiting
from tests.support.queue import calm, press, ready, seen, settled, shown
from tests.support.queue_stage import Stage
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

LONG = "A line of a very long comment about the trams and the snow.\n" * 150

SCROLLED = """
() => {
    const seat = document.querySelector("#seat");
    return Math.max(seat.scrollTop, scrollY);
}
"""
"""How far the comment is scrolled, in its pane or with the window."""

WORDS_SEEN = """
() => {
    const words = document.querySelector("#focus .words");
    const foot = document.querySelector(".foot").getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(words);
    const line = range.getClientRects()[0];
    const bottom = Math.min(innerHeight, foot.top < innerHeight ? foot.top : innerHeight);
    return line.top >= 0 && line.bottom <= bottom;
}
"""
"""Whether the first line of the comment's own words is on screen, above the buttons."""


async def decided(stage: Stage) -> int:
    """How many decisions moderators have made."""
    count = "select count(*) from decision where actor = 'moderator'"
    return int(await stage.connection.fetchval(count))


async def scrolls_on(page: Page, key: str, before: float) -> bool:
    """Press a key, and say whether the comment is scrolled farther than before."""
    await press(page, key)
    await page.wait_for_timeout(100)
    return bool(await page.evaluate(SCROLLED) > before)


async def long_ones(stage: Stage, count: int) -> list[str]:
    """Comments that are far longer than any screen."""
    return await stage.post(
        [{**one, "body": f"{number}. {LONG}"} for number, one in enumerate(waiting(count))]
    )


@pytest.mark.parametrize("key", ["Space", "Enter"])
@pytest.mark.parametrize(
    "click", ["Approve", "Spam", "Skip", "Undo the decision", "entry", "tick", "note"]
)
async def test_after_a_click_neither_space_nor_enter_decides(
    stage: Stage, key: str, click: str
) -> None:
    await long_ones(stage, 4)
    page = await stage.moderator()
    await calm(page)
    await press(page, "a")
    await settled(page)
    before = await decided(stage)
    place = {
        "entry": page.locator("#list a").nth(1),
        "tick": page.locator("#list .pick").first,
        "note": page.get_by_role("button", name="Off topic"),
    }.get(click, page.get_by_role("button", name=re.compile(f"{click}$|{click} ")).first)
    if click == "note":
        await page.get_by_label("Note for colleagues").first.fill("typed before the click")
    if click in {"Spam", "note"}:
        await page.get_by_role("button", name="Reject", exact=True).click()
    await seen(page)
    await place.click()
    await calm(page)
    await settled(page)
    made = await decided(stage)
    assert made - before == (click not in {"Skip", "entry", "tick"})
    ticked = await page.locator("#list .pick:checked").count()
    focus = await shown(page)
    await press(page, key)
    await page.wait_for_timeout(300)
    assert await shown(page) == focus
    assert await decided(stage) == made
    assert await page.locator("#list .pick:checked").count() == ticked
    assert (await page.evaluate(SCROLLED) > 0) == (key == "Space")


@pytest.mark.parametrize("button", ["Approve", "Spam", "Undo the decision"])
async def test_a_double_click_decides_once(stage: Stage, button: str) -> None:
    await stage.fill(6)
    page = await stage.moderator()
    await calm(page)
    await press(page, "a")
    await press(page, "a")
    await settled(page)
    before = await decided(stage)
    if button == "Spam":
        await page.get_by_role("button", name="Reject", exact=True).click()
    await seen(page)
    await page.get_by_role("button", name=re.compile(f"{button}$|{button} ")).first.dblclick()
    await settled(page)
    await page.wait_for_timeout(300)
    assert await decided(stage) - before == 1


async def test_a_double_click_on_the_bulk_button_answers_no_question(stage: Stage) -> None:
    await stage.fill(3)
    page = await stage.moderator()
    await calm(page)
    await press(page, "x")
    await page.get_by_role("button", name="Approve…").dblclick()
    await expect(page.get_by_role("dialog")).to_be_visible()
    assert await decided(stage) == 0


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("key", ["Space", "PageDown", "ArrowDown", "End"])
async def test_the_comment_can_be_scrolled_by_keys_at_once(
    stage: Stage, width: int, key: str
) -> None:
    await long_ones(stage, 3)
    page = await stage.moderator(viewport={"width": width, "height": 800})
    await calm(page)
    for step in ("", "a", "s"):
        if step:
            await press(page, step)
            await calm(page)
        before = await page.evaluate(SCROLLED)
        assert before < 200
        await until(partial(scrolls_on, page, key, before))


async def test_what_is_being_typed_keeps_the_keyboard(stage: Stage) -> None:
    await stage.fill(3)
    page = await stage.moderator()
    await ready(page)
    search = page.get_by_role("searchbox")
    await search.focus()
    await stage.connection.execute("update comment set version = version")
    await page.evaluate("window.dispatchEvent(new Event('online'))")
    await page.keyboard.type("a 1 u")
    await expect(search).to_have_value("a 1 u")
    assert await decided(stage) == 0


async def test_offline_the_pane_never_keeps_the_comment_before(stage: Stage) -> None:
    """Decisions go on over what was fetched; then the pane names what comes, and fetches it."""
    ids = await stage.fill(14)
    page = await stage.moderator()
    await ready(page)
    await page.context.set_offline(offline=True)
    for _ in range(12):
        await press(page, "a")
        await page.wait_for_timeout(50)
    there = page.locator("#focus article")
    await expect(there).to_have_count(0)
    current = page.locator("#list .entry:has([aria-current])")
    waits = await current.get_attribute("data-id")
    await expect(page.locator("#focus h2")).to_have_text(
        await current.locator(".name").inner_text()
    )
    await expect(page.locator("#focus")).to_contain_text("tried again by itself")
    await expect(page.get_by_role("button", name="Approve", exact=True)).to_be_disabled()
    gone = await page.locator("#last li").count()
    await press(page, "1")
    await press(page, "j")
    await expect(there).to_have_count(0)
    await expect(page.locator("#last li")).to_have_count(gone)
    await press(page, "k")
    await page.context.set_offline(offline=False)
    await there.wait_for()
    assert await shown(page) == waits
    await settled(page)
    statuses = await stage.statuses()
    assert statuses[waits or ""] == "pending"
    at = ids.index(waits or "")
    assert {statuses[id_] for id_ in ids[:at]} == {"approved"}
    assert {statuses[id_] for id_ in ids[at:]} == {"pending"}


BREAK_OFF = """
() => {
    const whole = Response.prototype.text;
    window.breaks = true;
    Response.prototype.text = function () {
        const broken = window.breaks && this.url.includes("/queue/details");
        return broken ? Promise.reject(new TypeError("network error")) : whole.call(this);
    };
}
"""
"""Has answers with comments break off while their text is read, as a network that goes does."""


async def test_the_pane_shows_the_comment_whichever_fetch_brings_it(stage: Stage) -> None:
    """The fetch that it waits for fails, another beside it succeeds: on a clock of the test's."""
    await stage.fill(14)
    page = await stage.moderator()
    await ready(page)
    await page.clock.install()
    await page.clock.pause_at(await page.evaluate("Date.now() + 60_000"))
    await page.route("**/queue/details*", lambda route: route.abort())
    await page.locator("#list a").last.click()
    focus = page.locator("#focus")
    await expect(focus).to_contain_text("tried again by itself")
    await page.unroute_all()
    async with page.expect_response("**/queue/details*"):  # what comes next is fetched ahead
        await page.clock.run_for(500)
    await expect(focus.locator("article")).to_have_count(1)


async def test_an_answer_that_breaks_off_is_asked_for_again(stage: Stage) -> None:
    await stage.fill(14)
    page = await stage.moderator()
    await ready(page)
    await page.evaluate(BREAK_OFF)
    await page.locator("#list a").last.click()
    await expect(page.locator("#focus")).to_contain_text("tried again by itself")
    await page.evaluate("window.breaks = false")
    await expect(page.locator("#focus article")).to_have_count(1)


async def test_what_its_website_edited_meanwhile_is_shown_anew_and_can_be_decided(
    stage: Stage,
) -> None:
    """It was fetched ahead, and not claimed yet: the claim tells that it is another by now."""
    ids = await stage.fill(12)
    page = await stage.moderator()
    await ready(page)
    headers = {"Authorization": f"Bearer {stage.key}"}
    async with httpx.AsyncClient(base_url=stage.addresses[1], headers=headers) as http:
        edited = await http.patch(f"/v1/comments/{ids[7]}", json={"body": "Said otherwise."})
    assert edited.status_code == 200
    await page.locator("#list a").nth(7).click()
    await expect(page.locator("#focus .words")).to_have_text("Said otherwise.")
    await calm(page)
    await page.wait_for_timeout(800)  # nothing that came up just now is decided
    await press(page, "a")
    await settled(page)
    assert (await stage.statuses())[ids[7]] == "approved"


async def test_a_key_meant_for_one_comment_does_not_decide_the_one_that_comes_up(
    stage: Stage,
) -> None:
    """What a colleague took goes from the pane by itself; the next is not decided unread."""
    ids = await stage.fill(3)
    page = await stage.moderator()
    await ready(page)
    await stage.connection.execute("delete from claim")
    bob = await stage.moderator("Bob", path=f"/queue?order=oldest&comment={ids[1]}")
    await ready(bob)
    await page.evaluate("""
        new MutationObserver(() => {
            document.dispatchEvent(new KeyboardEvent("keydown", { key: "a", code: "KeyA" }));
        }).observe(document.querySelector("#focus"), { childList: true })
    """)
    await page.reload()
    await ready(page)
    await page.wait_for_timeout(500)
    assert await decided(stage) == 0


async def words_seen(page: Page) -> bool:
    return bool(await page.evaluate(WORDS_SEEN))


@pytest.mark.parametrize(
    ("width", "height"), [(640, 400), (740, 360), (844, 390), (568, 320), (960, 450), (667, 375)]
)
async def test_words_of_the_comment_are_seen_on_a_low_screen(
    stage: Stage, width: int, height: int
) -> None:
    """A window of 1280 by 800 at 200 %, phones held sideways."""
    ids = await stage.fill(4)
    await stage.connection.execute(
        "update comment set parent_id = $1 where id = $2", ids[0], ids[2]
    )
    page = await stage.moderator(viewport={"width": width, "height": height})
    await calm(page)
    for key in ("a", "1", "a"):
        assert await words_seen(page)
        await press(page, key)
        await calm(page)
    assert await words_seen(page)


async def test_words_are_seen_with_doubled_text(stage: Stage) -> None:
    await stage.fill(3)
    page = await stage.moderator(viewport={"width": 1280, "height": 800})
    await calm(page)
    await page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    assert await words_seen(page)
    await press(page, "a")
    await calm(page)
    assert await words_seen(page)


@pytest.mark.parametrize(
    ("width", "height"), [(1280, 800), (360, 780), (740, 360), (2560, 1440), (1024, 600)]
)
async def test_the_buttons_are_in_reach(stage: Stage, width: int, height: int) -> None:
    await long_ones(stage, 2)
    page = await stage.moderator(viewport={"width": width, "height": height})
    await calm(page)
    for name in ("Approve", "Reject" if width < 2000 else "Spam", "Skip" if width > 800 else "⋯"):
        button = page.locator("#actions button", has_text=name)
        place = await button.bounding_box()
        assert place is not None
        assert place["y"] >= 0, name
        assert place["y"] + place["height"] <= height + 0.5, name
