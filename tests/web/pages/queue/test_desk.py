"""A day at the desk: counts, keys of any layout, bulks and their undo, notes, colleagues."""

import re
from functools import partial
from typing import Any, Final

import pytest
from playwright.async_api import Page, expect

from tests.support.comments import PAGES, waiting
from tests.support.queue import calm, held_up, press, ready, seen, settled, shown
from tests.support.queue_stage import PASSWORD, Stage
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

LAYOUTS: Final = {
    "Russian": ("ф", "KeyA"),
    "Greek": ("\u03b1", "KeyA"),
    "Arabic": ("ش", "KeyA"),
    "Hebrew": ("ש", "KeyA"),
    "Thai": ("ฟ", "KeyA"),
    "Korean": ("ㅁ", "KeyA"),
    "Ukrainian": ("ф", "KeyA"),
    "French letter": ("a", "KeyQ"),
    "Dvorak letter": ("a", "KeyA"),
}
DIGITS: Final = {
    "French": ("é", "Digit2"),
    "Czech": ("ě", "Digit2"),
    "Persian": ("۲", "Digit2"),
    "Arabic": ("٢", "Digit2"),
    "US": ("2", "Digit2"),
    "numbers' block": ("2", "Numpad2"),
}
NOT_MEANT: Final[tuple[dict[str, Any], ...]] = (
    {"key": "!", "code": "Digit1", "shiftKey": True},
    {"key": "q", "code": "KeyA"},
    {"key": "'", "code": "KeyQ"},
    {"key": ",", "code": "KeyW"},
    {"key": "ф", "code": "KeyA", "ctrlKey": True},
    {"key": "ф", "code": "KeyA", "isComposing": True},
    {"key": "-", "code": "Slash"},
    {"key": "å", "code": "KeyA"},
    {"key": "Dead", "code": "KeyA"},
)


async def send(page: Page, **key: Any) -> None:
    """A key as a keyboard of another layout sends it."""
    await page.evaluate(
        "(init) => document.dispatchEvent(new KeyboardEvent('keydown', init))",
        key,
    )


async def reasons(stage: Stage) -> list[tuple[str, str | None]]:
    """What moderators decided, in order."""
    rows = await stage.connection.fetch(
        "select action, reason from decision where actor = 'moderator' order by at, comment_id"
    )
    return [(row["action"], row["reason"]) for row in rows]


async def are(stage: Stage, ids: list[str], expected: list[str]) -> bool:
    """Say whether these comments have these statuses."""
    statuses = await stage.statuses()
    return [statuses[id_] for id_ in ids] == expected


async def test_keys_work_on_every_layout(stage: Stage) -> None:
    await stage.fill(len(LAYOUTS) + len(DIGITS) + 1)
    page = await stage.moderator()
    await ready(page)
    for other in NOT_MEANT:
        await send(page, **other)
    for key, code in (*LAYOUTS.values(), *DIGITS.values()):
        await calm(page)
        await send(page, key=key, code=code)
        await settled(page)
    assert await reasons(stage) == [("approve", None)] * len(LAYOUTS) + [
        ("reject", "toxicity")
    ] * len(DIGITS)
    await send(page, key=".", code="Slash")  # where / is on a Russian keyboard
    await expect(page.get_by_role("searchbox")).to_be_focused()
    await page.keyboard.press("Escape")
    await send(page, key="'", code="KeyW")  # on a Hebrew one
    await expect(page.locator("#said")).to_contain_text("Only admins add words")
    await send(page, key="\N{ARABIC QUESTION MARK}", code="Slash", shiftKey=True)
    await expect(page.locator("#help")).to_be_visible()


async def test_a_reload_counts_ones_own_decisions_as_nothing_new(stage: Stage) -> None:
    await stage.fill(6)
    page = await stage.moderator()
    await ready(page)
    for _ in range(3):
        await press(page, "a")
    await settled(page)
    await page.reload()
    await ready(page)
    fresh = page.locator("#fresh")
    async with page.expect_response(re.compile("/v1/review/changes"), timeout=30_000):
        await page.evaluate("window.dispatchEvent(new Event('online'))")
    await expect(fresh).to_be_hidden()
    await stage.post(waiting(8)[6:])
    await expect(page.get_by_role("button", name="Show 2 new comments")).to_be_visible()
    await press(page, "u")
    await expect(page.locator("#said")).to_contain_text("Undone")
    await expect(page.get_by_role("button", name="Show 2 new comments")).to_be_visible()


