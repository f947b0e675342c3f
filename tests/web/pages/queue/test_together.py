"""Several moderators at once on two processes; connections and sessions that end."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from itertools import count

import pytest
from playwright.async_api import APIResponse, Page, Route, expect
from pyotp import TOTP

from service.accounts.second_factors import SecondFactors
from service.domain.accounts import Staff
from tests.support.queue import held_up, press, ready, settled, shown
from tests.support.queue_stage import PASSWORD, Stage
from tests.support.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def intercept(page: Page, pattern: str, handler: Callable[[Route], Awaitable[None]]) -> None:
    """Put a handler between page and service; what was loaded before it may go past it."""
    await page.route(pattern, handler)
    await page.reload()
    await page.locator("#desk.at-work").wait_for()
    await ready(page)


async def work(page: Page) -> None:
    """Decide until nothing is left, as fast as the next ones can be claimed."""
    seen = page.locator("#focus article, #focus .empty")
    async with asyncio.timeout(300):
        for number in count():
            await seen.first.wait_for()
            if await page.locator("#focus .empty").count():
                break
            await press(page, "a" if number % 2 else "1")
            await page.wait_for_timeout(150)  # faster than anybody reads
    await settled(page)


async def test_two_moderators_on_two_processes_never_decide_the_same(stage: Stage) -> None:
    ids = await stage.fill(30)
    ann, bob = await stage.moderator("Ann", 0), await stage.moderator("Bob", 1)
    for page in (ann, bob):
        await ready(page)
    await asyncio.gather(work(ann), work(bob))
    counts = """
        select count(*) as decisions, count(distinct comment_id) as comments,
               count(distinct staff_id) as people
        from decision where actor = 'moderator'
    """
    row = await stage.connection.fetchrow(counts)
    assert row is not None
    assert dict(row) == {"decisions": len(ids), "comments": len(ids), "people": 2}
    for page in (ann, bob):
        await expect(page.locator(".told")).to_have_count(0)


async def test_a_colleagues_work_shows_without_reload(stage: Stage) -> None:
    ids = await stage.fill(14)
    ann = await stage.moderator("Ann", 0)
    await ready(ann)
    bob = await stage.moderator("Bob", 1)
    await ready(bob)
    await expect(bob.locator(f'#list [data-id="{ids[0]}"] .holder')).to_have_text("Ann has it")
    theirs = await shown(bob)
    assert theirs not in ids[:6]
    await expect(ann.locator(f'#list [data-id="{theirs}"] .holder')).to_have_text("Bob has it")
    await press(bob, "a")
    await settled(bob)
    await expect(ann.locator(f'#list [data-id="{theirs}"]')).to_have_count(0)
    await expect(ann.locator("#pending")).to_have_text("13")
    await expect(ann.locator("#others")).to_contain_text("Bob approved")
    assert await shown(ann) == ids[0]


async def test_a_refused_decision_brings_the_comment_back_with_what_happened(stage: Stage) -> None:
    first, second = await stage.fill(2)
    await stage.hire("Bob")
    ann = await stage.moderator("Ann", 0)
    await ready(ann)
    assert await shown(ann) == first
    # At once, so that the page cannot hear of it before the key.
    await stage.connection.execute(
        "update claim set staff_id = (select id from staff where name = 'Bob')"
    )
    await press(ann, "a")
    await expect(ann.locator("#said")).to_contain_text("came back")
    await expect(ann.locator(f'#list [data-id="{first}"] .holder')).to_contain_text("colleague")
    assert await shown(ann) == second
    assert (await stage.statuses())[first] == "pending"


async def test_decisions_wait_for_a_lost_connection_and_go_out_once(stage: Stage) -> None:
    ids = await stage.fill(4)
    page = await stage.moderator()
    await ready(page)
    await page.context.set_offline(offline=True)
    for key in ("a", "1", "a"):
        await press(page, key)
    await expect(page.locator("#link")).to_contain_text("Connection lost, trying again; 3")
    assert await shown(page) == ids[3]
    await expect(page.locator("#last .state").last).to_have_text(
        "goes out when the connection is back"
    )
    assert set((await stage.statuses()).values()) == {"pending"}
    await page.context.set_offline(offline=False)
    await settled(page)
    await expect(page.locator("#live")).to_have_attribute("data-state", "live")
    statuses = await stage.statuses()
    assert [statuses[id_] for id_ in ids] == ["approved", "rejected", "approved", "pending"]


async def test_an_answer_that_was_lost_is_no_second_decision(stage: Stage) -> None:
    first, _ = await stage.fill(2)
    page = await stage.moderator()
    await ready(page)
    lost: list[APIResponse] = []

    async def lose(route: Route) -> None:
        if lost:
            return await route.continue_()
        lost.append(await route.fetch())
        return await route.abort()

    await intercept(page, "**/decision", lose)
    await press(page, "a")
    await expect(page.locator("#last .state")).to_have_text(re.compile("sending|goes out"))
    await settled(page)
    assert len(lost) == 1
    await expect(page.locator(".told")).to_have_count(0)
    count = "select count(*) from decision where comment_id::text = $1 and action = 'approve'"
    assert await stage.connection.fetchval(count, first) == 1
    await press(page, "u")
    assert await shown(page) == first
    await until(lambda: stage.all_are("pending"))


@pytest.mark.parametrize("arrived", [True, False])
async def test_a_decision_whose_answer_was_lost_can_be_taken_back(
    stage: Stage, *, arrived: bool
) -> None:
    """Nobody knows whether it was made: what the page says then is so, and nothing is published."""
    first, _ = await stage.fill(2)
    page = await stage.moderator()

    async def lose(route: Route) -> None:
        if arrived:
            await route.fetch()
        await route.abort()

    await intercept(page, "**/decision", lose)
    await press(page, "a")
    await expect(page.locator("#last .state")).to_have_text("goes out when the connection is back")
    async with page.expect_response("**/v1/review/decisions"), page.expect_response("**/details*"):
        await press(page, "u")
    assert await shown(page) == first
    await expect(page.locator("#last li")).to_have_count(0)
    assert await stage.all_are("pending")
    made = (
        "select array_agg(action::text order by version) from decision where comment_id::text = $1"
    )
    actions = await stage.connection.fetchval(made, first)
    assert actions[1:] == (["approve", "undo"] if arrived else [])
    await page.unroute("**/decision")
    await press(page, "1")
    await settled(page)
    assert (await stage.statuses())[first] == "rejected"
    await expect(page.locator(".told")).to_have_count(0)


async def test_what_one_does_in_another_window_shows_in_this_one(stage: Stage) -> None:
    first, second = await stage.fill(2)
    page = await stage.moderator()
    await ready(page)
    other = await page.context.new_page()
    await other.goto(f"/queue?order=oldest&comment={second}")
    await ready(other)
    await press(other, "1")
    await settled(other)
    last = page.locator("#last li")
    await expect(last).to_have_count(1)
    await expect(page.locator(f'#list [data-id="{second}"]')).to_have_count(0)
    await press(page, "u")
    await until(lambda: stage.all_are("pending"))
    await expect(other.locator("#last li")).to_have_count(0)
    await expect(other.locator("#fresh")).to_have_text("Show 1 new comment")
    await other.locator("#fresh").click()
    await expect(other.locator(f'#list [data-id="{second}"]')).to_have_count(1)
    assert await shown(page) == second
    assert first in await stage.statuses()


async def test_who_reads_a_long_comment_keeps_it_and_who_went_away_does_not(stage: Stage) -> None:
    """On a clock of the test's: claims last ten minutes."""
    await stage.fill(1)
    page = await stage.moderator()
    await page.clock.install()
    await page.reload()
    await page.locator("#desk.at-work").wait_for()
    await ready(page)
    claims: list[str] = []
    page.on("request", lambda each: claims.append(each.url) if "/claims" in each.url else None)
    async with page.expect_response("**/v1/review/claims"):
        await page.clock.fast_forward(540_000)
    await page.clock.fast_forward(600_000)
    before = len(claims)
    for _ in range(3):
        await page.clock.fast_forward(600_000)
    assert len(claims) == before
    await page.keyboard.press("Shift")
    async with page.expect_response("**/v1/review/claims"):
        await page.clock.fast_forward(60_000)


