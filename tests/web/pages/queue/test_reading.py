"""What is read at the desk: searches, copies, long and wide texts, times, any name and any font."""

import re
from typing import Final

import pytest
from playwright.async_api import expect

from tests.support.comments import waiting
from tests.support.queue import calm, press, ready, settled, size
from tests.support.queue_stage import Stage, sign_in

pytestmark = pytest.mark.asyncio(loop_scope="session")


SEARCHES: Final = {
    "bridge council": {"Ingrid Solberg"},
    '"the bridge"': set(),
    '"that bridge every"': {"Ingrid Solberg"},
    "COUNCIL": {"Ingrid Solberg"},
    '"minutes of the meeting" railings': {"Ingrid Solberg"},
    "trams snow": {"A very long name of somebody who likes very long names indeed, thank you"},
    "solberg": {"Ingrid Solberg"},
    "bridge nowhere": set(),
}


async def test_several_words_and_phrases_are_found_and_marked(stage: Stage) -> None:
    await stage.fill(12)
    page = await stage.moderator()
    await ready(page)
    search = page.get_by_role("searchbox")
    for sought, names in SEARCHES.items():
        await search.fill(sought)
        await search.press("Enter")
        await expect(page.locator("#list .entry")).to_have_count(len(names))
        found = {
            await entry.locator(".line .name").inner_text()
            for entry in await page.locator("#list .entry").all()
        }
        assert found == names, sought
        if names:
            await page.locator("#focus article").wait_for()
            marks = page.locator("#list mark.found, #focus .words mark.found")
            assert await marks.count() > 0, sought


async def test_going_back_shows_the_search_that_is_in_force(stage: Stage) -> None:
    await stage.fill(6)
    page = await stage.moderator(path="/queue?order=oldest&q=bridge")
    await ready(page)
    search = page.get_by_role("searchbox")
    await search.fill("trams")
    await search.press("Enter")
    await expect(search).to_have_value("trams")
    await ready(page)
    await page.go_back()
    await page.locator("#desk.at-work").wait_for()
    await expect(search).to_have_value("bridge")


async def test_a_search_leaves_the_list_in_sight(stage: Stage) -> None:
    await stage.fill(30)
    page = await stage.moderator(
        path="/queue?order=oldest&q=e&site=news&reason=held_by_site",
        viewport={"width": 1280, "height": 800},
    )
    await ready(page)
    for _ in range(4):
        await press(page, "a")
    await settled(page)
    rows = await page.evaluate("""
        () => {
            const side = document.querySelector("#side").getBoundingClientRect();
            document.querySelector("#side").scrollTop = 0;
            return [...document.querySelectorAll("#list .entry")].filter((entry) => {
                const place = entry.getBoundingClientRect();
                return place.top >= side.top && place.bottom <= side.bottom;
            }).length;
        }
    """)
    assert rows >= 3


async def test_copied_text_and_a_screen_reader_have_the_authors_words_only(stage: Stage) -> None:
    body = "You are an idiot and everyone who voted for it is a moron."
    await stage.post([{**waiting(1)[0], "body": body}])
    page = await stage.moderator()
    words = page.locator("#focus .words")
    await expect(words.locator("mark")).not_to_have_count(0)
    copied = await words.evaluate("""
        (node) => {
            getSelection().selectAllChildren(node);
            return getSelection().toString();
        }
    """)
    assert copied.strip() == body
    assert await words.text_content() == body
    snapshot = await words.aria_snapshot()
    assert "insult" not in snapshot
    assert "toxic" not in snapshot
    legend = await page.locator("#focus .legend").text_content() or ""
    assert "“" in legend
    assert "idiot" in legend


async def test_runs_of_blank_lines_are_folded_with_a_mark(stage: Stage) -> None:
    bodies = (
        "first\n\n\n\n\n\n\n\nlast",
        "first" + "\r\n" * 60 + "last",
        "first" + "\n\u200b \n" * 40 + "last",
        "first" + "\u00a0" * 900 + "last",
        "first" + "\n\u3000\n" * 30 + "last",
        "first" + "\n\u2800" * 50 + "last",
    )
    await stage.post(
        [{**waiting(9)[at], "name": "Somebody", "body": body} for at, body in enumerate(bodies)]
    )
    page = await stage.moderator(viewport=size(1280))
    await ready(page)
    for _ in bodies:
        await page.locator("#focus article").wait_for()
        await expect(page.locator("#focus .words .fold")).to_have_count(1)
        box = await page.locator("#focus .words").bounding_box()
        assert box is not None
        assert box["height"] < 250
        await press(page, "j")
        await calm(page)
    await stage.post([{**waiting(1)[0], "body": "one\n\ntwo\n\n\nthree"}])
    await page.goto("/queue?order=newest")
    await expect(page.locator("#focus .words")).to_have_text("one\n\ntwo\n\n\nthree")