async def test_a_filtered_queue_offers_and_counts_what_matches(stage: Stage) -> None:
    await stage.fill(6)
    page = await stage.moderator(path=f"/queue?order=oldest&page={PAGES[0]}")
    await ready(page)
    live = page.locator("#live")
    await expect(live).to_contain_text("2 of 6 waiting match")
    await stage.post([waiting(8)[7]])  # of another page
    await expect(live).to_contain_text("2 of 7 waiting match")
    await expect(page.locator("#fresh")).to_be_hidden()
    await stage.post([waiting(10)[9]])
    await expect(page.get_by_role("button", name="Show 1 new comment")).to_be_visible()
    await press(page, "l")
    await expect(page.locator("#list .entry")).to_have_count(3)


async def test_a_comment_that_does_not_match_is_not_put_among_those_that_do(stage: Stage) -> None:
    ids = await stage.fill(6)
    page = await stage.moderator(path=f"/queue?order=oldest&page={PAGES[0]}&comment={ids[1]}")
    await ready(page)
    assert await shown(page) == ids[0]
    await expect(page.locator("#list .entry")).to_have_count(2)
    await page.get_by_role("link", name="Show it").click()
    assert await shown(page) == ids[1]


async def test_a_bulk_asks_without_a_dangerous_answer_at_hand(stage: Stage) -> None:
    await stage.fill(4)
    page = await stage.moderator()
    await calm(page)
    dialog = page.get_by_role("dialog")
    for key, verb in (("b", "Approve"), ("d", "Reject")):
        for _ in range(2):
            await press(page, "x")
            await press(page, "j")
        await press(page, key)
        await expect(dialog.get_by_role("heading")).to_have_text(f"{verb} 2 comments?")
        await expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
        await press(page, "Enter")
        await expect(dialog).to_be_hidden()
        assert await stage.all_are("pending")
        for _ in range(2):
            await press(page, "k")
            await press(page, "x")
    await press(page, "x")
    await press(page, "d")
    await press(page, "Control+Enter")
    await expect(page.locator("#said")).to_have_text("1 rejected.")
    assert await reasons(stage) == [("reject", None)]


async def test_undo_of_a_bulk_undoes_it_as_one_also_after_a_reload(stage: Stage) -> None:
    ids = await stage.fill(6)
    page = await stage.moderator()
    await calm(page)
    for again in (False, True):
        await press(page, "a")
        for _ in range(3):
            await press(page, "x")
            await press(page, "j")
        await press(page, "d")
        await press(page, "Control+Enter")
        await expect(page.locator("#said")).to_have_text("3 rejected.")
        await expect(page.locator("#last li")).to_have_count(2)
        if again:
            await page.reload()
            await calm(page)
            await expect(page.locator("#last li").first).to_contain_text("Rejected: 3 comments")
        await press(page, "u")
        await expect(page.locator("#said")).to_have_text("Undone. 3 comments wait again.")
        await expect(page.locator("#last li")).to_have_count(1)
        await settled(page)
        await until(partial(are, stage, ids, ["approved"] + ["pending"] * 5))
        await press(page, "u")
        await until(lambda: stage.all_are("pending"))
        await expect(page.locator("#list .entry")).to_have_count(6)
        await page.goto("/queue?order=oldest")
        await calm(page)


async def test_undo_reaches_all_of_todays_own_decisions(stage: Stage) -> None:
    ids = await stage.fill(14)
    page = await stage.moderator()
    await calm(page)
    for _ in ids:
        await page.locator("#focus article").wait_for()
        await press(page, "a")
        await settled(page)
        await calm(page)
    assert await stage.all_are("approved")
    await page.reload()
    await expect(page.locator("#last li")).to_have_count(8)
    asked = await held_up(page, "**/queue/mine?*")
    await page.locator("#older").press("Enter")
    await page.locator("#older").press("Enter")
    asked.release()
    await expect(page.locator("#last li")).to_have_count(14)
    await page.reload()
    await calm(page)
    assert asked.count == 1
    await expect(page.locator("#last li")).to_have_count(8)
    for left in range(len(ids) - 1, -1, -1):
        await settled(page)
        await press(page, "u")
        await expect(page.locator("#list .entry")).to_have_count(len(ids) - left)
    await until(lambda: stage.all_are("pending"))


