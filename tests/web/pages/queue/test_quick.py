"""Two quick presses count as one: nothing is decided before it has been seen, whatever decides."""

from typing import Final

import pytest
from playwright.async_api import Page, expect

from tests.support.comments import waiting
from tests.support.queue import held_up, press, ready, seen, settled, shown, size, turn_to
from tests.support.queue_stage import Stage
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

TWICE: Final = """
([code, key]) => {
    const send = (repeat) => document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key, code, repeat, bubbles: true, cancelable: true }));
    send(false);
    for (let held = 0; held < 5; held += 1) send(true);
    document.dispatchEvent(new KeyboardEvent("keyup", { key, code, bubbles: true }));
    send(false);
}
"""
"""A key that is held for a while, let go and pressed again, all before the next paint."""

TOO_SOON: Final = "This comment has only just come up; read it, then decide."


COVERED = """
() => document.querySelector("#undo-now").offsetWidth / document.querySelector("#said").offsetWidth
"""
"""How much of the line that says what was done its button covers."""


async def twice(page: Page, code: str, key: str) -> None:
    """Press a key twice, faster than anybody reads."""
    await seen(page)
    await page.evaluate(TWICE, [code, key])


@pytest.mark.parametrize(
    ("code", "key", "made"), [("KeyA", "a", "approved"), ("Digit1", "1", "rejected")]
)
async def test_a_key_that_is_pressed_twice_decides_once(
    stage: Stage, code: str, key: str, made: str
) -> None:
    first, second, third = await stage.fill(3)
    page = await stage.moderator()
    await ready(page)
    await twice(page, code, key)
    await expect(page.locator("#said")).to_have_text(TOO_SOON)
    await expect(page.locator("#undo-now")).to_be_visible()
    assert await page.evaluate(COVERED) < 0.2  # its words are read beside the button
    await settled(page)
    assert await shown(page) == second
    assert await stage.statuses() == {first: made, second: "pending", third: "pending"}
    await press(page, key)
    await settled(page)
    assert await stage.statuses() == {first: made, second: made, third: "pending"}


async def test_who_sees_each_comment_for_a_moment_is_not_slowed(stage: Stage) -> None:
    """On a clock of the test's: a comment can be decided well within half a second."""
    await stage.fill(2)
    page = await stage.moderator()
    await ready(page)
    await page.clock.install()
    await page.clock.pause_at(await page.evaluate("Date.now() + 60_000"))
    await page.keyboard.press("a")
    came_up = page.locator("#seat[data-new]")
    await page.clock.run_for(200)
    await expect(came_up).to_have_count(1)
    await page.clock.run_for(200)
    await expect(came_up).to_have_count(0)


async def test_two_quick_presses_skip_once_and_undo_once(stage: Stage) -> None:
    first, second, third = await stage.fill(3)
    page = await stage.moderator()
    await ready(page)
    await twice(page, "KeyS", "s")
    assert await shown(page) == second
    await press(page, "k")
    for _ in range(2):
        await press(page, "a")
    await settled(page)
    assert await stage.statuses() == {first: "approved", second: "approved", third: "pending"}
    await twice(page, "KeyU", "u")
    await expect(page.locator("#said")).to_have_text("Two quick presses count as one.")
    await settled(page)
    assert await shown(page) == second
    await expect(page.locator("#last li")).to_have_count(1)
    assert (await stage.statuses())[first] == "approved"


async def test_what_one_has_just_done_can_be_undone_at_once(stage: Stage) -> None:
    first, _ = await stage.fill(2)
    page = await stage.moderator()
    await ready(page)
    await page.keyboard.press("a")
    await page.keyboard.press("u")
    assert await shown(page) == first
    await ready(page)  # both are answered, or neither went out
    await until(lambda: stage.all_are("pending"))


async def test_a_question_about_many_is_answered_by_who_has_seen_it(stage: Stage) -> None:
    await stage.fill(3)
    page = await stage.moderator()
    await ready(page)
    await page.locator("#all").check()
    await expect(page.locator("[data-bulk=approve]")).to_be_enabled()
    await page.evaluate("""
        () => {
            const send = (init) => document.activeElement.dispatchEvent(
                new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...init }));
            send({ key: "b", code: "KeyB" });
            send({ key: "Enter", code: "Enter", ctrlKey: true });
        }
    """)
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading")).to_have_text("Approve 3 comments?")
    await expect(page.locator("#said")).to_have_text("Two quick presses count as one.")
    await press(page, "Control+Enter")
    await until(lambda: stage.all_are("approved"))


async def test_two_quick_presses_change_one_of_the_decided(stage: Stage) -> None:
    ids = await stage.post(waiting(3))
    await stage.publish(ids)
    page = await stage.moderator(path="/decided")
    await ready(page)
    await twice(page, "Digit2", "2")
    await settled(page)
    assert sorted((await stage.statuses()).values()) == ["approved", "approved", "rejected"]


