"""A second factor: set up on one's account, asked for at every sign-in, taken away by an admin."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pyotp
import pytest

from service.accounts import members
from tests.support.pages import Site, running_with
from tests.support.second_factor import RECOVERY, first_step, second_step, set_up, with_password


@pytest.fixture
async def needing(
    dsn: str, connection: "asyncpg.Connection[Any]", tmp_path: Path
) -> AsyncIterator[Site]:
    """The application where moderators need a second factor."""
    env = {"MODERATION_SECOND_FACTOR": "moderator"}
    async for made in running_with(env, dsn, connection, tmp_path):
        yield made


async def test_a_password_alone_signs_nobody_in_who_has_a_second_factor(site: Site) -> None:
    mo = await with_password(site)
    elsewhere = await site.browser()
    await first_step(elsewhere)
    secret, recovery = await set_up(site, mo)
    assert len(recovery) == 10
    assert (await elsewhere.http.get("/queue")).status_code == 303  # the other session has ended
    await mo.get("/queue")
    kept = str([dict(row) for row in await site.connection.fetch("select * from second_factor")])
    kept += str(await site.connection.fetch("select * from recovery_code"))
    assert not any(each in kept for each in (secret, *recovery))

    answer = await first_step(elsewhere, wish="/decided?q=x")
    assert answer.headers["location"] == "/sign-in/code?next=%2Fdecided%3Fq%3Dx"
    assert (await elsewhere.http.get("/queue")).headers["location"].startswith("/sign-in")
    assert (await elsewhere.http.get("/v1/review")).status_code == 401
    assert 'value="/decided?q=x"' in await elsewhere.get(answer.headers["location"])
    assert (await second_step(elsewhere, "000000"))[0] == 401
    code = pyotp.TOTP(secret).now()
    assert await second_step(elsewhere, code, "/decided?q=x") == (303, "/decided?q=x")
    await elsewhere.get("/decided")

    third = await site.browser()
    assert await second_step(third, code) == (303, "/sign-in")  # without a password, nothing
    await first_step(third)
    assert (await second_step(third, code))[0] == 401  # it was taken
    assert await second_step(third, recovery[3].upper()) == (303, "/queue")
    await first_step(third)
    assert (await second_step(third, recovery[3]))[0] == 401
    assert "9 recovery codes" in await third.get("/account")


async def test_a_link_alone_does_not_either(site: Site) -> None:
    mo = await with_password(site)
    secret, _ = await set_up(site, mo)
    link = await members.new_link(site.connection, site.secrets, "Mo", 60)
    browser = await site.browser()
    answer = await browser.http.post("/sign-in/link", json={"secret": link})
    assert answer.json() == {"next": "/sign-in/code"}
    assert (await browser.http.get("/queue")).status_code == 303
    assert await second_step(browser, pyotp.TOTP(secret).now()) == (303, "/queue")


async def test_codes_are_put_off_like_passwords(site: Site) -> None:
    mo = await with_password(site)
    secret, _ = await set_up(site, mo)
    browser = await site.browser()
    await first_step(browser)
    answers = [(await second_step(browser, f"00000{digit}"))[0] for digit in range(7)]
    assert answers == [401] * 5 + [429] * 2
    assert (await second_step(browser, pyotp.TOTP(secret).now()))[0] == 429
    off = await mo.send("/account/second-factor/off", code="")  # another browser of Mo's may go on
    assert off.status_code == 401


async def test_a_first_step_that_was_forged_or_is_long_ago_is_none(site: Site) -> None:
    await set_up(site, await with_password(site))
    browser = await site.browser()
    await first_step(browser)
    name, old = "moderation-half-way", f"{UUID(int=1).hex}.1700000000"
    ticket = browser.http.cookies[name]
    signed = f"{old}.{site.secrets.sign('half-way', old)}"
    who = await site.connection.fetchval("select id from staff")
    long_ago = f"{who.hex}.1700000000"
    forged = (ticket[:-1] + "_", ticket.replace(".", "1.", 1), "x", "..", signed,
              f"{long_ago}.{site.secrets.sign('half-way', long_ago)}")  # fmt: skip
    for each in forged:
        browser.http.cookies.clear()
        browser.http.cookies.set(name, each)
        assert await second_step(browser, "000000") == (303, "/sign-in"), each


async def test_it_is_turned_off_and_renewed_only_with_a_code(site: Site) -> None:
    mo = await with_password(site)
    secret, old = await set_up(site, mo)
    assert (await mo.send("/account/second-factor/begin")).status_code == 409
    for act in ("codes", "off"):
        assert (await mo.send(f"/account/second-factor/{act}", code="123456")).status_code == 401
    code = pyotp.TOTP(secret).now()
    new = RECOVERY.findall((await mo.send("/account/second-factor/codes", code=code)).text)
    assert len(new) == 10
    assert (await mo.send("/account/second-factor/off", code=old[0])).status_code == 401
    assert "is off" in await mo.done("/account/second-factor/off", code=new[0])
    assert (await first_step(await site.browser())).headers["location"] == "/queue"


async def test_a_wrong_first_code_turns_nothing_on(site: Site) -> None:
    mo = await with_password(site)
    await mo.done("/account/second-factor/begin")
    assert (await mo.send("/account/second-factor", code="000000")).status_code == 422
    assert (await mo.send("/account/second-factor", code="000000", csrf="")).status_code == 403
    assert (await first_step(await site.browser())).headers["location"] == "/queue"


async def test_an_admin_takes_it_away_which_is_told_among_the_acts(site: Site) -> None:
    mo, root = await with_password(site), await site.person("Root", "admin")
    await set_up(site, mo)
    assert "a second factor" in await root.get("/staff")
    assert (await mo.send("/staff/second-factor", name="Mo")).status_code == 403
    assert "no second factor any more" in await root.done("/staff/second-factor", name="Mo")
    assert (await root.send("/staff/second-factor", name="Mo")).status_code == 404
    acts = re.sub(r"<[^>]+>", "", await root.get("/acts"))
    assert "took away the second factor of: Mo" in acts
    assert (await mo.http.get("/queue")).status_code == 303
    assert (await first_step(mo)).headers["location"] == "/queue"


async def test_who_needs_one_does_nothing_before_it_is_set_up(needing: Site) -> None:
    mo = await with_password(needing)
    for path in ("/queue", "/", "/decided"):
        assert (await mo.http.get(path)).headers["location"] == "/account", path
    assert (await mo.http.get("/v1/review")).status_code == 403
    assert "Your role needs a second factor" in await mo.get("/account")
    await set_up(needing, mo)
    await mo.get("/queue")
    ada = await needing.person("Ada", "admin")
    await ada.get("/queue")
    token = await members.new_token(needing.connection, needing.secrets, "Mo")
    headers = {"Authorization": f"Bearer {token}"}
    assert (await (await needing.browser()).http.get("/v1/review", headers=headers)).is_success
