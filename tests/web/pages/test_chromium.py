"""The pages in a real Chromium: the demo's whole path, accessibility, narrow and doubled text."""

from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from service.accounts import accounts
from tests.support.database import Databases
from tests.support.pages_stage import Scheme, Stage, stage
from tests.support.queue import ill_named, press

OPEN = "document.querySelectorAll('main details').forEach(one => { one.open = true; })"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {
    "light": {"type": "tag", "values": WCAG},
    "dark": {"type": "rule", "values": ["color-contrast"]},  # nothing but colours differs there
}


MISPLACED = """
(() => {
    const of = (found) => document.querySelector(found).getBoundingClientRect();
    const side = of("#side"), tops = [...document.querySelectorAll(".top > *")];
    const parts = [...document.querySelectorAll(".tabs a, .entry > *, .find label")];
    const past = parts.filter((node) => {
        const at = node.getBoundingClientRect();
        return node.checkVisibility() && (at.left <= side.left || at.right >= side.right);
    });
    const beneath = tops.filter((node) => node.getBoundingClientRect().top > of(".brand").bottom);
    const mark = getComputedStyle(document.querySelector(".entry:has([aria-current])"), "::before");
    const wrong = mark[document.dir === "rtl" ? "right" : "left"] === "0px" ? [] : ["the mark"];
    return [...past, ...beneath, ...wrong].map((each) => each.outerHTML ?? each);
})()
"""
"""What of the queue lies past the edge of its list, or in a second row of the head."""


SQUEEZED = """
[...document.querySelectorAll("[type=checkbox], [type=radio]")]
    .filter((node) => node.checkVisibility() && node.getBoundingClientRect().width < 19)
    .map((node) => node.outerHTML)
"""
"""Which boxes to tick a long text beside them has made narrow."""


GLUED = r"""
(() => {
    const inline = (node) => node.checkVisibility() && getComputedStyle(node).display === "inline";
    return [...document.querySelectorAll("body :not(mark, mark *, .tag)")].filter((node) => {
        const next = node.nextSibling;
        return next instanceof HTMLElement && !next.matches("mark, .tag") && inline(node)
            && inline(next) && /[\p{L}\p{N}]$/u.test(node.innerText)
            && /^[\p{L}\p{N}]/u.test(next.innerText);
    }).map((node) => `${node.outerHTML} ${node.nextSibling.outerHTML}`);
})()
"""
"""Which words a margin alone keeps apart: copied they are one, and Arabic letters join."""


CUT_OFF = """
(() => {
    const row = document.querySelector("#actions").getBoundingClientRect();
    return [...document.querySelectorAll("#actions :is(button, textarea)")].filter((node) => {
        const at = node.getBoundingClientRect();
        return node.checkVisibility() && (at.left < row.left - 1 || at.right > row.right + 1);
    }).map((node) => node.outerHTML);
})()
"""
"""Which of the queue's buttons lie past the edge of their row."""


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def scene(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    """The service, filled, and a browser: one for all tests here."""
    with databases.clone() as dsn:
        async with stage(dsn, tmp_path_factory.mktemp("stage")) as made:
            yield made


async def violations(page: Page, scheme: Scheme) -> list[str]:
    options = {"runOnly": RULES[scheme]}
    found = await Axe().run(page, options=cast("Any", options))
    return [
        f"{each['id']}: {node['html']}"
        for each in found.response["violations"]
        for node in each["nodes"]
    ]


async def too_wide(page: Page) -> bool:
    script = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return bool(await page.evaluate(script))


async def test_a_newcomer_writes_and_in_another_tab_it_is_approved(scene: Stage) -> None:
    reader, moderator = await scene.window(), await scene.window()
    await scene.signed_in("Mo", "moderator", moderator)
    await reader.goto("/demo")
    assert await reader.get_by_role("heading", name="1 comment").is_visible()
    await reader.get_by_label("Name").fill("Robin")
    await reader.get_by_label("Email").fill("robin.secret@example.org")
    await reader.get_by_label("Comment *").fill("The bell was two minutes late on Sunday.")
    await reader.get_by_role("button", name="Post Comment").click()
    said = reader.get_by_text("Your comment awaits moderation.")
    await said.wait_for()
    assert "robin.secret" not in await reader.content()
    await moderator.goto("/queue?site=demo")
    focus = moderator.locator("#focus")
    await focus.get_by_text("The bell was two minutes late on Sunday.").wait_for()
    await moderator.locator("#desk.at-work").wait_for()
    assert "robin.secret" not in await moderator.content()
    await press(moderator, "a")
    await focus.get_by_text("Nothing waits here").wait_for()
    await moderator.wait_for_load_state("networkidle")
    await reader.reload()
    await reader.get_by_text("Your comment is published.").wait_for()
    assert await reader.get_by_role("heading", name="2 comments").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_is_accessible(scene: Stage, scheme: Scheme) -> None:
    page = await scene.window(scheme)
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    await scene.signed_in(f"Root {scheme}", "admin", page)
    for name, path in scene.pages.items():
        answer = await page.goto(path)
        assert answer is not None
        assert answer.ok == (name != "error"), name
        await page.evaluate(OPEN)
        assert await violations(page, scheme) == [], name
        assert await ill_named(page) == [], name
    await page.context.clear_cookies()
    await page.goto("/sign-in")
    assert await violations(page, scheme) == []
    assert [said for said in trouble if "404" not in said] == []


async def test_every_page_fits_a_phone(scene: Stage) -> None:
    """With a website whose name is as long as any, and a person's too."""
    page = await scene.window(width=360)
    await scene.signed_in("R" * 100, "admin", page)
    long = (await accounts.add_site(scene.connection, scene.secrets, "s" * 60)).site.name
    more = {each: f"/sites/{long}/{each}" for each in ("words", "keys", "import")}
    for name, path in [*scene.pages.items(), *more.items()]:
        await page.goto(path)
        assert not await too_wide(page), name
        await page.evaluate(OPEN)
        assert not await too_wide(page), f"{name}, opened"
        assert await page.evaluate(SQUEEZED) == [], name
        assert await page.evaluate(GLUED) == [], name


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("de", "ltr")])
async def test_pages_of_another_language_are_accessible_and_fit(
    scene: Stage, language: str, direction: str
) -> None:
    """Of the main ones: Arabic goes from right to left, German has long words."""
    page = await scene.window(language=language)
    await scene.signed_in(f"Root {language}", "admin", page)
    assert await page.evaluate("document.dir") == direction
    await page.goto("/queue")
    assert await page.evaluate(MISPLACED) == []
    await page.evaluate(OPEN)
    assert await page.evaluate(MISPLACED) == []
    await page.set_viewport_size({"width": 2560, "height": 900})
    assert await page.evaluate(CUT_OFF) == []
    await page.set_viewport_size({"width": 1280, "height": 900})
    sites = ("/sites/harbour-post", scene.pages["bands"])
    for path in ("/queue", "/decided", f"/comments/{scene.comment}", *sites):
        await page.goto(path)
        assert await violations(page, "light") == [], path
        await page.set_viewport_size({"width": 360, "height": 900})
        assert not await too_wide(page), path
        assert await violations(page, "light") == [], f"{path}, narrow"
        assert await page.evaluate(GLUED) == [], path
        await page.set_viewport_size({"width": 1280, "height": 900})


