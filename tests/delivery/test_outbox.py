"""Signed webhooks reach real receivers on the loopback: retried, in order, each for itself."""

import asyncio
import hashlib
import hmac
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from service.accounts import accounts
from service.db import outbox
from service.delivery.batch import Pace
from service.delivery.sending import asked_pause
from service.delivery.signing import standard_headers
from tests.support.outbox import QUICK, delivering, site_with_hook, waiting_comment
from tests.support.receiver import Receiver, receiving
from tests.support.service import Service
from tests.support.waiting import until


async def changes(connection: accounts.Connection, site_id: UUID, count: int) -> UUID:
    """A comment of the site with the events of so many changes."""
    async with connection.transaction():
        comment_id = await waiting_comment(connection, site_id)
        await connection.execute(
            "insert into outbox (id, site_id, comment_id, version, status)"
            " select gen_random_uuid(), $1, $2, v, 'pending' from generate_series(1, $3) v",
            site_id,
            comment_id,
            count,
        )
    return comment_id


async def all_taken(receiver: Receiver, count: int) -> None:
    async def enough() -> bool:
        return len(receiver.taken) >= count

    await until(enough)


async def test_the_service_itself_tells_a_site_of_every_change_without_text_or_address(
    service: Service,
) -> None:
    async with receiving() as site:
        await accounts.change_site(service.connection, "first", {"webhook_url": site.url})
        service.app.state.parts.gate._owners.clear()
        body = "Thanks, this was a helpful article."
        posted = (await service.post(external_id="e-17", body=body)).json()
        told = {"action": "reject", "version": 1, "reason": "spam"}
        staff = await service.staff("Mo")
        await service.http.post(f"/v1/review/{posted['id']}/decision", json=told, headers=staff)
        await service.http.delete(f"/v1/comments/{posted['id']}", headers=service.as_site)
        await all_taken(site, 3)
        site_id = (await accounts.find_site(service.connection, "first")).id
    first, second, third = site.received
    assert (first.notice["status"], first.notice["version"]) == ("approved", 1)
    assert (second.notice["status"], second.notice["version"]) == ("rejected", 2)
    assert (third.notice["status"], third.notice["version"]) == ("erased", 3)
    data = [request.notice["data"] for request in site.received]
    assert [(one["previous_status"], one["status"], one["reason"]) for one in data] == [
        (None, "approved", None),
        ("approved", "rejected", "spam"),
        ("rejected", "erased", None),
    ]
    for request in site.received:
        assert request.notice["comment_id"] == posted["id"]
        assert request.notice["external_id"] == "e-17"
        assert set(request.notice) == {
            *("id", "comment_id", "external_id", "status", "version", "at"),
            *("type", "timestamp", "data"),
        }
        made = standard_headers(
            [service.secrets.webhook_secret(site_id)],
            request.notice["id"],
            int(request.headers["webhook-timestamp"]),
            request.body,
        )
        assert {name: request.headers[name] for name in made} == made
        for hidden in (b"example.org", b"Reader", b"helpful"):
            assert hidden not in request.body
        stamp = request.headers["x-moderation-timestamp"]
        assert abs(time.time() - int(stamp)) < 60
        mac = hmac.new(
            service.secrets.webhook_secret(site_id).encode(),
            stamp.encode() + b"." + request.body,
            hashlib.sha256,
        )
        assert request.headers["x-moderation-signature"] == f"sha256={mac.hexdigest()}"


@pytest.mark.parametrize("fault", [500, 404, 301, 0])
async def test_a_notice_is_tried_again_until_the_site_takes_it(
    connection: accounts.Connection, dsn: str, fault: int
) -> None:
    faults = iter([fault, fault])
    async with receiving(lambda _: next(faults, 200)) as site:
        site_id = await site_with_hook(connection, "site", site.url)
        await changes(connection, site_id, 1)
        async with delivering(dsn):
            await all_taken(site, 1)
    assert len(site.received) == 3  # and a redirect was not followed
    assert len({request.notice["id"] for request in site.received}) == 1
    row = await connection.fetchrow("select attempts, delivered_at, failed_at from outbox")
    assert row
    assert row["attempts"] == 3
    assert row["delivered_at"]
    assert not row["failed_at"]


