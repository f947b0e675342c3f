"""The browser's clock is wrong by a day: claims, times and one's last decisions are right."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from playwright.async_api import Page, expect

from tests.support.queue import press, ready
from tests.support.queue_stage import Stage
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")
DAYS = pytest.mark.parametrize("days", [-1, 1])


async def wrong_by(stage: Stage, days: int) -> Page:
    """A moderator's page in a browser whose clock is wrong by so many days."""
    page = await stage.moderator()
    await page.clock.install(time=datetime.now(UTC) + timedelta(days=days))
    await page.reload()
    await page.locator("#desk.at-work").wait_for()
    await ready(page)
    return page


@DAYS
async def test_a_claim_is_renewed_before_it_ends_and_not_at_each_key(
    stage: Stage, days: int
) -> None:
    await stage.fill(6)
    page = await wrong_by(stage, days)
    claims: list[str] = []
    page.on("request", lambda each: claims.append(each.url) if "/claims" in each.url else None)
    for key in "jk":
        await press(page, key)
        await ready(page)
    assert claims == []
    async with page.expect_response("**/v1/review/claims"):
        await page.clock.fast_forward(540_000)


@DAYS
async def test_times_are_those_of_the_service(stage: Stage, days: int) -> None:
    await stage.fill(1)
    await stage.connection.execute("update comment set submitted_at = now() - interval '3 h 5 min'")
    page = await wrong_by(stage, days)
    await expect(page.locator("#focus .facts time").first).to_have_text("3 hours ago")


@DAYS
async def test_ones_last_decisions_are_the_last_ones(stage: Stage, days: int) -> None:
    """What takes back the last decision takes back no earlier one."""
    ids = await stage.fill(4)
    page = await wrong_by(stage, days)
    await press(page, "a")
    await page.locator("#all").check()
    await press(page, "m")
    await press(page, "d")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await press(page, "Control+Enter")
    await expect(page.locator("#said")).to_have_text("3 rejected.")
    await expect(page.locator("#last .what").first).to_contain_text("3 comments")
    await press(page, "u")
    await until(partial(waits, stage, ids[1:]))
    assert (await stage.statuses())[ids[0]] == "approved"


async def waits(stage: Stage, ids: list[str]) -> bool:
    """Say whether all of these wait."""
    statuses = await stage.statuses()
    return {statuses[id_] for id_ in ids} == {"pending"}
