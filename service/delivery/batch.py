"""Sends one receiver's leased events: posted or mailed a few at a time, recorded one by one."""

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
import structlog

from service.db import outbox as db
from service.db.models import Connection
from service.db.outbox import OutboxEvent
from service.db.pool import Pool
from service.delivery.mailing import Mailer
from service.delivery.messages import message_of
from service.delivery.sending import Attempt, post_signed

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
    max_age: timedelta = timedelta(days=3)
    forget: timedelta = timedelta(days=30)
    sweep: float = 600.0
    receivers: int = 64  # delivered to at the same time
    per_receiver: int = 40  # events leased at a time
    at_once: int = 8  # requests to one receiver

    @property
    def lease(self) -> timedelta:
        """Longer than a whole batch takes if every attempt uses up its time."""
        return timedelta(seconds=self.timeout * (self.per_receiver / self.at_once + 2))

    def backoff(self, failures: int) -> timedelta:
        """How long to wait after so many failures: doubled each time, give or take half."""
        doubled = self.first_retry * 2.0 ** min(failures - 1, 30)
        return timedelta(seconds=min(doubled, self.longest_retry) * _RANDOM.uniform(0.5, 1.5))

    def probe(self, failures: int) -> timedelta:
        """How long a receiver that failed so often in a row is left alone."""
        doubled = self.first_probe * 2.0 ** min(failures - 1, 30)
        return timedelta(seconds=min(doubled, self.longest_probe))


def client_for(pace: Pace) -> httpx.AsyncClient:
    """A client that follows no redirect and logs no address: those may hold a site's secrets."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    return httpx.AsyncClient(
        verify=_trusted(),
        timeout=pace.timeout,
        follow_redirects=False,
        headers={"User-Agent": "comment-moderation"},
        limits=httpx.Limits(max_connections=pace.receivers * pace.at_once),
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
    mailer: Mailer
    pace: Pace
    gate: asyncio.Semaphore
    stopping: asyncio.Event
    attempted: Callable[[str], None]  # is told delivered, failed or given_up


class Batch:
    """Posts one receiver's events until they are through, or one of them was not taken.

    Then the receiver is away: it gets one event at a time, some seconds apart, until it takes one.
    """

    def __init__(self, tools: Tools, leased: Sequence[OutboxEvent], secrets: Sequence[str]) -> None:
        self._tools: Final = tools
        self._receiver: Final = leased[0].to
        self._kind: Final = leased[0].kind
        self._failed_before: Final = leased[0].failures
        self._waiting: Final = list(reversed(leased))
        self._secrets: Final = secrets
        self._is_away = False
        self._failures: Final[list[str]] = []

    async def deliver(self) -> None:
        """Try each event once at most, and record what came of it."""
        site = str(self._receiver.site_id)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self._tools.pace.at_once, len(self._waiting))):
                    group.create_task(self._work())
            await self._give_back_rest()
        except* Exception as errors:  # noqa: BLE001 - their events wait for the end of their lease
            names = {type(error).__name__ for error in errors.exceptions}
            _LOG.warning(f"{self._kind}s_interrupted", site=site, error=", ".join(sorted(names)))
        if self._failures:
            why = ", ".join(sorted(set(self._failures)))
            _LOG.warning(f"{self._kind}_failed", site=site, count=len(self._failures), error=why)

    async def _work(self) -> None:
        tools = self._tools
        while self._waiting and not self._is_away and not tools.stopping.is_set():
            event = self._waiting.pop()
            attempt = await self._attempt(event)
            if attempt.is_void:
                continue
            is_first, is_there = not self._is_away, self._is_there(attempt)
            self._is_away = self._is_away or not is_there
            if is_there and attempt.is_gone:
                self._waiting[:] = [each for each in self._waiting if each.url != event.url]
            async with tools.gate, tools.pool.acquire() as connection:
                if is_there:
                    await self._record_end(connection, event, attempt)
                    continue
                if is_first or attempt.is_gone:
                    await self._record_away(connection, attempt)
                await self._record_failure(connection, event, attempt)

    async def _attempt(self, event: OutboxEvent) -> Attempt:
        tools = self._tools
        if event.kind == "mail":
            return await tools.mailer.send(tools.pool, event)
        return await post_signed(
            tools.client,
            event.url,
            message_of(event),
            secrets=self._secrets,
            timeout=tools.pace.timeout,
        )

    def _is_there(self, attempt: Attempt) -> bool:
        """Say whether a receiver does its work: one callback or mail may be refused alone."""
        return attempt.is_taken or (attempt.is_gone and self._kind != "webhook")

    async def _record_end(
        self, connection: Connection, event: OutboxEvent, attempt: Attempt
    ) -> None:
        self._tools.attempted("delivered" if attempt.is_taken else "given_up")
        if attempt.is_taken:
            await db.delivered(connection, event, attempt.status)
            return
        await db.gone(connection, event, attempt.status, attempt.error)
        _LOG.error(f"{self._kind}_given_up", site=str(event.site_id), error=attempt.failure)

    async def _record_away(self, connection: Connection, attempt: Attempt) -> None:
        # Never sooner than by our own pauses, though the site may ask for none.
        pause = max(self._tools.pace.probe(self._failed_before + 1), attempt.pause or timedelta())
        await db.away(connection, self._receiver, pause=pause, is_gone=attempt.is_gone)
        if attempt.is_gone:
            _LOG.error("webhook_disabled", site=str(self._receiver.site_id))

    async def _record_failure(
        self, connection: Connection, event: OutboxEvent, attempt: Attempt
    ) -> None:
        self._failures.append(attempt.failure)
        given_up = await db.retry(
            connection,
            event,
            after=self._pause(event, attempt),
            max_age=self._tools.pace.max_age,
            status=attempt.status,
            error=attempt.error,
        )
        self._tools.attempted("given_up" if given_up else "failed")
        if given_up:
            attempts = event.attempts + 1
            _LOG.error(f"{self._kind}_given_up", site=str(event.site_id), attempts=attempts)

    def _pause(self, event: OutboxEvent, attempt: Attempt) -> timedelta:
        """How long an event itself waits, beside its receiver.

        Not at all if the receiver was away before: it goes as soon as that is back. One that makes
        its receiver fail must not do so again at once, or the others would never come through.
        """
        if self._failed_before or attempt.is_gone:
            return timedelta()
        own = self._tools.pace.backoff(event.attempts + 1)
        return max(own, attempt.pause or timedelta())

    async def _give_back_rest(self) -> None:
        """Give back what was not tried: it waits for its receiver alone."""
        if self._waiting:
            async with self._tools.gate, self._tools.pool.acquire() as connection:
                await db.give_back(connection, [event.id for event in self._waiting])
