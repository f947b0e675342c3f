"""Where an Akismet client may have the moderators' decision told: what a site's settings allow."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

import httpx

from service.domain.addresses import read_url
from service.domain.fields import Refused

_SEPARATOR: Final = re.compile(r"[/\\]")
_ROUNDS: Final = 3  # a path that is encoded more often is nobody's


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