async def test_a_button_that_is_held_by_enter_decides_once(stage: Stage) -> None:
    """Chromium presses a button again and again while Enter is down; a screen reader just once."""
    first, second, _ = await stage.fill(3)
    page = await stage.moderator()
    await ready(page)
    approve = page.get_by_role("button", name="Approve", exact=True)
    await approve.focus()
    for _ in range(4):  # the second and later ones of a key that is down repeat it
        await page.keyboard.down("Enter")
        await approve.focus()
    await seen(page)
    await page.keyboard.down("Enter")
    await page.keyboard.up("Enter")
    await settled(page)
    assert await shown(page) == second
    assert list((await stage.statuses()).values()).count("approved") == 1
    await seen(page)
    await approve.evaluate("(button) => button.click()")
    await settled(page)
    statuses = await stage.statuses()
    assert (statuses[first], statuses[second]) == ("approved", "approved")


async def test_a_comment_that_the_list_hid_is_seen_before_it_is_decided(stage: Stage) -> None:
    await stage.fill(3)
    page = await stage.moderator(viewport=size(640))
    await ready(page)
    await turn_to(page, "side")
    await page.locator("body").click(position={"x": 5, "y": 700})
    await twice(page, "KeyA", "a")
    await expect(page.locator(".approve")).to_be_visible()
    await settled(page)
    assert await stage.all_are("pending")


TAKEN_BACK: Final = """
() => new MutationObserver(() => {
    const undo = document.querySelector('#drawer-in form[action$="/undo"] button');
    if (!undo) return;
    const init = { key: "Enter", code: "Enter", bubbles: true };
    undo.dispatchEvent(new KeyboardEvent("keydown", init));
    undo.click();
    undo.dispatchEvent(new KeyboardEvent("keyup", init));
}).observe(document.querySelector("#drawer-in"), { childList: true })
"""
"""Has Enter press what takes a change back in the moment in which it comes up."""


async def test_a_form_beside_the_comment_is_sent_once_and_its_undo_is_seen_first(
    stage: Stage,
) -> None:
    await stage.post([{**waiting(1)[0], "email": "same@mail.example"}])
    page = await stage.moderator()
    await ready(page)
    await press(page, "g")
    drawer = page.locator("#drawer")
    await drawer.get_by_role("button", name="Trust").focus()
    await page.evaluate(TAKEN_BACK)
    asked = await held_up(page, "**/standing")
    await press(page, "Enter")
    await page.keyboard.press("Enter")
    await expect(page.locator("#said")).to_have_text("Two quick presses count as one.")
    asked.release()
    await expect(drawer.locator(".standing")).to_have_text("Trusted")
    assert asked.count == 1
    await seen(page)
    await drawer.get_by_role("button", name="Undo my change").press("Enter")
    await expect(drawer.locator(".standing")).to_have_text("Normal")


async def test_a_form_whose_answer_breaks_off_can_be_sent_again(stage: Stage) -> None:
    await stage.post([{**waiting(1)[0], "email": "same@mail.example"}])
    page = await stage.moderator()
    await ready(page)
    await press(page, "g")
    trust = page.locator("#drawer").get_by_role("button", name="Trust")
    await trust.focus()
    asked = await held_up(page, "**/standing")
    asked.release()
    await page.evaluate(
        "() => { Response.prototype.text = () => Promise.reject(new TypeError()); }"
    )
    for count in (1, 2):
        await seen(page)
        await trust.press("Enter")
        await expect(page.locator("#said")).to_have_text("That did not work; open it again.")
        assert asked.count == count
        await page.locator("#said").evaluate("(said) => { said.textContent = ''; }")


COPIED: Final = """
() => {
    const send = (what, key, code, metaKey) => document.activeElement.dispatchEvent(
        new KeyboardEvent(what, { key, code, metaKey, bubbles: true, cancelable: true }));
    send("keydown", "Meta", "MetaLeft", true);
    send("keydown", "c", "KeyC", true);
    send("keyup", "Meta", "MetaLeft", false);
}
"""
"""What macOS says where somebody copies by keys: nothing of the letter that is let go."""


async def test_after_a_key_beside_command_a_screen_reader_goes_on_to_press_buttons(
    stage: Stage,
) -> None:
    await stage.fill(2)
    page = await stage.moderator()
    await ready(page)
    await page.evaluate(COPIED)
    for _ in range(2):
        await seen(page)
        await page.get_by_role("button", name="Approve", exact=True).evaluate(
            "(button) => button.click()"
        )
        await settled(page)
    await until(lambda: stage.all_are("approved"))


@pytest.mark.parametrize("key", ["1", "a"])
async def test_no_sheet_stays_open_over_the_comment_that_comes_up(stage: Stage, key: str) -> None:
    await stage.fill(2)
    page = await stage.moderator(viewport={"width": 360, "height": 740})
    await ready(page)
    await press(page, "r")
    await expect(page.locator("#rejections:popover-open")).to_be_visible()
    await press(page, key)
    await expect(page.locator(":popover-open")).to_have_count(0)
    await settled(page)
    await press(page, "n")
    await page.keyboard.type("read")
    await press(page, "Control+Enter")
    await press(page, key)
    await expect(page.locator(":popover-open")).to_have_count(0)
