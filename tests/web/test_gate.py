"""Callers: who gets in where, what failures cost, sessions, CSRF, revocation in seconds."""

import asyncio
from collections.abc import AsyncIterator, Callable
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from litestar import Litestar, Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.response import Response

from service.accounts import accounts, members, throttle
from service.accounts.accounts import Connection
from service.accounts.secrets import Secrets
from service.concurrency.ttl_cache import TTLCache
from service.db.pool import Pool
from service.domain.accounts import Site, Staff
from service.errors import Problem, TooMany, Unauthorised
from service.web.auth import (
    DEPENDENCIES,
    session_cookie,
    site_only,
    site_or_staff,
    staff_only,
)
from service.web.gate import REMEMBERED_SECONDS, Gate
from service.web.problems import headers_of, shape_of

PASSWORD = "correct horse battery"


@get("/site", guards=[site_only])
async def for_sites(site: NamedDependency[Site]) -> str:
    return site.name


@post("/moderate", guards=[staff_only("moderator")])
async def for_moderators(staff: NamedDependency[Staff]) -> str:
    return staff.name


@get("/either", guards=[site_or_staff("data")])
async def for_either() -> str:
    return "in"


@get("/unguarded")
async def unguarded(staff: NamedDependency[Staff]) -> str:
    return staff.name


@get("/cookie")
async def cookie(request: Request[None, None, State]) -> Response[None]:
    return Response(None, cookies=[session_cookie(request, None)])


def answer(_: Request[None, None, State], error: Problem) -> Response[str]:
    return Response(error.detail, status_code=shape_of(error).status, headers=headers_of(error))


@pytest.fixture
async def client(gate: Gate) -> AsyncIterator[httpx.AsyncClient]:
    app = Litestar(
        [for_sites, for_moderators, for_either, unguarded, cookie],
        dependencies=DEPENDENCIES,
        state=State({"parts": SimpleNamespace(gate=gate)}),
        exception_handlers={Problem: answer},
        openapi_config=None,
        debug=False,
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(cast("Any", app)), base_url="http://test"
    ) as opened:
        yield opened


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