async def test_a_band_is_chosen_by_pointer_by_keys_and_by_numbers(scene: Stage) -> None:
    """What it would change stands there at once; who reads from right to left has the same axis."""
    page = await scene.window(language="ar")
    await scene.signed_in("Dan", "data", page)
    await page.goto(scene.pages["bands"])
    low, high = page.locator("#low-at"), page.locator("#high-at")
    low_field, high_field = page.locator("[name=low]"), page.locator("[name=high]")
    changed = page.locator("#figures strong").first
    await low.press("End")
    await expect(low_field).to_have_value("1")
    await expect(high_field).to_have_value("")
    await expect(changed).not_to_have_text("0")
    await low.press("Home")
    await low.press("ArrowRight")
    await expect(low_field).to_have_value("0.001")
    assert await low.get_attribute("aria-valuetext") == "0.001"
    box = await high.bounding_box()
    assert box is not None
    middle, floor = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(box["x"] + box["width"] - 12, floor)
    await page.mouse.down()
    await page.mouse.move(middle, floor, steps=5)
    await page.mouse.up()
    await expect(high_field).to_have_value("0.5")
    await high.press("Home")  # it takes the other handle with it
    await expect(high_field).to_have_value("0")
    await expect(low_field).to_have_value("0")
    await low_field.fill("0,5")
    await expect(low).to_have_value("30")
    await expect(page.get_by_role("alert")).to_be_visible()
    await high_field.fill("0.9")
    await expect(page.get_by_role("alert")).to_have_count(0)
    await expect(changed).not_to_have_text("0")
    assert await violations(page, "light") == []
    assert await page.locator("#figures form").count() == 0


async def test_text_can_be_doubled_without_losing_any(scene: Stage) -> None:
    page = await scene.window(width=900)
    await scene.signed_in("Root doubled", "admin", page)
    for name, path in scene.pages.items():
        await page.goto(path)
        await page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert not await too_wide(page), name


async def test_pages_work_without_javascript(scene: Stage) -> None:
    signed = await scene.window()
    await scene.signed_in("Root plain", "admin", signed)
    context = await scene.browser.new_context(
        base_url=scene.address,
        java_script_enabled=False,
        storage_state=await signed.context.storage_state(),
    )
    page = await context.new_page()
    await page.goto("/decided?status=rejected&q=lamps")
    await page.locator("#focus h2").get_by_text("Cheap lights").wait_for()
    await page.get_by_role("button", name="Approve", exact=True).click()
    await page.get_by_text("is approved now").wait_for()
    await page.goto("/sites/harbour-post")
    await page.get_by_label("Hold every comment").check()
    await page.get_by_role("button", name="Preview").click()
    await page.get_by_text("would have become something else").first.wait_for()
    await page.goto("/quality/bands?site=harbour-post&label=toxicity")
    assert await page.get_by_role("slider").count() == 0
    await page.locator("[name=low]").fill("0.9")
    await page.get_by_role("button", name="Show what would change").click()
    await page.get_by_role("button", name="Save this band").wait_for()
    await page.goto("/staff")
    await page.get_by_label("Name", exact=True).fill("Nora")
    await page.get_by_role("button", name="Add", exact=True).click()
    assert await page.get_by_text("/sign-in#").count() == 1
    await context.close()
