"""What an admin does without a shell: websites and their keys; and that all of it is kept."""

import re
import shlex
from html import unescape
from urllib.parse import urlsplit

import asyncpg
import pytest

from service.domain.wording import ACT_NAMES
from tests.support.pages import Site


async def posts(site: Site, key: str) -> int:
    comment = {
        "name": "N",
        "email": "n@example.org",
        "body": "Hello.",
        "page": "https://a.example/",
    }
    headers = {"Authorization": f"Bearer {key}"}
    http = (await site.browser()).http
    return (await http.post("/v1/comments", json=comment, headers=headers)).status_code


def shown(html: str) -> list[str]:
    return re.findall(r"<dd><code>([^<]+)</code></dd>", html)


async def test_a_website_is_added_renamed_and_its_keys_rotated_and_ended(site: Site) -> None:
    root = await site.person("Root", "admin")
    added = await root.send("/sites/add", name="paper")
    assert added.status_code == 200, added.text
    key, _ = shown(added.text)
    assert await posts(site, key) == 201
    assert key not in await root.get("/sites/paper/keys")
    await root.done("/sites/paper/rename", name="gazette")
    rotated = await root.send("/sites/gazette/keys", kind="bearer", others="revoke")
    (newer,) = shown(rotated.text)
    assert [await posts(site, each) for each in (key, newer)] == [401, 201]
    id_ = newer.split("_")[1]
    await root.done("/sites/gazette/revoke", key=id_)
    assert await posts(site, newer) == 401
    assert len(shown((await root.send("/sites/gazette/secret")).text)[0]) == 64
    assert (await root.send("/sites/add", name="gazette")).status_code == 409
    assert (await root.send("/sites/add", name="Not A Name")).status_code == 422
    assert (await root.send("/sites/gazette/revoke", key=id_)).status_code == 404
    await root.send("/sites/gazette/keys", kind="public")
    shown_again = await root.get("/sites/gazette/keys")
    assert re.search(r"site-key=&#34;cmpublic_[a-z0-9]{12}&#34;", shown_again)
    acts = await root.get("/acts")
    for words in ("added a website", "renamed a website", "in place of the others", "ended a key"):
        assert words in acts
    assert key not in acts


async def test_the_first_comment_is_sent_by_the_line_that_is_shown_with_the_key(site: Site) -> None:
    root = await site.person("Root", "admin")
    html = (await root.send("/sites/add", name="paper")).text
    found = re.search(r'<code id="first">(.*?)</code>', html, re.DOTALL)
    assert found
    line = shlex.split(unescape(found[1]))
    assert line[:2] == ["curl", "-sS"]
    headers = dict(line[at + 1].split(": ") for at, part in enumerate(line) if part == "-H")
    http = (await site.browser()).http
    path = urlsplit(line[2]).path
    answer = await http.post(path, content=line[line.index("-d") + 1], headers=headers)
    assert answer.status_code == 201, answer.text


async def test_a_page_is_closed_and_opened_again_without_a_shell(site: Site) -> None:
    root = await site.person("Root", "admin")
    key, _ = shown((await root.send("/sites/add", name="paper")).text)
    html = await root.done("/sites/paper/pages", page="https://a.example/", do="close")
    assert "takes no more comments" in html
    assert await posts(site, key) == 409
    await root.done("/sites/paper/pages", page="https://a.example/", do="open")
    assert await posts(site, key) == 201
    wrong = await root.send("/sites/paper/pages", page="ftp:/x", do="close")
    assert (wrong.status_code, "Page: must be" in wrong.text) == (422, True)
    acts = await root.get("/acts")
    assert acts.index("opened a page of") < acts.index("closed a page of")


async def test_what_the_service_did_of_its_own_accord_is_nobodys(site: Site) -> None:
    """It is recorded under names that no person can have."""
    root = await site.person("Root", "admin")
    await site.rows.connection.execute("""
        insert into model_event (version, to_state, by)
        values ('one', 'active', 'shipped'), ('two', 'shadow', 'Root'), ('three', 'retired', null)
    """)
    await site.rows.connection.execute("update model_version set changed_by = 'shipped'")
    acts = re.sub(r"<[^>]+>", "", await root.get("/acts"))
    assert "The service itself let a model decide: one" in acts
    assert "Root set a model to watch: two" in acts
    assert "A command retired a model: three" in acts
    assert "shipped" not in acts
    models = re.sub(r"<[^>]+>", "", await root.get("/models"))
    assert "last changed by the service itself" in models
    refused = await root.send("/staff/add", name="Learn", role="admin", minutes="60")
    assert refused.status_code == 422
    assert "is how the service calls itself; choose another" in refused.text


async def test_people_are_let_in_again_and_acts_cannot_be_changed(site: Site) -> None:
    root = await site.person("Root", "admin")
    await root.send("/staff/add", name="Mo", role="moderator", minutes="60")
    await root.done("/staff/disable", name="Mo")
    assert "may sign in again" in await root.done("/staff/enable", name="Mo")
    acts = await root.get("/acts")
    assert acts.index("enabled somebody again") < acts.index("disabled somebody")
    with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
        await site.connection.execute("delete from admin_act")
    mo = await site.person("Dana", "data")
    await mo.get("/acts", 403)
    await mo.get("/sites/first/keys", 403)


async def test_earlier_acts_are_offered_where_there_are_any(site: Site) -> None:
    root = await site.person("Root", "admin")
    assert "before=" not in await root.get("/acts")
    await site.connection.execute("""
        insert into admin_act (act, about, at)
        select 'site_added', 'site-' || each, now() - each * interval '1 minute'
        from generate_series(1, 150) each
    """)
    first = await root.get("/acts")
    (link,) = re.findall(r'href="(/acts\?before=[^"]+)"', first)
    link = unescape(link)
    last = await root.get(link)
    assert "before=" not in last
    assert len(re.findall(r"site-\d+<", first + last)) == 150


async def test_acts_of_the_very_same_time_are_each_shown_once_whatever_they_are_of(
    site: Site,
) -> None:
    root = await site.person("Root", "admin")
    await site.connection.execute("""
        with moment as (select now() - interval '1 hour' as at), acts as (
            insert into admin_act (act, about, at)
            select 'site_added', 'site-' || each, at from moment, generate_series(1, 150) each
        )
        insert into model_event (version, to_state, at)
        select version, 'shadow', at
        from moment, (select version from model_version limit 1) one, generate_series(1, 100)
    """)
    link, shown = "/acts", ""
    while link:
        text = await root.get(link)
        shown += text
        link = unescape(next(iter(re.findall(r'href="(/acts\?before=[^"]+)"', text)), ""))
    names = re.findall(r"site-\d+(?=<)", shown)
    assert len(names) == len(set(names)) == 150
    assert shown.count(ACT_NAMES["model_shadow"]) == 100
