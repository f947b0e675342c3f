"""Names and texts of any script in sentences of ours, and letters that are put together by hand."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.support.comments import waiting
from tests.support.queue import press, ready
from tests.support.queue_stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


@pytest.mark.parametrize(
    ("locale", "own", "other"),
    [("en-GB", "Ann (1)", "שלום (2)"), ("en-GB", "1!", "مدير، 5 (!)"), ("ar", "مدير (!)", "Ben 7")],
)
async def test_a_name_of_another_direction_turns_nothing_around_it(
    stage: Stage, locale: str, own: str, other: str
) -> None:
    """What is said sets it apart; a name of the page's own direction stays as it is."""
    names = (own, other, "1")
    await stage.post([{**each, "name": name} for each, name in zip(waiting(3), names, strict=True)])
    page = await stage.moderator(locale=locale)
    said = page.locator("#said")
    await ready(page)
    await press(page, "a")
    await expect(said).to_contain_text(f": \u2068{other}\u2069. ")
    await expect(said).to_contain_text(f": {own}. ")
    await press(page, "a")
    await expect(said).to_contain_text(f": \u2068{other}\u2069. ")
    await expect(said).to_contain_text(": 1. ")


async def test_no_letter_is_cut_in_two(stage: Stage) -> None:
    """As people count letters: an emoji of seven signs is one."""
    first, second = waiting(2)
    await stage.post([first, {**second, "body": "x" * 85 + FAMILY * 8}])
    page = await stage.moderator()
    await ready(page)
    await press(page, "a")
    told = re.compile(f"Next: .*\\. x{{85}}(?:{FAMILY}){{5}}…$")
    await expect(page.locator("#said")).to_have_text(told)


async def composed(page: Page, text: str) -> None:
    """Put letters together in the field that has the keyboard, as an input method does."""
    tools = await page.context.new_cdp_session(page)
    await tools.send(
        "Input.imeSetComposition", {"text": text, "selectionStart": 1, "selectionEnd": 1}
    )


async def test_keys_while_letters_are_put_together_are_for_these(stage: Stage) -> None:
    await stage.fill(2)
    page = await stage.moderator(viewport={"width": 1280, "height": 800})
    await ready(page)
    await press(page, "n")
    note = page.locator("#note")
    await expect(note).to_be_focused()
    await composed(page, "に")
    for key in ("Control+Enter", "Escape"):
        await page.keyboard.press(key)
        await expect(note).to_be_focused()
    assert await page.locator("#said").text_content() == ""
    await page.keyboard.insert_text("日本")
    await page.keyboard.press("Escape")
    await expect(note).not_to_be_focused()
    await expect(note).to_have_value(re.compile("日本"))
    assert set((await stage.statuses()).values()) == {"pending"}
