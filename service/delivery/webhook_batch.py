"""Sends one site's leased notices: signed, posted a few at a time, and recorded one by one."""

import asyncio
import logging
import secrets
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Final

import httpx
import msgspec
import structlog

from service.db import outbox as notices
from service.db.outbox import Notice
from service.db.pool import Pool
from service.delivery.signing import former_headers, standard_headers

_UNREACHABLE: Final = (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError)
_LONGEST_POSTPONING: Final = timedelta(minutes=1)
_LONGEST_ASKED: Final = 3600  # seconds, as the longest of our own pauses
_DIGITS: Final = 9  # more are no pause that anybody means
_LOG: Final = structlog.get_logger(__name__)
_RANDOM: Final = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Pace:
    """How deliveries are timed, in seconds unless said otherwise."""

    poll: float = 1.0
    timeout: float = 5.0  # of one whole attempt
    first_retry: float = 5.0  # doubled with each failure
    longest_retry: float = 3600.0
    max_attempts: int = 100  # at the longest retry, three days come first
    max_age: timedelta = timedelta(days=3)
    forget: timedelta = timedelta(days=30)
    sweep: float = 600.0
    sites: int = 64  # delivered to at the same time
    per_site: int = 40  # notices leased at a time
    at_once: int = 8  # requests to one site

    @property
    def lease(self) -> timedelta:
        """Longer than a site's whole batch takes if every attempt uses up its time."""
        return timedelta(seconds=self.timeout * (self.per_site / self.at_once + 2))

    def backoff(self, failures: int) -> timedelta:
        """How long to wait after so many failures: doubled each time, give or take half."""
        doubled = self.first_retry * 2.0 ** min(failures - 1, 30)
        return timedelta(seconds=min(doubled, self.longest_retry) * _RANDOM.uniform(0.5, 1.5))


def body_of(notice: Notice) -> bytes:
    """The JSON that a site gets: ids, status, version and time; no text and no contact."""
    external = {} if notice.external_id is None else {"external_id": notice.external_id}
    data = {
        "id": notice.comment_id,
        **external,
        "page": notice.page,
        "status": notice.status,
        "previous_status": notice.previous_status,
        "reason": notice.reason,
        "actor": notice.actor,
        "version": notice.version,
    }
    return msgspec.json.encode(
        {
            "type": "comment.status",
            "timestamp": notice.at,
            "data": data,
            # As before Standard Webhooks, for receivers of that time.
            "id": notice.id,
            "comment_id": notice.comment_id,
            **external,
            "status": notice.status,
            "version": notice.version,
            "at": notice.at,
        }
    )


def asked_pause(retry_after: str | None) -> timedelta | None:
    """Return how long a site asks to be left alone, in whole seconds and at most an hour."""
    given = retry_after or ""
    if not (given.isascii() and given.isdigit() and len(given) <= _DIGITS):
        return None
    return timedelta(seconds=min(int(given), _LONGEST_ASKED))


def client_for(pace: Pace) -> httpx.AsyncClient:
    """A client that follows no redirect and logs no address: those may hold a site's secrets."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return httpx.AsyncClient(
        verify=_trusted(),
        timeout=pace.timeout,
        follow_redirects=False,
        headers={"User-Agent": "comment-moderation", "Content-Type": "application/json"},
        limits=httpx.Limits(max_connections=pace.sites * pace.at_once),
    )


@cache
def _trusted() -> ssl.SSLContext:
    """Whom a process trusts: read once, since each reading of the certificates takes some 25 ms."""
    return httpx.create_ssl_context()


@dataclass(frozen=True, slots=True)
class Tools:
    """What the batches of a process share; `gate` bounds the connections that records take."""

    pool: Pool
    client: httpx.AsyncClient
    pace: Pace
    gate: asyncio.Semaphore
    stopping: asyncio.Event
    attempted: Callable[[str], None]  # is told delivered, failed or given_up


class Batch:
    """Posts one site's notices until they are through, or the site is found to be away."""

    def __init__(self, tools: Tools, leased: Sequence[Notice], secret: str) -> None:
        self._tools: Final = tools
        self._site: Final = str(leased[0].site_id)
        self._waiting: Final = list(reversed(leased))
        self._secret: Final = secret
        self._away_for: timedelta | None = None
        self._asked_for = timedelta()
        self._failures: Final[list[str]] = []

    async def deliver(self) -> None:
        """Try each notice once at most, and record what came of it."""
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._tools.pace.at_once, len(self._waiting))):
                    group.create_task(self._work())
            await self._postpone_rest()
        except* Exception as errors:  # noqa: BLE001 - their notices wait for the end of their lease
            names = {type(error).__name__ for error in errors.exceptions}
            _LOG.warning("webhooks_interrupted", site=self._site, error=", ".join(sorted(names)))
        if self._failures:
            why = ", ".join(sorted(set(self._failures)))
            _LOG.warning("webhook_failed", site=self._site, count=len(self._failures), error=why)

    async def _work(self) -> None:
        while self._waiting and self._away_for is None and not self._tools.stopping.is_set():
            notice = self._waiting.pop()
            failure = await self._post(notice)
            async with self._tools.gate:
                if failure is None:
                    await self._record_success(notice)
                else:
                    await self._record_failure(notice, failure)

    async def _post(self, notice: Notice) -> str | None:
        """Make one attempt; return None if the site took it, else what went wrong in a word."""
        try:
            async with asyncio.timeout(self._tools.pace.timeout):
                status, pause = await self._answer(notice)
        except _UNREACHABLE as error:
            self._away_for = self._tools.pace.backoff(notice.attempts + 1)
            return type(error).__name__
        if httpx.codes.is_success(status):
            return None
        if pause is not None:  # the site is there and asks us to wait, with everything
            # Never sooner than by our own pauses, or short ones would use up the attempts.
            self._away_for = max(pause, self._tools.pace.backoff(notice.attempts + 1))
            self._asked_for = pause
        return f"status {status}"

    async def _answer(self, notice: Notice) -> tuple[int, timedelta | None]:
        """Post; return the status and the pause asked for, the body unread: it may be endless."""
        body, now = body_of(notice), int(time.time())
        headers = {
            **standard_headers(self._secret, str(notice.id), now, body),
            **former_headers(self._secret, now, body),
        }
        request = self._tools.client.stream("POST", notice.url, content=body, headers=headers)
        async with request as response:
            return response.status_code, asked_pause(response.headers.get("retry-after"))

    async def _record_success(self, notice: Notice) -> None:
        self._tools.attempted("delivered")
        async with self._tools.pool.acquire() as connection:
            await notices.delivered(connection, [notice.id])

    async def _record_failure(self, notice: Notice, failure: str) -> None:
        self._failures.append(failure)
        pace = self._tools.pace
        async with self._tools.pool.acquire() as connection:
            given_up = await notices.retry(
                connection,
                notice.id,
                after=self._away_for or pace.backoff(notice.attempts + 1),
                max_attempts=pace.max_attempts,
                max_age=pace.max_age,
            )
        self._tools.attempted("given_up" if given_up else "failed")
        if given_up:
            _LOG.error("webhook_given_up", site=self._site, attempts=notice.attempts + 1)

    async def _postpone_rest(self) -> None:
        """Give back what was not tried: soon if the service stops, later if the site is away."""
        if not self._waiting:
            return
        after = max(self._asked_for, min(self._away_for or timedelta(), _LONGEST_POSTPONING))
        async with self._tools.gate, self._tools.pool.acquire() as connection:
            await notices.postpone(connection, [notice.id for notice in self._waiting], after=after)
