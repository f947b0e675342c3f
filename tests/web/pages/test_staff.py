"""The staff page: a link is shown once and works once, sessions end, the last admin stays."""

import asyncio
import html as entities
import re

import pytest

from service.accounts import accounts
from service.domain.accounts import Role
from tests.support.pages import Site


def link_in(html: str) -> str:
    found = re.search(r'<code class="secret">[^#]+/sign-in#([^<]+)</code>', html)
    assert found, html
    return found[1]


async def test_somebody_is_added_signs_in_once_and_is_disabled(site: Site) -> None:
    root = await site.person("Root", "admin")
    answer = await root.send("/staff/add", name="Zoë O'Hara", role="moderator", minutes="60")
    assert answer.status_code == 200
    secret = link_in(answer.text)
    assert answer.headers["cache-control"] == "no-store"
    assert secret not in await root.get("/staff")
    assert "cmstaff_" not in answer.text
    new = await site.browser()
    assert (await new.http.post("/sign-in/link", json={"secret": secret})).status_code == 200
    await new.get("/decided")
    again = await (await site.browser()).http.post("/sign-in/link", json={"secret": secret})
    assert again.status_code == 401
    html = await root.done("/staff/disable", name="Zoë O'Hara")
    assert "is disabled" in html
    assert (await new.http.get("/decided")).status_code == 303
    assert "Disabled</h2>" in html


async def test_a_role_is_for_the_ticked_sites_and_can_be_widened_again(site: Site) -> None:
    root, named = await site.person("Root", "admin"), {"name": "Bo", "role": "moderator"}
    await accounts.add_site(site.connection, site.secrets, "blog")
    ticked = {"reach": "named", "site:blog": "yes"}
    assert (await root.send("/staff/add", **named, reach="named")).status_code == 422
    assert (await root.send("/staff/add", **named, **ticked)).status_code == 200
    assert "Moderator for blog" in await root.get("/staff")
    assert "Moderator for blog" not in await root.done("/staff/role", **named, reach="all")
    own = await root.send("/staff/role", name="Root", role="data")
    assert (own.status_code, "last admin" in own.text) == (409, True)


async def test_a_new_link_replaces_the_old_and_signing_out_ends_sessions(site: Site) -> None:
    root, mo = await site.person("Root", "admin"), await site.person("Mo")
    first = link_in((await root.send("/staff/link", name="Mo", minutes="15")).text)
    second = link_in((await root.send("/staff/link", name="Mo", minutes="1440")).text)
    signed = [
        (await (await site.browser()).http.post("/sign-in/link", json={"secret": s})).status_code
        for s in (first, second)
    ]
    assert signed == [401, 200]
    await root.done("/staff/sign-out", name="Mo")
    assert (await mo.http.get("/decided")).status_code == 303


async def test_names_that_cannot_be_are_refused_and_kept_in_the_form(site: Site) -> None:
    root = await site.person("Root", "admin")
    for name, status in [("mo@example.org", 422), ("", 422), ("Root", 409), ("\u202e", 422)]:
        answer = await root.send("/staff/add", name=name, role="moderator")
        assert answer.status_code == status, name
        assert "one-time link for" not in answer.text.lower()
    answer = await root.send("/staff/add", name='"><b>x', role="chief")
    assert answer.status_code == 422
    assert '"><b>x' in entities.unescape(answer.text)
    assert "<b>x" not in answer.text


async def test_nobody_disables_themselves_and_one_admin_always_stays(site: Site) -> None:
    root, ann = await site.person("Root", "admin"), await site.person("Ann", "admin")
    assert (await root.send("/staff/disable", name="Root")).status_code == 409
    both = await asyncio.gather(
        root.send("/staff/disable", name="Ann"), ann.send("/staff/disable", name="Root")
    )
    assert min(answer.status_code for answer in both) == 303
    left = "select count(*) from staff where disabled_at is null"
    assert await site.connection.fetchval(left) == 1
    assert (await root.send("/staff/disable", name="Nobody")).status_code in {404, 303}


@pytest.mark.parametrize("role", ["moderator", "data"])
@pytest.mark.parametrize("path", ["/staff", "/sites", "/sites/first"])
async def test_only_admins_look_and_change(site: Site, role: Role, path: str) -> None:
    mo = await site.person("Mo", role)
    html = await mo.get(path, 403)
    assert 'href="/staff"' not in html
    assert 'href="/sites"' not in html
    assert (await mo.send("/staff/add", name="Eve", role="admin")).status_code == 403
    assert (await mo.send("/sites/first", do="save")).status_code == 403


@pytest.mark.parametrize("path", ["add", "link", "sign-out", "disable"])
async def test_a_form_without_the_sessions_token_changes_nothing(site: Site, path: str) -> None:
    root = await site.person("Root", "admin")
    await site.person("Mo")
    answer = await root.send(f"/staff/{path}", name="Mo", role="admin", csrf="")
    assert answer.status_code == 403
    assert await site.connection.fetchval("select count(*) from staff") == 2
    assert await site.connection.fetchval("select count(*) from session") == 2