async def second_factor(stage: Stage) -> Callable[[], str]:
    """Give the moderator a second factor; what its device shows."""
    row = await stage.connection.fetchrow("select id, name from staff")
    assert row
    staff = Staff(row["id"], row["name"], "moderator")
    codes = SecondFactors(stage.connection, stage.secrets)
    await codes.begin(staff)
    secret = await codes.begun(staff)
    assert secret
    device = TOTP(secret)
    assert await codes.confirm(staff, device.now())
    await stage.connection.execute("update second_factor set last_step = 0")
    return device.now


async def test_an_ended_session_is_begun_again_in_place_and_nothing_is_lost(stage: Stage) -> None:
    first, second = await stage.fill(2)
    page = await stage.moderator()
    await ready(page)
    code = await second_factor(stage)
    await press(page, "n")
    await page.keyboard.type("typed before")
    await press(page, "Escape")
    await page.context.clear_cookies()
    await press(page, "1")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("heading")).to_have_text("Sign in again")
    await dialog.get_by_label("Password").fill("not the password")
    await dialog.get_by_role("button", name="Sign in").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("not right")
    await dialog.get_by_label("Password").fill(PASSWORD)
    await dialog.get_by_role("button", name="Sign in").click()
    await dialog.get_by_label("Code").fill("000000")
    await dialog.get_by_role("button", name="Sign in").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("The code is not right")
    await dialog.get_by_label("Code").fill(code())
    await dialog.get_by_role("button", name="Sign in").click()
    await settled(page)
    note = "select note from decision where action = 'reject' and comment_id::text = $1"
    assert await stage.connection.fetchval(note, first) == "typed before"
    assert await shown(page) == second
    await press(page, "a")
    await settled(page)
    assert (await stage.statuses())[second] == "approved"


