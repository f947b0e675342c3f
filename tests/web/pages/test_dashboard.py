"""The dashboard on real rows: what each figure counts, who may see it, and its queries' plans."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from service.db.sql import load
from tests.support.pages import Site
from tests.support.rows import NEW_ID, NOW


def tiles(html: str) -> dict[str, str]:
    return dict(re.findall(r"<dt>([^<]+)</dt><dd>(?:<a[^>]*>)?([^<]+)<", html))


async def test_the_figures_count_what_was_done(site: Site) -> None:
    mo = await site.person("Mo")
    rows, hour = site.rows, timedelta(hours=1)
    for _ in range(6):
        await rows.comment("approved", ago=30 * hour, reasons=["clear"])
    wrong = await rows.comment("rejected", ago=30 * hour, reasons=["spam"])
    await rows.decide(wrong, "approved", "Mo", ago=2 * hour)
    held = await rows.comment("pending", ago=30 * hour, reasons=["toxicity"])
    await rows.decide(held, "rejected", "Mo", ago=28 * hour)
    await rows.comment("pending", ago=26 * hour, reasons=["toxicity"])
    await rows.comment("approved", ago=timedelta(days=40))
    html = await mo.get("/dashboard", days=7)
    assert tiles(html) == {
        "New comments": "9",
        "Decided at once": "77.8%",
        "Waiting now": "1",
        "Time to decision": "2 hours",
        "Reversed by people": "1",
    }
    assert 'href="/dashboard?days=7" aria-current="true"' in html
    assert re.search(r"Toxicity</th>\s+<td class=\"number\">.</td>.*>2</td>", html)
    assert tiles(await mo.get("/dashboard", days=90))["New comments"] == "10"
    assert tiles(await mo.get("/dashboard", days=7, reason="toxicity")) == {
        "New comments": "2",
        "Decided at once": "0.0%",
        "Waiting now": "1",
        "Time to decision": "2 hours",
        "Reversed by people": "0",
    }
    spam = tiles(await mo.get("/dashboard", days=7, reason="spam"))
    assert (spam["Reversed by people"], spam["Waiting now"]) == ("1", "0")
    assert html.count('role="img"') == 4
    assert len(re.findall(r"<time datetime=\"\d{4}-\d\d-\d\d\">", html)) == 7


async def test_days_are_the_readers(site: Site) -> None:
    mo = await site.person("Mo")
    now = datetime.now(UTC)
    hours = next(n for n in range(-11, 14) if (now + timedelta(hours=n)).hour == 0)  # just midnight
    east = f"Etc/GMT{-hours:+d}" if hours else "UTC"
    ago = timedelta(hours=1, minutes=now.minute)  # yesterday there
    await site.rows.comment("approved", ago=ago)
    day = r"<tr><th scope=\"row\"><time datetime=\"{}\">[^<]+</time></th><td[^>]+>1<"
    yesterday = (now + timedelta(hours=hours) - ago).date()
    html = await mo.get("/dashboard", zone=east)
    assert re.search(day.format(yesterday), html)
    assert f">Day, {east}<" in html
    assert f'href="/dashboard?days=7&amp;zone={quote(east)}"' in html
    mo.http.cookies.set("zone", east)
    assert re.search(day.format(yesterday), await mo.get("/dashboard"))
    for strange in ("Mars/Olympus", "..%2F..%2Fetc%2Fpasswd", "Europe", "x" * 2000, "a%00b", "%ff"):
        assert f">Day, {east}<" in await mo.get(f"/dashboard?zone={strange}")


async def test_a_decision_taken_back_is_no_reversal(site: Site) -> None:
    mo = await site.person("Mo")
    id_ = await site.rows.comment("approved")
    await mo.done(f"/comments/{id_}/decision", action="reject", version="1")
    assert tiles(await mo.get("/dashboard"))["Reversed by people"] == "1"
    await mo.done(f"/comments/{id_}/undo", version="2")
    assert tiles(await mo.get("/dashboard"))["Reversed by people"] == "0"


async def test_what_the_compatibility_apis_answered_is_counted_by_site(site: Site) -> None:
    await site.rows.site("first")
    await site.connection.execute(
        "insert into door_figure (site_id, day, door, outcome, count) select id, current_date - n,"
        " 'akismet', 'missed-spam', 700 from site, unnest(array[0, 3, 40]) n where name = 'first'"
    )
    mo = await site.person("Mo")
    html = await mo.get("/dashboard", days=7)
    assert re.search(r"first</th><td>Akismet</td><td>missed spam</td>.*>1,400</td>", html)
    assert ">2,100</td>" in await mo.get("/dashboard", days=90)


async def test_an_empty_installation_has_a_dashboard(site: Site) -> None:
    dana = await site.person("Dana", "data")
    html = await dana.get("/dashboard", days="everything")
    assert tiles(html)["New comments"] == "0"
    assert 'href="/dashboard?days=30" aria-current="true"' in html
    assert 'href="/decided"' not in html
    assert "clients of other services" not in html


@pytest.mark.parametrize("reason", [None, "spam"])
async def test_a_short_span_of_many_decisions_is_read_by_index(
    site: Site, reason: str | None
) -> None:
    await site.rows.site("first")
    await site.connection.execute(
        f"""
        with made as (
            select {NEW_ID} as id, now() - n * interval '20 minutes' as at
            from generate_series(1, 20000) n
        ), new as (
            insert into comment (id, site_id, page, page_key, name, body, fingerprint, status,
                                 submitted_at, decided_at)
            select made.id, site.id, 'https://news.example/a', '\\x00', 'Reader', 'A remark.',
                   '\\x00', 'approved', at, at
            from made, site returning id, decided_at
        )
        insert into decision (comment_id, version, to_status, action, actor, at)
        select id, 1, 'approved', 'submit', 'classifier', decided_at from new
        """
    )
    await site.connection.execute("analyze")
    for name in ("waits", "outcomes"):
        sql = f"explain {load('dashboard')[name]}"
        begins = [NOW - timedelta(days=n) for n in range(7, -1, -1)]
        args = (begins[0], reason, None, begins, begins[0].date())
        rows = await site.connection.fetch(sql, *args)
        plan = "\n".join(row[0] for row in rows)
        assert "Index Scan using decision_" in plan, name
        assert "Seq Scan on decision d" not in plan, name


async def test_numbers_of_people_sites_and_hours_open_their_comments(site: Site) -> None:
    mo, dana = await site.person("Mo"), await site.person("Dana", "data")
    root = await site.person("Root", "admin")
    await site.person("Jo")
    rows, hour = site.rows, timedelta(hours=1)
    for number in range(4):
        held = await rows.comment("pending", ago=(30 + number) * hour, name=f"Held {number}")
        await rows.decide(held, "rejected", "Mo", ago=(28 + number) * hour)
    await rows.decide(held, "approved", "Jo", ago=hour)
    html = await root.get("/dashboard", days=7)
    row = re.search(r"<bdi>Mo</bdi></th>(.*?)</tr>", html)
    assert row
    link = re.search(r'<a href="([^"]+)">4</a>', row[1])
    assert link
    assert ">1.0</td>" in row[1]
    assert ">2 hours</td>" in row[1]
    assert row[1].endswith('<td class="number">1</td>')
    page = await root.get(link[1].replace("&amp;", "&"))
    listed = page.partition('id="side"')[2]  # beside it stand others of the conversation
    assert [name for name in ("Held 0", "Held 2", "Held 3") if name in listed] == [
        "Held 0",
        "Held 2",
    ]
    assert '<a href="/decided?from=' not in await dana.get("/dashboard", days=7)
    own = await mo.get("/dashboard", days=7)
    assert "<bdi>Mo</bdi>" in own
    assert "<bdi>Jo</bdi>" not in own
    assert re.search(r"<bdi>first</bdi></th><td[^>]*><a[^>]*>5</a>", own)
