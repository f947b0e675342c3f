"""What Prometheus is told of this process and of the queue: counts and times, nothing personal.

Each process has a registry of its own and answers for itself: with several server processes behind
one port a scrape meets any of them, so run one a replica where counters matter. Every label has a
few known values; routes are templates, never paths.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from service.db import months, outbox
from service.db.figures import queue
from service.db.pool import Pool
from service.db.quality import answers, pairs
from service.domain.quality import SiteQuality, quality_of

CACHED_SECONDS: Final = 5.0
"""So long the figures of the database are kept, however often they are asked for."""

_AUDITED: Final = timedelta(days=30)

_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
_SCORE_SECONDS: Final = (0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.02, 0.1, 0.5)


class Metrics:
    """The figures of one process; the database's own are asked for when they are read."""

    def __init__(self) -> None:
        self._registry: Final = CollectorRegistry()
        self._fresh_until = 0.0
        self._requests = Counter(
            "moderation_requests", "Requests answered.", ["method", "route", "status"],
            registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "moderation_request_seconds", "Time to the end of an answer.", ["method", "route"],
            buckets=_SECONDS, registry=self._registry,
        )  # fmt: skip
        self._comments = Counter(
            "moderation_comments", "Comments kept, by their first verdict.", ["verdict"],
            registry=self._registry,
        )  # fmt: skip
        self._unscored = Counter(
            "moderation_comments_unscored", "Comments that got no score in time.",
            registry=self._registry,
        )  # fmt: skip
        self._scoring = Histogram(
            "moderation_score_seconds", "Time to score a comment.",
            buckets=_SCORE_SECONDS, registry=self._registry,
        )  # fmt: skip
        self._second = Counter(
            "moderation_second_opinions",
            "Second opinions asked for: given, none of such a text, or why there was none: too many"
            " waited (full), no computing was left (spent), it came late or failed.",
            ["outcome"], registry=self._registry,
        )  # fmt: skip
        self._second_seconds = Histogram(
            "moderation_second_opinion_seconds", "Time that a comment waited for one.",
            buckets=_SECONDS, registry=self._registry,
        )  # fmt: skip
        self._webhooks = Counter(
            "moderation_webhook_attempts", "Attempts at webhooks, callbacks, mails.", ["outcome"],
            registry=self._registry,
        )  # fmt: skip
        self._gauges: Final = {
            name: Gauge(f"moderation_{name}", about, registry=self._registry)
            for name, about in (
                ("queue_comments", "Comments that wait for a moderator."),
                ("queue_oldest_seconds", "Age of the oldest of them."),
                ("webhook_waiting", "Webhooks, callbacks and mails that wait to be delivered."),
                ("webhook_oldest_seconds", "Age of the oldest of them."),
                ("months_ahead", "Months after this one that comments have tables for."),
            )
        }
        self._wrong: Final = Gauge(
            "moderation_audit_wrong_share",
            "Share of automatic decisions that audits of 30 days found wrong, with its interval.",
            ["site", "decision", "value"], registry=self._registry,
        )  # fmt: skip
        self._broken: Final = Gauge(
            "moderation_promise_broken", "Whether that interval is wholly above what is promised.",
            ["site", "decision"], registry=self._registry,
        )  # fmt: skip
        self._kappa: Final = Gauge(
            "moderation_moderators_kappa",
            "Cohen's kappa of moderators who decided about the same comment in 30 days.",
            ["site", "value"], registry=self._registry,
        )  # fmt: skip
        ProcessCollector(registry=self._registry)

    def watch_shadow(self, dropped: Callable[[], int]) -> None:
        """Ask this at each reading how many comments the shadow model passed over."""
        self._registry.register(_Dropped(dropped))

    def watch_replica(self, lag: Callable[[], float]) -> None:
        """Ask this at each reading how many seconds the replica may be behind."""
        about = "Seconds that the replica may be behind; infinite where it is not read from."
        gauge = Gauge("moderation_replica_lag_seconds", about, registry=self._registry)
        gauge.set_function(lag)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answer; `route` is a template such as /v1/comments."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def kept(self, verdict: str, *, scored: bool) -> None:
        """Count a new comment."""
        self._comments.labels(verdict).inc()
        if not scored:
            self._unscored.inc()

    def scored(self, seconds: float) -> None:
        """Note how long one text took."""
        self._scoring.observe(seconds)

    def asked_again(self, outcome: str, seconds: float) -> None:
        """Count a second opinion that was asked for, and how long its comment waited."""
        self._second.labels(outcome).inc()
        self._second_seconds.observe(seconds)

    def attempted(self, outcome: str) -> None:
        """Count an attempt at a webhook or a callback: delivered, failed or given_up."""
        self._webhooks.labels(outcome).inc()

    async def read(self, pool: Pool) -> bytes:
        """Return everything in Prometheus' text format."""
        now = time.monotonic()
        if now >= self._fresh_until:
            self._fresh_until = now + CACHED_SECONDS
            await self._ask(pool)
        return generate_latest(self._registry)

    async def _ask(self, pool: Pool) -> None:
        """Where the database is away its figures are unknown, which is NaN; the others stand."""
        found = dict.fromkeys(self._gauges, float("nan"))
        try:
            async with pool.acquire(timeout=2) as connection:
                waiting = await queue(connection)
                backlog = await outbox.backlog(connection)
                ahead = await months.ahead(connection)
                since = datetime.now(UTC) - _AUDITED
                judged = await answers(connection, since, None)
                self._tell_quality(quality_of((), judged, await pairs(connection, since, None)))
            told = (*waiting, backlog.waiting, backlog.oldest, ahead)
            found = dict(zip(self._gauges, told, strict=True))
        finally:
            for name, value in found.items():
                self._gauges[name].set(value)

    def _tell_quality(self, found: Sequence[SiteQuality]) -> None:
        for gauge in (self._wrong, self._broken, self._kappa):
            gauge.clear()
        for site in found:
            own = site.agreement
            for name, known in (("kappa", own.kappa), ("low", own.low), ("high", own.high)):
                if known is not None:
                    self._kappa.labels(site.site, name).set(known)
            for decision, rate in (("approved", site.approved), ("rejected", site.rejected)):
                if rate.rate is not None:
                    told = {"share": rate.rate, "low": rate.low, "high": rate.high}
                    for name, value in told.items():
                        self._wrong.labels(site.site, decision, name).set(value)
                    self._broken.labels(site.site, decision).set(rate.broken)


class _Dropped(Collector):
    def __init__(self, dropped: Callable[[], int]) -> None:
        self._dropped = dropped

    def collect(self) -> Iterator[CounterMetricFamily]:
        yield CounterMetricFamily(
            "moderation_shadow_dropped",
            "Comments that the shadow model passed over.",
            value=self._dropped(),
        )