async def test_what_one_decided_never_goes_out_under_the_name_of_who_signed_in_since(
    stage: Stage,
) -> None:
    """In another window of the same browser: the cookie is theirs by then."""
    first, _ = await stage.fill(2)
    page = await stage.moderator("Ann")
    await ready(page)
    asked = await held_up(page, "**/v1/review/changes?*")  # to Bob, the comment would be Ann's
    link = await stage.hire("Bob")
    assert (await page.request.post("/sign-in/link", data={"secret": link})).ok
    await press(page, "a")
    dialog = page.get_by_role("dialog", name="Sign in again")
    await expect(dialog.get_by_role("alert")).to_contain_text("Bob has signed in")
    assert await stage.all_are("pending")
    await dialog.get_by_label("Password").fill(PASSWORD)
    await dialog.get_by_role("button", name="Sign in").click()
    await expect(dialog).to_be_hidden()
    asked.release()
    await settled(page)
    whose = """
        select name from decision join staff on staff.id = staff_id where comment_id::text = $1
    """
    assert await stage.connection.fetchval(whose, first) == "Ann"


async def test_a_session_ended_elsewhere_is_noticed(stage: Stage) -> None:
    await stage.fill(1)
    page = await stage.moderator()
    await stage.connection.execute("delete from session")
    await expect(page.get_by_role("heading", name="Sign in again")).to_be_visible(timeout=15_000)


async def test_claims_are_given_back_when_the_page_is_left(stage: Stage) -> None:
    await stage.fill(3)
    page = await stage.moderator()
    await ready(page)
    assert await stage.connection.fetchval("select count(*) from claim") == 3
    await page.goto("/decided")
    await expect(page.get_by_role("heading", name=re.compile("Decided")).first).to_be_visible()
    for _ in range(50):
        if not await stage.connection.fetchval("select count(*) from claim"):
            break
        await asyncio.sleep(0.1)
    assert await stage.connection.fetchval("select count(*) from claim") == 0


async def test_an_undo_whose_answer_is_lost_is_sent_again_and_holds(stage: Stage) -> None:
    first, _ = await stage.fill(2)
    page = await stage.moderator()
    sent: list[str] = []

    async def lose(route: Route) -> None:
        sent.append(route.request.url)
        await (route.abort() if await route.fetch() and len(sent) == 1 else route.continue_())

    await intercept(page, "**/undo", lose)
    await press(page, "a")
    await settled(page)
    async with page.expect_response("**/undo"), page.expect_response("**/queue/details*"):
        await press(page, "u")
    assert len(sent) == 2
    await expect(page.locator(f'#list [data-id="{first}"]')).not_to_have_class(re.compile("gone"))
    await expect(page.get_by_role("button", name="Approve", exact=True)).to_be_enabled()
    assert await shown(page) == first
    versions = "select version from comment where id::text = $1"
    assert await stage.connection.fetchval(versions, first) == 3


async def test_a_slow_undo_is_no_colleagues_claim(stage: Stage) -> None:
    first, _ = await stage.fill(2)
    page = await stage.moderator()
    await ready(page)

    async def slow(route: Route) -> None:
        await asyncio.sleep(1)
        await route.continue_()

    await intercept(page, "**/undo", slow)
    await press(page, "a")
    await settled(page)
    async with page.expect_response("**/v1/review/claims"):
        await press(page, "u")
        await page.wait_for_timeout(500)
        assert await shown(page) == first
    assert await shown(page) == first
    await expect(page.locator(".theirs")).to_have_count(0)
    claimed = "select count(*) from claim where comment_id::text = $1"
    assert await stage.connection.fetchval(claimed, first) == 1
