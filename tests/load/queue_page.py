"""The queue's page with 10,000 comments waiting: from a key press to the next comment painted.

So long, too, until the author's drawer stands there, and until a comment with the conversation
around it does that was not fetched ahead. Measured in Chromium by its own clock: from the time of
the key's or finger's event to the second animation frame after the other comment is in the page, by
when its frame has been drawn. The browser, the service and PostgreSQL share the machine's cores;
the pace is that of a very quick moderator.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from playwright.async_api import Page

from service.accounts import accounts, members
from service.accounts.secrets import load_secrets
from service.accounts.sign_in import SignIn
from service.db.pool import connect
from service.models import shipping
from service.settings import Settings
from tests.load import texts
from tests.support.browser import browser
from tests.support.queue import press
from tests.support.rows import NEW_ID
from tests.support.servers import service
from tests.support.waiting import until

QUEUED: Final = 10_000
_DECISIONS: Final = 200
_LOOKS: Final = 20
_NEXT, _AUTHOR, _THREAD = "the next comment", "the author's drawer", "a comment not fetched ahead"
_WANTED: Final = {_NEXT: (20, 40), _AUTHOR: (100, 100), _THREAD: (100, 100)}
"""Milliseconds that the median and the 95th percentile are to stay under."""

_PASSWORD: Final = "a long password of a benchmark"

_FILL: Final = f"""
with people as (
    insert into comment_contact (author_id, site_id, email)
    select gen_random_uuid(), $1, 'sealed' from generate_series(1, 500) returning author_id
), known as (
    select author_id, row_number() over () - 1 as number from people
), made as (
    select {NEW_ID} as id, body, random()::real as risk, place % 500 as number
    from unnest($2::text[]) with ordinality as each (body, place)
), new as (
    insert into comment (id, site_id, page, page_key, name, body, fingerprint, status, reasons,
                         scores, risk, language, submitted_at, decided_at, author_id)
    select id, $1, 'https://news.example/a', sha256('a'), 'Reader', body,
           sha256(convert_to(body, 'UTF8')), 'pending', '{{toxicity}}',
           jsonb_build_object('spam', 0.02, 'toxicity', risk), risk, 'en', now(), now(), author_id
    from made join known using (number) returning id, scores
)
insert into decision (comment_id, version, to_status, action, actor, reasons, scores, bands)
select id, 1, 'pending', 'submit', 'classifier', '{{toxicity}}', scores,
       '{{"spam": [0.1, 0.9], "toxicity": [0.3, 0.9]}}' from new
"""

_WATCH: Final = """
() => {
    window.taken = [];
    let pressed = 0;
    for (const kind of ["keydown", "pointerdown"]) {
        document.addEventListener(kind, (event) => { pressed = event.timeStamp; }, true);
    }
    for (const [place, wanted] of [["#focus", "article"], ["#drawer-in", "[data-drawn]"]]) {
        new MutationObserver(() => {
            if (!pressed || !document.querySelector(`${place} ${wanted}`)) return;
            const began = pressed;
            pressed = 0;
            requestAnimationFrame(() => requestAnimationFrame(() => {
                window.taken.push(performance.now() - began);
            }));
        }).observe(document.querySelector(place), { childList: true });
    }
}
"""


Taken = Mapping[str, Sequence[float]]
"""Milliseconds of each time that something came up, by what it is."""


async def measure(dsn: str, data_dir: Path) -> Taken:
    """Return how long each takes to come up, in the queue of a site of its own."""
    secrets = load_secrets(Settings.read({"MODERATION_DATA_DIR": str(data_dir)}))
    connection = await connect(dsn)
    try:
        await shipping.ensure_shipped(connection)
        site = (await accounts.add_site(connection, secrets, "queue")).site
        await connection.execute(_FILL, site.id, list(texts.bodies(QUEUED, 7)))
        await connection.execute("vacuum analyze comment")
        made = await members.add_staff(connection, secrets, "Ann", "moderator", 60)
        sign_in = SignIn(connection, secrets, idle_hours=1, hours=1)
        await sign_in.set_password(made.staff, _PASSWORD)
        with service(dsn, data_dir) as port:
            taken = await _work(f"http://127.0.0.1:{port}")
        count = "select count(*) from decision where actor = 'moderator'"
        decided = await connection.fetchval(count)
    finally:
        await connection.close()
    painted = {what: len(times) for what, times in taken.items()}
    if decided != _DECISIONS or painted != {_NEXT: _DECISIONS, _AUTHOR: _LOOKS, _THREAD: _LOOKS}:
        raise SystemExit(f"{decided} decided, painted {painted}: the figures mean nothing")
    return taken


async def _work(address: str) -> Taken:
    async with browser() as started:
        page = await started.new_page(base_url=address)
        await page.goto("/queue?site=queue")
        await page.get_by_label("Name").fill("Ann")
        await page.get_by_label("Password").fill(_PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.locator("#desk.at-work").wait_for()
        await page.wait_for_load_state("networkidle")
        await page.evaluate(_WATCH)
        for number in range(_DECISIONS):
            await press(page, "a" if number % 3 else "1")
        await page.wait_for_load_state("networkidle")
        return {
            _NEXT: await _told(page),
            _AUTHOR: await _authors(page),
            _THREAD: await _threads(page),
        }


async def _authors(page: Page) -> list[float]:
    """Look at the author of one comment after another."""
    for number in range(1, _LOOKS + 1):
        await press(page, "g")
        await _painted(page, number)
        await page.keyboard.press("Escape")
        await press(page, "j")
        await _painted(page, number + 1)
        await page.evaluate(f"window.taken.length = {number}")
    return await _told(page)


async def _threads(page: Page) -> list[float]:
    """Go up the list, by entries of which none is fetched: what is fetched ahead is beneath."""
    entries = page.locator("#list a")
    last = await entries.count() - 1
    for number in range(_LOOKS):
        await entries.nth(last - number).click()
        await _painted(page, number + 1)
        await page.wait_for_load_state("networkidle")
    return await _told(page)


async def _painted(page: Page, count: int) -> None:
    """Wait until so many have come up."""

    async def are_there() -> bool:
        return bool(await page.evaluate("window.taken.length") == count)

    await until(are_there)


async def _told(page: Page) -> list[float]:
    """Return what was measured since this was asked last."""
    taken: list[float] = await page.evaluate("window.taken.splice(0)")
    return taken


def lines(taken: Taken) -> list[str]:
    """Return what is printed: median and 95th percentile beside what they are to stay under."""
    told = [f"\nqueue's page, {QUEUED:,} waiting: milliseconds from key or click to paint"]
    for what, times in taken.items():
        ordered, (middle, high) = sorted(times), _WANTED[what]
        median, last = ordered[len(ordered) // 2], ordered[int(0.95 * len(ordered))]
        told.append(
            f"  {what}: median {median:.0f} (to be under {middle}),"
            f" 95th percentile {last:.0f} (under {high})"
        )
    return told