async def test_a_site_that_asks_for_a_pause_gets_it(
    connection: accounts.Connection, dsn: str
) -> None:
    async def all_wait() -> bool:
        found = await connection.fetchval("select probe_at - now() from circuit")
        return bool(found and found.total_seconds() > 500)

    async with receiving(lambda _: 503) as site:
        site.retry_after = "600"
        site_id = await site_with_hook(connection, "site", site.url)
        for _ in range(30):
            await changes(connection, site_id, 1)
        async with delivering(dsn):
            await until(all_wait)
    assert 1 <= len(site.received) <= QUICK.at_once


@pytest.mark.parametrize(
    ("sent", "seconds"),
    [
        *(
            ("0", 0),
            ("120", 120),
            ("999999999", 3600),
            ("1e9", None),
            ("-1", None),
            ("\u0663", None),
        ),
        *(("Tue, 31 Mar 2026 08:02:00 GMT", 120), ("Tuesday, 31-Mar-26 08:02:00 GMT", 120)),
        *(("Tue, 31 Mar 2026 07:00:00 GMT", 0), ("Wed, 01 Apr 2026 08:00:00 GMT", 3600)),
        *(("Tue, 31 Mar 99999 08:00:00 GMT", None), ("soon", None), ("", None)),
    ],
)
def test_a_pause_is_asked_in_whole_seconds_or_until_a_time(sent: str, seconds: int | None) -> None:
    found = asked_pause(sent, datetime(2026, 3, 31, 8, tzinfo=UTC))
    assert (None if found is None else found.total_seconds()) == seconds


async def test_a_receiver_that_fails_is_left_alone_longer_and_a_notice_given_up_in_the_end(
    connection: accounts.Connection, dsn: str
) -> None:
    times: list[float] = []

    def refuse(_: dict[str, Any]) -> int:
        times.append(time.monotonic())
        return 503

    async def given_up() -> bool:
        return bool(await connection.fetchval("select failed_at is not null from outbox"))

    async with receiving(refuse) as site:
        await changes(connection, await site_with_hook(connection, "site", site.url), 1)
        pace = replace(QUICK, poll=0.01, first_probe=0.1, longest_probe=0.3)
        async with delivering(dsn, pace=replace(pace, max_age=timedelta(seconds=1))):
            await until(given_up)
    assert 3 <= len(times) <= 8
    assert times[2] - times[1] > 0.19
    assert [Pace().backoff(99).total_seconds() <= 5400 for _ in range(9)] == [True] * 9
    assert Pace().probe(99).total_seconds() == 5


async def test_what_waited_for_a_receiver_comes_at_once_when_it_is_back(
    connection: accounts.Connection, dsn: str
) -> None:
    is_away = True
    async with receiving(lambda _: 503 if is_away else 200) as site:
        site_id = await site_with_hook(connection, "site", site.url)
        ids = [await changes(connection, site_id, 2) for _ in range(60)]
        pace = replace(QUICK, first_probe=0.1, longest_probe=0.1, first_retry=1.0, timeout=5.0)
        async with delivering(dsn, processes=2, pace=pace):

            async def probed() -> bool:
                return len(site.received) > 2 * QUICK.at_once + 5

            await until(probed)
            while_away, is_away, began = len(site.received), False, time.monotonic()
            await all_taken(site, 120)
            assert time.monotonic() - began < 10
    assert while_away < 60
    for id_ in ids:
        assert [n["version"] for n in site.taken if n["comment_id"] == str(id_)] == [1, 2]


async def test_one_notice_that_its_receiver_cannot_take_holds_no_other_back(
    connection: accounts.Connection, dsn: str
) -> None:
    poison: set[str] = set()
    async with receiving(lambda n: 500 if n["comment_id"] in poison else 200) as site:
        site_id = await site_with_hook(connection, "site", site.url)
        poison.add(str(await changes(connection, site_id, 1)))
        for _ in range(20):
            await changes(connection, site_id, 1)
        async with delivering(dsn, pace=replace(QUICK, first_retry=60.0)):
            await all_taken(site, 20)
    assert 1 <= len(site.received) - 20 <= 3


