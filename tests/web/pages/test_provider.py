"""Signing in through a real OpenID provider, which is there for all tests here."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest
from argon2 import PasswordHasher

from tests.support.pages import Site, running_with
from tests.support.provider import agree, know, provider, through

PASSWORD = "a long password of a test"
_ROLE = """
select role::text, array(select name from site where id = any(staff.sites) order by name) as sites
from staff where name = 'Sam'
"""


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider() as address:
        know(address, "ann-1", email="Ann@Example.org", email_verified=True)
        know(address, "unsure", email="mo@example.org", email_verified=False)
        know(address, "second-ann", email="ann@example.org", email_verified=True)
        yield address


@pytest.fixture
async def joined(
    issuer: str, dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> AsyncIterator[Site]:
    """The application with that provider, where moderators need a second factor."""
    env = {
        "MODERATION_OIDC_ISSUER": issuer,
        "MODERATION_OIDC_CLIENT_ID": "moderation",
        "MODERATION_OIDC_CLIENT_SECRET": "secret: 100 %",
        "MODERATION_SECOND_FACTOR": "moderator",
    }
    async for made in running_with(env, dsn, connection, tmp_path):
        yield made


async def test_whom_an_admin_named_signs_in_by_address_once_and_then_by_subject(
    joined: Site,
) -> None:
    root = await joined.person("Root", "admin")
    await joined.person("Ann")
    stranger = await joined.browser()
    assert (await through(stranger, "ann-1")).status_code == 401
    named = {"name": "Ann", "kind": "email", "value": "ann@example.org"}
    page = await root.done("/staff/identity", **named)
    assert "known at the provider" in page
    assert "ann@example.org" not in page + await root.get("/acts")

    ann = await joined.browser()
    answer = await through(ann, "ann-1", "/decided?q=a;b")
    assert answer.status_code == 200
    assert 'content="0; url=../../decided?q=a;b"' in answer.text
    await ann.get("/decided")  # no second factor is asked for: that is the provider's business
    assert (await through(await joined.browser(), "second-ann")).status_code == 401
    know_as = await joined.connection.fetch("select kind from identity order by kind")
    assert [row["kind"] for row in know_as] == ["email", "subject"]
    assert (await through(await joined.browser(), "ann-1")).status_code == 200

    await root.done("/staff/identity", name="Ann", value="")
    assert (await through(await joined.browser(), "ann-1")).status_code == 401


async def test_an_address_that_is_not_verified_and_who_is_disabled_come_to_nothing(
    joined: Site,
) -> None:
    root, _ = await joined.person("Root", "admin"), await joined.person("Mo")
    for kind, value in (("email", "mo@example.org"), ("subject", "unsure")):
        await root.done("/staff/identity", name="Mo", kind=kind, value=value)
        answer = await through(await joined.browser(), "unsure")
        assert answer.status_code == (200 if kind == "subject" else 401)
    taken = await root.send("/staff/identity", name="Root", kind="subject", value="unsure")
    assert taken.status_code == 409
    await root.done("/staff/disable", name="Mo")
    assert (await through(await joined.browser(), "unsure")).status_code == 401


async def test_an_answer_counts_once_in_the_browser_that_asked(joined: Site) -> None:
    root = await joined.person("Root", "admin")
    await root.done("/staff/identity", name="Root", kind="subject", value="ann-1")
    mine, other = await joined.browser(), await joined.browser()
    start = await mine.http.get("/sign-in/provider")
    place = start.headers["location"]
    asked = parse_qs(urlsplit(place).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert "samesite=lax" in start.headers["set-cookie"].lower()
    back = agree(place, "ann-1")
    assert "not begun in this browser" in await other.get(back, 401)
    await other.http.get("/sign-in/provider")
    assert "not begun in this browser" in await other.get(back, 401)
    await mine.get(back)
    assert "not begun" in await mine.get(back, 401)
    denied = f"/sign-in/provider/back?error=access_denied&state={asked['state'][0]}"
    assert (await mine.http.get(denied)).status_code == 401


async def test_passwords_are_left_to_admins(joined: Site) -> None:
    await joined.person("Root", "admin")
    await joined.person("Mo")
    hashed = PasswordHasher().hash(PASSWORD)
    await joined.connection.execute("update staff set password_hash = $1", hashed)
    browser = await joined.browser()
    assert "Sign in with 127.0.0.1" in await browser.get("/sign-in")
    for name, status in (("Mo", 401), ("Root", 303)):
        answer = await browser.http.post("/sign-in", data={"name": name, "password": PASSWORD})
        assert answer.status_code == status, name


async def test_a_provider_that_is_away_is_said_so(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> None:
    env = {
        "MODERATION_OIDC_ISSUER": "http://127.0.0.1:9",
        "MODERATION_OIDC_CLIENT_ID": "moderation",
        "MODERATION_PASSWORDS": "nobody",
    }
    async for site in running_with(env, dsn, connection, tmp_path):
        page = await (await site.browser()).get("/sign-in/provider", 503)
        assert "try again later" in page
        assert 'name="password"' not in page


async def test_without_a_provider_there_is_no_such_way(site: Site) -> None:
    browser = await site.browser()
    await browser.get("/sign-in/provider", 404)
    await browser.get("/sign-in/provider/back?code=x&state=y", 404)
    assert "provider" not in await browser.get("/sign-in")


async def test_a_claim_gives_a_role_and_sites_at_each_sign_in_and_takes_them_away(
    issuer: str, dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> None:
    env = {
        "MODERATION_OIDC_ISSUER": issuer,
        "MODERATION_OIDC_CLIENT_ID": "moderation",
        "MODERATION_OIDC_CLIENT_SECRET": "secret",
        "MODERATION_OIDC_ROLE_CLAIM": "groups",
        "MODERATION_OIDC_ROLES": (
            "sports=moderator:first; news=moderator:other; it=admin; gone=data:no"
        ),
    }
    async for site in running_with(env, dsn, connection, tmp_path):
        root, _ = await site.person("Root", "admin"), await site.person("Sam", "data")
        for name in ("first", "other"):
            await site.rows.site(name)
        await root.done("/staff/identity", name="Sam", kind="subject", value="sam")
        for groups, status, role in (
            (["sports", "guests"], 200, ("moderator", ["first"])),
            (["sports", "news"], 200, ("moderator", ["first", "other"])),
            ("it", 200, ("admin", [])),
            (["guests"], 401, ("admin", [])),
            (["gone"], 401, ("admin", [])),
        ):
            know(issuer, "sam", groups=groups)
            answer = await through(await site.browser(), "sam")
            assert answer.status_code == status, (groups, answer.text)
            row = await connection.fetchrow(_ROLE)
            assert row is not None
            assert (row["role"], row["sites"]) == role, groups
        await root.done("/staff/identity", name="Root", kind="subject", value="root")
        await connection.execute("update staff set role = 'data' where name = 'Sam'")
        know(issuer, "root", groups=["sports"])
        assert (await through(await site.browser(), "root")).status_code == 200
        assert "Add somebody" in await root.get("/staff")  # the last admin stays one
