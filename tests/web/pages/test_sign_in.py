"""Signing in, setting a password, signing out, and where each role begins."""

import pytest

from service.domain.accounts import Role
from tests.support.pages import Browser, Site

PASSWORD = "a long password of a test"


async def sign_in(browser: Browser, password: str = PASSWORD, wish: str = "") -> tuple[int, str]:
    """The answer's status and where it leads."""
    fields = {"name": "Mo", "password": password, "next": wish}
    answer = await browser.http.post("/sign-in", data=fields)
    return answer.status_code, answer.headers.get("location", "")


async def test_a_password_is_set_once_signed_in_and_then_signs_in(site: Site) -> None:
    mo = await site.person("Mo")
    other = await site.browser()
    answer = await mo.send("/password", password=PASSWORD, again="something else")
    assert answer.status_code == 422
    assert "not the same" in answer.text
    assert (await mo.send("/password", password="short", again="short")).status_code == 422
    assert (await sign_in(other))[0] == 401
    answer = await mo.send("/password", password=PASSWORD, again=PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    assert await sign_in(other) == (303, "/queue")
    assert await sign_in(await site.browser(), wish="/decided?q=x") == (303, "/decided?q=x")


@pytest.mark.parametrize("wish", ["//evil.example", "https://evil.example/", "/\\evil", "x"])
async def test_nobody_is_led_to_another_host(site: Site, wish: str) -> None:
    mo = await site.person("Mo")
    await mo.send("/password", password=PASSWORD, again=PASSWORD)
    assert await sign_in(await site.browser(), wish=wish) == (303, "/queue")


async def test_wrong_passwords_are_put_off_and_say_nothing_of_the_name(site: Site) -> None:
    await site.person("Mo")
    browser = await site.browser()
    answers = [
        await browser.http.post("/sign-in", data={"name": name, "password": "wrong" * 4})
        for name in ["Mo"] * 6 + ["Nobody"]
    ]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429, 401]
    assert int(answers[5].headers["retry-after"]) > 0
    assert "The name or the password is not right." in answers[0].text
    assert "The name or the password is not right." in answers[6].text
    elsewhere = await browser.http.post(
        "/sign-in", data={"name": "Mo"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert elsewhere.status_code == 403


async def test_signing_out_ends_this_session_or_all(site: Site) -> None:
    mo = await site.person("Mo")
    await mo.send("/password", password=PASSWORD, again=PASSWORD)
    second, third = await site.browser(), await site.browser()
    assert (await sign_in(second))[0] == (await sign_in(third))[0] == 303
    assert (await second.send("/sign-out", csrf="")).status_code == 403
    html = await second.get("/decided")
    second.csrf = html.split('<meta name="csrf" content="')[1].split('"')[0]
    assert (await second.send("/sign-out", everywhere="yes")).status_code == 303
    for browser in (second, third):
        answer = await browser.http.get("/decided", params={"q": "x"})
        assert answer.headers["location"] == "/sign-in?next=%2Fdecided%3Fq%3Dx"


@pytest.mark.parametrize(
    ("role", "begins"), [("moderator", "/queue"), ("data", "/dashboard"), ("admin", "/queue")]
)
async def test_each_role_begins_where_it_works(site: Site, role: Role, begins: str) -> None:
    person = await site.person("Ann", role)
    assert (await person.http.get("/")).headers["location"] == begins


async def test_a_page_has_a_strict_policy_and_is_not_kept(site: Site) -> None:
    mo = await site.person("Mo")
    for path in ("/decided", "/dashboard", "/demo", "/sign-in"):
        headers = (await mo.http.get(path)).headers
        policy = headers.get("content-security-policy", "")
        if path != "/sign-in":
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert headers["cache-control"] == "no-store"
    html = await mo.get("/dashboard")
    assert " style=" not in html
    assert "http://" not in html.replace("http://www.w3.org", "")
