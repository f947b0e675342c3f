"""One signed request to a website, and what came of it; the answer's body stays unread."""

import asyncio
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import httpx

from service.delivery.messages import Message
from service.delivery.signing import former_headers, standard_headers

_UNREACHABLE: Final = (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError)
_LONGEST_ASKED: Final = 3600  # seconds
_DIGITS: Final = 9  # more are no pause that anybody means


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a request: the status, or else the error's class; the pause that was asked.

    `is_final` says that it is no use to try again, `is_void` that there was nothing to be sent.
    """

    status: int | None = None
    error: str | None = None
    pause: timedelta | None = None
    is_final: bool = False
    is_void: bool = False

    @property
    def is_taken(self) -> bool:
        """Say whether the receiver has it."""
        return self.status is not None and httpx.codes.is_success(self.status)

    @property
    def is_gone(self) -> bool:
        """Say whether the receiver wants nothing any more."""
        return self.is_final or self.status == httpx.codes.GONE

    @property
    def failure(self) -> str:
        """What went wrong, in a word."""
        return self.error or f"status {self.status}"


async def post_signed(
    client: httpx.AsyncClient,
    url: str,
    message: Message,
    *,
    secrets: Sequence[str],
    timeout: float,  # noqa: ASYNC109 - of the whole attempt, whatever httpx counts
) -> Attempt:
    """Make one attempt, signed with every secret in force, the newest first."""
    now = int(time.time())
    headers = {
        **message.headers,
        **standard_headers(secrets, message.id, now, message.body),
        **former_headers(secrets[0], now, message.formerly_signed),
    }
    try:
        async with (
            asyncio.timeout(timeout),
            client.stream("POST", url, content=message.body, headers=headers) as response,
        ):
            pause = asked_pause(response.headers.get("retry-after"), datetime.now(UTC))
            return Attempt(response.status_code, pause=pause)
    except _UNREACHABLE as error:
        return Attempt(error=type(error).__name__)


def asked_pause(retry_after: str | None, now: datetime) -> timedelta | None:
    """Return how long a site asks to be left alone, in whole seconds and at most an hour.

    It says so in seconds, or by the time when that ends (RFC 9110).
    """
    given = (retry_after or "").strip()
    if given.isascii() and given.isdigit() and len(given) <= _DIGITS:
        return timedelta(seconds=min(int(given), _LONGEST_ASKED))
    try:
        left = (parsedate_to_datetime(given).replace(tzinfo=UTC) - now).total_seconds()
    except (ValueError, OverflowError):
        return None
    return timedelta(seconds=min(max(math.ceil(left), 0), _LONGEST_ASKED))
