"""A comment that had a second opinion, on the queue's page: both scores, and which one counts."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.support.queue import press, ready, settled, shown, size, too_wide, violations
from tests.support.queue_stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")
ASKED = "a second model, which reads sentences, was asked"


async def test_both_scores_are_shown_and_the_comment_is_decided_as_any(stage: Stage) -> None:
    id_ = await stage.in_doubt()
    row = await stage.connection.fetchrow("select * from comment where id = $1", id_)
    assert row is not None
    page = await stage.moderator()
    await ready(page)
    assert await shown(page) == id_
    chips = page.locator("#list .chip")
    expected = [f"toxicity {row['scores']['toxicity']:.2f}", "+1"]
    await expect(chips).to_have_text(expected)
    focus = page.locator("#focus")
    await expect(focus.get_by_text(ASKED)).to_be_visible()
    await expect(focus.locator(".because")).to_contain_text("Flagged: toxicity")
    await press(page, "v")
    for label, first in row["linear_scores"].items():
        name = page.get_by_role("rowheader", name=label.replace("_", " "), exact=True)
        score = page.get_by_role("row").filter(has=name).locator(".number")
        second = row["scores"][label]
        await expect(score).to_have_text(f"{first:.2f} by words,  → {second:.2f} with sentences")
    await press(page, "1")
    await settled(page)
    assert await stage.statuses() == {id_: "rejected"}


async def test_a_comment_without_one_is_shown_with_its_one_score(stage: Stage) -> None:
    await stage.fill(1)
    page = await stage.moderator()
    await ready(page)
    await shown(page)
    await expect(page.locator("#focus").get_by_text(ASKED)).to_have_count(0)
    await expect(page.locator("#focus .before, #focus .first")).to_have_count(0)
    await press(page, "v")
    await expect(page.locator("#focus .scores .number").first).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_and_it_fits(stage: Stage, scheme: Any) -> None:
    await stage.in_doubt()
    page = await stage.moderator(color_scheme=scheme, reduced_motion="reduce", viewport=size(360))
    await ready(page)
    await shown(page)
    assert await violations(page) == []
    assert await too_wide(page) == []
    await page.set_viewport_size(size(1280))
    assert await violations(page) == []
    assert await too_wide(page) == []
    await page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert await too_wide(page) == []


async def test_scores_never_cover_what_stands_beside_them(stage: Stage) -> None:
    await stage.in_doubt()
    page = await stage.moderator()
    await ready(page)
    await shown(page)
    for width in (360, 700, 900, 1280, 1920):
        await page.set_viewport_size(size(width))
        over = await page.evaluate("""
            () => {
                const edge = document.querySelector("#focus [aria-label=Scores]")
                    .getBoundingClientRect().right;
                return [...document.querySelectorAll("#focus .scores td")]
                    .filter((cell) => cell.getBoundingClientRect().right > edge + 0.5).length;
            }
        """)
        assert over == 0, width
