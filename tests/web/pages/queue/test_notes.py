"""What somebody writes about a comment stays with that comment, and is lost by no network."""

import pytest
from playwright.async_api import Dialog, expect

from tests.support.queue import held_up, press, ready, shown
from tests.support.queue_stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_who_writes_a_note_stays_at_its_comment(stage: Stage) -> None:
    """A colleague has it after all: the rest of a sentence is no note about the next one."""
    first, _ = await stage.fill(2)
    page = await stage.moderator()
    await ready(page)
    held = await held_up(page, "**/v1/review/c*")
    await stage.connection.execute("delete from claim")
    await page.reload()
    await page.locator("#desk.at-work").wait_for()
    await press(page, "n")
    await page.keyboard.type("half of a")
    bob = await stage.moderator("Bob", 1, path=f"/queue?order=oldest&comment={first}")
    await ready(bob)
    held.release()
    await expect(page.locator("#said")).to_contain_text("A colleague has the comment")
    await page.keyboard.type(" sentence")
    await expect(page.locator("#note")).to_have_value("half of a sentence")
    assert await shown(page) == first
    await press(page, "Escape")
    await press(page, "j")
    await expect(page.locator("#note")).to_have_value("")
    await press(page, "k")
    await expect(page.locator("#note")).to_have_value("half of a sentence")


async def test_a_note_whose_decision_has_not_gone_out_is_there_after_a_reload(stage: Stage) -> None:
    first, _ = await stage.fill(2)
    page = await stage.moderator()
    await ready(page)

    async def leave(dialog: Dialog) -> None:
        await dialog.accept()

    page.on("dialog", leave)
    await page.route("**/decision", lambda route: route.abort())
    await press(page, "n")
    await page.keyboard.type("spam of last week")
    await press(page, "Escape")
    await press(page, "1")
    await expect(page.locator("#last .state").first).to_contain_text("when the connection is back")
    await page.unroute("**/decision")
    await page.goto(f"/queue?order=oldest&comment={first}")
    await page.locator("#desk.at-work").wait_for()
    await expect(page.locator("#note")).to_have_value("spam of last week")
    assert await stage.all_are("pending")


async def test_the_note_of_a_bulk_that_failed_is_there_for_the_next(stage: Stage) -> None:
    await stage.fill(3)
    page = await stage.moderator()
    await ready(page)
    await page.route("**/v1/review/matching", lambda route: route.abort())
    await page.locator("#all").check()
    await press(page, "m")
    await press(page, "d")
    note = page.get_by_role("dialog").get_by_label("Note for colleagues")
    await note.fill("a wave of spam")
    await press(page, "Control+Enter")
    await expect(page.locator("#said")).to_have_text("The service did not answer.")
    await press(page, "d")
    await expect(note).to_be_visible()
    await expect(note).to_have_value("a wave of spam")


async def test_the_note_of_a_bulk_that_was_taken_back_is_there_for_the_next(stage: Stage) -> None:
    await stage.fill(3)
    page = await stage.moderator()
    await ready(page)
    await page.locator("#all").check()
    await press(page, "d")
    note = page.get_by_role("dialog").get_by_label("Note for colleagues")
    await note.fill("a wave of spam")
    await press(page, "Control+Enter")
    await expect(page.locator("#said")).to_have_text("3 rejected.")
    await press(page, "u")
    await expect(page.locator("#list .entry")).to_have_count(3)
    await page.locator("#all").check()
    await press(page, "d")
    await expect(note).to_have_value("a wave of spam")


async def test_a_note_of_a_form_is_there_until_its_decision_was_taken(stage: Stage) -> None:
    """The session had ended: one signs in, and writes nothing twice."""
    (id_,) = await stage.fill(1)
    page = await stage.moderator()
    cookies = await page.context.cookies()

    async def open_form() -> None:
        await page.goto(f"/comments/{id_}")
        await page.locator("summary", has_text="Decide").click()

    note = page.get_by_label("Note for colleagues").first
    approve = page.get_by_role("button", name="Approve", exact=True)
    await open_form()
    await note.fill("a thought")
    await page.context.clear_cookies()
    await approve.click()
    await page.wait_for_load_state()
    assert await stage.all_are("pending")
    await page.context.add_cookies([{**each} for each in cookies])  # type: ignore[typeddict-item]  # a cookie as it came
    await open_form()
    await expect(note).to_have_value("a thought")
    await approve.click()
    await expect(page.get_by_role("status").first).to_be_visible()
    assert await stage.all_are("approved")
    await page.locator("summary", has_text="Change decision").click()
    await expect(note).to_have_value("")
