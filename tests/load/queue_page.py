"""The queue's page with 10,000 comments waiting: from a key press to the next comment painted.

Measured in Chromium by its own clock: from the time of the key's event to the second animation
frame after the other comment is in the page, by when its frame has been drawn. The browser, the
service and PostgreSQL share the machine's cores; the pace is that of a very quick moderator.
"""

from pathlib import Path
from typing import Final

from service.accounts import accounts, members
from service.accounts.secrets import load_secrets
from service.accounts.sign_in import SignIn
from service.db.pool import connect
from service.models import shipping
from service.settings import Settings
from tests.load import texts
from tests.support.browser import browser
from tests.support.queue import press
from tests.support.servers import service

QUEUED: Final = 10_000
_DECISIONS: Final = 200
_MEDIAN_MS, _HIGH_MS = 50, 150
_PASSWORD: Final = "a long password of a benchmark"

_FILL: Final = """
with made as (
    select gen_random_uuid() as id, body, random()::real as risk from unnest($2::text[]) body
), new as (
    insert into comment (id, site_id, page, page_key, name, body, fingerprint, status, reasons,
                         scores, risk, language, submitted_at, decided_at)
    select id, $1, 'https://news.example/a', sha256('a'), 'Reader', body,
           sha256(convert_to(body, 'UTF8')), 'pending', '{toxicity}',
           jsonb_build_object('spam', 0.02, 'toxicity', risk), risk, 'en', now(), now()
    from made returning id, scores
)
insert into decision (comment_id, version, to_status, action, actor, reasons, scores, bands)
select id, 1, 'pending', 'submit', 'classifier', '{toxicity}', scores,
       '{"spam": [0.1, 0.9], "toxicity": [0.3, 0.9]}' from new
"""

_WATCH: Final = """
() => {
    window.taken = [];
    let pressed = 0;
    document.addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);
    new MutationObserver(() => {
        if (!pressed || !document.querySelector("#focus article")) return;
        const began = pressed;
        pressed = 0;
        requestAnimationFrame(() => requestAnimationFrame(() => {
            window.taken.push(performance.now() - began);
        }));
    }).observe(document.getElementById("focus"), { childList: true });
}
"""


async def measure(dsn: str, data_dir: Path) -> list[float]:
    """Return the milliseconds of each decision, in the queue of a site of its own."""
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
    if decided != _DECISIONS or len(taken) != _DECISIONS:
        raise SystemExit(f"{decided} decided, {len(taken)} painted: the figures mean nothing")
    return taken


async def _work(address: str) -> list[float]:
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
        taken: list[float] = await page.evaluate("window.taken")
        return taken


def lines(taken: list[float]) -> list[str]:
    """Return what is printed: median and 95th percentile beside what they are to stay under."""
    ordered = sorted(taken)
    median, high = ordered[len(ordered) // 2], ordered[int(0.95 * len(ordered))]
    return [
        f"\nqueue's page, {QUEUED:,} waiting: key press to the next comment painted",
        f"  median {median:.0f} ms (to be under {_MEDIAN_MS})",
        f"  95th percentile {high:.0f} ms (to be under {_HIGH_MS})",
    ]