async def test_each_caller_gets_in_where_the_role_allows(
    client: httpx.AsyncClient, connection: Connection, secrets: Secrets
) -> None:
    site = (await accounts.add_site(connection, secrets, "blog")).key
    token = {
        role: (await members.add_staff(connection, secrets, role, role, 60)).token
        for role in ("moderator", "data", "admin")
    }

    async def statuses(path: str, method: str = "GET") -> dict[str, int]:
        keys = {"site": site, **token}
        return {
            who: (await client.request(method, path, headers=bearer(key))).status_code
            for who, key in keys.items()
        }

    assert await statuses("/site") == {"site": 200, "moderator": 403, "data": 403, "admin": 403}
    moderate = await statuses("/moderate", "POST")
    assert moderate == {"site": 403, "moderator": 201, "data": 403, "admin": 201}
    assert await statuses("/either") == {"site": 200, "moderator": 403, "data": 200, "admin": 200}
    assert set((await statuses("/unguarded")).values()) == {403}


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", "Basic eDp5", "Bearer \xe9", "Bearer " + "x" * 9000, "token"],
)
async def test_no_key_or_none_of_ours_is_401_and_says_how(
    client: httpx.AsyncClient, header: str | None
) -> None:
    headers = {} if header is None else {b"Authorization": header.encode("latin-1")}
    response = await client.get("/site", headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"


async def test_after_twenty_wrong_keys_more_are_put_off_but_a_right_one_gets_in(
    client: httpx.AsyncClient, connection: Connection, secrets: Secrets
) -> None:
    key = (await accounts.add_site(connection, secrets, "blog")).key
    wrong = key[:-1] + ("A" if key[-1] != "A" else "B")
    answers = [(await client.get("/site", headers=bearer(wrong))).status_code for _ in range(21)]
    assert answers == [401] * 20 + [429]
    late = await client.get("/site", headers=bearer("nonsense"))
    assert 1 <= int(late.headers["retry-after"]) <= 60
    assert (await client.get("/site", headers=bearer(key))).status_code == 200
    kept = str(await connection.fetch("select * from failed_attempt"))
    assert "127.0.0.1" not in kept


async def test_a_known_key_costs_no_query_and_a_revoked_one_ends_within_seconds(
    client: httpx.AsyncClient, gate: Gate, connection: Connection, secrets: Secrets
) -> None:
    now = [100.0]
    gate._owners = TTLCache(REMEMBERED_SECONDS, 10, lambda: now[0])
    key = (await accounts.add_site(connection, secrets, "blog")).key
    assert (await client.get("/site", headers=bearer(key))).status_code == 200
    await accounts.revoke_site_key(connection, "blog", key.split("_")[1])
    now[0] += REMEMBERED_SECONDS - 0.1
    assert (await client.get("/site", headers=bearer(key))).status_code == 200
    now[0] += 0.2
    assert (await client.get("/site", headers=bearer(key))).status_code == 401


async def test_what_is_remembered_of_one_kind_of_key_opens_nothing_to_another(
    gate: Gate, connection: Connection, secrets: Secrets
) -> None:
    new = await accounts.add_site(connection, secrets, "blog")
    assert await gate.akismet(new.akismet_key, "192.0.2.1") == new.site
    with pytest.raises(Unauthorised):
        await gate.bearer(new.akismet_key, "192.0.2.1")
    assert await gate.bearer(new.key, "192.0.2.1") == new.site
    with pytest.raises(Unauthorised):
        await gate.akismet(new.key, "192.0.2.1")


async def test_a_session_reads_freely_but_changes_only_with_its_own_token(
    client: httpx.AsyncClient, gate: Gate, connection: Connection, secrets: Secrets
) -> None:
    ann = await members.add_staff(connection, secrets, "Ann", "admin", 60)
    ben = await members.add_staff(connection, secrets, "Ben", "admin", 60)
    session = await gate.sign_in.by_link(ann.link, "192.0.2.1")
    other = await gate.sign_in.by_link(ben.link, "192.0.2.1")
    client.cookies.set("moderation", session.secret)
    assert (await client.get("/either")).status_code == 200
    sent = [{}, {"X-CSRF-Token": other.csrf}, {"X-CSRF-Token": session.csrf}]
    answers = [await client.post("/moderate", headers=header) for header in sent]
    assert [one.status_code for one in answers] == [403, 403, 201]
    await gate.sign_out(session)
    assert (await client.get("/either")).status_code == 401


async def test_a_link_works_once_even_for_two_at_the_same_moment(
    gate: Gate, connection: Connection, secrets: Secrets
) -> None:
    link = (await members.add_staff(connection, secrets, "Ann", "admin", 60)).link
    tries = [gate.sign_in.by_link(link, f"192.0.2.{n}") for n in range(8)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(result, Unauthorised) for result in results) == 7
    assert await connection.fetchval("select count(*) from session") == 1


async def test_links_and_sessions_end_with_their_time(
    gate: Gate, pool: Pool, connection: Connection, secrets: Secrets
) -> None:
    new = await members.add_staff(connection, secrets, "Ann", "admin", 60)
    session = await gate.sign_in.by_link(new.link, "192.0.2.1")
    assert await gate.sign_in.find(session.secret) == session
    await pool.execute("update session set seen_at = now() - interval '12 hours'")
    assert await gate.sign_in.find(session.secret) is None
    await pool.execute("update session set seen_at = now(), expires_at = now()")
    assert await gate.sign_in.find(session.secret) is None
    late = await members.new_link(connection, secrets, "Ann", 15)
    await pool.execute("update sign_in_link set expires_at = now()")
    with pytest.raises(Unauthorised):
        await gate.sign_in.by_link(late, "192.0.2.1")


async def test_using_a_session_puts_its_idle_end_off(
    gate: Gate, pool: Pool, connection: Connection, secrets: Secrets
) -> None:
    new = await members.add_staff(connection, secrets, "Ann", "admin", 60)
    session = await gate.sign_in.by_link(new.link, "192.0.2.1")
    await pool.execute("update session set seen_at = now() - interval '11 hours'")
    assert await gate.sign_in.find(session.secret) is not None
    fresh = await pool.fetchval("select seen_at > now() - interval '1 minute' from session")
    assert fresh


async def test_a_password_signs_in_and_setting_it_ends_every_session(
    gate: Gate, connection: Connection, secrets: Secrets
) -> None:
    new = await members.add_staff(connection, secrets, "Ann", "admin", 60)
    session = await gate.sign_in.by_link(new.link, "192.0.2.1")
    with pytest.raises(Unauthorised):
        await gate.sign_in.by_password("Ann", PASSWORD, "192.0.2.1")
    await gate.sign_in.set_password(new.staff, PASSWORD)
    assert await gate.sign_in.find(session.secret) is None
    again = await gate.sign_in.by_password("Ann", PASSWORD, "192.0.2.1")
    assert await gate.sign_in.find(again.secret) == again
    stored = await connection.fetchval("select password_hash from staff")
    assert stored.startswith("$argon2id$")


async def test_five_wrong_passwords_put_off_the_sixth_before_it_is_hashed(
    gate: Gate, connection: Connection, secrets: Secrets
) -> None:
    new = await members.add_staff(connection, secrets, "Ann", "admin", 60)
    await gate.sign_in.set_password(new.staff, PASSWORD)
    tries = [gate.sign_in.by_password("Ann", f"wrong password {n}", "192.0.2.1") for n in range(8)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(result, Unauthorised) for result in results) == 5
    assert sum(isinstance(result, TooMany) for result in results) == 3
    with pytest.raises(TooMany):
        await gate.sign_in.by_password("Ann", PASSWORD, "192.0.2.1")
    elsewhere = await gate.sign_in.by_password("Ann", PASSWORD, "198.51.100.1")
    assert elsewhere.staff == new.staff


async def guess(gate: Gate, name: str, times: int, device: str | None = None) -> list[object]:
    """Wrong passwords, each from another address."""
    tries = [
        gate.sign_in.by_password(name, f"wrong {n}", f"2001:db8:{n:x}::1", device)
        for n in range(times)
    ]
    return await asyncio.gather(*tries, return_exceptions=True)


async def with_password(
    connection: Connection, gate: Gate, secrets: Secrets, name: str
) -> members.NewStaff:
    new = await members.add_staff(connection, secrets, name, "admin", 60)
    await gate.sign_in.set_password(new.staff, PASSWORD)
    return new


async def test_guesses_from_many_addresses_are_put_off_and_nobody_is_locked_out(
    gate: Gate, connection: Connection, secrets: Secrets
) -> None:
    ann = await with_password(connection, gate, secrets, "Ann")
    ben = await with_password(connection, gate, secrets, "Ben")
    device = gate.sign_in.new_device("Ann")
    results = await guess(gate, "Ann", throttle.ACCOUNT.attempts + 10)
    assert sum(isinstance(result, TooMany) for result in results) == 10
    with pytest.raises(TooMany, match="from new browsers"):
        await gate.sign_in.by_password("Ann", PASSWORD, "198.51.100.1")
    known = await gate.sign_in.by_password("Ann", PASSWORD, "198.51.100.1", device)
    assert known.staff == ann.staff
    other = await gate.sign_in.by_password("Ben", PASSWORD, "198.51.100.1")
    assert other.staff == ben.staff
    link = await members.new_link(connection, secrets, "Ann", 60)
    assert (await gate.sign_in.by_link(link, "198.51.100.1")).staff == ann.staff


async def test_one_address_alone_does_not_use_up_the_guesses_of_all(
    gate: Gate, connection: Connection, secrets: Secrets
) -> None:
    ann = await with_password(connection, gate, secrets, "Ann")
    results: list[object] = []
    for _ in range(10):
        tries = [gate.sign_in.by_password("Ann", "wrong", "192.0.2.1") for _ in range(6)]
        results += await asyncio.gather(*tries, return_exceptions=True)
        await connection.execute("update failed_attempt set first_at = first_at - interval '5 min'")
    assert sum(isinstance(result, Unauthorised) for result in results) == throttle.PLACE.attempts
    elsewhere = await gate.sign_in.by_password("Ann", PASSWORD, "198.51.100.1")
    assert elsewhere.staff == ann.staff


@pytest.mark.parametrize(
    "forge",
    [
        lambda _: "",
        lambda _: "x.y",
        lambda device: device[:-1] + ("A" if device[-1] != "A" else "B"),
        lambda device: f"{'A' * 43}.{device.partition('.')[2]}",
        lambda device: device.partition(".")[0],
        lambda device: f"{device}.",
    ],
    ids=["empty", "short", "signature", "mark", "unsigned", "longer"],
)
async def test_a_forged_mark_of_a_browser_is_none(
    gate: Gate, connection: Connection, secrets: Secrets, forge: Callable[[str], str]
) -> None:
    await with_password(connection, gate, secrets, "Ann")
    await guess(gate, "Ann", throttle.ACCOUNT.attempts)
    forged = forge(gate.sign_in.new_device("Ann"))
    for mark in (forged, gate.sign_in.new_device("Ben")):
        with pytest.raises(TooMany):
            await gate.sign_in.by_password("Ann", PASSWORD, "198.51.100.1", mark)


async def test_a_known_browser_has_few_guesses_too_and_takes_none_from_others(
    gate: Gate, connection: Connection, secrets: Secrets
) -> None:
    await with_password(connection, gate, secrets, "Ann")
    stolen, own = gate.sign_in.new_device("Ann"), gate.sign_in.new_device("Ann")
    results = await guess(gate, "Ann", 8, stolen)
    assert sum(isinstance(result, TooMany) for result in results) == 3
    assert await gate.sign_in.by_password("Ann", PASSWORD, "198.51.100.1", own)
    assert await gate.sign_in.by_password("Ann", PASSWORD, "198.51.100.1")


async def test_who_signs_in_gives_others_no_new_guesses(
    gate: Gate, connection: Connection, secrets: Secrets
) -> None:
    await with_password(connection, gate, secrets, "Ann")
    await guess(gate, "Ann", throttle.ACCOUNT.attempts - 1)
    assert await gate.sign_in.by_password("Ann", PASSWORD, "198.51.100.1")
    with pytest.raises(TooMany):
        await gate.sign_in.by_password("Ann", PASSWORD, "198.51.100.2")


async def test_signing_out_everywhere_ends_every_session_of_that_person_alone(
    gate: Gate, connection: Connection, secrets: Secrets
) -> None:
    ann = await members.add_staff(connection, secrets, "Ann", "admin", 60)
    ben = await members.add_staff(connection, secrets, "Ben", "admin", 60)
    first = await gate.sign_in.by_link(ann.link, "192.0.2.1")
    link = await members.new_link(connection, secrets, "Ann", 60)
    second = await gate.sign_in.by_link(link, "192.0.2.1")
    other = await gate.sign_in.by_link(ben.link, "192.0.2.1")
    await gate.sign_out(first, everywhere=True)
    found = [await gate.session(one.secret) for one in (first, second, other)]
    assert found == [None, None, other]


@pytest.mark.parametrize(
    ("scheme", "name"), [("http", "moderation"), ("https", "__Host-moderation")]
)
async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    client: httpx.AsyncClient, scheme: str, name: str
) -> None:
    response = await client.get(f"{scheme}://test/cookie")
    morsel = SimpleCookie(response.headers["set-cookie"])[name]
    assert morsel["httponly"]
    assert morsel["samesite"].lower() == "strict"
    assert morsel["path"] == "/"
    assert bool(morsel["secure"]) == (scheme == "https")


def test_recent_forgets_the_least_used_when_it_is_full() -> None:
    recent: TTLCache[str, int] = TTLCache(5, 2, lambda: 0.0)
    recent.put("a", 1, 0.0)
    recent.put("b", 2, 0.0)
    assert recent.get("a") == 1
    recent.put("c", 3, 0.0)
    assert [recent.get(key) for key in "abc"] == [1, None, 3]


async def test_a_proxy_that_is_not_trusted_is_told_of_once_in_a_while(
    gate: Gate, client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(3):
        await client.get(
            "http://test/site",
            headers={"X-Forwarded-For": "192.0.2.7", "Authorization": "Bearer cmsite_x"},
        )
    said = capsys.readouterr().out
    assert said.count("proxy_not_trusted") == 1
    assert "192.0.2.7" not in said
    assert gate is not None
