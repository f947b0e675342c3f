"""The queue's page is for everyone: accessibility, widths, doubled text, scripts, hostile text."""

import asyncio
import re
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Response, expect

from service.web.pages.assets import ASSETS
from tests.support.queue import (
    WORDS,
    ill_named,
    press,
    ready,
    seen,
    settled,
    size,
    too_wide,
    violations,
)
from tests.support.queue_stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

_STATIC_WEIGHT: Final = 101_000
"""Bytes of the page's styles and scripts."""

_WEIGHT: Final = 150_000
"""Bytes with the page's own HTML, with forty comments listed."""
_ATTACKS: Final = (
    "<script>window.broken=1</script>",
    "<img src=x onerror=window.broken=1>",
    '"><svg onload=window.broken=1>',
    "' onmouseover='window.broken=1",
    "</textarea></template></script><script>window.broken=1</script>",
    "{{ 7 * 7 }} ${window.broken=1} javascript:window.broken=1",
    "<a href='javascript:window.broken=1'>click</a> [x](javascript:window.broken=1)",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing(stage: Stage, scheme: Any) -> None:
    await stage.fill(12)
    page = await stage.moderator(
        path="/queue?reason=held_by_site",
        color_scheme=scheme,
        reduced_motion="reduce",
        viewport=size(360),
    )
    await ready(page)
    for key in ("a", "1", "x"):
        await press(page, key)
    await settled(page)
    assert await violations(page) == []
    assert await ill_named(page) == []
    await page.set_viewport_size(size(1280))
    assert await violations(page) == []
    assert await ill_named(page) == []
    await press(page, "?")
    assert await violations(page) == []
    await press(page, "Escape")
    await page.get_by_role("button", name="Reject…").click()
    assert await violations(page) == []


async def test_no_width_scrolls_sideways(stage: Stage) -> None:
    await stage.fill(12)
    page = await stage.moderator()
    await ready(page)
    for _ in range(12):
        for width in (320, 360, 768, 1000, 1280, 2560, 3840):
            await page.set_viewport_size(size(width))
            assert await too_wide(page) == [], width
        await press(page, "j")


async def test_text_can_be_doubled(stage: Stage) -> None:
    await stage.fill(6)
    page = await stage.moderator()
    await ready(page)
    await page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    for decided, width in enumerate((640, 1280), 1):
        await page.set_viewport_size(size(width))
        assert await too_wide(page) == []
        approve = page.get_by_role("button", name="Approve", exact=True)
        await approve.scroll_into_view_if_needed()
        await seen(page)
        await approve.click()
        await settled(page)
        await expect(page.locator("#last li")).to_have_count(decided)


async def test_hostile_text_in_every_field_stays_text(stage: Stage) -> None:
    comments: list[dict[str, Any]] = [
        {
            "name": attack[:100],
            "body": f"{attack} http://evil.example/x",
            "website": f"https://evil.example/?{number}=%22%3E%3Cscript%3Ewindow.broken=1",
            "email": f"reader{number}@mail.example",
            "page": f"https://news.example/a?b='%22%3E%3Cscript%3Ewindow.broken=1&n={number}",
        }
        for number, attack in enumerate(_ATTACKS)
    ]
    ids = await stage.post(comments)
    answer = comments[0] | {"parent_id": ids[0], "email": "other@mail.example"}
    await stage.post([answer])
    page = await stage.moderator(path="/queue?order=oldest&q=window.broken")
    await ready(page)
    for attack in _ATTACKS:
        assert attack in await page.locator("#focus .words").evaluate(WORDS)
        assert await page.locator("#focus .said a, #focus bdi a, .excerpt a").count() == 0
        await press(page, "n")
        await page.keyboard.insert_text(attack)
        await press(page, "Escape")
        await press(page, "1")
        await settled(page)
    await press(page, "u")
    await expect(page.locator("#focus .past")).to_contain_text("window.broken")
    await page.reload()
    assert await page.evaluate("window.broken") is None
    assert await page.locator("img, iframe, [onerror], [onload], [onmouseover]").count() == 0
    hosts = await page.evaluate("[...document.scripts].map((one) => new URL(one.src).host)")
    assert set(hosts) == {page.url.split("/")[2]}


async def test_what_cannot_be_seen_or_turns_text_stands_in_a_box(stage: Stage) -> None:
    await stage.post(
        [
            {
                "name": "A\u200bgpj",
                "body": "zero\u200bwidth \u202eturned\u202c",
                "email": "a@mail.example",
                "page": "https://news.example/a",
            }
        ]
    )
    page = await stage.moderator()
    await expect(page.locator("#focus h2")).to_contain_text("Agpj")
    await expect(page.locator("#focus .words .hidden")).to_have_text(["U+200B", "U+202E", "U+202C"])
    raw = await page.locator("#desk").inner_text()
    assert not re.search("[\u200b\u202a-\u202e]", raw)


async def test_right_to_left_text_stands_right(stage: Stage) -> None:
    await stage.post(
        [
            {
                "name": "ناصر",
                "body": "هذا مقال جيد عن الجسر",
                "email": "a@mail.example",
                "page": "https://news.example/a",
            }
        ]
    )
    page = await stage.moderator()
    direction = "(node) => getComputedStyle(node).direction"
    assert await page.locator("#focus .words").evaluate(direction) == "rtl"
    assert await page.locator("#focus h2").evaluate(direction) == "ltr"
    assert await page.locator("#focus h2 bdi").evaluate(direction) == "rtl"


async def test_decisions_are_announced(stage: Stage) -> None:
    await stage.fill(2)
    page = await stage.moderator()
    await ready(page)
    said = page.get_by_role("status").and_(page.locator("#said"))
    await press(page, "a")
    await expect(said).to_contain_text(re.compile(r"Approved: Mikkel\. Next: best-deals-24\."))


async def test_the_page_is_light_and_shows_no_readers_address(stage: Stage) -> None:
    await stage.fill(40)
    seen: list[str] = []
    weights: dict[str, int] = {}
    reading: list[asyncio.Task[None]] = []

    async def read(response: Response) -> None:
        if response.status == 200:
            text = await response.text()
            seen.append(text)
            weights[response.url] = len(text.encode())

    def heard(response: Response) -> None:
        reading.append(asyncio.create_task(read(response)))

    page = await stage.window()
    signed_in = await page.request.post("/sign-in/link", data={"secret": await stage.hire("Ann")})
    assert signed_in.ok
    page.on("response", heard)
    await page.goto("/queue")
    await page.locator("#desk.at-work").wait_for()
    await ready(page)
    await asyncio.gather(*reading)
    await expect(page.locator("#list .entry")).to_have_count(40)
    own = {urlsplit(url).path: size for url, size in weights.items()}
    static = [size for path, size in own.items() if path.startswith("/static/")]
    assert len(static) > 10
    assert sum(static) < _STATIC_WEIGHT
    assert sum(static) + own["/queue"] < _WEIGHT
    for key in ("a", "1", "u", "s", "j"):
        await press(page, key)
        await ready(page)
    seen.append(await page.content())
    page.remove_listener("response", heard)
    await asyncio.gather(*reading)
    assert any("Mikkel" in text for text in seen)
    assert not [text for text in seen if "hidden.reader" in text or "mail.example" in text]


RULES: Final = """
([before, after]) => [before, after].map((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    return [...sheet.cssRules].map((rule) => rule.cssText.replace(/\\s*,\\s*/g, ","));
})
"""
"""What a browser understands of two style sheets: their rules, however lists are set."""


async def test_a_light_style_sheet_has_the_rules_of_its_file(stage: Stage) -> None:
    page = await stage.window()
    for name, asset in ASSETS.items():
        if not name.endswith(".css"):
            continue
        source = (files("service.web.pages") / "static" / name).read_bytes()
        assert len(asset.content) < len(source)
        before, after = await page.evaluate(RULES, [source.decode(), asset.content.decode()])
        assert len(before) > 10
        assert after == before, name


OUTSIDE: Final = """
(found) => {
    const sheet = document.querySelector(found);
    const out = (node) => {
        const at = node.getBoundingClientRect();
        return at.left < 0 || at.top < 0 || at.right > innerWidth || at.bottom > innerHeight;
    };
    return [sheet, ...sheet.querySelectorAll("button, textarea")].filter((node) => {
        node.scrollIntoView({ block: "nearest", behavior: "instant" });
        return out(node);
    }).map((node) => node.outerHTML);
}
"""
"""What of a sheet cannot be brought into the window."""


@pytest.mark.parametrize("locale", ["en-GB", "de", "ar"])
async def test_reasons_and_the_rest_are_in_reach_at_four_times_the_size(
    stage: Stage, locale: str
) -> None:
    """A window of 1280 by 1024 has 320 by 256 then; so has a narrow phone held sideways."""
    await stage.fill(2)
    page = await stage.moderator(viewport={"width": 320, "height": 256}, locale=locale)
    await ready(page)
    await press(page, "r")
    await expect(page.locator("#rejections button:focus")).to_be_in_viewport(ratio=1)
    assert await page.evaluate(OUTSIDE, "#rejections") == []
    await page.keyboard.press("Escape")
    await page.locator(".more-actions").click()
    assert await page.evaluate(OUTSIDE, "#more-actions") == []
