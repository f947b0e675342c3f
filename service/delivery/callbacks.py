"""Tells Akismet's clients what moderators decided, where a check named an address for it.

    POST to the check's `callback`, text/plain, the body `true` or `false`: what a check says now
    X-akismet-guid: the id that the check answered
    webhook-id: the same; webhook-timestamp, webhook-signature: as of the site's webhooks
    X-Moderation-Timestamp, X-Moderation-Signature: likewise, of "<timestamp>.<guid>.<body>"

At least once. Any answer but 2xx is tried again with growing pauses, for three days; then the
address is forgotten, as it is at once when the comment was erased. Where addresses may point is
the site's setting `callback_prefixes`.
"""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Final
from urllib.parse import unquote
from uuid import UUID

import httpx
import structlog

from service.concurrency.background import Background
from service.db import compat as db
from service.db.compat import Callback
from service.db.pool import Pool
from service.delivery.signing import former_headers, standard_headers
from service.delivery.webhook_batch import Pace, client_for
from service.domain.addresses import read_url
from service.domain.fields import Refused

PACE: Final = Pace(poll=2.0, first_retry=10.0, max_attempts=80)
_AT_ONCE: Final = 16
_LEASE: Final = timedelta(minutes=1)
_UNREACHABLE: Final = (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError)
_SEPARATOR: Final = re.compile(r"[/\\]")
_ROUNDS: Final = 3  # a path that is encoded more often is nobody's
_LOG: Final = structlog.get_logger(__name__)


def allowed_address(sent: str, prefixes: Sequence[str]) -> str | None:
    """Return the address as it will be requested, if it begins as one of the site's may."""
    try:
        url = httpx.URL(read_url(sent))
        beginnings = tuple(str(httpx.URL(prefix)) for prefix in prefixes)
    except (Refused, httpx.InvalidURL):
        return None
    # httpx resolves `..` itself, and what it leaves encoded a server may resolve.
    is_allowed = not _has_dots(sent) and str(url).startswith(beginnings)
    return str(url) if is_allowed else None


def _has_dots(address: str) -> bool:
    """Say whether a segment is `.` or `..`, in whatever encoding; parameters of it do not count."""
    path = re.split(r"[?#]", address, maxsplit=1)[0]
    for _ in range(_ROUNDS):
        path = unquote(path)
    segments = (segment.partition(";")[0].strip() for segment in _SEPARATOR.split(path))
    return unquote(path) != path or any(segment in {".", ".."} for segment in segments)


class Callbacks:
    """The task of one process; any number of processes share what waits."""

    def __init__(
        self, pool: Pool, *, secret_of: Callable[[UUID, int], str], pace: Pace = PACE
    ) -> None:
        self._pool: Final = pool
        self._secret_of: Final = secret_of
        self._pace: Final = pace

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Deliver for as long as the block runs; then end after what is under way."""
        async with client_for(self._pace) as client:
            work = partial(self._round, client)
            patience = self._pace.timeout + 1
            async with Background("callbacks", work, every=self._pace.poll, patience=patience):
                yield

    async def _round(self, client: httpx.AsyncClient) -> bool:
        due = await db.due_callbacks(self._pool, most=_AT_ONCE, lease=_LEASE)
        await asyncio.gather(*(self._tell(self._pool, client, each) for each in due))
        return len(due) == _AT_ONCE

    async def _tell(self, pool: Pool, client: httpx.AsyncClient, due: Callback) -> None:
        failure = None if due.status == "erased" else await self._post(client, due)
        if failure is not None and due.attempts < self._pace.max_attempts:
            _LOG.warning("callback_failed", site=str(due.site_id), error=failure)
            await db.retry_callback(pool, due.comment_id, after=self._pace.backoff(due.attempts))
            return
        if failure is not None:
            _LOG.error("callback_given_up", site=str(due.site_id), attempts=due.attempts)
        await db.close_callback(pool, due.comment_id)

    async def _post(self, client: httpx.AsyncClient, due: Callback) -> str | None:
        """Make one attempt; return None if the site took it, else what went wrong in a word."""
        body = b"false" if due.status == "approved" else b"true"
        guid, now = str(due.comment_id), int(time.time())
        secrets = [self._secret_of(due.site_id, number) for number in due.secrets]
        headers = {
            "Content-Type": "text/plain",
            "X-akismet-guid": guid,
            **standard_headers(secrets, guid, now, body),
            # With the guid, or the same signature would serve for every comment of that second.
            **former_headers(secrets[0], now, f"{guid}.".encode() + body),
        }
        try:
            async with (
                asyncio.timeout(self._pace.timeout),
                client.stream("POST", due.url, content=body, headers=headers) as response,
            ):
                return None if response.is_success else f"status {response.status_code}"
        except _UNREACHABLE as error:
            return type(error).__name__