async def test_a_receiver_that_is_gone_gets_nothing_until_its_address_is_set_again(
    connection: accounts.Connection, dsn: str
) -> None:
    is_gone = True

    async def disabled() -> bool:
        return bool(await connection.fetchval("select disabled_at is not null from circuit"))

    async with receiving(lambda _: 410 if is_gone else 200) as site:
        site_id = await site_with_hook(connection, "site", site.url)
        await changes(connection, site_id, 1)
        async with delivering(dsn):
            await until(disabled)
            is_gone = False
            await changes(connection, site_id, 1)
            await asyncio.sleep(0.1)  # several rounds
            assert len(site.received) == 1
            await accounts.change_site(connection, "site", {"webhook_url": site.url})
            await all_taken(site, 2)


async def test_changes_of_one_comment_come_in_order_even_through_failures(
    connection: accounts.Connection, dsn: str
) -> None:
    def stumble(notice: dict[str, Any]) -> int:
        stumbles[notice["id"]] = stumbles.get(notice["id"], 0) + 1
        return 200 if stumbles[notice["id"]] > notice["version"] % 3 else 500

    stumbles: dict[str, int] = {}
    async with receiving(stumble) as site:
        site_id = await site_with_hook(connection, "site", site.url)
        ids = [await changes(connection, site_id, 5) for _ in range(4)]
        async with delivering(dsn, processes=2):
            await all_taken(site, 20)
    for id_ in ids:
        told = [n["version"] for n in site.taken if n["comment_id"] == str(id_)]
        assert told == [1, 2, 3, 4, 5]


async def test_two_processes_deliver_each_notice_once(
    connection: accounts.Connection, dsn: str
) -> None:
    async with receiving() as site:
        site_id = await site_with_hook(connection, "site", site.url)
        for _ in range(150):
            await changes(connection, site_id, 1)
        async with delivering(dsn, processes=3, pace=replace(QUICK, timeout=5.0)):
            await all_taken(site, 150)
            await asyncio.sleep(0.3)
    assert len(site.received) == 150
    assert len({request.notice["id"] for request in site.received}) == 150


async def test_a_site_that_is_away_delays_no_other(
    connection: accounts.Connection, dsn: str
) -> None:
    pace = Pace(poll=0.02, timeout=4.0)
    async with receiving(lambda _: 0) as dead, receiving() as alive:
        dead_id = await site_with_hook(connection, "dead", dead.url)
        for _ in range(50):
            await changes(connection, dead_id, 1)
        async with delivering(dsn, pace=pace):

            async def dead_is_tried() -> bool:
                return len(dead.received) > 0

            await until(dead_is_tried)
            await changes(connection, await site_with_hook(connection, "alive", alive.url), 1)
            began = time.monotonic()
            await all_taken(alive, 1)
            assert time.monotonic() - began < 2
    assert dead.taken == []


async def test_a_lease_of_a_dead_process_runs_out(
    connection: accounts.Connection, dsn: str
) -> None:
    async with receiving() as site:
        site_id = await site_with_hook(connection, "site", site.url)
        await changes(connection, site_id, 1)
        claim = partial(outbox.claim, connection, busy=[], per_receiver=9, receivers=9)
        assert len(await claim(lease=QUICK.lease / 4)) == 1  # and then the process dies
        assert await claim(lease=QUICK.lease) == []
        async with delivering(dsn):
            await all_taken(site, 1)


async def test_the_log_names_the_site_and_never_its_address(
    connection: accounts.Connection, dsn: str, capsys: pytest.CaptureFixture[str]
) -> None:
    async with receiving(lambda _: 500) as site:
        await changes(connection, await site_with_hook(connection, "site", site.url), 1)
        async with delivering(dsn):

            async def tried() -> bool:
                return len(site.received) > 1

            await until(tried)
    out = capsys.readouterr().out
    assert "webhook_failed" in out
    assert "t0ken" not in out
    assert "127.0.0.1" not in out
