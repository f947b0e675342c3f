"""Sends one site's leased notices: signed, posted a few at a time, and recorded one by one."""

import asyncio
import logging
import secrets
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Final

import httpx
import msgspec
import structlog

from service.db import outbox as notices
from service.db.models import Connection
from service.db.outbox import Notice
from service.db.pool import Pool
from service.delivery.posting import Attempt, post_signed

_LOG: Final = structlog.get_logger(__name__)
_RANDOM: Final = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Pace:
    """How deliveries are timed, in seconds unless said otherwise."""

    poll: float = 1.0
    timeout: float = 5.0  # of one whole attempt
    first_retry: float = 5.0  # doubled with each failure
    longest_retry: float = 3600.0
    first_probe: float = 1.0  # of a receiver that is away; doubled with each failure
    longest_probe: float = 5.0
    max_attempts: int = 100  # of a callback
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

    def probe(self, failures: int) -> timedelta:
        """How long a receiver that failed so often in a row is left alone."""
        doubled = self.first_probe * 2.0 ** min(failures - 1, 30)
        return timedelta(seconds=min(doubled, self.longest_probe))


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
    """Posts one site's notices until they are through, or one of them was not taken.

    Then the receiver is away: it gets one notice at a time, some seconds apart, until it takes one.
    """

    def __init__(self, tools: Tools, leased: Sequence[Notice], secrets: Sequence[str]) -> None:
        self._tools: Final = tools
        self._site_id: Final = leased[0].site_id
        self._failed_before: Final = leased[0].failures
        self._waiting: Final = list(reversed(leased))
        self._secrets: Final = secrets
        self._is_away = False
        self._failures: Final[list[str]] = []

    async def deliver(self) -> None:
        """Try each notice once at most, and record what came of it."""
        site = str(self._site_id)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._tools.pace.at_once, len(self._waiting))):
                    group.create_task(self._work())
            await self._give_back_rest()
        except* Exception as errors:  # noqa: BLE001 - their notices wait for the end of their lease
            names = {type(error).__name__ for error in errors.exceptions}
            _LOG.warning("webhooks_interrupted", site=site, error=", ".join(sorted(names)))
        if self._failures:
            why = ", ".join(sorted(set(self._failures)))
            _LOG.warning("webhook_failed", site=site, count=len(self._failures), error=why)

    async def _work(self) -> None:
        tools = self._tools
        while self._waiting and not self._is_away and not tools.stopping.is_set():
            notice = self._waiting.pop()
            attempt = await post_signed(
                tools.client,
                notice.url,
                id_=str(notice.id),
                body=body_of(notice),
                secrets=self._secrets,
                timeout=tools.pace.timeout,
            )
            is_first, self._is_away = not self._is_away, self._is_away or not attempt.is_taken
            async with tools.gate, tools.pool.acquire() as connection:
                if attempt.is_taken:
                    tools.attempted("delivered")
                    await notices.delivered(connection, notice, attempt.status)
                    continue
                if is_first or attempt.is_gone:
                    await self._record_away(connection, attempt)
                await self._record_failure(connection, notice, attempt)

    async def _record_away(self, connection: Connection, attempt: Attempt) -> None:
        # Never sooner than by our own pauses, though the site may ask for none.
        pause = max(self._tools.pace.probe(self._failed_before + 1), attempt.pause or timedelta())
        await notices.away(connection, self._site_id, pause=pause, is_gone=attempt.is_gone)
        if attempt.is_gone:
            _LOG.error("webhook_disabled", site=str(self._site_id))

    async def _record_failure(
        self, connection: Connection, notice: Notice, attempt: Attempt
    ) -> None:
        self._failures.append(attempt.failure)
        given_up = await notices.retry(
            connection,
            notice.id,
            after=self._pause(notice, attempt),
            max_age=self._tools.pace.max_age,
            status=attempt.status,
            error=attempt.error,
        )
        self._tools.attempted("given_up" if given_up else "failed")
        if given_up:
            attempts = notice.attempts + 1
            _LOG.error("webhook_given_up", site=str(self._site_id), attempts=attempts)

    def _pause(self, notice: Notice, attempt: Attempt) -> timedelta:
        """How long a notice itself waits, beside its receiver.

        Not at all if the receiver was away before: it goes as soon as that is back. One that makes
        its receiver fail must not do so again at once, or the others would never come through.
        """
        if self._failed_before or attempt.is_gone:
            return timedelta()
        own = self._tools.pace.backoff(notice.attempts + 1)
        return max(own, attempt.pause or timedelta())

    async def _give_back_rest(self) -> None:
        """Give back what was not tried: it waits for its receiver alone."""
        if self._waiting:
            async with self._tools.gate, self._tools.pool.acquire() as connection:
                await notices.give_back(connection, [notice.id for notice in self._waiting])
