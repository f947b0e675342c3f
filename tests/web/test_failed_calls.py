"""What a call has used up that then fails by our own fault is as good as before."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pyotp

from service.accounts import accounts, members
from service.domain.reader_forms import YOUNGEST
from tests.support.pages import Site
from tests.support.public_key import ORIGIN, PAGE, key_of, token
from tests.support.second_factor import first_step, second_step, set_up, with_password
from tests.support.service import Service


@asynccontextmanager
async def disk_full(connection: "asyncpg.Connection[Any]", table: str) -> AsyncIterator[None]:
    """Have the disk be full for new rows of a table."""
    await connection.execute(f"""
        create function full_disk() returns trigger language plpgsql as $$
        begin raise exception 'no space left on device' using errcode = 'disk_full'; end $$;
        create trigger full_disk before insert on {table} execute function full_disk();
    """)
    yield
    await connection.execute(f"drop trigger full_disk on {table}; drop function full_disk")


async def test_a_readers_comment_that_was_not_kept_is_none_of_the_ten_of_a_minute(
    service: Service, later: Any
) -> None:
    page = await key_of(service, ORIGIN)
    sent = {"page": PAGE, "form": await token(service, page), "email": "a@b.example"}
    later(YOUNGEST)
    async with disk_full(service.connection, "comment"):
        failed = [await service.post(page, **sent, body=f"Number {n}.") for n in range(12)]
    assert {each.status_code for each in failed} == {503}
    kept = [await service.post(page, **sent, body=f"Number {n}.") for n in range(11)]
    assert [each.status_code for each in kept] == [201] * 10 + [429]


async def test_a_comment_of_the_demo_that_was_not_kept_is_none_of_the_ten(site: Site) -> None:
    browser = await site.browser()
    await browser.get("/demo")
    fields = {"name": "Reader", "email": "a@b.example", "body": "Thanks for this article."}
    async with disk_full(site.connection, "comment"):
        failed = [await browser.send("/demo", **fields) for _ in range(12)]
    assert {each.status_code for each in failed} == {503}
    assert (await browser.send("/demo", **fields)).status_code == 303


async def test_a_check_that_failed_is_none_of_the_sites_quota(service: Service) -> None:
    await accounts.change_site(service.connection, "first", {"checks_per_minute": 1})
    key, _ = await accounts.new_site_key(
        service.connection, service.secrets, "first", "akismet", revoke_others=True
    )
    form = {
        "api_key": key,
        "blog": "https://news.example",
        "user_ip": "198.51.100.9",
        "comment_content": "Thanks for this article.",
    }
    async with disk_full(service.connection, "akismet_word"):
        failed = [
            (await service.http.post("/1.1/submit-ham", data=form)).status_code for _ in range(3)
        ]
    assert failed == [503] * 3
    answers = [
        (await service.http.post("/1.1/submit-ham", data=form)).status_code for _ in range(2)
    ]
    assert answers == [200, 429]


async def test_a_one_time_link_is_good_until_somebody_is_signed_in(site: Site) -> None:
    new = await members.add_staff(site.connection, site.secrets, "Mo", "moderator", 60)
    browser = await site.browser()
    async with disk_full(site.connection, "session"):
        failed = [
            (await browser.http.post("/sign-in/link", json={"secret": new.link})).status_code
            for _ in range(21)  # nor do they count: an address has twenty sign-ins a minute
        ]
    assert failed == [503] * 21
    answers = [
        (await browser.http.post("/sign-in/link", json={"secret": new.link})).status_code
        for _ in range(2)
    ]
    assert answers == [200, 401]


async def test_passwords_and_codes_that_were_right_are_no_failed_attempts(site: Site) -> None:
    mo = await with_password(site)
    browser = await site.browser()
    async with disk_full(site.connection, "session"):
        failed = [(await first_step(browser)).status_code for _ in range(6)]
    assert failed == [503] * 6
    assert (await first_step(browser)).status_code == 303
    secret, recovery = await set_up(site, mo)
    assert (await first_step(browser)).headers["location"].startswith("/sign-in/code")
    for code in (pyotp.TOTP(secret).now(), recovery[0]):
        async with disk_full(site.connection, "session"):
            assert (await second_step(browser, code))[0] == 503
        assert await second_step(browser, code) == (303, "/queue")
        await first_step(browser)
        assert (await second_step(browser, code))[0] == 401