@pytest.mark.parametrize("key", ["Escape", "Control+Enter"])
async def test_a_note_outlives_a_reload_and_is_left_by_a_key(stage: Stage, key: str) -> None:
    first, _ = await stage.fill(2)
    page = await stage.moderator()
    await ready(page)
    await press(page, "n")
    await page.keyboard.type("half a thought")
    await page.reload()
    await ready(page)
    await expect(page.locator("#note")).to_have_value("half a thought")
    await press(page, "n")
    await page.keyboard.type(", and the rest")
    await press(page, key)
    assert await reasons(stage) == []
    await press(page, "1")
    await settled(page)
    row = await stage.connection.fetchrow("select * from decision where action = 'reject'")
    assert row is not None
    assert (str(row["comment_id"]), row["note"]) == (first, "half a thought, and the rest")
    await page.reload()
    await ready(page)
    await expect(page.locator("#note")).to_have_value("")


async def test_a_bulks_note_and_one_on_the_comments_own_page_outlive_a_reload(
    stage: Stage,
) -> None:
    (id_,) = await stage.fill(1)
    page = await stage.moderator()
    await ready(page)
    await press(page, "x")
    await press(page, "d")
    await page.get_by_role("dialog").get_by_label("Note").fill("of many")
    await page.reload()
    await ready(page)
    await press(page, "x")
    await press(page, "d")
    await expect(page.get_by_role("dialog").get_by_label("Note")).to_have_value("of many")
    await page.goto(f"/comments/{id_}")
    await page.locator("summary", has_text="Decide").click()
    await page.get_by_label("Note for colleagues").first.fill("of one")
    await page.reload()
    await page.locator("summary", has_text="Decide").click()
    await expect(page.get_by_label("Note for colleagues").first).to_have_value("of one")


async def test_what_a_colleague_has_cannot_be_decided_until_it_is_taken_over(
    stage: Stage,
) -> None:
    ids = await stage.fill(2)
    bob = await stage.moderator("Bob", 1)
    await ready(bob)
    ann = await stage.moderator("Ann", 0, path=f"/queue?order=oldest&comment={ids[0]}")
    await ready(ann)
    taken = ann.locator("#taken")
    await expect(taken).to_have_text(re.compile(r"Bob has this comment for \d minutes more\."))
    approve = ann.get_by_role("button", name="Approve", exact=True)
    await expect(approve).to_be_disabled()
    await expect(ann.get_by_role("button", name="Reject", exact=True)).to_be_disabled()
    await press(ann, "a")
    await expect(ann.locator("#said")).to_have_text("Bob has it")
    await ann.get_by_role("button", name="Take over").click()
    await expect(approve).to_be_enabled()
    await expect(taken).to_be_hidden()
    await expect(bob.get_by_role("button", name="Approve", exact=True)).to_be_disabled()
    await expect(bob.locator("#taken")).to_contain_text("Ann has this comment")
    await press(bob, "a")
    await press(ann, "1")
    await settled(ann)
    assert (await stage.statuses())[ids[0]] == "rejected"
    assert await reasons(stage) == [("reject", "spam")]


async def test_no_reason_is_a_reason_that_can_be_given_and_looked_for(stage: Stage) -> None:
    await stage.fill(2)
    page = await stage.moderator()
    await ready(page)
    await press(page, "0")
    await page.get_by_role("button", name="Reject", exact=True).click()
    await seen(page)
    await page.get_by_role("button", name="No reason").click()
    await settled(page)
    assert await reasons(stage) == [("reject", None)] * 2
    await page.goto("/decided?rejected_as=none")
    await expect(page.locator(".entry")).to_have_count(2)
    await expect(page.locator(".entry").first).to_contain_text("rejected it without a reason")


async def test_keys_typed_while_the_session_ends_are_in_no_field(stage: Stage) -> None:
    ids = await stage.fill(3)
    page = await stage.moderator()
    await ready(page)
    await page.context.clear_cookies()
    for key in "1ajs2u":
        await press(page, key)
        await page.wait_for_timeout(120)
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading")).to_have_text("Sign in again")
    await page.keyboard.type("jja1")
    await expect(dialog.get_by_label("Password")).to_have_value("")
    await expect(dialog.get_by_label("Name")).to_have_value("Ann")
    await page.wait_for_timeout(5_000)  # what asks every four seconds waits for the session too
    for _ in range(6):  # a browser closes a dialog at the third, whatever the page prevents
        await page.keyboard.press("Escape")
        await expect(dialog.get_by_role("heading")).to_have_text("Sign in again")
    await press(page, "Tab")
    await dialog.get_by_label("Password").fill(PASSWORD)
    await dialog.get_by_role("button", name="Sign in").click()
    await settled(page)
    assert (await stage.statuses())[ids[0]] == "rejected"