async def test_texts_name_their_language(stage: Stage) -> None:
    ids = await stage.fill(8)
    page = await stage.moderator(path=f"/queue?order=oldest&comment={ids[5]}")
    await expect(page.locator("#focus .words")).to_have_attribute("lang", "ru")
    entry = page.locator(f'#list [data-id="{ids[5]}"] .excerpt')
    await expect(entry).to_have_attribute("lang", "ru")
    await page.goto(f"/comments/{ids[5]}")
    await expect(page.locator("main .said").first).to_have_attribute("lang", "ru")


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/St_Johns", "Pacific/Auckland"])
async def test_times_are_the_readers(stage: Stage, zone: str) -> None:
    ids = await stage.fill(2)
    await stage.connection.execute(
        "update comment set submitted_at = '2026-03-04 23:50:00+00' where id = $1", ids[0]
    )
    await stage.connection.execute(
        "update comment set submitted_at = now() - interval '3 hours' where id = $1", ids[1]
    )
    page = await stage.moderator(path=f"/queue?order=oldest&comment={ids[0]}", timezone_id=zone)
    here = "new Date('2026-03-04T23:50:00Z').toLocaleString('en-GB', { timeStyle: 'short' })"
    clock = await page.evaluate(here)
    assert clock != "23:50"
    time = page.locator("#focus .facts time").first
    await expect(time).to_have_attribute("title", re.compile(clock))
    await page.goto(f"/comments/{ids[0]}")
    written = page.locator("dl.facts time").first
    await expect(written).to_have_text(re.compile(rf"{clock}$"))
    await page.goto(f"/comments/{ids[1]}")
    await expect(written).to_have_text(re.compile(r"\d\d:\d\d \(3 hours ago\)$"))
    for path in ("/decided", f"/comments/{ids[1]}", "/queue"):
        await page.goto(path)
        await expect(page.locator("main")).not_to_contain_text(" UTC")


async def test_days_that_are_asked_for_are_the_readers_days(stage: Stage) -> None:
    """Just before midnight UTC is the next day in Auckland."""
    await stage.fill(1)
    page = await stage.moderator(timezone_id="Pacific/Auckland")
    await ready(page)
    await press(page, "a")
    await settled(page)
    await stage.connection.execute("update comment set decided_at = '2026-03-04 23:50:00+00'")
    await page.goto("/decided")
    await page.locator("summary", has_text="Filters").click()
    await page.get_by_label("From", exact=True).fill("2026-03-05")
    await page.get_by_label("To", exact=True).fill("2026-03-05")
    await page.get_by_role("button", name="Search").click()
    await expect(page.locator(".entry")).to_have_count(1)
    await page.goto("/dashboard")
    await page.locator("summary", has_text="Every day").click()
    await expect(page.get_by_text("Day, Pacific/Auckland")).to_be_visible()


LONG: Final = "Wolfeschlegelsteinhausenbergerdorff" * 3


async def test_names_of_a_hundred_letters_tear_no_page(stage: Stage) -> None:
    name = LONG[:100]
    ids = await stage.post(
        [{**one, "name": name, "website": f"https://x.example/{LONG}"} for one in waiting(3)]
    )
    await stage.hire(name, "admin")
    page = await stage.window(viewport=size(360))
    await page.goto("/queue?order=oldest")
    await sign_in(page, name)
    await ready(page)
    await press(page, "a")
    await press(page, "1")
    await settled(page)
    paths = ["/queue", f"/comments/{ids[0]}", "/decided", "/staff", "/sites", "/dashboard"]
    for path in (*paths, f"/comments/{ids[2]}", f"/decided?q={name}", "/password"):
        for width in (320, 360, 768, 1280):
            await page.set_viewport_size(size(width))
            await page.goto(path)
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert await page.evaluate(wide) <= 0, (path, width)


WIDE: Final = """
() => {
    const sheet = new CSSStyleSheet();
    const wide = "letter-spacing: .09em !important; font-family: 'DejaVu Sans', Verdana !important";
    sheet.replaceSync(`* { ${wide} }`);
    document.adoptedStyleSheets.push(sheet);
}
"""
"""Letters as wide as those of the widest fonts of Linux, whatever fonts the machine has."""

CELLS_OVER: Final = """
() => {
    const over = [];
    for (const cell of document.querySelectorAll("#focus .scores :is(th, td)")) {
        const frame = cell.closest("section").getBoundingClientRect();
        const past = cell.getBoundingClientRect().right > frame.right + 0.5;
        if (past || cell.scrollWidth > cell.clientWidth + 1) over.push(cell.textContent.trim());
    }
    return over;
}
"""


async def test_the_layout_holds_with_any_font(stage: Stage) -> None:
    id_ = await stage.in_doubt()
    page = await stage.moderator(path=f"/queue?site=paper&comment={id_}")
    await ready(page)
    await page.evaluate(WIDE)
    for width in (320, 360, 400, 700, 900, 1280, 1920):
        await page.set_viewport_size(size(width))
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(wide) <= 0, width
        assert await page.evaluate(CELLS_OVER) == [], width
